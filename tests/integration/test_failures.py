"""What breaks while a submission is on its way: with real servers and real containers.

The table of docs/failures.md names these tests. `Struck` is a real pool of containers
that calls `strike` at a moment of a job; the worker's loop is left out, which
`test_worker_process` has.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docker
import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from judge import db, janitor, leases, problems, queue, submissions
from judge.app import create_app
from judge.config import Settings
from judge.errors import JudgeFault
from judge.launch.postgres import Postgres
from judge.launch.valkey import Valkey
from judge.models import Problem, Result, Submission, User
from judge.packs.load import load
from judge.progress import Teller
from judge.sandbox.facts import Event, Facts
from judge.sandbox.job import Job
from judge.sandbox.pool import Pool
from judge.worker import judging
from judge.worker.judging import Bench
from tests.conftest import TEST_DATABASE
from tests.integration.conftest import bearer, make_course

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "packs" / "tally"
PACK = load(FOLDER)
GOOD = {"tally.go": PACK.reference.files["tally.go"].decode()}
SLOW = {
    "tally.go": GOOD["tally.go"].replace('import "fmt"', 'import ("fmt"; "time")')
    + "\nfunc init() { time.Sleep(time.Second) }\n"
}
"""Runs long enough to be struck at that."""
URL = "/api/v1/problems/tally/submissions"


class Struck:
    """A pool whose jobs are struck at `moment`: an event's kind, or "before" and "after" them."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.moment = ""
        self.strike: Callable[[], object] = lambda: None
        self.strikes = 0

    def at(self, moment: str, strike: Callable[[], object], times: int = 1) -> None:
        self.moment, self.strike, self.strikes = moment, strike, times

    def get(self, _language: str) -> Struck:
        return self

    def run(self, job: Job, on_event: Callable[[Event], None]) -> Facts:
        def tell(event: Event) -> None:
            self._reached(event.kind)
            on_event(event)

        self._reached("before")
        facts = self.pool.run(job, tell)
        self._reached("after")
        return facts

    def _reached(self, moment: str) -> None:
        if moment == self.moment and self.strikes:
            self.strikes -= 1
            self.strike()

    def kill_container(self) -> None:
        """The one at work, or all that are idle."""
        client = docker.from_env()
        for runner in self.pool._busy or list(self.pool._idle):
            client.api.kill(runner.name)
        client.close()


@pytest.fixture
def struck(pool: Pool) -> Struck:
    return Struck(pool)


@pytest.fixture
def lost() -> list[JudgeFault]:
    return []


@pytest.fixture
def bench(servers: Settings, struck: Struck, lost: list[JudgeFault]) -> Iterator[Bench]:
    teller = Teller(queue.connection())
    yield Bench("worker-1", servers, struck, teller, lost.append)  # type: ignore[arg-type]
    teller.close()


@pytest.fixture
def problem(servers: Settings) -> Problem:
    make_course(PACK)
    return problems.by_slug("tally")


@pytest.fixture
def submission(student: User, problem: Problem) -> Submission:
    return submissions.create(student, problem, GOOD, "submit")


def now(submission: Submission) -> Submission:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get(Submission, submission.id)
    assert found is not None
    return found


def results() -> int:
    return db.session.scalar(select(func.count()).select_from(Result)) or 0


def judged_again(submission: Submission, tries: int) -> None:
    """Judged in the second attempt, once."""
    done = now(submission)
    assert (done.state, done.verdict, done.attempt) == ("done", "accepted", 2)
    assert (done.tries, results()) == (tries, 1)


@contextmanager
def database_away(postgres: Postgres) -> Iterator[None]:
    """PostgreSQL ends every connection to the database and takes no new one."""
    with psycopg.connect(host=str(postgres.sockets), user="judge", dbname="postgres") as admin:
        admin.autocommit = True
        admin.execute(f"ALTER DATABASE {TEST_DATABASE} ALLOW_CONNECTIONS false")
        try:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [TEST_DATABASE],
            )
            yield
        finally:
            admin.execute(f"ALTER DATABASE {TEST_DATABASE} ALLOW_CONNECTIONS true")


