"""The way of a submission through worker and janitor, with a sandbox that answers from memory."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import create_engine, func, select, text

from judge import db, history, janitor, leases, metrics, progress, queue, submissions
from judge.config import Settings
from judge.errors import JudgeFault, SandboxBroken, SandboxUnavailable
from judge.launch.postgres import Postgres
from judge.models import Problem, Result, Submission, TestResult, User
from judge.progress import Teller
from judge.sandbox.facts import Event, Facts
from judge.sandbox.job import Job, UnitJob
from judge.worker.judging import Bench
from tests.conftest import TEST_DATABASE
from tests.integration.conftest import GOOD, make_course, make_user
from tests.unit.fakes import unit_facts, unit_pack

PASS = unit_facts()
FAIL = unit_facts((("TestA", "fail"), ("TestB", "pass")))


class Pool:
    """Tells the events of a run, then answers with `answer` or raises it."""

    def __init__(self, answer: Facts | BaseException) -> None:
        self.answer = answer
        self.meanwhile: Callable[[], None] = lambda: None

    def get(self, _language: str) -> Pool:
        return self

    def run(self, _job: Job, on_event: Callable[[Event], None] | None = None) -> Facts:
        self.meanwhile()
        if isinstance(self.answer, BaseException):
            raise self.answer
        assert on_event is not None
        on_event(Event("building"))
        on_event(Event("running"))
        for test in self.answer.tests:
            hidden = test.name in self.answer.hidden
            on_event(Event("test", name=test.name, status=test.status, hidden=hidden))
        return self.answer


@pytest.fixture
def pool() -> Pool:
    return Pool(PASS)


@pytest.fixture
def lost() -> list[JudgeFault]:
    return []


@pytest.fixture
def bench(servers: Settings, pool: Pool, lost: list[JudgeFault]) -> Iterator[Bench]:
    teller = Teller(queue.connection())
    yield Bench("worker-1", servers, pool, teller, lost.append)  # type: ignore[arg-type]
    teller.close()


@pytest.fixture
def submission(student: User, problem: Problem) -> Submission:
    return submissions.create(student, problem, GOOD, "submit")


def again(submission: Submission) -> Submission:
    """The submission as the database has it now."""
    db.session.expire_all()
    found = db.session.get(Submission, submission.id)
    assert found is not None
    return found


def results() -> int:
    return db.session.scalar(select(func.count()).select_from(Result)) or 0


def told(submission: Submission, bench: Bench) -> list[dict[str, object]]:
    bench._teller.close()
    key = progress.told_key(submission.id)
    return [json.loads(data)["message"] for data in queue.connection().lrange(key, 0, -1)]


def test_the_result_is_recorded_and_its_way_told(bench: Bench, submission: Submission) -> None:
    bench.judge(submission.id)
    done = again(submission)
    assert (done.state, done.verdict, done.score, done.attempt) == ("done", "accepted", 100.0, 1)
    assert done.received_at <= done.started_at <= done.graded_at  # type: ignore[operator]
    assert done.lease_until is None
    messages = told(submission, bench)
    assert [message["type"] for message in messages] == [
        "building", "running", "test", "test", "done",
    ]  # fmt: skip
    hidden = {"name": None, "status": "pass", "visible": False, "group": ""}
    assert messages[3]["test"] == hidden
    assert metrics.read(queue.connection())["verdicts"] == {"accepted": 1}


def test_each_line_of_the_log_says_whose_it_is(
    bench: Bench, pool: Pool, submission: Submission, caplog: pytest.LogCaptureFixture
) -> None:
    """The sandbox's lines too, which knows nothing of submissions."""
    inside = structlog.get_logger("judge.sandbox.pool")
    pool.meanwhile = lambda: inside.info("in a sandbox", sandbox="box")
    caplog.clear()
    bench.judge(submission.id)
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert [line["event"] for line in lines] == ["in a sandbox", "judged"]
    for line in lines:
        assert (line["submission"], line["attempt"]) == (str(submission.id), 1)
    assert "submission" not in structlog.contextvars.get_contextvars()


def test_no_connection_is_held_while_the_sandbox_runs(
    bench: Bench, pool: Pool, submission: Submission
) -> None:
    open_then: list[int] = []
    bind = db.session.get_bind()
    pool.meanwhile = lambda: open_then.append(bind.pool.checkedout())  # type: ignore[union-attr]
    bench.judge(submission.id)
    assert open_then == [0]


