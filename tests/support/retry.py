"""Run pytest, then run each test that failed once more, alone.

`python -m tests.support.retry PYTEST-ARGUMENTS`. A test that passes the second time is flaky:
its name is printed last as ``flaky: NAME`` and the output of its failure is appended to
var/flaky.log. The run fails if a test fails twice, if more than `MOST_FLAKY` tests are flaky, or
if pytest stopped for another reason. After more than `MOST_RETRIED` failures nothing is retried:
then the code is broken, not a test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.recording import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / "var" / "flaky.log"
MOST_FLAKY = 3
MOST_RETRIED = 20


@dataclass
class Run:
    """What one run of pytest gave."""

    code: int
    passed: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    """The output of each failed test."""
    broken: bool = False
    """Whether a file could not be collected."""


def run(arguments: Sequence[str], folder: Path = ROOT) -> Run:
    """Run pytest in a process of its own and read what it recorded."""
    with tempfile.TemporaryDirectory() as temporary:
        record = Path(temporary) / "record"
        code = subprocess.call(
            [sys.executable, "-m", "pytest", "-p", "tests.support.recording", *arguments],
            cwd=folder,
            env={**os.environ, VARIABLE: str(record), "PYTHONPATH": str(ROOT)},
        )
        lines = record.read_text().splitlines() if record.exists() else []
    result = Run(code)
    for line in map(json.loads, lines):
        if line["outcome"] == "failed":
            result.failed[line["test"]] = result.failed.get(line["test"], "") + line["text"]
        elif line["outcome"] == "passed":
            result.passed.add(line["test"])
        result.broken |= line["outcome"] == "broken"
    result.passed -= result.failed.keys()
    return result


def retry(arguments: Sequence[str], folder: Path = ROOT, log: Path = LOG) -> int:
    """Run the tests, retry what failed, report; the exit code."""
    first = run(arguments, folder)
    retryable = first.code == pytest.ExitCode.TESTS_FAILED and not first.broken
    if not retryable or not 0 < len(first.failed) <= MOST_RETRIED:
        return first.code
    print(f"\nRunning {len(first.failed)} failed tests once more, each alone", flush=True)
    flaky, lost = [], []
    for test, text in first.failed.items():
        second = run([test], folder)
        if second.code == pytest.ExitCode.OK and test in second.passed:
            flaky.append(test)
            _append(log, test, text)
        else:
            lost.append(test)
    return _report(len(first.passed), flaky, lost)


def _append(log: Path, test: str, text: str) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        file.write(f"=== {time.strftime('%Y-%m-%d %H:%M:%S')} flaky: {test}\n{text}\n")


def _report(passed: int, flaky: Sequence[str], lost: Sequence[str]) -> int:
    for test in lost:
        print(f"failed twice: {test}")
    for test in flaky:
        print(f"flaky: {test}")
    if len(flaky) > MOST_FLAKY:
        print(f"{len(flaky)} tests are flaky; at most {MOST_FLAKY} may be")
    failed = bool(lost) or len(flaky) > MOST_FLAKY
    print(f"{passed + len(flaky)} passed, {len(lost)} failed", flush=True)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(retry(sys.argv[1:]))
