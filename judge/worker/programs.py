"""What came of running a program once, in the words of `POST /api/run`. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from judge.repeatable import shows_chance
from judge.sandbox import languages
from judge.sandbox.facts import Diagnostic, Facts, RunFacts, TestFacts, TestStatus
from judge.sandbox.job import Limits, ProgramJob
from judge.verdict.ending import bad_end
from judge.verdict.parts import failed_message, passed_message, place
from judge.verdict.text import shown
from judge.verdict.verdicts import Verdict

FILE = "main.go"
UNFORMATTED = "gofmt would write this otherwise: format the code"
_REPEATABLE = {Verdict.ACCEPTED, Verdict.COMPILE_ERROR, Verdict.REJECTED}
"""What another run would give again. A time limit depends on the machine, and the trace of an
exception names addresses and folders."""


def job(code: str, stdin: str, timeout_seconds: float, language: str = "go") -> ProgramJob:
    """The program, stopped after `timeout_seconds` whether it computes or waits."""
    limits = Limits(cpu_seconds=timeout_seconds, wall_seconds=timeout_seconds)
    return ProgramJob(source={_main(language): code.encode()}, stdin=stdin.encode(), limits=limits)


def outcome(facts: Facts, limits: Limits, language: str = "go") -> dict[str, Any]:
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
        told = _unbuilt(Verdict.COMPILE_ERROR, said, build.seconds)
        return told | {"repeatable": build.limit is None}
    return _ran(facts.runs[0], limits, _main(language))


def ended(
    facts: Facts, limits: Limits, own_files: Collection[str], *, tested: bool = False
) -> dict[str, Any]:
    """The same for a run that somebody watched: what was printed has been told already.

    ``{"verdict", "label", "message", "diagnostics", "warnings", "run", "tests"}``; `run`
    is None where nothing ran. Where it was `tested` the verdict is about the tests.
    `repeatable`: our fault, the machine's mood or a limit has no part in it.
    """
    diagnostics = facts.rejected or (facts.build.diagnostics if facts.build else ())
    verdict, message = _ending(facts, limits, own_files, tested=tested)
    return {
        "verdict": verdict.value,
        "label": verdict.label,
        "message": message,
        "diagnostics": [_diagnostic(one) for one in diagnostics],
        "warnings": [_diagnostic(one) for one in facts.warnings],
        "build_seconds": facts.build.seconds if facts.build else None,
        "run": _usage(facts.runs[0]) if facts.runs else None,
        "repeatable": (
            verdict in _REPEATABLE
            and not _limited(facts)
            and not any(map(_shows_chance, facts.runs))
        ),
        "tests": [_test(one) for one in facts.tests],
        "toolchain": facts.toolchain,
        "sandbox": facts.sandbox,
    }


def formatted(facts: Facts) -> dict[str, Any]:
    """What gofmt made of sources: ``{"verdict", "message", "files", "diagnostics"}``."""
    diagnostics = facts.rejected or (facts.build.diagnostics if facts.build else ())
    verdict = Verdict.COMPILE_ERROR if diagnostics else Verdict.ACCEPTED
    return {
        "verdict": verdict.value,
        "label": verdict.label,
        "message": place(diagnostics[0]) if diagnostics else "",
        "files": {run.name: run.stdout.decode() for run in facts.runs},
        "diagnostics": [_diagnostic(one) for one in diagnostics],
    }


def checked(facts: Facts, texts: Mapping[str, bytes]) -> dict[str, Any]:
    """What is wrong with a package: ``{"verdict", "message", "diagnostics", "warnings", "hints"}``.

    `hints`: from where on each file would be another if gofmt wrote it.
    """
    told = formatted(facts)
    del told["files"]
    if facts.build is not None and facts.build.limit is not None:
        told |= {"verdict": Verdict.COMPILE_ERROR.value, "message": "the build was stopped"}
    return told | {
        "warnings": [_diagnostic(one) for one in facts.warnings],
        "hints": [_hint(run.name, texts[run.name], run.stdout) for run in facts.runs],
    }


def _hint(file: str, before: bytes, after: bytes) -> dict[str, Any]:
    """The place where two texts part."""
    pairs = enumerate(zip(before, after, strict=False))
    apart = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    same = before[:apart]
    line, column = same.count(b"\n") + 1, len(same) - same.rfind(b"\n")
    return {"file": file, "line": line, "column": column, "message": UNFORMATTED}


def together(ends: Sequence[dict[str, Any]], packages: int) -> dict[str, Any]:
    """The ends of several packages' tests as one, with theirs as `packages`.

    `packages` is how many there are: those after the last end were not run.
    """
    if packages == 1:
        return ends[0]
    bad = [one for one in ends if one["verdict"] != Verdict.ACCEPTED.value]
    worst = next((one for one in bad if one["verdict"] != Verdict.WRONG_ANSWER.value), None)
    worst = worst or (bad or ends)[0]
    message = f"the tests of {len(bad)} of {packages} packages failed" if bad else ""
    if len(ends) < packages:
        message = f"{packages - len(ends)} of {packages} packages were not tested"
    merged: dict[str, Any] = {
        name: [item for one in ends for item in one.get(name, ())]
        for name in ("diagnostics", "warnings")
    }
    verdict = worst["verdict"]
    if len(ends) < packages and verdict == Verdict.ACCEPTED.value:
        verdict = Verdict.TIME_LIMIT.value
    return merged | {
        "verdict": verdict,
        "label": worst["label"] if verdict == worst["verdict"] else Verdict(verdict).label,
        "message": worst["message"] if verdict == "stopped" else message,
        "packages": list(ends),
    }


def _ending(
    facts: Facts, limits: Limits, own_files: Collection[str], *, tested: bool
) -> tuple[Verdict, str]:
    if facts.rejected:
        return Verdict.REJECTED, "this cannot be built here"
    build = facts.build
    if build is not None and not build.ok:
        if build.limit is not None:
            return Verdict.COMPILE_ERROR, "the build was stopped: it needs too much time or memory"
        return Verdict.COMPILE_ERROR, "this could not be built"
    if not facts.runs:
        return Verdict.INTERNAL_ERROR, "the sandbox reported no build or no run"
    if not tested:
        return _verdict(facts.runs[0], limits, own_files)
    return _tested(facts, limits, own_files)


def _tested(facts: Facts, limits: Limits, own_files: Collection[str]) -> tuple[Verdict, str]:
    run = facts.runs[0]
    end = bad_end(run, limits, own_files)
    if end is not None:
        return end.verdict, end.message
    statuses: dict[str, TestStatus] = {test.name: test.status for test in facts.tests}
    if not statuses and not facts.declared:
        none = "there is no test in the files of tests"
        early = f"the program ended with exit code {run.exit_code} before any test was over"
        return Verdict.WRONG_ANSWER, none if run.complete else early
    missing: dict[str, TestStatus] = {
        name: "error" for name in facts.declared if name not in statuses
    }
    if missing or run.exit_code or "fail" in statuses.values() or not run.complete:
        return Verdict.WRONG_ANSWER, failed_message({**statuses, **missing})
    return Verdict.ACCEPTED, passed_message(statuses)


def _limited(facts: Facts) -> bool:
    builds = [facts.build] if facts.build else []
    killed = any(run.limit is not None or run.signal == "SIGKILL" for run in facts.runs)
    return killed or any(build.limit is not None for build in builds)


def _shows_chance(run: RunFacts) -> bool:
    return any(shows_chance(data.decode(errors="replace")) for data in (run.stdout, run.stderr))


def _usage(run: RunFacts) -> dict[str, Any]:
    return {
        "exit_code": run.exit_code,
        "signal": run.signal,
        "cpu_seconds": run.cpu_seconds,
        "wall_seconds": run.wall_seconds,
        "memory_bytes": run.memory_bytes,
        "output_bytes": run.output_bytes,
        "limit": run.limit,
    }


def _test(test: TestFacts) -> dict[str, Any]:
    return {
        "name": shown(test.name),
        "status": test.status,
        "seconds": test.seconds,
        "message": shown(test.message),
        "output": shown(test.output),
        "stderr": shown(test.stderr),
    }


def _diagnostic(found: Diagnostic) -> dict[str, Any]:
    return {
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "message": shown(found.message),
    }


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


def _main(language: str) -> str:
    return FILE if language == "go" else languages.get(language).main


def _ran(run: RunFacts, limits: Limits, file: str) -> dict[str, Any]:
    verdict, message = _verdict(run, limits, (file,))
    stdout, stderr = shown(run.stdout), shown(run.stderr)
    return {
        "output": shown(_as_written(run)),
        "stdout": stdout,
        "stderr": stderr,
        "exit_code": run.exit_code,
        "verdict": verdict.value,
        "seconds": run.wall_seconds,
        "message": message,
        "repeatable": verdict in _REPEATABLE and not _shows_chance(run),
    }


def _as_written(run: RunFacts) -> str:
    """Both streams as one text, in the order in which they were written."""
    make = codecs.getincrementaldecoder("utf-8")
    # What a letter is made of may come in two pieces, with something of the other stream between.
    streams = [(run.stdout, make("backslashreplace")), (run.stderr, make("backslashreplace"))]
    at = [0, 0]
    text: list[str] = []
    for turn, length in enumerate(run.order):
        which = turn % 2
        data, decoder = streams[which]
        text.append(decoder.decode(data[at[which] : at[which] + length]))
        at[which] += length
    for (data, decoder), done in zip(streams, at, strict=True):
        text.append(decoder.decode(data[done:], final=True))
    return "".join(text)


def _verdict(run: RunFacts, limits: Limits, own_files: Collection[str]) -> tuple[Verdict, str]:
    end = bad_end(run, limits, own_files)
    if end is not None:
        return end.verdict, end.message
    if run.exit_code:
        return Verdict.RUNTIME_ERROR, f"the program ended with exit code {run.exit_code}"
    return Verdict.ACCEPTED, ""
