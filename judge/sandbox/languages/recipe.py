"""A root file system for an interpreter: the runner, the interpreter, and the libraries it links.

Everything comes from files of this machine that the product itself uses or installs;
no registry of images is asked. The digest covers what goes in, so an existing folder
is never wrong, as with `judge.sandbox.rootfs`.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from judge.errors import SandboxUnavailable
from judge.sandbox import rootfs
from judge.sandbox.rootfs import Progress, Rootfs
from judge.sandbox.settings import SandboxSettings
from judge.sandbox.shape import Shape, runner

_LINKED = re.compile(r"(?:=>\s*)?(/\S+) \(0x[0-9a-f]+\)")
_MISSING = re.compile(r"(\S+) => not found")
EXTRA = "/language/lib"
"""Where libraries go that lie in no place that a loader looks into by itself."""
_USUAL = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


@dataclass(frozen=True, slots=True)
class Manifest:
    """``/language.json``: how the runner checks and runs programs. Paths are the sandbox's."""

    version: str
    program: str
    loader: str
    libraries: tuple[str, ...]
    env: tuple[str, ...]
    args: tuple[str, ...]
    check: tuple[str, ...]
    place: str
    """Finds a file's path and a line in what the check says."""
    main: str
    extensions: tuple[str, ...]
    live_env: tuple[str, ...] = ()
    """Beside `env` for programs whose output somebody reads as it comes."""
    socket_pairs: bool = False
    """Whether programs may make connected pairs of Unix sockets."""
    named_in: str = ""
    """A JSON file of a program that may name another main file, as its "main"."""
    tests: tuple[str, ...] = ()
    """Arguments that start the tests of a pair, () where there are none; the runner adds three
    JSON lists: the solution's files, the test files, the names of the tests, and an object
    that says how they know the solution's interface (pair.go)."""
    solution: tuple[str, ...] = ()
    """Arguments that start the solution of a pair."""
    own_tests: tuple[str, ...] = ()
    """Arguments that run a program's own tests in one process with it; the runner adds a JSON
    list, the test files."""
    shared_tests: tuple[str, ...] = ()
    """Arguments that run a problem's tests in the solution's process, where its author accepts
    that; the runner adds the lists of `tests`."""


TESTS_MB = 256
"""What isolated tests may use beside the solution: `testsMemory` of the runner's pair.go."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language. `lay_out` puts its files below a root and says how they are used."""

    name: str
    title: str
    main: str
    """The file that is run."""
    extensions: tuple[str, ...]
    identity: Callable[[], str]
    """What the files are made from: another text, another root file system."""
    lay_out: Callable[[Path, Progress], Manifest]
    tests: str
    """Finds the paths of files of tests, as its own tool does; a pattern that browsers read too."""

    test_example: str
    """How one might be called."""

    def is_test(self, name: str) -> bool:
        """Whether it is a file of tests."""
        return re.search(self.tests, name) is not None

    def shape(self, settings: SandboxSettings) -> Shape:
        """The sandbox for programs of this language."""
        shape = runner(settings)
        return Shape(
            name=f"judge-{self.name}",
            files=lambda progress: build(self, settings.rootfs_dir, progress),
            program=shape.program,
            tmpfs=shape.tmpfs,
            capabilities=shape.capabilities,
            extra_mb=shape.extra_mb + TESTS_MB,
            bounds_itself=shape.bounds_itself,
        )


def build(language: Language, target: Path, progress: Progress) -> Rootfs:
    """The root file system of `language` below `target`, made first if it is not there yet.

    :raises SandboxUnavailable: it cannot be made.
    """
    base = rootfs.build(target, progress)
    folder = target / language.name
    total = hashlib.sha256(f"{base.digest}\n{platform.machine()}\n".encode())
    total.update(language.identity().encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    made = Rootfs(total.hexdigest(), folder.resolve() / total.hexdigest())
    if made.tar.exists():
        return made
    with rootfs.alone(folder):
        if not made.tar.exists():
            _make(language, base, made, progress)
            rootfs.forget_old(folder, keep=made.digest)
    return made


def _make(language: Language, base: Rootfs, made: Rootfs, progress: Progress) -> None:
    progress(f"putting {language.title} together", 90)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=made.path.parent) as work:
        new = Path(work) / "new"
        root = new / "root"
        root.mkdir(parents=True)
        try:
            for name in ("proc", "dev", "sys", "build", "work"):
                (root / name).mkdir()
            shutil.copytree(base.root / "etc", root / "etc")
            for name in ("runner", "judge-stage2"):
                rootfs.copy(base.root / name, root / name, 0o755)
            manifest = language.lay_out(root, progress)
            rootfs.write(root / "language.json", json.dumps(asdict(manifest), indent=1))
            for path in (root, *root.rglob("*/")):
                path.chmod(0o755)  # whatever the umask was
            rootfs.link_tmp(root)
            rootfs.pack(root, new / "root.tar")
            new.rename(made.path)
        except OSError as error:
            raise SandboxUnavailable(
                f"cannot make the files of {language.title}: {error}"
            ) from error


def copy_program(source: Path, root: Path, target: str) -> str:
    """Copy a dynamically linked program and all that it links; the loader's path.

    :raises SandboxUnavailable: it is not linked dynamically, or a library is missing.
    """
    rootfs.copy(source, root / target.lstrip("/"), 0o755)
    linked = copy_libraries([source], root)
    loaders = [path for path in linked if Path(path).name.startswith("ld-")]
    if not loaders:
        raise SandboxUnavailable(f"{source} is not linked as expected: no loader")
    return loaders[0]


def copy_libraries(binaries: Iterable[Path], root: Path) -> list[str]:
    """Copy what `binaries` link, to where a loader finds it; the paths on this machine."""
    found: dict[str, None] = {}
    for binary in binaries:
        said = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False)
        if missing := _MISSING.search(said.stdout):
            raise SandboxUnavailable(f"{binary} needs {missing[1]}, which is not installed")
        found.update(dict.fromkeys(_LINKED.findall(said.stdout)))
    for path in found:
        usual = path.startswith(_USUAL)
        target = root / (path if usual else f"{EXTRA}/{Path(path).name}").lstrip("/")
        if not target.exists():
            rootfs.copy(Path(path), target, 0o755)
    return list(found)


def folders(paths: Iterable[str]) -> tuple[str, ...]:
    """The folders that libraries at `paths` are read from in the sandbox."""
    usual = {str(Path(path).parent) for path in paths if path.startswith(_USUAL)}
    return (*sorted(usual), EXTRA)
