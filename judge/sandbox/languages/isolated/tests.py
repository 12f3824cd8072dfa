"""The tests' process: pytest runs them, and each result goes out on the private channel.

Frames are those of `runner/internal/watch`. A parametrized test is the parent of its
cases (``test_add/1-2``), as subtests are in Go; it ends when the last of them has.
"""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.machinery
import json
import os
import struct
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from . import remote, source, standins
from .record import Record, Recorder, Strict
from .surroundings import Surroundings

CHANNEL = 3
_HEADER = struct.Struct(">cIQI")
_NONCE_BYTES = 16
_MAX_PAYLOAD = 8 << 10
_PASSED, _FAILED, _SKIPPED = b"p", b"f", b"s"


class Channel:
    """The way to the runner."""

    def __init__(self) -> None:
        self._nonce = os.read(CHANNEL, _NONCE_BYTES)
        self._last = 0

    def start(self, name: str) -> int:
        """A test begins; its number."""
        self._last += 1
        self._send(b"S", self._last, name.encode("utf-8", "replace")[:1000])
        return self._last

    def log(self, number: int, text: str) -> None:
        """Why it failed."""
        body = text.encode("utf-8", "replace")
        for start in range(0, min(len(body), 2 * _MAX_PAYLOAD), _MAX_PAYLOAD):
            self._send(b"L", number, body[start : start + _MAX_PAYLOAD])

    def end(self, number: int, status: bytes, seconds: float) -> None:
        """It is over."""
        self._send(b"E", number, status + struct.pack(">Q", int(seconds * 1e9)))

    def final(self, code: int) -> None:
        """All of them are."""
        self._send(b"Z", self._last, bytes([code]))

    def _send(self, kind: bytes, number: int, payload: bytes) -> None:
        printed = remote.tests.seen_printed
        frame = self._nonce + _HEADER.pack(kind, number, printed, len(payload)) + payload
        while frame:
            frame = frame[os.write(CHANNEL, frame) :]


_WRONG_SHAPE = "isolated.remote.WrongShapeError: "


class Reporter:
    """pytest's hooks, as a plugin."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._left: Counter[str] = Counter()
        self._parents: dict[str, tuple[int, float]] = {}
        self._failed: set[str] = set()
        self._passed: set[str] = set()
        self._number = 0
        self._started = 0.0
        self._outcome = _PASSED
        self._seen: set[str] = set()
        self._broken = ""
        """Why a file of tests could not be collected."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Count the cases of each test; files in the order of their names, as they came."""
        self._left = Counter(self.named(item) for item in items if _case(item))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why the first file could not be read: mostly, since a module was not."""
        if report.failed and not self._broken:
            self._broken = why(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """A test, from its beginning to the end of its last phase."""
        self._begin(item)
        done = yield
        self._finish(item)
        return done

    def tell_missing(self, declared: list[str]) -> None:
        """Tests of a file that could not be imported fail, and say why."""
        for name in declared if self._broken else ():
            if name not in self._seen:
                number = self._channel.start(name)
                self._channel.log(number, self._broken)
                self._channel.end(number, _FAILED, 0)

    def named(self, item: pytest.Item) -> str:
        """``Class.test_name`` or ``test_name``."""
        name: str = getattr(item, "originalname", None) or item.name
        owner = getattr(item, "cls", None)
        return f"{owner.__name__}.{name}" if owner is not None else name

    def _begin(self, item: pytest.Item) -> None:
        parent, case = self.named(item), _case(item)
        self._seen.add(parent)
        remote.tests.running = True
        if case and parent not in self._parents:
            self._parents[parent] = (self._channel.start(parent), time.monotonic())
        self._number = self._channel.start(f"{parent}/{case}" if case else parent)
        self._started, self._outcome = time.monotonic(), _PASSED

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A phase of it is over: before, itself, after. Or a subtest."""
        if report.failed:
            self._outcome = _FAILED
            about = getattr(report, "context", None)
            head = f"{_subtest(about)}\n" if about is not None else ""
            self._channel.log(self._number, head + _message(report))
        elif report.skipped and self._outcome == _PASSED:
            self._outcome = _SKIPPED if getattr(report, "context", None) is None else _PASSED
            if self._outcome == _SKIPPED:
                self._channel.log(self._number, _message(report))

    def lost(self, reason: str) -> None:
        """The link is given up while a test runs: its author reads why."""
        if self._number:
            self._channel.log(self._number, f"your code cannot be tested any further: {reason}")

    def _finish(self, item: pytest.Item) -> None:
        violation, remote.tests.violation = remote.tests.violation, ""
        if violation and self._outcome != _FAILED:  # the test has caught it
            self._outcome = _FAILED
            self._channel.log(self._number, violation)
        self._channel.end(self._number, self._outcome, time.monotonic() - self._started)
        if not _case(item):
            return
        parent = self.named(item)
        (
            self._failed
            if self._outcome == _FAILED
            else self._passed
            if self._outcome == _PASSED
            else set()
        ).add(parent)
        self._left[parent] -= 1
        if not self._left[parent]:
            number, started = self._parents.pop(parent)
            status = (
                _FAILED
                if parent in self._failed
                else _PASSED
                if parent in self._passed
                else _SKIPPED
            )
            self._channel.end(number, status, time.monotonic() - started)


