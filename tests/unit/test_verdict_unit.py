"""Facts of unit tests to results, row by row of the rules' table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.sandbox.facts import LINK_LOST, Diagnostic, Facts, RunFacts, TestFacts
from judge.verdict import unit, view
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict
from tests.unit.fakes import failed_build, run_facts, unit_facts, unit_pack

PACK = unit_pack()
PANIC = (
    b"some output\npanic: runtime error: index out of range [5] with length 3 [recovered]\n\n"
    b"goroutine 7 [running]:\ntesting.tRunner.func1.2()\n\t/go/src/testing/testing.go:1734 +0x21\n"
    b"leap.Leap(...)\n\t/work/1/leap.go:7 +0x9\n"
)


def judged(facts: Facts) -> tuple[str, str]:
    result = unit.judge(PACK, facts)
    return result.verdict.value, result.message


def statuses(result: Result) -> dict[str, str]:
    return {test.name: test.status for test in result.tests}


def test_all_passed_is_accepted() -> None:
    result = unit.judge(PACK, unit_facts())
    assert (result.verdict, result.score, result.message) == (
        Verdict.ACCEPTED,
        100,
        "all 2 tests passed",
    )
    assert [test.visible for test in result.tests] == [True, False]
    assert result.usage is not None
    assert (result.usage.cpu_seconds, result.usage.memory_bytes) == (0.5, 1 << 20)


def test_a_failure_is_counted_once_and_wins() -> None:
    tests = [("TestA", "fail"), ("TestA/x", "pass"), ("TestA/y", "fail"), ("TestB", "pass")]
    result = unit.judge(PACK, unit_facts(tests))
    assert (result.verdict, result.message) == (Verdict.WRONG_ANSWER, "1 of 3 tests failed")
    assert [test.name for test in result.tests] == [name for name, _ in tests]
    assert result.score == 75


def test_a_declared_test_that_never_ran_is_an_error_at_the_end() -> None:
    result = unit.judge(PACK, unit_facts([("TestB", "pass")]))
    assert statuses(result) == {"TestB": "pass", "TestA": "error"}
    assert result.verdict is Verdict.WRONG_ANSWER
    assert result.score == 50


def test_a_test_told_twice_or_never_declared_is_an_error() -> None:
    twice = unit.judge(PACK, unit_facts([("TestA", "fail"), ("TestB", "pass"), ("TestA", "pass")]))
    assert statuses(twice) == {"TestA": "error", "TestB": "pass"}
    strange = unit.judge(
        PACK, unit_facts([("TestA", "pass"), ("TestB", "pass"), ("TestX", "pass")])
    )
    assert strange.verdict is Verdict.WRONG_ANSWER
    assert not strange.tests[2].visible


def test_a_skip_neither_helps_nor_hurts_but_one_must_pass() -> None:
    one = unit.judge(PACK, unit_facts([("TestA", "pass"), ("TestB", "skip")]))
    assert (one.verdict, one.score) == (Verdict.ACCEPTED, 100)
    assert one.message == "1 test passed, 1 skipped"
    none = unit.judge(PACK, unit_facts([("TestA", "skip"), ("TestB", "skip")]))
    assert (none.verdict, none.score) == (Verdict.WRONG_ANSWER, 0)
    assert none.message == "every test was skipped"
    nothing = unit.judge(PACK, unit_facts([], declared=()))
    assert (nothing.verdict, nothing.message) == (Verdict.WRONG_ANSWER, "no test ran")


@pytest.mark.parametrize("code", [0, 1, 3])
def test_leaving_before_the_first_test(code: int) -> None:
    facts = unit_facts([], run_facts(exit_code=code, complete=False))
    verdict, message = judged(facts)
    assert verdict == "wrong_answer"
    assert message.startswith(
        f"the tests did not run: the program ended by itself with exit code {code}"
    )


def test_leaving_in_the_middle_keeps_nothing_that_was_not_done() -> None:
    tests = [("TestA", "pass"), ("TestB/x", "pass"), ("TestB", "error")]
    result = unit.judge(PACK, unit_facts(tests, run_facts(complete=False)))
    assert result.verdict is Verdict.WRONG_ANSWER
    assert "ended early" in result.message
    assert result.score == 50


def test_leaving_after_every_test_passed_is_not_accepted() -> None:
    assert judged(unit_facts(run=run_facts(complete=False)))[0] == "wrong_answer"
    verdict, message = judged(unit_facts(run=run_facts(exit_code=4)))
    assert verdict == "wrong_answer"
    assert message == "every test passed, but the run then ended with exit code 4"


@pytest.mark.parametrize(
    ("changes", "verdict", "says"),
    [
        ({"violation": "fork"}, "sandbox_violation", "not allowed here: fork"),
        ({"violation": "fork", "limit": "cpu"}, "sandbox_violation", "fork"),
        ({"limit": "cpu"}, "time_limit", "used more than 5 s of CPU time"),
        ({"limit": "wall"}, "time_limit", "was still running after 15 s"),
        ({"limit": "memory"}, "memory_limit", "needed more than 256 MiB"),
        ({"limit": "output"}, "output_limit", "printed more than 64 KiB"),
        ({"limit": "processes"}, "runtime_error", "more threads than allowed"),
        ({"limit": "disk"}, "runtime_error", "wrote more to the disk"),
        ({"stderr": PANIC}, "runtime_error", "index out of range [5] with length 3 (leap.go:7)"),
        (
            {"stderr": b"fatal error: all goroutines are asleep - deadlock!\n"},
            "runtime_error",
            "all goroutines are asleep - deadlock!",
        ),
        ({"stderr": b"fatal error: runtime: out of memory\n"}, "memory_limit", "256 MiB"),
        ({"stderr": b"runtime: out of memory: cannot\n"}, "memory_limit", "256 MiB"),
        ({"exit_code": None, "signal": "SIGSEGV"}, "runtime_error", "ended by SIGSEGV"),
        (
            {"exit_code": None, "signal": "SIGKILL", "memory_bytes": 250 << 20},
            "memory_limit",
            "256 MiB",
        ),
        ({"exit_code": None, "signal": "SIGKILL"}, "runtime_error", "ended by SIGKILL"),
    ],
)
def test_a_bad_end(changes: dict[str, Any], verdict: str, says: str) -> None:
    run = run_facts(**{"exit_code": 2, "complete": False, **changes})
    result = unit.judge(PACK, unit_facts([("TestA", "error")], run))
    assert result.verdict.value == verdict
    assert says in result.message
    assert result.score == 0
    assert result.tests[0].message == result.message
    assert result.tests[1].status == "error"


def test_failed_test_keeps_its_own_reason_when_a_later_one_crashes() -> None:
    tests = [
        TestFacts("TestA", "fail"),
        TestFacts("TestA/x", "fail", message="leap_test.go:9: got 3"),
        TestFacts("TestA/y", "fail"),
        TestFacts("TestB", "fail", message="panic: runtime error: index out of range [5]"),
    ]
    facts = unit_facts(
        tests, run_facts(exit_code=2, complete=False, stderr=PANIC), hidden=frozenset()
    )
    assert [test.message for test in unit.judge(PACK, facts).tests] == [
        "a subtest failed",
        "leap_test.go:9: got 3",
        "failed without a message",
        "panic: runtime error: index out of range [5] with length 3 (leap.go:7)",
    ]


def test_a_printed_panic_makes_no_runtime_error_of_a_good_end() -> None:
    assert judged(unit_facts(run=run_facts(stderr=PANIC)))[0] == "accepted"


def test_a_panic_inside_a_hidden_test_is_told_without_a_quote() -> None:
    run = run_facts(exit_code=2, complete=False, stderr=b"panic: the input was 42\n")
    hidden = unit.judge(PACK, unit_facts([("TestA", "pass"), ("TestB", "fail")], run))
    assert hidden.message == "panic: the input was 42"
    assert hidden.public_message == "the program crashed: a panic"
    shown = unit.judge(PACK, unit_facts([("TestA", "fail")], run))
    assert shown.public_message == ""


def test_an_end_before_the_first_test_is_told_without_a_quote() -> None:
    """A hidden file's package variables are initialised before any test runs."""
    stderr = b"panic: want 8484 for the hidden 4242\n\ngoroutine 1 [running]:\n"
    crashed = run_facts(exit_code=2, complete=False, stderr=stderr)
    running = run_facts(exit_code=None, complete=False)
    results = [
        unit.judge(PACK, unit_facts([], crashed)),
        paired(running, 2, [], stderr=stderr)[0],
        paired(running, 1, [], stderr=b"want 8484 for the hidden 4242\n")[0],
        paired(running, 2, [], stderr=stderr, signal="SIGKILL")[0],
    ]
    for result in results:
        assert "4242" in result.message, "staff read it"
        assert "4242" not in str(view.for_student(result.to_json()))
    nothing_hidden = unit_facts([], crashed, declared=("TestA",), hidden=frozenset())
    assert "4242" in str(view.for_student(unit.judge(PACK, nothing_hidden).to_json()))


