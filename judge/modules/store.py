"""What is kept of modules on disk, below one folder.

    cache/      the go command's module cache: zips, their sums, what was unpacked
    build/      what `go list` remembers
    resolved/   what a set of requirements and imports came to, by its digest
    sums        checksums as they were first seen, where there is no checksum database
    lock        held shared by each fetch, alone by who throws away

What was used least lately goes first once all of it is over its bound.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

KEPT_ANSWERS = 2_000
_ROOM = 0.8
"""How full it is after something was thrown away."""

Sums = dict[tuple[str, str], str]
"""Module and version, "v1.2.3" or "v1.2.3/go.mod", to its checksum "h1:…"."""


class Store:
    """The folder. Processes may share it."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder = folder.resolve()
        self.cache = self.folder / "cache"
        self.build = self.folder / "build"
        self._resolved = self.folder / "resolved"
        self._most_bytes = most_bytes
        for one in (self.cache, self.build, self._resolved):
            one.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Nothing is thrown away meanwhile."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    def answer(self, digest: str) -> Any:
        """What was kept under `digest`, or None."""
        file = self._resolved / digest
        try:
            os.utime(file)
            return json.loads(file.read_text())
        except (OSError, ValueError):
            return None

    def keep(self, digest: str, answer: Any) -> None:
        """Keep an answer; the oldest go where there are many."""
        new = self._resolved / f".{digest}.{os.getpid()}"
        new.write_text(json.dumps(answer))
        new.rename(self._resolved / digest)
        kept = sorted(self._resolved.iterdir(), key=_when)
        for old in kept[: max(0, len(kept) - KEPT_ANSWERS)]:
            old.unlink(missing_ok=True)

    def first_seen(self) -> Sums:
        """Checksums as they were first seen."""
        try:
            return read_sums((self.folder / "sums").read_text())
        except OSError:
            return {}

    def see(self, sums: Mapping[tuple[str, str], str]) -> None:
        """Keep checksums of what was not seen before."""
        with (self.folder / "sums").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = read_sums(file.read())
            new = {key: value for key, value in sums.items() if key not in known}
            file.write(write_sums(new))

    def touch(self, module: str, version: str) -> None:
        """It was used now."""
        with suppress(OSError):
            os.utime(self._zip(module, version))

    def prune(self) -> None:
        """Throw away what was used least lately, unless somebody fetches just now."""
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self._prune()

    def _prune(self) -> None:
        zips = sorted((self.cache / "cache" / "download").rglob("*.zip"), key=_when)
        sizes = {one: _size(one) + _size(self._unpacked(one)) for one in zips}
        total = sum(sizes.values())
        if total <= self._most_bytes:
            return
        for old in zips:
            if total <= self._most_bytes * _ROOM:
                break
            total -= sizes[old]
            shutil.rmtree(self._unpacked(old), ignore_errors=True)
            for kept in old.parent.glob(f"{old.stem}.*"):
                kept.unlink(missing_ok=True)

    def _zip(self, module: str, version: str) -> Path:
        return self.cache / "cache" / "download" / escape(module) / "@v" / f"{escape(version)}.zip"

    def _unpacked(self, packed: Path) -> Path:
        module = packed.parent.parent.relative_to(self.cache / "cache" / "download")
        return self.cache / module.parent / f"{module.name}@{packed.stem}"


def escape(name: str) -> str:
    """As the module proxy protocol writes it: capitals as an exclamation mark and a letter."""
    return "".join(f"!{letter.lower()}" if letter.isupper() else letter for letter in name)


def read_sums(text: str) -> Sums:
    """What a go.sum says; lines that are none are left out."""
    lines = (line.split() for line in text.splitlines())
    return {(line[0], line[1]): line[2] for line in lines if len(line) == 3}


def write_sums(sums: Mapping[tuple[str, str], str]) -> str:
    """A go.sum."""
    return "".join(f"{module} {version} {value}\n" for (module, version), value in sums.items())


def _when(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(one.stat().st_size for one in files if one.is_file())
