"""What unit and io results have in common: the frame around tests and a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from judge.packs.pack import Pack
from judge.sandbox.facts import Diagnostic, Facts, RunFacts, TestStatus
from judge.verdict import scoring
from judge.verdict.result import Build, Result, TestResult, Usage
from judge.verdict.text import shown
from judge.verdict.verdicts import Verdict

_LISTED_REASONS = 5
_NOTHING = scoring.Score(0.0, False, ())


def rejected(pack: Pack, reasons: Sequence[str], toolchain: str = "", sandbox: str = "") -> Result:
    """A submission that was refused before the build, with the first few reasons."""
    more = len(reasons) - _LISTED_REASONS
    lines = [*reasons[:_LISTED_REASONS], *([f"and {more} more"] if more > 0 else [])]
    return Result(
        verdict=Verdict.REJECTED,
        score=0.0,
        max_score=pack.points,
        message="\n".join(lines),
        tests=(),
        groups=(),
        build=None,
        usage=None,
        warnings=(),
        toolchain=toolchain,
        sandbox=sandbox,
    )


def before_run(pack: Pack, facts: Facts) -> Result | None:
    """The result, where the gate refused the files or the build hit a limit."""
    if facts.rejected:
        reasons = [place(found) for found in facts.rejected]
        return rejected(pack, reasons, facts.toolchain, facts.sandbox)
    build = facts.build
    if build is None or build.limit is None:
        return None
    seconds, memory = pack.limits.build_seconds, pack.limits.build_memory_mb
    what = {
        "wall": f"took longer than {seconds:g} s",
        "cpu": f"took longer than {seconds:g} s",
        "memory": f"needed more than {memory} MiB of memory",
    }.get(build.limit, f"went over its limit ({build.limit})")
    return result(pack, facts, Verdict.COMPILE_ERROR, f"the build was stopped: it {what}", ())


def internal_error(
    pack: Pack, facts: Facts, message: str, tests: tuple[TestResult, ...] = ()
) -> Result:
    """Our own fault, or the pack's; never the student's."""
    return result(pack, facts, Verdict.INTERNAL_ERROR, message, tests)


def result(
    pack: Pack,
    facts: Facts,
    verdict: Verdict,
    message: str,
    tests: tuple[TestResult, ...],
    score: scoring.Score | None = None,
    *,
    public_message: str = "",
) -> Result:
    """Put a result together. Without `score` the tests are scored as they stand."""
    if score is None:
        statuses = {test.name: test.status for test in tests}
        score = scoring.score(statuses, pack.groups, pack.points) if tests else _NOTHING
    return Result(
        verdict=verdict,
        score=score.points,
        max_score=pack.points,
        message=message,
        tests=tests,
        groups=score.groups,
        build=_build(facts),
        usage=_usage(_measured(pack, facts)),
        warnings=tuple(_clean(found) for found in facts.warnings),
        toolchain=facts.toolchain,
        sandbox=facts.sandbox,
        phases=_phases(facts, _measured(pack, facts)),
        public_message=public_message,
        together=facts.together,
        hidden_files=_hidden_files(pack, facts),
    )


def place(found: Diagnostic) -> str:
    """ "leap.go:3:9: message", with as much of the place as is known."""
    where = [found.file, *(str(number) for number in (found.line, found.column) if number)]
    message = shown(found.message)
    return f"{':'.join(where)}: {message}" if found.file else message


def first_diagnostic(diagnostics: Sequence[Diagnostic]) -> str:
    """The first message with its place; "" where there is none."""
    return place(diagnostics[0]) if diagnostics else ""


def failed_message(statuses: Mapping[str, TestStatus]) -> str:
    """ "2 of 5 tests failed"; a test with subtests counts through them."""
    counted = scoring.units(statuses)
    bad = sum(status in ("fail", "error") for status in counted.values())
    total = sum(status != "skip" for status in counted.values())
    return f"{bad} of {total} test{'s' if total != 1 else ''} failed"


def passed_message(statuses: Mapping[str, TestStatus]) -> str:
    """ "all 5 tests passed", with the number of those that were skipped."""
    counted = scoring.units(statuses)
    passed = sum(status == "pass" for status in counted.values())
    skipped = sum(status == "skip" for status in counted.values())
    text = "1 test passed" if passed == 1 else f"all {passed} tests passed"
    return f"{text}, {skipped} skipped" if skipped else text


def _build(facts: Facts) -> Build | None:
    if facts.build is None:
        return None
    diagnostics = tuple(_clean(found) for found in facts.build.diagnostics)
    return Build(facts.build.ok, facts.build.seconds, diagnostics)


def _hidden_files(pack: Pack, facts: Facts) -> tuple[str, ...]:
    diagnostics = facts.build.diagnostics if facts.build else ()
    files = {found.file for found in (*diagnostics, *facts.warnings)}
    return tuple(sorted(files & set(pack.hidden)))


def _measured(pack: Pack, facts: Facts) -> Sequence[RunFacts]:
    """The runs of the submission: of isolated tests the first, beside which they ran."""
    return facts.runs[:1] if pack.kind == "unit" else facts.runs


def _usage(runs: Sequence[RunFacts]) -> Usage | None:
    if not runs:
        return None
    return Usage(
        cpu_seconds=sum(run.cpu_seconds for run in runs),
        wall_seconds=sum(run.wall_seconds for run in runs),
        memory_bytes=max(run.memory_bytes for run in runs),
    )


def _phases(facts: Facts, runs: Sequence[RunFacts]) -> tuple[tuple[str, float], ...]:
    if facts.build is None:
        return ()
    wall = sum(run.wall_seconds for run in runs)
    return (*facts.build.phases, *((("run", wall),) if runs else ()))


def _clean(found: Diagnostic) -> Diagnostic:
    return Diagnostic(shown(found.file), found.line, found.column, shown(found.message))
