"""Python: the interpreter that runs the product itself, with its standard library."""

from __future__ import annotations

import compileall
import hashlib
import platform
import py_compile
import shutil
import sys
import sysconfig
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from judge.errors import SandboxUnavailable
from judge.sandbox.languages.recipe import (
    EXTRA,
    Language,
    Manifest,
    copy_libraries,
    copy_program,
    folders,
)
from judge.sandbox.rootfs import Progress

HOME = "/language/python"
_ISOLATED = Path(__file__).parent / "isolated"
_NOT_NEEDED = (
    *("__pycache__", "site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter"),
    *("turtledemo", "ensurepip", "venv", "lib2to3", "config-*", "_test*.so", "*.a", "_tkinter*.so"),
)
_JUDGE = f"{HOME}/judge"
_ZONES = "/usr/share/zoneinfo"
_TESTS_NEED = ("_pytest", "pytest", "py", "pluggy", "iniconfig", "packaging", "pygments")
_CHECK = "import sys; n = sys.argv[1]; compile(open(n, 'rb').read(), n, 'exec', dont_inherit=True)"


def identity() -> str:
    """The interpreter's version, place and build, and what runs isolated tests."""
    sources = b"".join(path.read_bytes() for path in sorted(_ISOLATED.glob("*.py")))
    return "\n".join(
        (
            *(sys.version, _home().as_posix(), sysconfig.get_platform()),
            *(f"{name} {version(name)}" for name in ("pytest", "pluggy", "pygments", "tzdata")),
            hashlib.sha256(sources).hexdigest(),
        )
    )


def lay_out(root: Path, progress: Progress) -> Manifest:
    """Copy interpreter, standard library and what they link."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    program = f"{HOME}/bin/python3"
    loader = copy_program(_home() / "bin" / name, root, program)
    source = Path(sysconfig.get_paths()["stdlib"])
    target = root / HOME.lstrip("/") / "lib" / name
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_NOT_NEEDED))
    modules = [path for path in target.rglob("*.so") if path.is_file()]
    linked = copy_libraries([source / path.relative_to(target) for path in modules], root)
    _copy_isolated(root / _JUDGE.lstrip("/"))
    _copy_zones(root / _ZONES.lstrip("/"))
    progress("compiling Python's standard library", 92)
    # Never checked against sources again: nothing there changes, and a start is quicker.
    compileall.compile_dir(
        root / HOME.lstrip("/"),
        quiet=2,
        stripdir=str(root),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return Manifest(
        version=f"Python {platform.python_version()}",
        program=program,
        loader=loader,
        libraries=(HOME, _ZONES, *folders([*linked, loader])),
        env=(
            f"PYTHONHOME={HOME}",
            f"LD_LIBRARY_PATH={EXTRA}",
            *("PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1"),
        ),
        # Elsewhere Python collects what it prints, as it does when it writes to a file: a write
        # for each print takes several times as long.
        live_env=("PYTHONUNBUFFERED=1",),
        socket_pairs=True,  # asyncio wakes its loop by one
        args=("-s",),
        check=("-s", "-c", _CHECK),
        place=r'File "([^"]+)", line (\d+)',
        main=LANGUAGE.main,
        extensions=LANGUAGE.extensions,
        tests=("-s", "-c", _start("tests", _JUDGE, f"{_JUDGE}/site")),
        solution=("-s", "-c", _start("solution", _JUDGE)),
        own_tests=("-s", "-c", _start("own", _JUDGE, f"{_JUDGE}/site")),
        shared_tests=("-s", "-c", _start("own", _JUDGE, f"{_JUDGE}/site")),
    )


def _start(module: str, *paths: str) -> str:
    return (
        f"import sys; sys.path[:0] = {paths!r}; from isolated import {module}; "
        f"sys.path.remove({_JUDGE!r}); {module}.main()"
    )


def _copy_isolated(target: Path) -> None:
    """Both ends of isolated tests, and pytest for the tests'."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(_ISOLATED, target / "isolated", ignore=ignored)
    (target / "site").mkdir()
    for name in _TESTS_NEED:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise SandboxUnavailable(f"{name} is not installed: run `make setup`")
        source = Path(spec.origin)
        if source.name == "__init__.py":
            shutil.copytree(source.parent, target / "site" / name, ignore=ignored)
        else:
            shutil.copy(source, target / "site")


def _copy_zones(target: Path) -> None:
    """The time zones, where both `zoneinfo` and the C library look for them."""
    spec = find_spec("tzdata")
    if spec is None or spec.origin is None:
        raise SandboxUnavailable("tzdata is not installed: run `make setup`")
    source = Path(spec.origin).parent / "zoneinfo"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.py"))


def _home() -> Path:
    home = Path(sys.base_prefix)
    if not (home / "bin").is_dir():
        raise SandboxUnavailable(f"there is no Python in {home}")
    return home


LANGUAGE = Language(
    "python",
    "Python",
    "main.py",
    (".py",),
    identity,
    lay_out,
    tests=r"(^|/)(test_[^/]*|[^/]*_test)\.py$",
    test_example="test_something.py",
)
