"""A result: what `judge grade --json` prints and the API answers (contracts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from judge.sandbox.facts import Diagnostic, TestStatus
from judge.verdict.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test or case. `group` is the name of its group, "" without groups."""

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

