"""What came of running a program once, in the words of `POST /api/run`. Pure."""

from __future__ import annotations

from typing import Any

from judge.sandbox.facts import Facts, RunFacts
from judge.sandbox.job import Limits, ProgramJob
from judge.verdict.ending import bad_end
from judge.verdict.parts import place
from judge.verdict.text import shown
from judge.verdict.verdicts import Verdict

FILE = "main.go"
_REPEATABLE = {Verdict.ACCEPTED, Verdict.RUNTIME_ERROR, Verdict.COMPILE_ERROR, Verdict.REJECTED}
"""What another run would most likely give again; a time limit may be the machine's mood."""


def job(code: str, stdin: str, timeout_seconds: float) -> ProgramJob:
    """The program, stopped after `timeout_seconds` whether it computes or waits."""
    limits = Limits(cpu_seconds=timeout_seconds, wall_seconds=timeout_seconds)
    return ProgramJob(source={FILE: code.encode()}, stdin=stdin.encode(), limits=limits)


def outcome(facts: Facts, limits: Limits) -> dict[str, Any]:
    """``output`` holds what a person wants to read: compiler messages, or both streams."""
    if facts.rejected:
        return _unbuilt(Verdict.REJECTED, "\n".join(place(one) for one in facts.rejected), 0.0)
    build = facts.build
    if build is None or (build.ok and not facts.runs):
        return {"verdict": None, "message": "the sandbox reported no build or no run"}
    if not build.ok:
        said = "\n".join(place(one) for one in build.diagnostics)
        if build.limit is not None:
            said = "the build was stopped: it needs too much time or memory"
        return _unbuilt(Verdict.COMPILE_ERROR, said, build.seconds)
    return _ran(facts.runs[0], limits)


def _unbuilt(verdict: Verdict, said: str, seconds: float) -> dict[str, Any]:
    return {
        "output": said,
        "stdout": "",
        "stderr": said,
        "exit_code": None,
        "verdict": verdict.value,
        "seconds": seconds,
        "message": verdict.label,
        "repeatable": True,
    }


def _ran(run: RunFacts, limits: Limits) -> dict[str, Any]:
    verdict, message = _verdict(run, limits)
    stdout, stderr = shown(run.stdout), shown(run.stderr)
    return {
        "output": stdout + stderr,
        "stdout": stdout,
        "stderr": stderr,
        "exit_code": run.exit_code,
        "verdict": verdict.value,
        "seconds": run.wall_seconds,
        "message": message,
        "repeatable": verdict in _REPEATABLE,
    }


def _verdict(run: RunFacts, limits: Limits) -> tuple[Verdict, str]:
    end = bad_end(run, limits, (FILE,))
    if end is not None:
        return end.verdict, end.message
    if run.exit_code:
        return Verdict.RUNTIME_ERROR, f"the program ended with exit code {run.exit_code}"
    return Verdict.ACCEPTED, ""
