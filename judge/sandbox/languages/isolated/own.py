"""Tests of one's own: the program and its tests in one process, run by pytest.

Whoever wrote the one wrote the other, so nobody is kept from forging anything; what is told
goes the way of isolated tests (`tests`).
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

    def __init__(self, channel: Channel, *, several: bool) -> None:
        super().__init__(channel)
        self._several = several
        self._told = channel

    def named(self, item: pytest.Item) -> str:
        """``tests.test_it.test_name``."""
        name = super().named(item)
        return f"{_dotted(item.path.relative_to(Path.cwd()))}.{name}" if self._several else name

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read is a test that fails."""
        if report.failed:
            file = Path(report.nodeid.partition("::")[0])
            number = self._told.start(f"{_dotted(file)}{file.suffix}")
            self._told.log(number, why(report))
            self._told.end(number, b"f", 0)


def _dotted(file: Path) -> str:
    """As a module's name: a slash would make a test part of another one."""
    return ".".join(file.with_suffix("").parts)


def main() -> None:
    """One argument, a JSON list: the files of tests."""
    files = json.loads(sys.argv[1])
    remote.start()  # nobody is at the other end; it is where printed bytes are counted
    channel = Channel()
    sys.stdout = io.TextIOWrapper(Counted(1, "wb", closefd=False), "utf-8", write_through=True)
    sys.path.insert(0, str(Path.cwd()))
    options = [*OPTIONS, "-o", "python_files=*.py", *files]
    code = int(pytest.main(options, [Own(channel, several=len(files) > 1)]))
    sys.stdout.flush()
    sys.stderr.flush()
    if code in CAME_TO_ITS_END:
        code = 1 if code == pytest.ExitCode.TESTS_FAILED else 0
        channel.final(code)
    os._exit(code)
