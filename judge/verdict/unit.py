"""From the facts of a unit-test run to a result.

The rules, first that fits:

===============================================  =================================
The sandbox saw                                  Verdict
===============================================  =================================
files refused by the gate                        rejected
a build that hit its limit                       compile_error, says which limit
a build that failed on the submission            compile_error
… on the pack's tests, for a reason that no      internal_error
submission can give (syntax, unused import; all
of them where tests are isolated)
… on the pack's tests otherwise (the API         compile_error
differs from what the tests use)
a process stopped by the filter                  sandbox_violation
… over a limit                                   time_/memory_/output_limit
… that panicked, or ended by a signal            runtime_error
… that ended before the harness's last word      wrong_answer, "ended early"
isolated tests that a limit stopped, that        as if they had been one
panicked or ended their process                  process with the submission
isolated tests that ended otherwise before       internal_error
a test that failed, or a declared test that      wrong_answer
never ran, ran twice, or was never declared
no test that passed                              wrong_answer
all passed, and yet a bad exit code              wrong_answer
a group that got no points for want of tests     wrong_answer
anything else                                    accepted
===============================================  =================================

Declared tests come from the tests' syntax trees, so a run cannot pass by
leaving tests out; and no rule looks at anything the submission printed in
order to make a verdict better.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from judge.packs.pack import Pack
from judge.sandbox.facts import LINK_LOST, Diagnostic, Facts, RunFacts, TestFacts, TestStatus
from judge.verdict import parts, scoring
from judge.verdict.ending import Ending, bad_end, bad_end_apart
from judge.verdict.result import Result, TestResult
from judge.verdict.text import shown
from judge.verdict.verdicts import Verdict

# What a submission cannot cause in a file that is not its own.
_PACKS_OWN_MISTAKE = re.compile(
    r"^(syntax error|.* imported and not used|\S+ declared and not used|declared and not used"
    r"|could not import |package \S+ is not in std|missing return|wrong signature for )"
)


def judge(pack: Pack, facts: Facts) -> Result:
    """The result of `facts` for a unit problem. Pure."""
    early = parts.before_run(pack, facts)
    if early is not None:
        return early
    build = facts.build
    if build is None or (build.ok and not facts.runs):
        return parts.internal_error(pack, facts, "the sandbox reported no build or no run")
    if not build.ok:
        return _not_built(pack, facts)
    return _ran(pack, facts, facts.runs[0])


def _not_built(pack: Pack, facts: Facts) -> Result:
    assert facts.build is not None
    diagnostics = facts.build.diagnostics
    culprit = facts.build.culprit
    if culprit == "tests" and _is_packs_mistake(pack, facts, diagnostics):
        said = parts.first_diagnostic(diagnostics) or f"limit: {facts.build.limit}"
        plain = "the problem's tests do not compile"
        tests = _never_ran(pack, facts, f"did not run: {plain}")  # what was said may be hidden
        return parts.internal_error(pack, facts, f"{plain}: {said}", tests)
    message = parts.first_diagnostic(diagnostics) or "the code does not compile"
    if culprit == "tests":
        message = f"your code does not fit the tests: {message}"
    tests = _never_ran(pack, facts, "did not run: the code was not built")
    return parts.result(pack, facts, Verdict.COMPILE_ERROR, message, tests)


def _is_packs_mistake(pack: Pack, facts: Facts, diagnostics: Sequence[Diagnostic]) -> bool:
    if pack.apart(facts.together):
        return True  # they are built without the submission
    own = {*pack.tests, *pack.hidden}
    return any(
        found.file in own and _PACKS_OWN_MISTAKE.match(found.message) for found in diagnostics
    )


def _ran(pack: Pack, facts: Facts, run: RunFacts) -> Result:
    end = bad_end(run, pack.limits, pack.solution)
    if end is None and not run.complete and _tests_broke(facts):
        end = bad_end_apart(run, facts.runs[1], pack.limits, pack.solution)
    if end is None and not run.complete and _tests_broke(facts):
        message = f"the problem's tests did not come to their end: {_how(facts.runs[1])}"
        # How they ended may quote hidden tests: staff read it.
        never = _never_ran(pack, facts, "did not run: the tests did not come to their end")
        return parts.internal_error(pack, facts, message, never)
    whole = run.complete and end is None
    tests = _tests(pack, facts, run, end)
    statuses = {test.name: test.status for test in tests}
    score = scoring.score(statuses, pack.groups, pack.points, complete=whole)
    verdict, message, plain = _verdict(facts, run, end, statuses, score)
    quotes_hidden = plain != message and _may_quote_hidden(facts)
    return parts.result(
        pack, facts, verdict, message, tests, score, public_message=plain if quotes_hidden else ""
    )


def _verdict(
    facts: Facts,
    run: RunFacts,
    end: Ending | None,
    statuses: Mapping[str, TestStatus],
    score: scoring.Score,
) -> tuple[Verdict, str, str]:
    """Verdict, message, and the message without anything the program said."""
    if end is not None:
        return end.verdict, end.message, end.plain
    if not run.complete:
        text = _ended_early(facts, run)
        return Verdict.WRONG_ANSWER, text, text
    text = _failure(run, statuses, score)
    if text:
        return Verdict.WRONG_ANSWER, text, text
    return Verdict.ACCEPTED, parts.passed_message(statuses), parts.passed_message(statuses)


def _tests_broke(facts: Facts) -> bool:
    """Whether isolated tests, a process of their own, ended without the solution's doing."""
    return len(facts.runs) > 1 and facts.runs[1].exit_code != LINK_LOST


