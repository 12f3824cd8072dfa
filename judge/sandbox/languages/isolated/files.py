"""Files that tests and solution make: each side writes what the other has changed.

Only what was made after the start crosses, never a file that was there: the tests' folder has
the tests.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from typing import Any

from .codec import CannotCrossError

_MAX_FILES = 1000
_MAX_BYTES = 2 << 20
_IGNORED = ("__pycache__", ".pytest_cache")
Signature = tuple[int, int]


class Tree:
    """Folders by the names that both sides have for them."""

    def __init__(self, roots: Mapping[str, str]) -> None:
        self.roots = {name: os.path.realpath(path) for name, path in roots.items()}
        self.received: set[str] = set()
        """Paths of files that the other side wrote."""
        self._kept = {name for name, _ in self._scan()}
        self._seen: dict[str, Signature | None] = {}

    def changes(self) -> dict[str, Any]:
        """What has changed: a file's content, true for a folder, null for what is gone."""
        now = {name: found for name, found in self._scan() if name not in self._kept}
        if now == self._seen:
            return {}
        told: dict[str, Any] = {name: None for name in self._seen if name not in now}
        total = 0
        for name, signature in now.items():
            if name in self._seen and self._seen[name] == signature:
                continue
            if signature is None:
                told[name] = True
                continue
            total += signature[1]
            if total > _MAX_BYTES or len(told) >= _MAX_FILES:
                raise CannotCrossError(
                    f"more than {_MAX_FILES} files or {_MAX_BYTES >> 20} MiB cannot cross at once"
                )
            try:
                with open(self.path(name), "rb") as file:
                    told[name] = base64.b64encode(file.read(_MAX_BYTES)).decode()
            except OSError:  # it may be gone again, or nobody may read it
                continue
        self._seen = now
        return told

    def apply(self, told: Mapping[str, Any]) -> None:
        """Write what the other side has changed. Raises ValueError for names outside."""
        if len(told) > _MAX_FILES:
            raise ValueError("too many files")
        for name, content in told.items():
            path = self.path(name)
            if name in self._kept:
                raise ValueError("a file that was there")
            try:
                self._write(path, content)
            except OSError:  # such as a folder where a file is to be
                continue
        self._seen = {name: found for name, found in self._scan() if name not in self._kept}

    def _write(self, path: str, content: Any) -> None:
        if content is None:
            (os.rmdir if os.path.isdir(path) else os.unlink)(path)
            return
        folder = path if content is True else os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        if content is True:
            return
        if type(content) is not str or len(content) > 2 * _MAX_BYTES:
            raise ValueError("no content of a file")
        data = base64.b64decode(content, validate=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o644)
        try:
            while data:
                data = data[os.write(descriptor, data) :]
        finally:
            os.close(descriptor)
        self.received.add(path)

    def path(self, name: str) -> str:
        """The path on this side. Raises ValueError for names outside the folders."""
        if type(name) is not str:
            raise ValueError("no name")
        root, *parts = name.split("/")
        # Compiled modules are among what is ignored: Python would run them unasked.
        bad = ("", ".", "..", *_IGNORED)
        if root not in self.roots or any(part in bad or "\0" in part for part in parts):
            raise ValueError(f"{name!r} is not below a folder that is shared")
        path = os.path.join(self.roots[root], *parts)
        real = os.path.realpath(path)
        if real != self.roots[root] and not real.startswith(f"{self.roots[root]}/"):
            raise ValueError(f"{name!r} leads outside")
        return path

    def name(self, path: str) -> str | None:
        """The name for a path of this side; None outside the folders."""
        for root, folder in self.roots.items():
            if path == folder or path.startswith(f"{folder}/"):
                return root + path[len(folder) :]
        return None

    def _scan(self) -> Iterator[tuple[str, Signature | None]]:
        count = 0
        for root, folder in self.roots.items():
            for name, found in _below(folder, root):
                count += 1
                if count > 4 * _MAX_FILES:
                    return
                yield name, found


def _below(folder: str, name: str) -> Iterator[tuple[str, Signature | None]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name in _IGNORED or entry.is_symlink():
            continue
        inner = f"{name}/{entry.name}"
        if entry.is_dir():
            yield inner, None
            yield from _below(entry.path, inner)
        elif entry.is_file():
            stat = entry.stat()
            yield inner, (stat.st_mtime_ns, stat.st_size)