def _case(item: pytest.Item) -> str:
    """What tells a parametrized test from its brothers; "" for others."""
    call = getattr(item, "callspec", None)
    return call.id.replace("/", "|") or "-" if call is not None else ""


def _message(report: pytest.TestReport) -> str:
    """The reason alone: neither the test's source nor where pytest found it."""
    told: Any = report.longrepr
    if isinstance(told, tuple):  # a skip: file, line, reason
        return str(told[2])
    crash = getattr(told, "reprcrash", None)
    if crash is None:
        return _short(report.longreprtext)
    place = (
        f"{os.path.relpath(crash.path)}:{crash.lineno}: "
        if crash.path.startswith(os.getcwd())
        else ""
    )
    return place + _short(crash.message.removeprefix(_WRONG_SHAPE))


def why(report: pytest.CollectReport) -> str:
    """The last lines, without the trace through the tests that leads there."""
    lines = [line[2:] for line in report.longreprtext.splitlines() if line.startswith("E ")]
    said = [line.removeprefix("  ").removeprefix(_WRONG_SHAPE) for line in lines]
    return _short("\n".join(said) or report.longreprtext)


def _short(text: str) -> str:
    return text[: 2 * _MAX_PAYLOAD]


def _subtest(context: Any) -> str:
    """``subTest(n=1)`` as a person reads it."""
    parts = [context.msg] if context.msg else []
    return ", ".join([*parts, *(f"{key}={value}" for key, value in context.kwargs.items())])


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules of the solution, for imports of the tests."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)
        self._loaded: dict[str, ModuleType] = {}

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """One of the solution's files."""
        if fullname in self._names:
            spec = importlib.machinery.ModuleSpec(
                fullname, self, origin=str(source.FOLDER / f"{fullname}.py")
            )
            spec.has_location = True
            return spec
        # What came from the solution is no code, wherever the tests look for modules.
        tree = remote.tests.surroundings.tree if remote.tests.surroundings is not None else None
        if tree is not None and tree.received:
            found = importlib.machinery.PathFinder.find_spec(fullname, path, target)  # type: ignore[arg-type]
            if found is not None and os.path.realpath(found.origin or "") in tree.received:
                raise ImportError(f"{fullname} was written by the submission")
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The stand-in."""
        return standins.Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Have it imported over there; names are asked for when they are used."""
        name = module.__name__
        before = self._loaded.get(name)
        how = "import" if before is None else "reload" if before is module else "fresh"
        remote.tests.load(name, how)
        self._loaded[name] = module

    def get_source(self, fullname: str) -> str:
        """Its text, for `inspect`."""
        return (source.FOLDER / f"{fullname}.py").read_text("utf-8")

    def get_code(self, fullname: str) -> None:
        """None: it is not run in this process."""


