"""The tests' side of what is around calls.

Tests replace ``input``, standard streams, functions of the standard library, variables of the
environment and the working folder, and write files. What they have changed since the last
message goes to the solution with the next one. With a reply comes what was printed while the
tests captured it, what was logged, and files.
"""

from __future__ import annotations

import ast
import importlib
import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .codec import Memo
from .files import Tree

if TYPE_CHECKING:
    from .remote import Tests

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+\Z")
_NOT_WATCHED = {"sys": {"stdin", "stdout", "stderr", "modules", "path", "meta_path", "path_hooks"}}
_NOT_WATCHED["os"] = {"environ"}
_FILES = ("tmp_path", "tmpdir", "tempfile", "open(", "chdir", "Path(", "write_text", "os.remove")
_MISSING = object()
_MAX_TEXT = 1 << 20


class Surroundings:
    """Finds out what the tests have changed."""

    def __init__(self, peer: Tests, sources: Mapping[str, str], modules: Iterable[str]) -> None:
        self._peer = peer
        text = "\n".join(sources.values())
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._stdin = sys.stdin
        self._capture = [False, False]
        self._environment = dict(os.environ)
        self._raw: dict[Any, Any] = dict(getattr(os.environ, "_data", ()))
        self._folder = os.getcwd()
        self._logs = "logging" in text or "caplog" in text or "assertLogs" in text
        self._levels: dict[str, int] | None = None
        self.tree: Tree | None = None
        if any(word in text for word in _FILES):
            self.tree = Tree({"src": os.getcwd(), "tmp": os.environ.get("TMPDIR", "../tmp")})
        self._told_folders = False
        self._watched: list[tuple[Any, str, str, Any]] = []
        self._last: list[Any] = []
        for module, name in sorted(watched(sources, set(modules))):
            try:
                names = vars(importlib.import_module(module))
            except ImportError:
                continue
            self._watched.append((names, module, name, names.get(name, _MISSING)))
            self._last.append(names.get(name, _MISSING))

    def outgoing(self) -> dict[str, Any] | None:
        """What has changed since the last message."""
        world: dict[str, Any] = {}
        self._add_streams(world)
        for number, (names, module, name, original) in enumerate(self._watched):
            now = names.get(name, _MISSING)
            if now is self._last[number]:
                continue
            self._last[number] = now
            value = None if now is original else [self._peer.encode(now, Memo())]
            world.setdefault("patches", []).append([module, name, value])
        raw: Any = getattr(os.environ, "_data", None)  # a copy of it decodes every variable
        if raw is None or raw != self._raw:
            self._raw = dict(raw or ())
            environment = dict(os.environ)
            gone = {name: None for name in self._environment if name not in environment}
            new = {k: v for k, v in environment.items() if self._environment.get(k) != v}
            if gone or new:
                world["environment"], self._environment = gone | new, environment
        if self.tree is not None:
            self._add_files(self.tree, world)
        if self._logs:
            self._add_levels(world)
        return world or None

    def _add_streams(self, world: dict[str, Any]) -> None:
        capture = [sys.stdout is not self._streams[1], sys.stderr is not self._streams[2]]
        if capture != self._capture:
            world["capture"] = self._capture = capture
        stdin = sys.stdin
        if type(stdin).__module__.startswith("_pytest"):
            stdin = self._streams[0]  # as pytest has it while it captures: nothing to be read
        if stdin is not self._stdin:
            self._stdin = stdin
            original = stdin is self._streams[0]
            world["stdin"] = None if original else [self._peer.encode(stdin, Memo())]

    def _add_files(self, tree: Tree, world: dict[str, Any]) -> None:
        if not self._told_folders:
            self._told_folders = True
            world["folders"] = tree.roots
        files = tree.changes()
        if files:
            world["files"] = files
        folder = os.getcwd()
        if folder != self._folder:
            self._folder = folder
            name = tree.name(folder)
            if name is not None:
                world["folder"] = name

    def _add_levels(self, world: dict[str, Any]) -> None:
        root = logging.getLogger()
        levels = {"": root.level}
        for name, logger in root.manager.loggerDict.items():
            if isinstance(logger, logging.Logger) and logger.level:
                levels[name] = logger.level
        if levels != self._levels:
            gone = {name: 0 for name in self._levels or () if name not in levels}
            world["levels"], self._levels = gone | levels, levels

    def incoming(self, world: Any) -> None:
        """What the solution did. Raises ValueError for what it may not say."""
        if type(world) is not dict:
            raise ValueError("no surroundings")
        for number, text in world.get("said", ()):
            if number not in (1, 2) or type(text) is not str or len(text) > _MAX_TEXT:
                raise ValueError("no output")
            stream = (sys.stdin, sys.stdout, sys.stderr)[number]
            if stream is not self._streams[number]:
                stream.write(text)
        for logged in world.get("logged", ()) if self._logs else ():
            self._log(*logged)
        if "files" in world:
            if self.tree is None:
                raise ValueError("files that nobody shares")
            self.tree.apply(world["files"])

    @staticmethod
    def _log(*told: Any) -> None:
        name, level, text, file, line, function, trace = told
        if [type(one) for one in told] != [str, int, str, str, int, str, str]:
            raise ValueError("no record of a log")
        logger = logging.getLogger(name)
        record = logger.makeRecord(name, level, file, line, text, (), None, function)
        record.exc_text = trace or None
        if logger.isEnabledFor(level):
            logger.handle(record)


def watched(sources: Mapping[str, str], modules: set[str]) -> set[tuple[str, str]]:
    """Names of the standard library that the tests may replace, by what their source says."""
    found: set[tuple[str, str]] = set()
    for text in sources.values():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        aliases: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                aliases |= {(one.asname or one.name): one.name for one in node.names}
            if isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    aliases[one.asname or one.name] = f"{node.module}.{one.name}"
        for node in ast.walk(tree):
            for place in _replaced(node, aliases):
                parts = place.split(".")
                if parts[0] in modules and len(parts) > 2:
                    parts = parts[1:]
                module, name = ".".join(parts[:-1]), parts[-1]
                standard = parts[0] in sys.stdlib_module_names and parts[0] not in modules
                if standard and name not in _NOT_WATCHED.get(module, ()):
                    found.add((module, name))
    return found


def _replaced(node: ast.AST, aliases: Mapping[str, str]) -> Iterable[str]:
    """Places that an expression may replace.

    ``"time.time"``, ``setattr(time, "time", …)``, ``time.time = …``.
    """
    text = node.value if isinstance(node, ast.Constant) else None
    if isinstance(text, str) and _DOTTED.match(text[:100]):
        yield text
    if isinstance(node, ast.Call):
        for target, name in zip(node.args, node.args[1:], strict=False):
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                place = _dotted(target, aliases)
                if place and name.value.isidentifier():
                    yield f"{place}.{name.value}"
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        place = _dotted(node.value, aliases)
        if place:
            yield f"{place}.{node.attr}"


def _dotted(node: ast.expr, aliases: Mapping[str, str]) -> str:
    if isinstance(node, ast.Name):
        return aliases.get(node.id, "")
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value, aliases)
        return f"{inner}.{node.attr}" if inner else ""
    return ""