# Containers.


@pytest.mark.parametrize("phase", ["building", "running"])
def test_a_container_killed_at_work_is_our_fault(
    bench: Bench, struck: Struck, student: User, problem: Problem, phase: str
) -> None:
    submission = submissions.create(student, problem, SLOW, "submit")
    struck.at(phase, struck.kill_container)
    bench.judge(submission.id)
    given_back = now(submission)
    assert (given_back.state, given_back.tries, results()) == ("queued", 1, 0)
    assert queue.job_id(given_back) in queue.waiting(queue.SUBMISSIONS)
    assert bench.take_doubt(), "a canary comes before the next job"
    bench.judge(submission.id)
    judged_again(submission, tries=1)


def test_a_container_killed_between_two_jobs_is_not_given_out(
    bench: Bench, struck: Struck, submission: Submission
) -> None:
    struck.pool.canary()
    struck.at("before", struck.kill_container)
    bench.judge(submission.id)
    done = now(submission)
    assert (done.verdict, done.attempt, done.tries) == ("accepted", 1, 0)


def test_what_kills_every_container_is_set_aside_and_the_others_flow(
    bench: Bench, struck: Struck, servers: Settings, student: User, problem: Problem
) -> None:
    submission = submissions.create(student, problem, SLOW, "submit")
    other = submissions.create(student, problem, GOOD, "submit")
    struck.at("running", struck.kill_container, servers.tries)
    for _ in range(servers.tries):
        # Poison comes first each time: it is older.
        bench.judge(submission.id)
    poison = now(submission)
    assert (poison.verdict, poison.score, poison.tries) == ("internal_error", None, 3)
    bench.judge(other.id)
    assert now(other).verdict == "accepted"


# PostgreSQL.


def test_a_database_that_is_away_at_submit_is_503_and_the_next_try_counts_once(
    app: Flask, postgres: Postgres, student: User, problem: Problem
) -> None:
    headers = bearer(student) | {"Idempotency-Key": "one and the same"}
    client = app.test_client()

    def hand_in() -> Any:
        db.release()
        return client.post(URL, json={"files": GOOD}, headers=headers)

    with database_away(postgres):
        refused = hand_in()
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert refused.get_json()["reference"]
        assert client.get("/readyz").status_code == 503
    taken = [hand_in() for _ in range(2)]
    assert [one.status_code for one in taken] == [202, 202]
    assert len({one.get_json()["id"] for one in taken}) == 1
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_database_that_is_away_at_the_verdict_is_waited_for(
    bench: Bench, struck: Struck, postgres: Postgres, submission: Submission
) -> None:
    gone: list[Any] = []

    def leave() -> None:
        gone.append(database_away(postgres))
        gone[0].__enter__()

    struck.at("running", leave)
    waits = iter([lambda: None, lambda: gone[0].__exit__(None, None, None), lambda: None])
    patch = pytest.MonkeyPatch()
    patch.setattr(judging, "_pause", lambda _seconds: next(waits)())
    try:
        bench.judge(submission.id)
    finally:
        patch.undo()
    done = now(submission)
    assert (done.verdict, done.attempt, results()) == ("accepted", 1, 1)


def test_a_database_that_stays_away_lets_the_lease_lapse(
    bench: Bench,
    struck: Struck,
    servers: Settings,
    postgres: Postgres,
    submission: Submission,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "RECORD_WAITS_SECONDS", (0.0, 0.0))
    gone = database_away(postgres)
    struck.at("running", gone.__enter__)
    bench.judge(submission.id)
    gone.__exit__(None, None, None)
    held = now(submission)
    assert (held.state, held.attempt, results()) == ("running", 1, 0)
    assert janitor.tidy(servers).lapsed == 0, "its lease still holds"
    lapse(submission)
    assert janitor.tidy(servers).lapsed == 1
    bench.judge(submission.id)
    judged_again(submission, tries=1)


