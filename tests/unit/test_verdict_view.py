"""A student's view: nothing of a hidden test but status, group and hint."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from judge.sandbox.facts import Diagnostic, TestFacts
from judge.verdict import io, unit
from judge.verdict.parts import rejected
from judge.verdict.view import for_student
from tests.unit.fakes import failed_build, io_facts, io_pack, run_facts, unit_facts, unit_pack

GROUPS = (
    '[[groups]]\nname = "basics"\npoints = 40\ntests = ["TestA"]\nhint = "easy"\n'
    '[[groups]]\nname = "hard"\npoints = 60\ntests = ["TestB"]\nhint = "think of 1900"\n'
)
PACK = unit_pack(GROUPS)


def test_a_hidden_test_keeps_status_and_group_and_the_group_its_hint() -> None:
    tests = [
        TestFacts("TestA", "pass", output="mine"),
        TestFacts("TestB", "fail", message="s3cret"),
    ]
    view = for_student(unit.judge(PACK, unit_facts(tests)).to_json())
    assert view["tests"][0]["name"] == "TestA"
    assert view["tests"][0]["output"] == "mine"
    assert view["tests"][1] == {
        "name": None,
        "status": "fail",
        "visible": False,
        "group": "hard",
    }
    assert [group["hint"] for group in view["groups"]] == ["", "think of 1900"]
    assert (view["label"], view["score"]) == ("Wrong answer", 40)


@given(st.text("s3cretTB/\n", min_size=1), st.sampled_from(["pass", "fail", "error", "skip"]))
def test_whatever_a_hidden_test_says_stays_inside(said: str, status: str) -> None:
    mark = f"<{said}>"
    tests = [
        TestFacts("TestA", "pass"),
        TestFacts("TestB", status, message=mark, output=mark),  # type: ignore[arg-type]
        TestFacts(f"TestB/{mark}", status),  # type: ignore[arg-type]
    ]
    run = run_facts(exit_code=2, complete=False, stderr=b"panic: " + mark.encode())
    told = json.dumps(for_student(unit.judge(PACK, unit_facts(tests, run)).to_json()))
    assert json.dumps(mark)[1:-1] not in told


def test_a_parallel_test_that_is_over_after_a_hidden_one_began_is_kept_back() -> None:
    first = TestFacts("TestA", "fail", message="s3cret", stderr="s3cret", started=2)
    hidden = TestFacts("TestB", "pass", started=2)
    told = json.dumps(for_student(unit.judge(PACK, unit_facts([first, hidden])).to_json()))
    assert "s3cret" not in told
    told = json.dumps(
        for_student(unit.judge(PACK, unit_facts([replace(first, started=1), hidden])).to_json())
    )
    assert "s3cret" in told


def test_what_a_visible_test_says_after_a_hidden_one_is_kept_back() -> None:
    """A submission can keep what it saw in a hidden test and tell it in the next visible one."""
    first = TestFacts("TestA", "fail", message="mine", output="mine")
    last = TestFacts("TestA/later", "fail", message="s3cret", output="s3cret")
    tests = [first, TestFacts("TestB", "pass"), last]
    view = for_student(unit.judge(PACK, unit_facts(tests)).to_json())
    assert (view["tests"][0]["message"], view["tests"][0]["output"]) == ("mine", "mine")
    assert view["tests"][2]["status"] == "fail"
    assert "run the visible tests" in view["tests"][2]["message"]
    assert "s3cret" not in json.dumps(view)


def test_usage_is_rounded_for_students_and_exact_for_staff() -> None:
    run = run_facts(cpu_seconds=0.0312, wall_seconds=0.0001, memory_bytes=(5 << 20) + 1)
    result = unit.judge(PACK, unit_facts([("TestA", "pass")], run, hidden=frozenset())).to_json()
    assert result["usage"]["memory_bytes"] == (5 << 20) + 1
    result["tests"] = [test for test in result["tests"] if test["visible"]]
    assert for_student(result)["usage"] == {
        "cpu_seconds": 0.04,
        "wall_seconds": 0.01,
        "memory_bytes": 6 << 20,
    }


def test_usage_with_hidden_tests_does_not_spell_out_an_input() -> None:
    """Case: code that takes a MiB, or 10 ms, for each unit of a hidden input."""
    told = set()
    for secret in range(100, 128):
        run = run_facts(cpu_seconds=secret / 100, memory_bytes=(secret << 20) + 1)
        facts = unit_facts([("TestA", "pass"), ("TestB", "fail")], run)
        told.add(tuple(for_student(unit.judge(PACK, facts).to_json())["usage"].items()))
    assert told == {(("cpu_seconds", 1.28), ("wall_seconds", 0.32), ("memory_bytes", 128 << 20))}


def test_stderr_and_time_of_a_visible_test_after_a_hidden_one_are_kept_back() -> None:
    last = TestFacts("TestA/later", "fail", stderr="s3cret", seconds=0.0123)
    tests = [TestFacts("TestA", "fail", stderr="mine"), TestFacts("TestB", "pass"), last]
    view = for_student(unit.judge(PACK, unit_facts(tests)).to_json())
    assert view["tests"][0]["stderr"] == "mine"
    assert (view["tests"][2]["stderr"], view["tests"][2]["seconds"]) == ("", 0.02)


@given(st.lists(st.sampled_from(["TestA", "TestA/1", "TestB", "TestB/1"]), unique=True))
def test_no_order_of_tests_lets_a_crash_quote_hidden_input(names: list[str]) -> None:
    tests = [(name, "error") for name in names]
    run = run_facts(exit_code=2, complete=False, stderr=b"panic: s3cret\n")
    told = json.dumps(for_student(unit.judge(PACK, unit_facts(tests, run)).to_json()))
    # Where no test ran, a hidden file may have failed while it was initialised.
    quotes = bool(names) and not any(name.startswith("TestB") for name in names)
    assert ("s3cret" in told) == quotes


def test_a_hidden_case_shows_neither_input_nor_answer() -> None:
    pack = io_pack(changes={"hidden/3.in": b"s3cret\n", "hidden/3.out": b"s3cret\n"})
    run = run_facts("3", stdout=b"s3cret", exit_code=2, stderr=b"panic: s3cret\n")
    result = io.judge(pack, io_facts(run_facts("1", stdout=b"2"), run_facts("2", stdout=b"3"), run))
    assert "s3cret" in json.dumps(result.to_json())
    assert "s3cret" not in json.dumps(for_student(result.to_json()))


def test_compiler_messages_from_hidden_tests_show_names_and_types_only() -> None:
    safe = Diagnostic("more_test.go", 4, 2, "undefined: Leap")
    quoting = Diagnostic("more_test.go", 5, 2, 'cannot use "s3cret" (untyped string) as int value')
    own = Diagnostic("leap.go", 6, 2, "undefined: x")
    facts = failed_build(quoting, safe, own, culprit="tests")
    apart = for_student(unit.judge(PACK, facts).to_json())  # the pack's mistake
    assert "s3cret" not in json.dumps(apart)
    facts = replace(facts, together="they cannot be isolated")
    view = for_student(unit.judge(PACK, facts).to_json())
    found = view["build"]["diagnostics"]
    assert "s3cret" not in json.dumps(view)
    assert "more_test.go" not in json.dumps(view)
    assert found[1]["message"] == "hidden tests: undefined: Leap"
    assert found[2] == {"file": "leap.go", "line": 6, "column": 2, "message": "undefined: x"}


def test_our_own_fault_is_told_without_its_insides() -> None:
    facts = unit_facts([], build=None, runs=())
    view = for_student(unit.judge(PACK, facts).to_json())
    assert view["verdict"] == "internal_error"
    assert "sandbox" not in view["message"]


def test_a_rejection_says_why() -> None:
    view = for_student(rejected(PACK, ["leap.go: has a NUL byte"]).to_json())
    assert (view["label"], view["message"]) == ("Not judged", "leap.go: has a NUL byte")
    assert view["build"] is None
