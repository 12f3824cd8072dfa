"""What a run that fuzzes tells of itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from judge.config import load
from judge.errors import SandboxBroken
from judge.interactive import Request
from judge.sandbox.job import ProgramJob
from judge.worker import fuzzing
from judge.worker.interactive import jobs
from tests.unit.test_config import NEEDED

LAST: dict[str, Any] = {
    "state": "over",
    "seconds": 1,
    "execs": 12345,
    "found": 2,
    "kept": 3,
    "bits": 4,
    "outcome": "passed",
    "input": "",
    "name": "",
    "message": "",
    "seed": "",
    "minimised": False,
}
TOLD = {"verdict": "accepted", "label": "Accepted", "message": "", "repeatable": True}


def test_a_record_is_taken_only_whole() -> None:
    assert fuzzing.record(json.dumps(LAST).encode())["seconds"] == 1.0
    wrong = [b"", b"[]", json.dumps(LAST | {"more": 1}).encode()]
    wrong += [json.dumps(LAST | {name: None}).encode() for name in LAST]
    wrong.append(json.dumps(LAST | {"execs": True}).encode())
    for text in wrong:
        with pytest.raises(SandboxBroken, match="the runner tells of fuzzing"):
            fuzzing.record(text)


@pytest.mark.parametrize(
    ("last", "told", "verdict", "message"),
    [
        ({}, {}, "accepted", "no failing input in 12\u202f345 executions"),
        ({"outcome": "failed"}, {}, "wrong_answer", "an input fails, after 12\u202f345 executions"),
        (
            {"outcome": "failed", "seed": "testdata/fuzz/FuzzA/12", "execs": 1},
            {},
            "wrong_answer",
            "the seed 12 fails, after 1 execution",
        ),
        ({"outcome": "hang"}, {}, "wrong_answer", "an input does not end, after"),
        ({"outcome": "crashed"}, {}, "runtime_error", "ended while it was fuzzed"),
        (
            {"outcome": "crashed"},
            {"verdict": "memory_limit", "message": "too much"},
            "memory_limit",
            "too much",
        ),
        ({"outcome": "none"}, {}, "runtime_error", "nothing was fuzzed"),
        ({"outcome": "stopped"}, {"verdict": "stopped", "message": "s"}, "stopped", "s"),
    ],
)
def test_an_end_is_about_the_input(
    last: dict[str, Any], told: dict[str, Any], verdict: str, message: str
) -> None:
    end = fuzzing.ended(LAST | last, TOLD | told)
    assert end["verdict"] == verdict
    assert message in end["message"]


@pytest.mark.parametrize(("timeout", "seconds"), [("5s", 8.0), ("1s", 2.0)])
def test_the_operators_limit_bounds_how_long(timeout: str, seconds: float) -> None:
    files = {"a.go": "package a\n", "a_test.go": "package a\n\nfunc FuzzA(f *testing.F) {}\n"}
    request = Request("fuzz", files, seconds=8.0, test="FuzzA")
    ((folder, job),) = jobs(request, load({**NEEDED, "TIMEOUT": timeout}))
    assert isinstance(job, ProgramJob)
    assert (folder, job.fuzz, job.fuzz_seconds) == ("", "FuzzA", seconds)
    assert job.limits.cpu_seconds > job.limits.cpus * seconds
    assert set(job.tests) == {"a_test.go"}


def test_what_is_not_fuzzed_ends_as_it_did() -> None:
    assert fuzzing.ended(None, TOLD) == TOLD