def _how(tests: RunFacts) -> str:
    ended = tests.limit or tests.violation or tests.signal or f"exit code {tests.exit_code}"
    return f"{ended} {shown(tests.stderr)}".strip()


def _ended_early(facts: Facts, run: RunFacts) -> str:
    if run.exit_code is None:
        return (
            "the run ended early: the program closed its connection to the tests, or sent "
            "over it what it was not asked for"
        )
    code = f"the program ended by itself with exit code {run.exit_code}"
    if not facts.tests:
        return f"the tests did not run: {code} before the first one"
    return f"the run ended early: {code} before the tests were done"


def _failure(run: RunFacts, statuses: Mapping[str, TestStatus], score: scoring.Score) -> str:
    """Why a run that came to its end is not accepted; "" if it is."""
    if any(status in ("fail", "error") for status in statuses.values()):
        return parts.failed_message(statuses)
    if "pass" not in statuses.values():
        return "every test was skipped" if statuses else "no test ran"
    if run.exit_code:  # None: isolated, and ended because the tests were over
        return f"every test passed, but the run then ended with exit code {run.exit_code}"
    if not score.full:
        empty = [group.name for group in score.groups if group.total == 0]
        return f"no test of group {', '.join(empty)} ran"
    return ""


def _tests(pack: Pack, facts: Facts, run: RunFacts, end: Ending | None) -> tuple[TestResult, ...]:
    """Every test once, as it ran; then those that never did."""
    seen: dict[str, TestResult] = {}
    declared = set(facts.declared)
    crash = "" if end is None else end.plain if _may_quote_hidden(facts) else end.message
    first_hidden = next(
        (place for place, test in enumerate(facts.tests) if not _is_visible(facts, test.name)),
        len(facts.tests),
    )
    for place, test in enumerate(facts.tests):
        problem = ""
        if test.name in seen:
            problem = "reported twice; it counts as failed"
        elif test.name.split("/", 1)[0] not in declared:
            problem = "not a test of this problem"
        told = _test(pack, facts, test, problem, crash)
        saw_hidden = max(test.started, place) > first_hidden
        seen[test.name] = replace(told, quotable=not (told.visible and saw_hidden))
    reason = _reason(run, end)
    missing = tuple(
        test for test in _never_ran(pack, facts, f"did not run: {reason}") if test.name not in seen
    )
    return (*seen.values(), *missing)


def _test(pack: Pack, facts: Facts, test: TestFacts, problem: str, crash: str) -> TestResult:
    message = shown(test.message)
    if test.status == "fail" and not message:
        message = _silent(facts, test)
    elif test.status in ("fail", "error") and crash.startswith(message):
        message = crash  # which says the line as well
    return TestResult(
        name=shown(test.name),
        status="error" if problem else test.status,
        message=problem or message or ("did not end" if test.status == "error" else ""),
        output=shown(test.output),
        stderr=shown(test.stderr),
        seconds=test.seconds,
        visible=_is_visible(facts, test.name),
        group=scoring.group_of(test.name, pack.groups),
    )


def _silent(facts: Facts, test: TestFacts) -> str:
    """Why a test failed that did not say so."""
    subtests = [one for one in facts.tests if one.name.startswith(f"{test.name}/")]
    if any(one.status in ("fail", "error") for one in subtests):
        return "a subtest failed"
    return "failed without a message"


def _never_ran(pack: Pack, facts: Facts, reason: str) -> tuple[TestResult, ...]:
    return tuple(
        TestResult(
            name,
            "error",
            reason,
            "",
            0.0,
            _is_visible(facts, name),
            scoring.group_of(name, pack.groups),
        )
        for name in facts.declared
    )


def _is_visible(facts: Facts, name: str) -> bool:
    top = name.split("/", 1)[0]
    return top in facts.declared and top not in facts.hidden


def _reason(run: RunFacts, end: Ending | None) -> str:
    if end is not None:
        return "the program was stopped before" if run.limit else "the program ended before"
    if not run.complete:
        return "the program ended before"
    return "the tests' own main left it out"


def _may_quote_hidden(facts: Facts) -> bool:
    """Whether how the program ended may quote hidden tests.

    It may once one ran: the submission has seen hidden input. Also where that test passed: a
    goroutine may remember what it saw and panic later. And it may where no test ran: a hidden
    file's package variables and `init` come before the first test, and may fail or call the
    submission.
    """
    if not facts.tests:
        return bool(facts.hidden)
    return any(test.name.split("/", 1)[0] in facts.hidden for test in facts.tests)
