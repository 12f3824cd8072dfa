"""A pytest plugin: write the outcome of each test to the file that `JUDGE_TEST_RECORD` names.

One JSON object per line: ``{"test": ID, "outcome": "passed" | "failed" | "skipped", "text": …}``.
A file of tests that cannot be collected is ``"outcome": "broken"``. With pytest-xdist only the
controlling process writes, since it sees the reports of all workers.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TextIO

import pytest

VARIABLE = "JUDGE_TEST_RECORD"


def pytest_configure(config: pytest.Config) -> None:
    """Start recording if a file is named and this is not a worker of pytest-xdist."""
    path = os.environ.get(VARIABLE)
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Recorder(Path(path)), "judge-recorder")


class _Recorder:
    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a test's outcome; a set-up or tear-down counts if it did not pass."""
        if report.when == "call" or not report.passed:
            sections = "".join(f"\n--- {title} ---\n{text}" for title, text in report.sections)
            self._write(report.nodeid, report.outcome, report.longreprtext + sections)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Write that a file could not be collected."""
        if report.failed:
            self._write(report.nodeid, "broken", report.longreprtext)

    def pytest_sessionfinish(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, test: str, outcome: str, text: str) -> None:
        kept = "" if outcome == "passed" else text
        self._file.write(json.dumps({"test": test, "outcome": outcome, "text": kept}) + "\n")
        self._file.flush()
