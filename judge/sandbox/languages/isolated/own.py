"""Tests of one's own: the program and its tests in one process, run by pytest.

Whoever wrote the one wrote the other, so nobody is kept from forging anything; what is told
goes the way of isolated tests (`tests`). A problem with ``isolation = "none"`` runs its tests
in this way, too.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from . import remote
from .tests import CAME_TO_ITS_END, OPTIONS, Channel, Reporter, why


class Counted(io.FileIO):
    """Standard output, whose bytes are counted: each test is told what was printed in it."""

    def write(self, data: object, /) -> int:
        """As any file."""
        written = super().write(data) or 0  # type: ignore[arg-type]
        remote.tests.seen_printed += written
        return written


class Own(Reporter):
    """Names tests by their file, where there are several."""

    def __init__(self, channel: Channel, *, own: bool, several: bool) -> None:
        super().__init__(channel)
        self._own = own
        self._several = several
        self._told = channel

    def named(self, item: pytest.Item) -> str:
        """``tests.test_it.test_name``."""
        name = super().named(item)
        return f"{_dotted(item.path.relative_to(Path.cwd()))}.{name}" if self._several else name

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read is a test that fails."""
        if not self._own:
            super().pytest_collectreport(report)
        elif report.failed:
            file = Path(report.nodeid.partition("::")[0])
            number = self._told.start(f"{_dotted(file)}{file.suffix}")
            self._told.log(number, why(report))
            self._told.end(number, b"f", 0)


def _dotted(file: Path) -> str:
    """As a module's name: a slash would make a test part of another one."""
    return ".".join(file.with_suffix("").parts)


def main() -> None:
    """Arguments, JSON lists: the files of tests, or what `tests` gets.

    The first are tests of the program's own author, the second a problem's, whose author has
    accepted that a submission can forge their results.
    """
    lists = [json.loads(text) for text in sys.argv[1:]]
    own = len(lists) == 1
    files = lists[0] if own else lists[1]
    names = "*.py" if own else "test_*.py"
    remote.start()  # nobody is at the other end; it is where printed bytes are counted
    channel = Channel()
    sys.stdout = io.TextIOWrapper(Counted(1, "wb", closefd=False), "utf-8", write_through=True)
    sys.path.insert(0, str(Path.cwd()))
    options = [*OPTIONS, "-o", f"python_files={names}"]
    options += [name for name in files if own or name.startswith("test_")]
    reporter = Own(channel, own=own, several=own and len(files) > 1)
    code = int(pytest.main(options, [reporter]))
    sys.stdout.flush()
    sys.stderr.flush()
    if code in CAME_TO_ITS_END:
        if not own:
            reporter.tell_missing(lists[2])
        code = 1 if code == pytest.ExitCode.TESTS_FAILED else 0
        channel.final(code)
    os._exit(code)