def test_a_claim_that_breaks_leaves_the_worker_whole(
    bench: Bench, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that ends in the middle of a transaction must not stay with the thread."""
    claim = leases.claim

    def dies(*_: object) -> None:
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    monkeypatch.setattr(leases, "claim", dies)
    with pytest.raises(Exception, match="terminating connection"):
        bench.judge(submission.id)
    monkeypatch.setattr(leases, "claim", claim)
    bench.judge(submission.id)
    assert db.session.get(Submission, submission.id, populate_existing=True).verdict == "accepted"


def lapse(submission: Submission) -> None:
    db.session.execute(
        text("UPDATE submissions SET lease_until = clock_timestamp() WHERE id = :id"),
        {"id": submission.id},
    )
    db.session.commit()


# Redis.


class OwnRedis:
    """A server that keeps nothing when it ends."""

    def __init__(self, folder: Path) -> None:
        self.server = Valkey(folder / "data", folder / "run", durable=False)
        self.server.initialise()

    def start(self) -> None:
        self._process = subprocess.Popen(self.server.command(), stdout=subprocess.DEVNULL)
        self.server.wait(self._process)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        self.kill()
        self.start()

    def flush(self) -> None:
        queue.connection().flushall()

    def fill(self) -> None:
        queue.connection().config_set("maxmemory", "1")

    def empty(self) -> None:
        queue.connection().config_set("maxmemory", "0")

    def leave(self) -> None:
        """Nothing happens yet."""


@pytest.fixture
def own_redis(servers_folder: Path) -> Iterator[OwnRedis]:
    with TemporaryDirectory(dir=servers_folder) as folder:
        made = OwnRedis(Path(folder))
        made.start()
        yield made
        made.kill()


@pytest.mark.parametrize(
    ("before", "after"),
    [("fill", "empty"), ("kill", "start"), ("leave", "restart"), ("leave", "flush")],
)
@pytest.mark.usefixtures("problem")
def test_whatever_redis_does_at_submit_it_is_accepted_and_queued_again(
    bench: Bench, student: User, servers: Settings, own_redis: OwnRedis, before: str, after: str
) -> None:
    settings = replace(servers, redis_url=own_redis.server.url)
    queue.configure(settings.redis_url)
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    headers = bearer(student)
    getattr(own_redis, before)()
    answer = app.test_client().post(URL, json={"files": GOOD}, headers=headers)
    assert (answer.status_code, answer.get_json()["state"]) == (202, "queued")
    getattr(own_redis, after)()
    db.release()
    queue.configure(settings.redis_url)
    made = db.session.scalars(select(Submission)).one()
    assert queue.waiting(queue.SUBMISSIONS) == []
    sweep(settings)
    assert queue.waiting(queue.SUBMISSIONS) == [queue.job_id(made)]
    bench.judge(made.id)
    assert now(made).verdict == "accepted"


# The worker.


def test_a_worker_that_outlived_its_lease_is_not_heard(
    bench: Bench,
    struck: Struck,
    servers: Settings,
    submission: Submission,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another has judged it while this one was held up between the run and the verdict."""

    def overtaken() -> None:
        lapse(submission)
        assert janitor.tidy(servers).lapsed == 1
        bench.judge(submission.id)

    struck.at("after", overtaken)
    bench.judge(submission.id)
    judged_again(submission, tries=1)
    late = [record.msg for record in caplog.records if "late" in str(record.msg)]
    assert [(line["event"], line["attempt"]) for line in late] == [("late result discarded", 1)]  # type: ignore[index]


def test_what_is_delivered_twice_is_judged_once(bench: Bench, submission: Submission) -> None:
    queue.enqueue(submission)
    queue.enqueue(submission)
    for job in queue.queue(queue.SUBMISSIONS).jobs:
        bench.judge(*job.args)
    done = now(submission)
    assert (done.verdict, done.attempt, results()) == ("accepted", 1, 1)


def test_a_crash_between_commit_and_queue_is_swept_up(
    bench: Bench,
    servers: Settings,
    student: User,
    problem: Problem,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(submissions, "_enqueue", lambda _: exec("raise SystemExit"))
    with pytest.raises(SystemExit):
        submissions.create(student, problem, GOOD, "submit")
    monkeypatch.undo()
    db.release()
    made = db.session.scalars(select(Submission)).one()
    assert queue.waiting(queue.SUBMISSIONS) == []
    sweep(servers)
    assert queue.waiting(queue.SUBMISSIONS) == [queue.job_id(made)]
    bench.judge(made.id)
    assert now(made).verdict == "accepted"


def sweep(settings: Settings) -> None:
    """A round of the janitor some seconds from now."""
    db.session.execute(text("UPDATE submissions SET queued_at = queued_at - interval '6 s'"))
    db.session.commit()
    assert janitor.tidy(settings).enqueued == 1


# What changes meanwhile.


def test_the_version_that_was_handed_in_for_is_judged_by(
    bench: Bench, struck: Struck, submission: Submission, tmp_path: Path
) -> None:
    """The problem gets harder while a submission is judged, and before another is."""
    harder = shutil.copytree(FOLDER, tmp_path / "tally")
    (harder / "hidden" / "long_test.go").write_text(NOBODY_PASSES)
    struck.at("before", lambda: make_course(load(harder, complete=False)))
    bench.judge(submission.id)
    assert now(submission).verdict == "accepted"
    later = submissions.create(now(submission).user, problems.by_slug("tally"), GOOD, "submit")
    bench.judge(later.id)
    assert now(later).verdict == "wrong_answer"


NOBODY_PASSES = """package tally

import "testing"

func TestLong(t *testing.T) { t.Fatal("harder") }
"""


@pytest.mark.parametrize("seconds", [-86_400, 86_400])
def test_a_clock_that_jumps_changes_no_verdict(
    bench: Bench,
    struck: Struck,
    servers: Settings,
    submission: Submission,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
) -> None:
    """Limits are counted on a clock that never jumps, leases on the database's."""
    wall = time.time

    def jump() -> None:
        monkeypatch.setattr(time, "time", lambda: wall() + seconds)
        assert leases.renew(submission.id, 1, servers.lease)
        assert janitor.tidy(servers).lapsed == 0

    struck.at("building", jump)
    bench.judge(submission.id)
    done = now(submission)
    assert (done.verdict, done.attempt, done.tries) == ("accepted", 1, 0)
    assert done.started_at is not None
    assert done.graded_at is not None
    assert abs((done.graded_at - done.received_at).total_seconds()) < 600


EXPANDED = """
ALTER TABLE submissions ADD COLUMN colour text;
ALTER TABLE submissions ADD COLUMN weight integer NOT NULL DEFAULT 1;
ALTER TABLE results ADD COLUMN colour text;
CREATE TABLE of_tomorrow (submission_id uuid REFERENCES submissions);
CREATE INDEX ix_of_tomorrow ON submissions (colour)
"""
CONTRACTED = """
DROP TABLE of_tomorrow;
ALTER TABLE results DROP COLUMN colour;
ALTER TABLE submissions DROP COLUMN weight, DROP COLUMN colour
"""


def test_an_old_worker_goes_on_beside_a_new_schema(
    bench: Bench, struck: Struck, student: User, submission: Submission
) -> None:
    """The schema grows in the middle of a run, as migrations let it: nothing is taken away."""

    def migrate(statements: str) -> None:
        with db.session.get_bind().connect() as connection:  # type: ignore[union-attr]
            connection.exec_driver_sql(statements)
            connection.commit()

    struck.at("running", lambda: migrate(EXPANDED))
    try:
        bench.judge(submission.id)
        assert now(submission).verdict == "accepted"
        later = submissions.create(student, problems.by_slug("tally"), GOOD, "submit")
        bench.judge(later.id)
        assert now(later).verdict == "accepted"
    finally:
        db.release()
        migrate(CONTRACTED)