def test_a_second_delivery_finds_nothing_to_claim(bench: Bench, submission: Submission) -> None:
    bench.judge(submission.id)
    bench.judge(submission.id)
    assert again(submission).attempt == 1
    assert results() == 1


def test_students_never_get_hidden_tests(
    bench: Bench, student: User, submission: Submission
) -> None:
    bench.judge(submission.id)
    seen = history.result_for(student, again(submission))
    assert "TestB" not in json.dumps(seen)
    assert [test["name"] for test in seen["tests"]] == ["TestA", None]
    staff = history.result_for(make_user("inga", "instructor"), again(submission))
    assert [test["name"] for test in staff["tests"]] == ["TestA", "TestB"]


def test_a_late_result_is_discarded(bench: Bench, pool: Pool, submission: Submission) -> None:
    def lapse() -> None:
        """Another worker gets it, and is done, while this one still runs."""
        db.session.execute(text("UPDATE submissions SET lease_until = now() - interval '1 s'"))
        db.session.commit()
        janitor.tidy(bench._settings)
        other = leases.claim(submission.id, "worker-2", 30)
        assert other is not None
        assert other.attempt == 2

    pool.meanwhile = lapse
    bench.judge(submission.id)
    now = again(submission)
    assert (now.state, now.attempt, now.worker) == ("running", 2, "worker-2")
    assert results() == 0


def test_it_is_judged_by_the_problem_as_it_was(
    bench: Bench, pool: Pool, submission: Submission
) -> None:
    """Whoever hands in is judged by what he read, also where the problem has changed since."""
    jobs: list[Job] = []
    run = pool.run
    pool.run = lambda job, on_event=None: (jobs.append(job), run(job, on_event))[1]  # type: ignore[method-assign,assignment]
    make_course(unit_pack(changes={"hidden/more_test.go": b"package leap // stricter\n"}))
    bench.judge(submission.id)
    (job,) = jobs
    assert isinstance(job, UnitJob)
    assert b"stricter" not in job.hidden["more_test.go"]


def test_a_database_that_comes_back_gets_the_result(
    bench: Bench, pool: Pool, submission: Submission, postgres: Postgres
) -> None:
    admin = create_engine(db.driver_url(postgres.url("postgres")), isolation_level="AUTOCOMMIT")

    def let_in(*, everybody: bool) -> None:
        with admin.connect() as connection:
            connection.execute(
                text(f"ALTER DATABASE {TEST_DATABASE} ALLOW_CONNECTIONS {everybody}")
            )

    def away() -> None:
        let_in(everybody=False)
        with admin.connect() as connection:
            kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(kill), {"name": TEST_DATABASE})
        back.start()

    back = threading.Timer(0.6, let_in, kwargs={"everybody": True})
    pool.meanwhile = away
    try:
        bench.judge(submission.id)
    finally:
        back.join()
        admin.dispose()
    assert (again(submission).verdict, results()) == ("accepted", 1)


def test_a_broken_sandbox_is_tried_again_and_then_set_aside(
    bench: Bench, pool: Pool, student: User, submission: Submission
) -> None:
    pool.answer = SandboxBroken("the container vanished")
    for tries in (1, 2):
        bench.judge(submission.id)
        now = again(submission)
        assert (now.state, now.tries) == ("queued", tries)
        assert queue.waiting(queue.SUBMISSIONS)[-1] == queue.job_id(now)
    bench.judge(submission.id)
    now = again(submission)
    assert (now.state, now.verdict, now.score) == ("done", "internal_error", None)
    seen = history.result_for(student, now)
    assert seen["score"] is None
    assert "container" not in json.dumps(seen)
    assert told(submission, bench)[-1] == {"type": "done"}


def test_a_poison_submission_does_not_stop_the_others(
    bench: Bench, pool: Pool, student: User, problem: Problem, submission: Submission
) -> None:
    pool.answer = SandboxBroken("it kills every container")
    for _ in range(3):
        bench.judge(submission.id)
    pool.answer = PASS
    other = submissions.create(student, problem, GOOD, "submit")
    bench.judge(other.id)
    assert again(other).verdict == "accepted"


