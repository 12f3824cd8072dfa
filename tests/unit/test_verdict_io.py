"""Facts of stdin/stdout runs to results, and the checkers behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from judge.packs.pack import Checker
from judge.sandbox.facts import Diagnostic
from judge.verdict import io
from judge.verdict.checkers import Opinion, check
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict
from tests.unit.fakes import failed_build, io_facts, io_pack, run_facts

PACK = io_pack()
RIGHT = [run_facts("1", stdout=b"2\n"), run_facts("2", stdout=b"3\n"), run_facts("3", stdout=b"4")]


def judge_with(*changed: object) -> Result:
    runs = {run.name: run for run in RIGHT} | {run.name: run for run in changed}  # type: ignore[attr-defined]
    return io.judge(PACK, io_facts(*runs.values()))  # type: ignore[arg-type]


def test_all_right_is_accepted() -> None:
    result = judge_with()
    assert (result.verdict, result.score) == (Verdict.ACCEPTED, 100)
    assert [test.name for test in result.tests] == ["1", "2", "3"]
    assert [test.visible for test in result.tests] == [True, True, False]
    assert result.tests[0].stdin == "1 1\n"
    assert result.tests[0].expected == "2\n"
    assert result.usage is not None
    assert (result.usage.cpu_seconds, result.usage.memory_bytes) == (1.5, 1 << 20)


def test_a_wrong_case_names_the_line() -> None:
    result = judge_with(run_facts("2", stdout=b"4\n"))
    assert (result.verdict, result.score) == (Verdict.WRONG_ANSWER, 66.66)
    assert result.message == "1 of 3 tests failed"
    assert result.tests[1].message == 'line 1: expected "3", got "4"'


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"limit": "cpu"}, "time_limit"),
        ({"limit": "memory"}, "memory_limit"),
        ({"limit": "output"}, "output_limit"),
        ({"exit_code": 3}, "runtime_error"),
        ({"exit_code": 2, "stderr": b"panic: no\n"}, "runtime_error"),
        ({"violation": "exec"}, "sandbox_violation"),
    ],
)
def test_the_first_case_that_is_not_right_decides(changes: dict[str, Any], verdict: str) -> None:
    stopped = run_facts("2", **{"stdout": b"3\n", **changes})
    result = judge_with(stopped, run_facts("3", stdout=b"wrong"))
    assert result.verdict.value == verdict
    assert result.message.startswith("2 of 3 tests failed; case 2: ")
    assert result.tests[1].status == "fail"


def test_a_violation_comes_before_all() -> None:
    result = judge_with(run_facts("1", stdout=b"no"), run_facts("3", violation="fork"))
    assert result.verdict is Verdict.SANDBOX_VIOLATION


def test_a_hidden_crash_is_told_without_a_quote() -> None:
    result = judge_with(run_facts("3", exit_code=2, stderr=b"panic: stdin was 3 1\n"))
    assert "stdin was" in result.message
    assert "stdin was" not in result.public_message
    assert result.public_message == "1 of 3 tests failed; the program crashed: a panic"


def test_stderr_is_told_however_the_program_ended() -> None:
    result = judge_with(run_facts("1", stdout=b"no", stderr=b"debug: a is 3\n"))
    assert (result.tests[0].output, result.tests[0].stderr) == ("no", "debug: a is 3\n")


def test_cases_that_never_ran_are_errors() -> None:
    result = io.judge(PACK, io_facts(run_facts("1", limit="wall")))
    assert [test.status for test in result.tests] == ["fail", "error", "error"]
    assert result.verdict is Verdict.TIME_LIMIT
    assert result.tests[2].message.startswith("did not run: ")


def test_a_compile_error_lists_the_cases() -> None:
    result = io.judge(PACK, failed_build(Diagnostic("main.go", 1, 1, "syntax error")))
    assert result.verdict is Verdict.COMPILE_ERROR
    assert {test.status for test in result.tests} == {"error"}


def test_long_and_binary_texts_are_cut_and_escaped() -> None:
    result = judge_with(run_facts("1", stdout=b"\xff\x00" + b"x" * 10_000))
    assert result.tests[0].output.startswith("\\xff\\x00xxx")
    assert len(result.tests[0].output) < 4200
    assert result.tests[0].output.endswith("… (cut)")


def test_a_checker_program_decides_and_a_broken_one_is_our_fault() -> None:
    pack = io_pack('[checker]\nkind = "program"\n', {"checker/main.go": b"package main\n"})
    facts = io_facts(*RIGHT)
    assert [case.name for case, _ in io.answered(pack, facts)] == ["1", "2", "3"]
    good = {name: Opinion(True) for name in "123"}
    assert io.judge(pack, facts, good).verdict is Verdict.ACCEPTED
    wrong = io.judge(pack, facts, good | {"2": Opinion(False, "too large")})
    assert wrong.verdict is Verdict.WRONG_ANSWER
    assert wrong.tests[1].message == "too large"
    broken = io.judge(pack, facts, good | {"2": Opinion(False, "exit code 7", broken=True)})
    assert broken.verdict is Verdict.INTERNAL_ERROR
    assert "checker failed on case 2: exit code 7" in broken.message


@pytest.mark.parametrize(
    ("kind", "got", "want", "right"),
    [
        ("lines", b"a b  \r\nc\n\n\n", b"a b\nc\n", True),
        ("lines", b"a  b\n", b"a b\n", False),
        ("lines", b"\na\n", b"a\n", False),
        ("lines", b"", b"\n\n", True),
        ("exact", b"a\n", b"a\n", True),
        ("exact", b"a", b"a\n", False),
        ("tokens", b"  1\n2 3", b"1 2 3\n", True),
        ("tokens", b"1 2", b"1 2 3", False),
        ("tokens", b"1 2 3 4", b"1 2 3", False),
        ("floats", b"1.0000001 x", b"1 x", True),
        ("floats", b"1.1", b"1", False),
        ("floats", b"1000000.5", b"1000000", True),
        ("floats", b"nan", b"1", False),
        ("floats", b"NaN", b"nan", True),
        ("floats", b"inf", b"-inf", False),
        ("floats", b"1_0", b"10", False),
        ("floats", b"0x10", b"16", False),
        ("floats", b"1 2", b"1", False),
    ],
)
def test_checker_kinds(kind: str, got: bytes, want: bytes, right: bool) -> None:
    opinion = check(Checker(kind), got, want)  # type: ignore[arg-type]
    assert opinion.right is right
    assert right or opinion.message


def test_differences_are_told_with_their_place() -> None:
    assert check(Checker("lines"), b"1\n2\n", b"1\n3\n").message == 'line 2: expected "3", got "2"'
    assert check(Checker("lines"), b"1\n", b"1\n3\n").message == 'line 2: expected "3", got the end'
    assert check(Checker("tokens"), b"1\n2 9", b"1 2 3").message == (
        'word 3 (line 2): expected "3", got "9"'
    )


@pytest.mark.parametrize(
    ("stderr", "message"),
    [
        (
            (
                b"Traceback (most recent call last):\n"
                b'  File "/work/1/src/main.py", line 9, in <module>\n'
                b'  File "/language/lib/x.py", line 1, in y\nValueError: not a number\n'
            ),
            "ValueError: not a number (main.py:9)",
        ),
        (
            (
                b"/work/1/src/main.py:3\n  x.y\n    ^\n\nTypeError: x is undefined\n"
                b"    at Object.<anonymous> (/work/1/src/main.py:3:5)\n\nNode.js v24.19.0\n"
            ),
            "TypeError: x is undefined (main.py:3)",
        ),
        (b"no trace at all\n", "the program ended with exit code 1"),
    ],
)
def test_an_exception_of_a_script_is_named(stderr: bytes, message: str) -> None:
    pack = replace(PACK, solution=("main.py",))
    runs = [run_facts("1", exit_code=1, stderr=stderr), *RIGHT[1:]]
    result = io.judge(pack, io_facts(*runs))
    assert (result.verdict, result.tests[0].message) == (Verdict.RUNTIME_ERROR, message)