def _run_module(finder_names: frozenset[str]) -> None:
    """Have `runpy` run modules of the solution over there."""
    import runpy

    original: Any = runpy.run_module

    def run_module(name: str, *given: Any, **named: Any) -> dict[str, Any]:
        if name not in finder_names:
            found: dict[str, Any] = original(name, *given, **named)
            return found
        return remote.tests.run(name)

    vars(runpy)["run_module"] = run_module


def _seed_both() -> None:
    """A seed that tests set is set over there, too."""
    import random

    for name in ("seed", "setstate"):
        original = getattr(random, name)

        def both(*given: Any, _name: str = name, _original: Any = original, **named: Any) -> None:
            _original(*given, **named)
            remote.tests.at("seed", "seed", 0, _name, given, named)

        setattr(random, name, both)


def _star(sources: dict[str, str]) -> Any:
    """Which names a star import may take, where no record says so.

    Those that the tests use and neither import from elsewhere nor have from Python.
    """
    used: set[str] = set()
    taken = set(vars(builtins))
    for text in sources.values():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                used.add(node.id)
            if isinstance(node, ast.Import | ast.ImportFrom):
                taken |= {(one.asname or one.name).partition(".")[0] for one in node.names}
    return lambda name: name in used and name not in taken


def _interface(how: dict[str, Any], sources: dict[str, str], names: list[str]) -> Record:
    if how["mode"] == "record":
        return Recorder()
    if how["mode"] == "replay":
        return Record((BESIDE / "record").read_bytes())
    return Strict(sources, names)


BESIDE = Path("../judge").absolute()


def main() -> None:
    """Arguments in JSON: the solution's files, the test files, the tests' names, an object.

    The last says how the solution's interface is known (`runner/internal/work/pair.go`).
    """
    handed_in, files, declared, how = (json.loads(text) for text in sys.argv[1:5])
    if how["mode"] == "record":
        names = [name for name in handed_in if name.endswith(".py")]
    else:  # a file that nobody asked for is nothing that tests could import
        names = [name for name in how["named"] if name.endswith(".py")]
    names = [name.removesuffix(".py") for name in names]
    sources = {path.name: path.read_text("utf-8", "replace") for path in Path.cwd().glob("*.py")}
    record = _interface(how, sources, names)
    if how["mode"] == "replay":
        names = sorted({*names, *record.modules})
    if how["mode"] == "record":
        record.modules = names
    link = remote.start(record)
    channel = Channel()
    reporter = Reporter(channel)
    link.on_loss = lambda reason: _lost(reporter, record, reason)
    sys.path.insert(0, os.getcwd())
    sys.meta_path.insert(0, Finder(names))
    link.surroundings = Surroundings(link, sources, names)
    text = "\n".join(sources.values())
    if record.strict:
        standins.star = _star(sources)
    if "runpy" in text:
        _run_module(frozenset(names))
    if "random" in text:
        _seed_both()
    options = [one for one in OPTIONS if one != "-pno:logging" or "caplog" not in text]
    code = int(
        pytest.main(
            [
                *options,
                *("-o", "python_files=test_*.py"),
                *(name for name in files if name.startswith("test_")),
            ],
            [reporter],
        )
    )
    sys.stderr.flush()
    if code in CAME_TO_ITS_END:  # otherwise there is no record, and a problem is told of it
        _write(record)
    if code in CAME_TO_ITS_END:
        reporter.tell_missing(declared)
        code = 0 if code == pytest.ExitCode.OK else 1
        channel.final(code)
    os._exit(code)


def _write(record: Record) -> None:
    if isinstance(record, Recorder):
        (BESIDE / "recorded").write_bytes(record.dump())


def _lost(reporter: Reporter, record: Record, reason: str) -> None:
    _write(record)
    reporter.lost(reason)


OPTIONS = (
    *("-pno:terminal", "-pno:cacheprovider", "-pno:logging"),
    *("-pno:faulthandler", "-pno:junitxml", "-pno:pastebin"),
    *("-c", "/dev/null", "--rootdir", ".", "--confcutdir", ".", "--capture=no"),
    "--continue-on-collection-errors",
)
"""Of pytest, wherever it runs here: results go to the channel, and nothing is written."""

CAME_TO_ITS_END = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)
