"""Python: the interpreter that runs the product itself, with its standard library."""

from __future__ import annotations

import compileall
import platform
import py_compile
import shutil
import sys
import sysconfig
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
_NOT_NEEDED = (
    *("__pycache__", "site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter"),
    *("turtledemo", "ensurepip", "venv", "lib2to3", "config-*", "_test*.so", "*.a", "_tkinter*.so"),
)
_CHECK = "import sys; n = sys.argv[1]; compile(open(n, 'rb').read(), n, 'exec', dont_inherit=True)"


def identity() -> str:
    """The interpreter's version, place and build."""
    return "\n".join((sys.version, _home().as_posix(), sysconfig.get_platform()))


def lay_out(root: Path, progress: Progress) -> Manifest:
    """Copy interpreter, standard library and what they link."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    program = f"{HOME}/bin/python3"
    loader = copy_program(_home() / "bin" / version, root, program)
    source = Path(sysconfig.get_paths()["stdlib"])
    target = root / HOME.lstrip("/") / "lib" / version
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_NOT_NEEDED))
    modules = [path for path in target.rglob("*.so") if path.is_file()]
    linked = copy_libraries([source / path.relative_to(target) for path in modules], root)
    progress("compiling Python's standard library", 92)
    # Never checked against sources again: nothing there changes, and a start is quicker.
    compileall.compile_dir(
        target,
        quiet=2,
        stripdir=str(root),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return Manifest(
        version=f"Python {platform.python_version()}",
        program=program,
        loader=loader,
        libraries=(HOME, *folders([*linked, loader])),
        env=(
            f"PYTHONHOME={HOME}",
            f"LD_LIBRARY_PATH={EXTRA}",
            *("PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"),
        ),
        args=("-s",),
        check=("-s", "-c", _CHECK),
        place=r'File "(?:[^"]*/)?([^"/]+)", line (\d+)',
        main=LANGUAGE.main,
        extensions=LANGUAGE.extensions,
    )


def _home() -> Path:
    home = Path(sys.base_prefix)
    if not (home / "bin").is_dir():
        raise SandboxUnavailable(f"there is no Python in {home}")
    return home


LANGUAGE = Language("python", "Python", "main.py", (".py",), identity, lay_out)
