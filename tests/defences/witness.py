"""A pytest plugin: writes down how each test ended, and by which exception."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

import judge

TOLD = "JUDGE_DEFENCES_TOLD"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    line = {
        "test": item.nodeid,
        "when": report.when,
        "outcome": report.outcome,
        "exception": call.excinfo.type.__name__ if call.excinfo else "",
        "words": str(call.excinfo.value)[:300] if call.excinfo else "",
        # A copy that imports the original would show nothing.
        "tree": str(Path(judge.__file__).resolve().parents[1]),
    }
    with Path(os.environ[TOLD]).open("a") as told:
        told.write(json.dumps(line) + "\n")
    return report