def test_without_any_sandbox_no_try_is_counted(
    bench: Bench, pool: Pool, lost: list[JudgeFault], submission: Submission
) -> None:
    pool.answer = SandboxUnavailable("the engine is away")
    for _ in range(5):
        bench.judge(submission.id)
    now = again(submission)
    assert (now.state, now.tries, len(lost)) == ("queued", 0, 5)


def test_a_result_that_is_our_fault_is_tried_again(
    bench: Bench, pool: Pool, submission: Submission
) -> None:
    pool.answer = replace(PASS, build=None, runs=())
    bench.judge(submission.id)
    assert again(submission).state == "queued"
    pool.answer = PASS
    bench.judge(submission.id)
    now = again(submission)
    assert (now.verdict, now.tries, now.attempt) == ("accepted", 1, 2)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), SystemExit()])
def test_whatever_happens_it_is_given_back(
    bench: Bench, pool: Pool, submission: Submission, error: BaseException
) -> None:
    pool.answer = error
    with pytest.raises(type(error)):
        bench.judge(submission.id)
    now = again(submission)
    assert (now.state, now.tries) == ("queued", int(isinstance(error, RuntimeError)))
    assert queue.job_id(now) in queue.waiting(queue.SUBMISSIONS)


def test_a_lease_is_renewed_only_by_its_holder(submission: Submission) -> None:
    claim = leases.claim(submission.id, "worker-1", 30)
    assert claim is not None
    assert leases.renew(submission.id, claim.attempt, 60)
    assert not leases.renew(submission.id, claim.attempt - 1, 60)


def test_one_result_for_each_attempt(submission: Submission) -> None:
    claim = leases.claim(submission.id, "worker-1", 30)
    assert claim is not None
    result = leases.our_fault("x", 100).to_json() | {"verdict": "accepted"}
    assert history.record(submission.id, claim.attempt, result)
    assert not history.record(submission.id, claim.attempt, result)
    assert results() == 1


def test_the_janitor_takes_back_what_a_dead_worker_held(
    servers: Settings, submission: Submission
) -> None:
    assert leases.claim(submission.id, "worker-1", 0.01) is not None
    time.sleep(0.05)
    assert janitor.tidy(servers).lapsed == 1
    now = again(submission)
    assert (now.state, now.tries, now.worker) == ("queued", 1, None)
    assert queue.job_id(now) in queue.waiting(queue.SUBMISSIONS)
    assert janitor.tidy(servers).lapsed == 0


def test_the_janitor_sets_aside_what_kills_every_worker(
    servers: Settings, submission: Submission
) -> None:
    for _ in range(servers.tries):
        assert leases.claim(submission.id, "worker-1", 0.01) is not None
        time.sleep(0.05)
        janitor.tidy(servers)
    assert again(submission).verdict == "internal_error"


def test_a_flushed_redis_loses_nothing(
    servers: Settings, student: User, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [submissions.create(student, problem, GOOD, "submit") for _ in range(5)]
    made += [submissions.create(student, problem, GOOD, "trial")]
    queue.connection().flushdb()
    assert janitor.tidy(servers).enqueued == 0, "they may be on their way just now"
    monkeypatch.setattr(janitor, "SETTLED_SECONDS", 0.0)
    assert janitor.tidy(servers).enqueued == 6
    assert queue.waiting(queue.SUBMISSIONS) == [queue.job_id(one) for one in made[:5]]
    assert queue.waiting(queue.RUNS) == [queue.job_id(made[5])]
    assert janitor.tidy(servers).enqueued == 0


def test_old_trials_are_pruned_and_submissions_are_not(
    servers: Settings, bench: Bench, student: User, problem: Problem, submission: Submission
) -> None:
    trial = submissions.create(student, problem, GOOD, "trial")
    bench.judge(trial.id)
    bench.judge(submission.id)
    assert janitor.tidy(servers).pruned == 0
    db.session.execute(text("UPDATE submissions SET graded_at = now() - interval '31 days'"))
    db.session.commit()
    assert janitor.tidy(servers).pruned == 1
    assert db.session.scalars(select(Submission.id)).all() == [submission.id]
    kept = select(func.count()).select_from(TestResult)
    assert db.session.scalar(kept.where(TestResult.submission_id == trial.id)) == 0