def test_rejected_by_the_gate() -> None:
    refused = tuple(Diagnostic("leap.go", 3, 8, f'import "x{n}" is refused') for n in range(7))
    facts = unit_facts([], build=None, runs=(), rejected=refused)
    result = unit.judge(PACK, facts)
    assert result.verdict is Verdict.REJECTED
    assert result.message.startswith('leap.go:3:8: import "x0" is refused\n')
    assert result.message.endswith("and 2 more")
    assert (result.build, result.usage, result.tests) == (None, None, ())


@pytest.mark.parametrize(
    ("limit", "says"),
    [("wall", "took longer than 10 s"), ("memory", "needed more than 1024 MiB")],
)
def test_a_build_over_its_limit_is_the_students(limit: str, says: str) -> None:
    verdict, message = judged(failed_build(limit=limit))
    assert verdict == "compile_error"
    assert says in message


def test_a_compile_error_carries_its_diagnostics() -> None:
    result = unit.judge(PACK, failed_build(Diagnostic("leap.go", 3, 9, "undefined: x")))
    assert result.verdict is Verdict.COMPILE_ERROR
    assert result.message == "leap.go:3:9: undefined: x"
    assert result.build is not None
    assert result.build.diagnostics[0].line == 3
    assert result.usage is None
    assert statuses(result) == {"TestA": "error", "TestB": "error"}


