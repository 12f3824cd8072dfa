from __future__ import annotations

from dataclasses import replace

from judge.sandbox.facts import BuildFacts, Diagnostic
from judge.worker import programs
from tests.unit.fakes import io_facts, run_facts

JOB = programs.job("package main", "in", 5)


def test_the_timeout_holds_for_computing_and_for_waiting() -> None:
    assert (JOB.limits.cpu_seconds, JOB.limits.wall_seconds) == (5, 5)
    assert (JOB.source, JOB.stdin) == ({"main.go": b"package main"}, b"in")


def test_output_is_both_streams_and_safe_text() -> None:
    facts = io_facts(run_facts(stdout=b"out\xff\n", stderr=b"err\n"))
    told = programs.outcome(facts, JOB.limits)
    assert told["output"] == told["stdout"] + told["stderr"] == "out\\xff\nerr\n"
    assert (told["verdict"], told["exit_code"], told["repeatable"]) == ("accepted", 0, True)


def test_an_exit_code_is_a_runtime_error() -> None:
    told = programs.outcome(io_facts(run_facts(exit_code=3)), JOB.limits)
    assert (told["verdict"], told["exit_code"]) == ("runtime_error", 3)


def test_a_time_limit_may_be_another_machines_luck() -> None:
    told = programs.outcome(
        io_facts(run_facts(exit_code=None, signal="SIGKILL", limit="wall")), JOB.limits
    )
    assert (told["verdict"], told["repeatable"]) == ("time_limit", False)


def test_a_kill_and_a_build_without_room_are_not_repeatable() -> None:
    killed = io_facts(run_facts(exit_code=None, signal="SIGKILL"))
    assert programs.outcome(killed, JOB.limits)["repeatable"] is False
    stopped = replace(io_facts(), build=BuildFacts(False, 9.0, (), limit="memory"))
    assert programs.outcome(stopped, JOB.limits)["repeatable"] is False


def test_compiler_messages_are_the_output() -> None:
    build = BuildFacts(False, 0.1, (Diagnostic("main.go", 3, 9, "undefined: x"),))
    told = programs.outcome(replace(io_facts(), build=build), JOB.limits)
    assert told["verdict"] == "compile_error"
    assert told["output"] == told["stderr"] == "main.go:3:9: undefined: x"


def test_a_refusal_says_why() -> None:
    facts = io_facts(rejected=(Diagnostic("main.go", 1, 8, "unsafe is closed"),), build=None)
    told = programs.outcome(facts, JOB.limits)
    assert (told["verdict"], told["output"]) == ("rejected", "main.go:1:8: unsafe is closed")


def test_nothing_known_is_our_fault() -> None:
    assert programs.outcome(io_facts(build=None), JOB.limits)["verdict"] is None
