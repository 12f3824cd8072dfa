"""What the sandbox saw. Facts only: what they mean is `judge.verdict`'s business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LimitHit = Literal["cpu", "wall", "memory", "output", "processes", "disk"]
TestStatus = Literal["pass", "fail", "error", "skip"]
EventKind = Literal["building", "running", "test", "stdout", "stderr", "debugger", "fuzz"]
LINK_LOST = 97
"""Exit code of isolated tests whose solution is gone, or answers with what is no answer."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message of gate, compiler, linker or vet at a place in a file (1-based; 0: none)."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class BuildFacts:
    """One build. `limit` is set where it was stopped ("wall" or "memory")."""

    ok: bool
    seconds: float
    diagnostics: tuple[Diagnostic, ...] = ()
    limit: LimitHit | None = None
    culprit: Literal["solution", "tests"] = "solution"
    """"tests": the solution compiles alone and not with the pack's tests."""
    phases: tuple[tuple[str, float], ...] = ()
    """(name, seconds) of "gate", "compile", "link", "vet": for the benchmark."""


@dataclass(frozen=True, slots=True)
class TestFacts:
    """One test, example, fuzz seed or subtest, told by the harness's private channel."""

    __test__ = False  # for pytest, which would collect it by its name

    name: str
    status: TestStatus
    seconds: float = 0.0
    message: str = ""
    """The lines that t.Error, t.Fatal and t.Log wrote, with file:line."""
    output: str = ""
    """What was printed to stdout while it ran, cut and escaped to valid UTF-8."""
    stderr: str = ""
    """The same of stderr; of Go."""
    started: int = 0
    """How many tests had started when it was over; 0 where that is not told. Parallel tests
    are over after others that started later."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One process, from start to its end. Seconds; CPU summed over its threads.

    Isolated tests (`UnitJob`) have two: "solution" first, then "tests". A solution
    that still ran when the tests were over was ended by the runner and has neither
    `exit_code` nor `signal`; tests with the exit code `LINK_LOST` could not go on
    without it.
    """

    name: str
    exit_code: int | None
    signal: str | None
    """"SIGKILL", …; None where it exited by itself."""
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int
    stdout: bytes
    stderr: bytes
    output_bytes: int
    """All that it wrote, the part that was cut off as well."""
    limit: LimitHit | None = None
    violation: str | None = None
    """What the filter stopped it for ("fork", "exec", …), if it did."""
    complete: bool = True
    """Unit runs: the harness said its last word. False: it ended before."""
    order: tuple[int, ...] = ()
    """Programs: how stdout and stderr follow each other. Bytes of stdout, of stderr, of stdout…"""


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole of one job. With `rejected` nothing was built; without a build nothing ran."""

    toolchain: str
    sandbox: Literal["docker", "local"]
    rejected: tuple[Diagnostic, ...] = ()
    build: BuildFacts | None = None
    declared: tuple[str, ...] = ()
    """Top-level tests, examples and fuzz targets, from the tests' syntax trees, in order."""
    hidden: frozenset[str] = frozenset()
    """Those of `declared` that a hidden file declares."""
    tests: tuple[TestFacts, ...] = ()
    """In the order they started; those that never did are not here."""
    runs: tuple[RunFacts, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    together: str = ""
    """Why Go tests that may share the submission's process did, "" where they did not."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened while a job is under way, told at once.

    "building", "running": `name` is empty, or the number of the process that a debugger
    can attach to. "test": one ended (unit: `name`,
    `status`, `hidden` is whether its top-level test is hidden; io: `name` is the
    case, no status, it is not known yet). "stdout", "stderr": `data` of an
    interactive program. "debugger": `data` is what the debugger said. "fuzz": `data` is how
    far it is, as JSON (`judge.worker.fuzzing`).
    """

    kind: EventKind
    name: str = ""
    status: TestStatus | None = None
    hidden: bool = False
    data: bytes = b""
    run: RunFacts | None = None
