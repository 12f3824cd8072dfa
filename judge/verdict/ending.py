"""How a process ended, in the words of a verdict.

Text that the process wrote decides nothing but between kinds of failure: a
panic can be told from an exit only by what Go's runtime prints. Nothing here
can make a verdict better.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from judge.sandbox.facts import RunFacts
from judge.sandbox.job import Limits
from judge.verdict import uncaught
from judge.verdict.text import shown
from judge.verdict.verdicts import Verdict

_CRASH = re.compile(
    rb"^(?:panic: |fatal error: |runtime: (?:out of memory|cannot allocate))", re.MULTILINE
)
_OUT_OF_MEMORY = re.compile(
    rb"^(?:fatal error: runtime: (?:out of memory|cannot allocate memory)"
    rb"|runtime: (?:out of memory|cannot allocate)|fatal error: out of memory)",
    re.MULTILINE,
)
_FRAME = re.compile(r"^\s+(?:\S*/)?([A-Za-z0-9][A-Za-z0-9_.-]*\.go):(\d+)", re.MULTILINE)
_RECOVERED = re.compile(r"( \[recovered(, repanicked)?\])+$")
"""testing recovers a panic in order to report it, and panics again: no student's business."""
_LEFT = b"panic: unexpected call to os.Exit(0) during test"
"""What package testing makes of an exit that would have looked like success."""
_MESSAGE_BYTES = 500
_REPORT_BYTES = 64 * 1024
"""How much of the end of stderr is searched for an exception of a script."""
_KILLED_NEAR_LIMIT = 0.9
"""A kill with this share of the memory in use was the kernel's, for memory."""