def test_another_api_is_the_students_compile_error() -> None:
    found = Diagnostic("leap_test.go", 9, 5, "undefined: Leap")
    facts = replace(failed_build(found, culprit="tests"), together="they cannot be isolated")
    verdict, message = judged(facts)
    assert verdict == "compile_error"
    assert message == "your code does not fit the tests: leap_test.go:9:5: undefined: Leap"


@pytest.mark.parametrize(
    "message",
    ["syntax error: unexpected }", '"os" imported and not used', "declared and not used: x"],
)
def test_broken_tests_are_our_fault(message: str) -> None:
    found = Diagnostic("leap_test.go", 9, 5, message)
    assert judged(failed_build(found, culprit="tests"))[0] == "internal_error"
    assert judged(failed_build(Diagnostic("leap.go", 9, 5, message)))[0] == "compile_error"


def test_facts_without_a_build_or_a_run_are_our_fault() -> None:
    assert judged(unit_facts([], build=None, runs=()))[0] == "internal_error"
    assert judged(unit_facts([], runs=()))[0] == "internal_error"


def test_control_and_direction_marks_are_escaped() -> None:
    test = TestFacts("TestA", "fail", message="\x1b[31mred\u202e", output="a\x00b")
    result = unit.judge(PACK, unit_facts([test, ("TestB", "pass")]))
    assert result.tests[0].message == "\\x1b[31mred\\u202e"
    assert result.tests[0].output == "a\\x00b"


def test_json_has_the_keys_of_the_contract() -> None:
    facts = unit_facts(warnings=(Diagnostic("leap.go", 1, 2, "vet says"),))
    told = unit.judge(PACK, facts).to_json()
    assert {
        "verdict",
        "score",
        "max_score",
        "message",
        "tests",
        "build",
        "usage",
        "toolchain",
        "sandbox",
        "warnings",
        "groups",
    } <= set(told)
    assert {"name", "status", "message", "output", "seconds", "visible"} <= set(told["tests"][0])
    assert told["build"] == {"ok": True, "seconds": 0.1, "diagnostics": []}
    assert set(told["usage"]) == {"cpu_seconds", "wall_seconds", "memory_bytes"}
    assert told["warnings"] == [{"file": "leap.go", "line": 1, "column": 2, "message": "vet says"}]
    assert isinstance(told["score"], float)


