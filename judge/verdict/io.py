"""From the facts of a stdin/stdout run to a result.

Each case is a test of its own. One that ended badly or printed something else
is ``fail``; one that never ran (the sandbox stops after a number of failures,
so that an endless loop does not cost its time limit once per case) is
``error``. The verdict is that of the first case that is not right, in the order
of the cases; a broken rule of the sandbox comes before all.

====================================  =======================================
The sandbox saw                       Verdict of the case
====================================  =======================================
stopped by the filter                 sandbox_violation
over a limit                          time_limit, memory_limit, output_limit
a panic, a signal, an exit code       runtime_error
an answer the checker refuses         wrong_answer
an answer the checker takes           accepted
====================================  =======================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from judge.packs.pack import IoCase, Pack
from judge.sandbox.facts import Facts, RunFacts, TestStatus
from judge.verdict import parts, scoring
from judge.verdict.checkers import Opinion, check
from judge.verdict.ending import bad_end
from judge.verdict.result import Result, TestResult
from judge.verdict.text import shown
from judge.verdict.verdicts import Verdict

SHOWN_BYTES = 4096
"""How much of stdin, answer and output a result keeps of each."""


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict | None
    """None: it never ran."""
    message: str
    plain: str


def judge(pack: Pack, facts: Facts, opinions: Mapping[str, Opinion] | None = None) -> Result:
    """The result of `facts` for an io problem. Pure.

    :param opinions: what the pack's own checker said, by case; asked for only
        where the checker is a program, and only for the cases of `answered`.
    """
    early = parts.before_run(pack, facts)
    if early is not None:
        return early
    build = facts.build
    if build is None or (build.ok and not facts.runs):
        return parts.internal_error(pack, facts, "the sandbox reported no build or no run")
    if not build.ok:
        tests = tuple(_never_ran(pack, case, "the code was not built") for case in pack.cases)
        message = parts.first_diagnostic(build.diagnostics) or "the code does not compile"
        return parts.result(pack, facts, Verdict.COMPILE_ERROR, message, tests)
    return _ran(pack, facts, opinions or {})


def answered(pack: Pack, facts: Facts) -> list[tuple[IoCase, RunFacts]]:
    """The cases whose program ended well, with its run: those a checker must see."""
    runs = {run.name: run for run in facts.runs}
    return [
        (case, runs[case.name])
        for case in pack.cases
        if case.name in runs and _ended_well(pack, runs[case.name])
    ]


def case_status(pack: Pack, case: IoCase, run: RunFacts) -> TestStatus | None:
    """The status of one case as soon as it ran; None where a checker program decides."""
    if pack.checker.kind == "program" and _ended_well(pack, run):
        return None
    return "pass" if _judge(pack, case, run, None).verdict is Verdict.ACCEPTED else "fail"


def _ended_well(pack: Pack, run: RunFacts) -> bool:
    return bad_end(run, pack.limits, pack.solution) is None and run.exit_code == 0


def _ran(pack: Pack, facts: Facts, opinions: Mapping[str, Opinion]) -> Result:
    runs = {run.name: run for run in facts.runs}
    judged = {
        case.name: _judge(pack, case, runs.get(case.name), opinions.get(case.name))
        for case in pack.cases
    }
    tests = tuple(
        _test(pack, case, runs[case.name], judged[case.name])
        if case.name in runs
        else _never_ran(pack, case, judged[case.name].message)
        for case in pack.cases
    )
    broken = _broken_checker(judged)
    if broken:
        return parts.internal_error(pack, facts, broken, tests)
    statuses = {test.name: test.status for test in tests}
    score = scoring.score(statuses, pack.groups, pack.points)
    verdict, message, plain = _verdict(pack, judged, statuses, score)
    return parts.result(pack, facts, verdict, message, tests, score, public_message=plain)


def _verdict(
    pack: Pack,
    judged: Mapping[str, _Judged],
    statuses: Mapping[str, TestStatus],
    score: scoring.Score,
) -> tuple[Verdict, str, str]:
    """Verdict, message, and what students read instead where it quotes a hidden case."""
    decisive = _decisive(pack, judged)
    if decisive is None:
        if not score.full:
            empty = [group.name for group in score.groups if group.total == 0]
            return Verdict.WRONG_ANSWER, f"no case of group {', '.join(empty)} ran", ""
        return Verdict.ACCEPTED, parts.passed_message(statuses), ""
    case, found = decisive
    count = parts.failed_message(statuses)
    if found.verdict in (Verdict.WRONG_ANSWER, None):
        return Verdict.WRONG_ANSWER, count, ""
    message = f"{count}; case {case.name}: {found.message}"
    return found.verdict, message, "" if case.visible else f"{count}; {found.plain}"


def _decisive(pack: Pack, judged: Mapping[str, _Judged]) -> tuple[IoCase, _Judged] | None:
    """The first case that was stopped by the filter, else the first that isn't right."""
    wrong = [
        (case, judged[case.name])
        for case in pack.cases
        if judged[case.name].verdict is not Verdict.ACCEPTED
    ]
    for case, found in wrong:
        if found.verdict is Verdict.SANDBOX_VIOLATION:
            return case, found
    return wrong[0] if wrong else None


def _judge(pack: Pack, case: IoCase, run: RunFacts | None, opinion: Opinion | None) -> _Judged:
    if run is None:
        text = "did not run: too many cases before it failed"
        return _Judged(None, text, text)
    end = bad_end(run, pack.limits, pack.solution)
    if end is not None:
        return _Judged(end.verdict, end.message, end.plain)
    if run.exit_code != 0:
        text = f"the program ended with exit code {run.exit_code}"
        return _Judged(Verdict.RUNTIME_ERROR, text, text)
    if opinion is None and pack.checker.kind != "program":
        opinion = check(pack.checker, run.stdout, case.answer)
    if opinion is None or opinion.broken:
        text = opinion.message if opinion else "no answer"
        text = f"the problem's checker failed on case {case.name}: {text}"
        return _Judged(Verdict.INTERNAL_ERROR, text, text)
    verdict = Verdict.ACCEPTED if opinion.right else Verdict.WRONG_ANSWER
    return _Judged(verdict, opinion.message, "")


def _broken_checker(judged: Mapping[str, _Judged]) -> str:
    for found in judged.values():
        if found.verdict is Verdict.INTERNAL_ERROR:
            return found.message
    return ""


def _test(pack: Pack, case: IoCase, run: RunFacts, judged: _Judged) -> TestResult:
    return TestResult(
        name=case.name,
        status="pass" if judged.verdict is Verdict.ACCEPTED else "fail",
        message=judged.message,
        output=shown(run.stdout, SHOWN_BYTES),
        stderr=shown(run.stderr, SHOWN_BYTES),
        seconds=run.wall_seconds,
        visible=case.visible,
        group=scoring.group_of(case.name, pack.groups),
        stdin=shown(case.stdin, SHOWN_BYTES),
        expected=shown(case.answer, SHOWN_BYTES),
    )


def _never_ran(pack: Pack, case: IoCase, reason: str) -> TestResult:
    return TestResult(
        name=case.name,
        status="error",
        message=reason if reason.startswith("did not run") else f"did not run: {reason}",
        output="",
        seconds=0.0,
        visible=case.visible,
        group=scoring.group_of(case.name, pack.groups),
        stdin=shown(case.stdin, SHOWN_BYTES),
        expected=shown(case.answer, SHOWN_BYTES),
    )