_KINDS = (
    ("deadlock", "all goroutines are asleep (deadlock)"),
    ("stack overflow", "stack overflow: a function calls itself without end"),
    ("stack exceeds", "stack overflow: a function calls itself without end"),
    ("index out of range", "index out of range"),
    ("slice bounds out of range", "slice bounds out of range"),
    ("nil map", "assignment to an entry of a nil map"),
    ("nil pointer", "nil pointer dereference"),
    ("divide by zero", "division by zero"),
    ("interface conversion", "interface conversion to a type that it does not hold"),
    ("concurrent map", "concurrent access to a map"),
    ("closed channel", "misuse of a closed channel"),
    ("close of nil channel", "close of a nil channel"),
    ("negative WaitGroup counter", "negative WaitGroup counter"),
    ("unlock of unlocked", "unlock of an unlocked mutex"),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A bad end. `message` may quote the program; `plain` says it without a quote."""

    verdict: Verdict
    message: str
    plain: str


def bad_end(run: RunFacts, limits: Limits, own_files: Collection[str]) -> Ending | None:
    """Why `run` was stopped or crashed; None where it exited by itself, with any code."""
    if run.violation is not None:
        text = f"the program tried something that is not allowed here: {run.violation}"
        return Ending(Verdict.SANDBOX_VIOLATION, text, text)
    if run.limit is not None:
        return _over_limit(run.limit, limits)
    crash = _CRASH.search(run.stderr)
    # Neither code nor signal: isolated, and ended by us when the tests were over.
    failed = bool(run.exit_code) or run.signal is not None
    if failed and _OUT_OF_MEMORY.search(run.stderr):
        return _over_limit("memory", limits)
    if run.signal is not None:
        return _signalled(run, limits, crash, own_files)
    if failed and crash is not None:
        return _crashed(run, crash, own_files)
    return _raised(run, own_files) if failed else None


def bad_end_apart(
    solution: RunFacts, tests: RunFacts, limits: Limits, own_files: Collection[str]
) -> Ending | None:
    """How isolated tests ended before they were done, while the solution still answered.

    The reference came through the same tests, so it is what the submission returned that
    ended them: as in one process, where a panic of the tests, `log.Fatal` or a full memory end
    the submission too. None where something from outside ended them, which is our fault.

    A panic of the solution goes on in the test that called it. Where it came from, only the
    solution's own trace tells.
    """
    if tests.limit is not None:
        return _tests_over_limit(tests.limit, limits)
    if tests.signal == "SIGKILL":
        return None
    crash = _CRASH.search(tests.stderr)
    if crash is not None:
        line = tests.stderr[crash.start() :].split(b"\n", 1)[0]
        first = _RECOVERED.sub("", line.decode(errors="replace")).encode()
        start = solution.stderr.find(first)
        if start >= 0:
            tests = replace(tests, stderr=solution.stderr[start:])
    end = bad_end(tests, limits, own_files)
    if end is not None or tests.exit_code is None:
        return end
    plain = (
        f"the tests ended their process with exit code {tests.exit_code} before they were done, "
        "because of what your code returned"
    )
    said = shown(tests.stderr.strip().rsplit(b"\n", 1)[-1], _MESSAGE_BYTES)
    return Ending(Verdict.WRONG_ANSWER, f"{plain}: {said}" if said else plain, plain)


def _tests_over_limit(limit: str, limits: Limits) -> Ending:
    """A limit of the tests' own process, which has more room than the submission's."""
    verdict = _over_limit(limit, limits).verdict
    used = {
        "cpu": "CPU time",
        "wall": "time",
        "memory": "memory",
        "output": "output",
        "processes": "threads",
        "disk": "disk",
    }[limit]
    text = f"the tests needed more {used} than they may have for what your code returned"
    return Ending(verdict, text, text)


def _over_limit(limit: str, limits: Limits) -> Ending:
    verdict, text = {
        "cpu": (Verdict.TIME_LIMIT, f"used more than {limits.cpu_seconds:g} s of CPU time"),
        "wall": (Verdict.TIME_LIMIT, f"was still running after {limits.wall_seconds:g} s"),
        "memory": (Verdict.MEMORY_LIMIT, f"needed more than {limits.memory_mb} MiB of memory"),
        "output": (Verdict.OUTPUT_LIMIT, f"printed more than {limits.output_kb} KiB"),
        "processes": (Verdict.RUNTIME_ERROR, "started more threads than allowed"),
        "disk": (Verdict.RUNTIME_ERROR, "wrote more to the disk than allowed"),
    }[limit]
    return Ending(verdict, f"the program {text}", f"the program {text}")


def _signalled(
    run: RunFacts, limits: Limits, crash: re.Match[bytes] | None, own_files: Collection[str]
) -> Ending:
    if (
        run.signal == "SIGKILL"
        and run.memory_bytes >= _KILLED_NEAR_LIMIT * limits.memory_mb * 2**20
    ):
        return _over_limit("memory", limits)
    if crash is not None:
        return _crashed(run, crash, own_files)
    text = f"the program was ended by {run.signal}"
    return Ending(Verdict.RUNTIME_ERROR, text, text)


def _crashed(run: RunFacts, crash: re.Match[bytes], own_files: Collection[str]) -> Ending:
    trace = run.stderr[crash.start() :]
    if trace.startswith(_LEFT):
        text = "the run ended early: the program called os.Exit during a test"
        return Ending(Verdict.WRONG_ANSWER, text, text)
    first = _RECOVERED.sub("", shown(trace.split(b"\n", 1)[0], _MESSAGE_BYTES))
    place = _place(shown(trace), own_files)
    kind = next((words for needle, words in _KINDS if needle in first), "a panic")
    return Ending(
        Verdict.RUNTIME_ERROR,
        f"{first} ({place})" if place else first,
        f"the program crashed: {kind}" + (f" ({place})" if place else ""),
    )


def _raised(run: RunFacts, own_files: Collection[str]) -> Ending | None:
    """An exception that nobody caught in a script, which then ends with exit code 1."""
    said = shown(run.stderr[-_REPORT_BYTES:])
    found = uncaught.node(said, own_files) or uncaught.python(said, own_files)
    if found is None or run.exit_code != 1:
        return None
    where = f" ({found.place})" if found.place else ""
    first = shown(found.text, _MESSAGE_BYTES)
    return Ending(
        Verdict.RUNTIME_ERROR, f"{first}{where}", f"the program crashed: {found.kind}{where}"
    )


def _place(trace: str, own_files: Collection[str]) -> str:
    """The innermost line of the student's own code in a stack trace, "leap.go:7"."""
    for match in _FRAME.finditer(trace):
        if match[1] in own_files:
            return f"{match[1]}:{match[2]}"
    return ""