tests_facts = st.lists(
    st.builds(
        TestFacts,
        st.sampled_from(["TestA", "TestA/x", "TestB", "TestC"]),
        st.sampled_from(["pass", "fail", "error", "skip"]),
    ),
    max_size=5,
)
runs = st.builds(
    run_facts,
    exit_code=st.sampled_from([0, 1, 2]),
    signal=st.sampled_from([None, "SIGKILL"]),
    limit=st.sampled_from([None, None, "cpu", "memory"]),
    violation=st.sampled_from([None, None, "fork"]),
    complete=st.booleans(),
    stderr=st.sampled_from([b"", PANIC]),
)


@given(tests_facts, runs)
def test_accepted_means_full_score_and_nothing_else_went_wrong(
    tests: list[TestFacts], run: RunFacts
) -> None:
    result = unit.judge(PACK, unit_facts(tests, run))
    good = (
        run.exit_code == 0
        and run.signal is run.limit is run.violation is None
        and run.complete
        and {"TestA", "TestB"} <= {test.name for test in tests}
        and len({test.name for test in tests}) == len(tests)
        and {test.status for test in tests} <= {"pass", "skip"}
        and any(test.status == "pass" for test in tests)
        and "TestC" not in {test.name for test in tests}
    )
    assert (result.verdict is Verdict.ACCEPTED) == good
    if good:
        assert result.score == 100
    assert len(result.tests) == len({test.name for test in result.tests})


def paired(
    solution: RunFacts,
    tests_exit: int | None,
    tests: list[TestFacts | tuple[str, str]],
    *,
    stderr: bytes = b"",
    limit: str | None = None,
    signal: str | None = None,
) -> tuple[Result, str]:
    beside = run_facts(exit_code=tests_exit, complete=solution.complete, limit=limit, signal=signal)
    beside = replace(beside, name="tests", stderr=stderr)
    facts = replace(unit_facts(tests), runs=(replace(solution, name="solution"), beside))
    result = unit.judge(PACK, facts)
    return result, result.verdict.value


def test_isolated_tests_count_the_solution_alone() -> None:
    passed: list[TestFacts | tuple[str, str]] = [("TestA", "pass"), ("TestB", "pass")]
    ended = replace(run_facts(exit_code=None), stderr=b"panic: only printed\n")
    result, verdict = paired(ended, 0, passed)
    assert (verdict, result.score) == ("accepted", 100)
    assert result.usage is not None
    assert result.usage.cpu_seconds == 0.5
    gone, verdict = paired(run_facts(exit_code=0, complete=False), LINK_LOST, passed[:1])
    assert (verdict, gone.score < 100) == ("wrong_answer", True)
    assert "exit code 0" in gone.message
    closed, verdict = paired(run_facts(exit_code=None, complete=False), LINK_LOST, passed)
    assert verdict == "wrong_answer"
    assert "connection to the tests" in closed.message
    _slow, verdict = paired(run_facts(exit_code=None, complete=False, limit="cpu"), LINK_LOST, [])
    assert verdict == "time_limit"


def test_isolated_tests_that_end_early_are_the_submissions_failure() -> None:
    passed: list[TestFacts | tuple[str, str]] = [("TestA", "pass")]
    running = run_facts(exit_code=None, complete=False)
    left, verdict = paired(running, 1, passed, stderr=b"2026/11/30 10:00:00 no such account\n")
    assert verdict == "wrong_answer"
    assert "exit code 1" in left.message
    assert left.message.endswith("no such account")
    for limit, expected in (("memory", "memory_limit"), ("cpu", "time_limit")):
        full, verdict = paired(running, None, passed, limit=limit)
        assert verdict == expected
        assert "for what your code returned" in full.message
    _broken, verdict = paired(running, None, passed, signal="SIGKILL")
    assert verdict == "internal_error", "nobody but us kills the tests"
