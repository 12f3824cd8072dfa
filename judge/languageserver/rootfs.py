"""Assembles what a language server needs to live in: gopls, the `go` command, the sources of std.

Theory of operation. gopls is compiled from the module that ``gopls/go.mod`` pins, once
for each version (`judge.sandbox.tool`). Laid out:

    /gopls                   the language server
    /carrier                 process 1: hands messages on to it, and puts files into /modules
    /usr/local/go            bin/go, the tools that `go list` asks for their version, src
    /work/go.mod             the workspace; what is edited in it exists in gopls' memory alone
    /cache                   a tmpfs: gopls writes its index and what `go list` remembers
    /modules                 a tmpfs, where modules of others can be had: those of this page

As with the runner's files (`judge.sandbox.rootfs`) the digest covers all inputs, a
folder appears by one rename, and processes that start together take turns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from judge.errors import SandboxUnavailable
from judge.sandbox import rootfs
from judge.sandbox.rootfs import Go, Progress, Rootfs
from judge.sandbox.shape import Shape, Tmpfs
from judge.sandbox.tool import Tool

GOROOT = "/usr/local/go"
WORK = "/work"
CACHE = "/cache"
MODULES = "/modules"
CONFIG = "/etc/config"
TOOL = Tool("gopls", "golang.org/x/tools/gopls", Path(__file__).parent / "gopls")
USER = 60999
"""Of gopls; one that no run of the judge's sandbox has."""

_TOOLS = ("compile", "asm", "cgo", "link")
_CARRIER = TOOL.source / "carrier" / "main.go"
_CACHE_MB = 96
_MODULES_MB = 64
"""Twice what a page may have of modules (`judge.modules.sources`): others replace them."""


def shape(target: Path, memory_mb: int, tags: str | None) -> Shape:
    """A language server's sandbox, whose files are kept below `target`.

    `tags`: by which files of modules of others are chosen; None where there are none.
    """
    room = () if tags is None else (Tmpfs(MODULES, _MODULES_MB, "32k"),)
    return Shape(
        name="judge-gopls",
        files=lambda progress: build(target, progress),
        program=("/carrier", MODULES, "/gopls", "serve"),
        tmpfs=(Tmpfs(CACHE, _CACHE_MB, "16k"), *room),
        environment={
            "PATH": f"{GOROOT}/bin",
            "HOME": CACHE,
            "TMPDIR": CACHE,
            "XDG_CACHE_HOME": CACHE,
            "XDG_CONFIG_HOME": CONFIG,
            "GOROOT": GOROOT,
            "GOCACHE": f"{CACHE}/go-build",
            "GOMODCACHE": f"{CACHE}/modules",
            "GOPATH": f"{CACHE}/gopath",
            "GOENV": "off",
            "GOFLAGS": f"-mod=readonly -tags={tags}" if tags else "-mod=readonly",
            "GOPROXY": "off",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
            # Before the kernel's bound is reached Go's collector works harder.
            "GOMEMLIMIT": f"{memory_mb * 6 // 10}MiB",
        },
        user=USER,
        cpu_shares=256,
    )


def build(target: Path, progress: Progress = rootfs.quiet) -> Rootfs:
    """The root file system below `target`, made first if it is not there yet.

    Raises SandboxUnavailable, in one line with the remedy, where it cannot be made.
    """
    goroot = rootfs.toolchain()
    digest = TOOL.digest(goroot, Path(__file__), _CARRIER)
    made = Rootfs(digest, target.resolve() / digest)
    if made.tar.exists():
        return made
    with rootfs.alone(target):
        if not made.tar.exists():
            _make(made, goroot, progress)
            rootfs.forget_old(target, keep=digest)
    progress("ready", 100)
    return made


def language(goroot: Path | None = None) -> str:
    """The language version of the pinned toolchain, "1.27"."""
    version = ((goroot or rootfs.toolchain()) / "VERSION").read_text().split()[0]
    return ".".join(version.removeprefix("go").split(".")[:2])


def _make(made: Rootfs, goroot: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix=".making-", dir=made.path.parent) as folder:
        new = Path(folder) / "new"
        (new / "root").mkdir(parents=True)
        try:
            # The caches, some 500 MB, go with the folder.
            go = Go(goroot, Path(folder) / "caches")
            gopls = TOOL.compile(go, made.path.parent, Path(folder), progress)
            progress("putting the files together", 92)
            rootfs.copy(gopls, new / "root" / "gopls", 0o755)
            go.run(
                *("build", *rootfs.FLAGS, "-ldflags=-s -w"),
                *("-o", str(new / "root" / "carrier"), "./carrier"),
                cwd=TOOL.source,
            )
            _lay_out(new / "root", goroot)
            progress("packing the image", 96)
            rootfs.pack(new / "root", new / "root.tar")
            new.rename(made.path)
        except OSError as error:
            raise SandboxUnavailable(f"cannot make the language server: {error}") from error


def _lay_out(root: Path, goroot: Path) -> None:
    """Put everything but gopls below `root`."""
    folders = (WORK, CACHE, MODULES, f"{CONFIG}/go/telemetry")
    for folder in ("proc", "dev", "sys", *(folder[1:] for folder in folders)):
        (root / folder).mkdir(parents=True)
    target = root / GOROOT[1:]
    rootfs.copy(goroot / "bin" / "go", target / "bin" / "go", 0o755)
    machine = next((goroot / "pkg" / "tool").glob("linux_*"))
    for tool in _TOOLS:
        rootfs.copy(machine / tool, target / "pkg" / "tool" / machine.name / tool, 0o755)
    for name in ("VERSION", "go.env"):
        rootfs.copy(goroot / name, target / name, 0o644)
    for source in _standard_library(goroot / "src"):
        rootfs.copy(source, target / source.relative_to(goroot), 0o644)
    rootfs.write(root / WORK[1:] / "go.mod", f"module work\n\ngo {language(goroot)}\n")
    # Else a second process of 27 MB watches the first one for crashes that nobody will report.
    rootfs.write(root / CONFIG[1:] / "go" / "telemetry" / "mode", "off")
    rootfs.write(root / "etc" / "passwd", f"gopls:x:{USER}:{USER}::{CACHE}:/nologin\n")
    rootfs.write(root / "etc" / "group", f"gopls:x:{USER}:\n")
    for path in (root, *root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)  # whatever the umask was


def _standard_library(source: Path) -> Iterator[Path]:
    """Its files, without tests and without the toolchain's own sources."""
    for path in sorted(source.rglob("*")):
        parts = path.relative_to(source).parts
        if parts[0] == "cmd" or "testdata" in parts or path.name.endswith("_test.go"):
            continue
        if path.is_file():
            yield path
