"""From a pack and files to a job, and from its facts to a result."""

from __future__ import annotations

from typing import Any

import pytest

from judge.errors import SandboxBroken
from judge.grading import STOP_AFTER_FAILURES, grade, only_visible
from judge.sandbox.facts import BuildFacts, Event, Facts
from judge.sandbox.job import Imports, IoJob, Job, ProgramJob, UnitJob
from judge.verdict.verdicts import Verdict
from tests.unit.fakes import (
    FakePool,
    io_facts,
    io_pack,
    run_facts,
    unit_facts,
    unit_pack,
)

CHECKER = {"checker/main.go": b"package main\n"}


def answer_cases(job: Job) -> Facts:
    """What a right program prints: one more than the first number."""
    assert isinstance(job, IoJob)
    return io_facts(
        *(
            run_facts(case.name, stdout=b"%d\n" % (int(case.stdin.split()[0]) + 1))
            for case in job.cases
        )
    )


def test_a_unit_job_carries_what_the_pack_says() -> None:
    pack = unit_pack(
        'module = "x/leap"\ngo = "1.26"\n[imports]\nallow = ["os"]\n[limits]\ncpu_seconds = 2\n',
        {"support/types.go": b"package leap\n"},
    )
    pool = FakePool(lambda _: unit_facts())
    result = grade(pack, {"leap.go": "package leap\n"}, pool)
    assert result.verdict is Verdict.ACCEPTED
    (job,) = pool.jobs
    assert isinstance(job, UnitJob)
    assert (job.module, job.go, job.imports) == ("x/leap", "1.26", Imports(("os",)))
    assert job.limits.cpu_seconds == 2
    assert job.solution == {"leap.go": b"package leap\n"}
    assert set(job.support) == {"types.go"}
    assert (set(job.tests), set(job.hidden)) == ({"leap_test.go"}, {"more_test.go"})


def test_refused_files_never_reach_the_sandbox() -> None:
    pool = FakePool(lambda _: unit_facts())
    result = grade(unit_pack(), {"other.go": b""}, pool)
    assert (result.verdict, pool.jobs) == (Verdict.REJECTED, [])
    assert "other.go" in result.message
    assert result.to_json()["build"] is None


def test_our_own_failure_goes_through() -> None:
    with pytest.raises(SandboxBroken):
        grade(unit_pack(), {"leap.go": b""}, FakePool(lambda _: SandboxBroken("gone")))


def test_an_io_job_has_the_inputs_and_not_the_answers() -> None:
    pool = FakePool(answer_cases)
    result = grade(io_pack(), {"main.go": b""}, pool)
    assert result.verdict is Verdict.ACCEPTED
    (job,) = pool.jobs
    assert isinstance(job, IoJob)
    assert [(case.name, case.stdin) for case in job.cases] == [
        ("1", b"1 1\n"),
        ("2", b"2 1\n"),
        ("3", b"3 1\n"),
    ]
    assert job.stop_after_failures == STOP_AFTER_FAILURES


def test_events_of_cases_get_their_status_and_who_may_see_them() -> None:
    told: list[Event] = []
    facts = io_facts(
        run_facts("1", stdout=b"2"), run_facts("2", stdout=b"9"), run_facts("3", stdout=b"4")
    )
    grade(io_pack(), {"main.go": b""}, FakePool(lambda _: facts), told.append)
    assert [(event.name, event.status, event.hidden) for event in told] == [
        ("1", "pass", False),
        ("2", "fail", False),
        ("3", "pass", True),
    ]


@pytest.mark.parametrize(
    ("changes", "verdict", "message"),
    [
        ({"exit_code": 0}, "accepted", ""),
        ({"exit_code": 1, "stdout": b"too large\n"}, "wrong_answer", "too large"),
        ({"exit_code": 1}, "wrong_answer", "the checker refused the output"),
        ({"exit_code": 2, "stderr": b"panic: x"}, "internal_error", ""),
        ({"exit_code": 0, "limit": "cpu"}, "internal_error", ""),
    ],
)
def test_a_checker_program_is_asked_case_by_case(
    changes: dict[str, Any], verdict: str, message: str
) -> None:
    pack = io_pack('[checker]\nkind = "program"\n', CHECKER)

    def answer(job: Job) -> Facts:
        if isinstance(job, ProgramJob):
            return io_facts(run_facts(**changes))
        return answer_cases(job)

    pool = FakePool(answer)
    result = grade(pack, {"main.go": b""}, pool)
    assert result.verdict.value == verdict
    asked = [job for job in pool.jobs if isinstance(job, ProgramJob)]
    assert len(asked) == 3
    assert all(job.trusted for job in asked)
    assert asked[0].files == {"input": b"1 1\n", "output": b"2\n", "answer": b"2\n"}
    assert asked[0].args == ("input", "output", "answer")
    if message:
        assert result.tests[0].message == message


def test_a_checker_that_does_not_build_is_our_fault() -> None:
    pack = io_pack('[checker]\nkind = "program"\n', CHECKER)

    def answer(job: Job) -> Facts:
        if isinstance(job, ProgramJob):
            return io_facts(build=BuildFacts(False, 0.1))
        return answer_cases(job)

    result = grade(pack, {"main.go": b""}, FakePool(answer))
    assert result.verdict is Verdict.INTERNAL_ERROR
    assert "does not build" in result.message


GROUPS = (
    '[[groups]]\nname = "a"\npoints = 40\ntests = ["TestA"]\n'
    '[[groups]]\nname = "b"\npoints = 60\ntests = ["TestB"]\n'
)


def test_a_trial_runs_only_what_students_see() -> None:
    pack = unit_pack(GROUPS, {"hidden/testdata/years.txt": b"1900\n"})
    pool = FakePool(lambda _: unit_facts([("TestA", "pass")], declared=("TestA",)))
    result = grade(pack, {"leap.go": b""}, pool, visible_only=True)
    assert (result.verdict, result.score, result.max_score) == (Verdict.ACCEPTED, 40, 40)
    (job,) = pool.jobs
    assert isinstance(job, UnitJob)
    assert set(job.hidden) == {"testdata/years.txt"}
    trial = only_visible(io_pack())
    assert [case.name for case in trial.cases] == ["1", "2"]


def test_a_trial_refuses_what_a_submission_would_refuse() -> None:
    pack = unit_pack("[files]\nextra = true\n")
    result = grade(pack, {"more_test.go": b""}, FakePool(lambda _: unit_facts()), visible_only=True)
    assert result.verdict is Verdict.REJECTED
    assert "belongs to the problem" in result.message
