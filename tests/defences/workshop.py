"""A copy of the tree in which defences are taken away, one at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path

from tests.defences.table import ROOT, Edit

PLACE = ROOT / "var" / "defences"
_SHARED = (".venv", "static/node_modules", "static/dist", "var/gopls", "var/sandbox/.cache")
"""What is installed or made from sources that no edit touches, or is found by its content."""


def copy() -> Path:
    """The copy, made or brought up to date: what git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    tree = PLACE / "tree"
    for old in _files(tree):
        if old not in names:
            (tree / old).unlink()
    for name in names:
        _bring(ROOT / name, tree / name)
    for name in _SHARED:
        _link(ROOT / name, tree / name)
    return tree.resolve()


def _files(tree: Path) -> list[str]:
    """Files of a former copy, but what was made in it."""
    kept = {"var", ".venv", ".git"}
    return [
        str(path.relative_to(tree))
        for path in tree.rglob("*")
        if path.is_file() and not path.is_symlink()
        and path.relative_to(tree).parts[0] not in kept
        and not {"node_modules", "__pycache__"} & set(path.parts) and "dist" not in path.parts
    ]  # fmt: skip


def _bring(source: Path, target: Path) -> None:
    if target.is_file() and source.read_bytes() == target.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _link(source: Path, target: Path) -> None:
    if source.exists() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)


@contextmanager
def alone() -> Iterator[None]:
    """Two at once would take away each other's walls. The lock ends with the process.

    :raises BlockingIOError: another is at work.
    """
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextmanager
def without(tree: Path, edits: Iterable[Edit]) -> Iterator[None]:
    """The tree with `edits` made, which are taken back at the end.

    Bytecode is found by size and second, so that of an edit goes with it.

    :raises ValueError: one of them does not fit.
    """
    before: dict[Path, tuple[bytes, os.stat_result]] = {}
    try:
        for edit in edits:
            path = tree / edit.file
            before.setdefault(path, (path.read_bytes(), path.stat()))
            path.write_text(edit.apply(path.read_text()))
        yield
    finally:
        for path, (content, stat) in before.items():
            path.write_bytes(content)
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            Path(cache_from_source(str(path))).unlink(missing_ok=True)
