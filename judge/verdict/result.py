"""A result: what `judge grade --json` prints and the API answers (contracts)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from judge.sandbox.facts import Diagnostic, TestStatus
from judge.verdict.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test or case. `group` is the name of its group, "" without groups."""

    __test__ = False  # for pytest, which would collect it by its name

    name: str
    status: TestStatus
    message: str
    output: str
    seconds: float
    visible: bool
    group: str = ""
    stdin: str = ""
    expected: str = ""
    """io cases only, like `stdin`, cut to 4 KiB; never sent to students for hidden cases."""
    stderr: str = ""
    """What went to standard error; of a test in one process what did while it ran."""
    quotable: bool = True
    """False: hidden tests began in the same process before it was over, so it may quote them."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Points earned by one group."""

    name: str
    points: float
    max_points: float
    passed: int
    total: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """The build as told to people."""

    ok: bool
    seconds: float
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What the run used: sums for CPU and wall clock over all runs, the peak for memory."""

    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Result:
    """One graded attempt."""

    verdict: Verdict
    score: float
    max_score: float
    message: str
    tests: tuple[TestResult, ...]
    groups: tuple[GroupResult, ...]
    build: Build | None
    usage: Usage | None
    warnings: tuple[Diagnostic, ...]
    toolchain: str
    sandbox: str
    phases: tuple[tuple[str, float], ...] = ()
    """(name, seconds) in order: those of the build, and "run"."""
    public_message: str = ""
    """What students read instead of `message`, where that quotes a hidden test."""
    together: str = ""
    """Why Go tests ran in the submission's process though they need not; for instructors."""
    hidden_files: tuple[str, ...] = ()
    """Names of hidden test files that diagnostics or warnings speak of."""

    def to_json(self) -> dict[str, Any]:
        """The result as `judge grade --json` prints it, hidden tests and all.

        `judge.verdict.view.for_student` makes of it what a student may see.
        """
        told: dict[str, Any] = {
            "verdict": self.verdict.value,
            "score": float(self.score),
            "max_score": float(self.max_score),
            "message": self.message,
            "tests": [_test_to_json(test) for test in self.tests],
            "groups": [_group_to_json(group) for group in self.groups],
            "build": None if self.build is None else _build_to_json(self.build),
            "usage": None if self.usage is None else asdict(self.usage),
            "warnings": [asdict(found) for found in self.warnings],
            "toolchain": self.toolchain,
            "sandbox": self.sandbox,
            "phases": {name: round(seconds, 6) for name, seconds in self.phases},
        }
        if self.public_message:
            told["public_message"] = self.public_message
        if self.hidden_files:
            told["hidden_files"] = list(self.hidden_files)
        return told


def _test_to_json(test: TestResult) -> dict[str, Any]:
    told = asdict(test)
    if not test.stdin and not test.expected:
        del told["stdin"], told["expected"]
    if test.quotable:
        del told["quotable"]
    if not test.stderr:
        del told["stderr"]
    return told


def _group_to_json(group: GroupResult) -> dict[str, Any]:
    return asdict(group)


def _build_to_json(build: Build) -> dict[str, Any]:
    return {
        "ok": build.ok,
        "seconds": build.seconds,
        "diagnostics": [asdict(found) for found in build.diagnostics],
    }
