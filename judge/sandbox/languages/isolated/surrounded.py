"""The solution's side of what is around calls: streams, patches, files, environment, logging."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any

from .codec import Memo

if TYPE_CHECKING:
    from .solution import Solution

_MAX_SAID = 1 << 20


class Surrounded:
    """What the tests have changed in their process, done in this one, and what they hear of."""

    def __init__(self, peer: Solution) -> None:
        self._peer = peer
        self._count = 0
        self._said: list[list[Any]] = []
        self._said_bytes = 0
        self._capture = [False, False]
        self._logged: list[list[Any]] = []
        self._handler: Any = None
        self._tree: Any = None
        self._originals: dict[tuple[str, str], Any] = {}
        self._stdin = sys.stdin
        # Both go to the same place, in the order in which they were written.
        for number, name in ((1, "stdout"), (2, "stderr")):
            raw = _Said(self, number)
            text = io.TextIOWrapper(
                raw,  # type: ignore[type-var]
                "utf-8",
                "backslashreplace",
                write_through=True,
            )
            setattr(sys, name, text)

    def wrote(self, number: int, data: bytes) -> None:
        """Something was written to a standard stream."""
        self._count += len(data)
        if self._capture[number - 1] and self._said_bytes < _MAX_SAID:
            self._said_bytes += len(data)
            self._said.append([number, data.decode("utf-8", "replace")])

    def printed(self) -> int:
        """Bytes so far."""
        return self._count

    def incoming(self, world: dict[str, Any]) -> None:
        """Do as the tests did."""
        if "folders" in world:
            self._share(world["folders"])
        if "files" in world:
            self._tree.apply(world["files"])
        if "folder" in world:
            path = self._tree.path(world["folder"])
            os.makedirs(path, exist_ok=True)
            os.chdir(path)
        if "capture" in world:
            self._capture = world["capture"]
        if "stdin" in world:
            told = world["stdin"]
            sys.stdin = self._stdin if told is None else self._peer.decode(told[0], Memo())
        for name, value in world.get("environment", {}).items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        for module, name, value in world.get("patches", ()):
            self._patch(module, name, value)
        if "levels" in world:
            self._log(world["levels"])

    def outgoing(self) -> dict[str, Any] | None:
        """What the tests have to hear of."""
        world: dict[str, Any] = {}
        if self._said:
            world["said"], self._said, self._said_bytes = self._said, [], 0
        if self._logged:
            world["logged"], self._logged = self._logged, []
        if self._tree is not None:
            files = self._tree.changes()
            if files:
                world["files"] = files
        return world or None

    def seed(self, name: str, given: list[Any], named: dict[str, Any]) -> None:
        """Set the state of `random`, as the tests did theirs."""
        getattr(importlib.import_module("random"), name)(*given, **named)

    def _share(self, folders: dict[str, str]) -> None:
        from .files import Tree

        own = {"src": os.getcwd(), "tmp": os.environ.get("TMPDIR", "../tmp")}
        self._tree = Tree({name: own[name] for name in folders})
        roots = [(folders[name], self._tree.roots[name]) for name in folders]
        self._peer.translate_paths(roots)

    def _patch(self, module: str, name: str, value: Any) -> None:
        target = importlib.import_module(module)
        place = (module, name)
        if value is None:
            held = self._originals.pop(place, self)
            if held is not self:
                setattr(target, name, held)
            elif hasattr(target, name):
                delattr(target, name)
            return
        if place not in self._originals and hasattr(target, name):
            self._originals[place] = getattr(target, name)
        setattr(target, name, self._peer.decode(value[0], Memo()))

    def _log(self, levels: dict[str, int]) -> None:
        logging = importlib.import_module("logging")
        if self._handler is None:

            def emit(record: Any) -> None:
                text = (
                    logging.Formatter().formatException(record.exc_info)[:_MAX_SAID]
                    if (record.exc_info)
                    else ""
                )
                self._logged.append(
                    [
                        *(record.name, record.levelno, record.getMessage()),
                        *(record.filename, record.lineno, record.funcName or "", text),
                    ]
                )

            self._handler = logging.Handler()
            self._handler.emit = emit
            logging.getLogger().addHandler(self._handler)
        for name, level in levels.items():
            logging.getLogger(name or None).setLevel(level)


class _Said(io.RawIOBase):
    """A standard stream; bytes that were written are counted."""

    def __init__(self, owner: Surrounded, number: int) -> None:
        self._owner = owner
        self._number = number

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return False

    def write(self, data: Any) -> int:
        body = bytes(data)
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(1, rest) :]
        self._owner.wrote(self._number, body)
        return len(body)
