"""The tests' process: pytest runs them, and each result goes out on the private channel.

Frames are those of `runner/internal/watch`. A parametrized test is the parent of its
cases (``test_add/1-2``), as subtests are in Go; it ends when the last of them has.
"""

from __future__ import annotations

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

from . import remote

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

    def _finish(self, item: pytest.Item) -> None:
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
    return place + _short(crash.message)


def why(report: pytest.CollectReport) -> str:
    """The last lines, without the trace through the tests that leads there."""
    lines = [line[2:] for line in report.longreprtext.splitlines() if line.startswith("E ")]
    return _short("\n".join(line.removeprefix("  ") for line in lines) or report.longreprtext)


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

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """One of the solution's files."""
        del path, target
        if fullname not in self._names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=f"{fullname}.py")

    def exec_module(self, module: ModuleType) -> None:
        """Have it imported over there; names are asked for when they are used."""
        there = remote.tests.ask("import", 0, module.__name__)

        def get(name: str) -> Any:
            if name == "__all__":
                return [one for one in dir(there) if not one.startswith("_")]
            if name.startswith("__"):
                raise AttributeError(name)
            return getattr(there, name)

        module.__getattr__ = get  # type: ignore[method-assign]


def main() -> None:
    """Arguments, each a JSON list: the solution's files, the test files, the tests' names."""
    remote.start()
    sources, files, declared, how = (json.loads(text) for text in sys.argv[1:5])
    channel = Channel()
    sys.path.insert(0, os.getcwd())
    sys.meta_path.insert(0, Finder([name.removesuffix(".py") for name in sources]))
    reporter = Reporter(channel)
    code = int(
        pytest.main(
            [
                *OPTIONS,
                *("-o", "python_files=test_*.py"),
                *(name for name in files if name.startswith("test_")),
            ],
            [reporter],
        )
    )
    sys.stderr.flush()
    if how["mode"] == "record":
        Path("../judge/recorded").write_bytes(b"{}")
    if code in CAME_TO_ITS_END:
        reporter.tell_missing(declared)
        code = 0 if code == pytest.ExitCode.OK else 1
        channel.final(code)
    os._exit(code)


OPTIONS = (
    *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging"),
    *("-p", "no:faulthandler", "-p", "no:junitxml", "-p", "no:pastebin"),
    *("-c", "/dev/null", "--rootdir", ".", "--confcutdir", ".", "--capture=no"),
    "--continue-on-collection-errors",
)
"""Of pytest, wherever it runs here: results go to the channel, and nothing is written."""

CAME_TO_ITS_END = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)
