"""Judging again: beside live submissions, seen before it counts, and put in place at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from judge import db, history, janitor, leaderboard, leases, problems, queue, rejudging, submissions
from judge.config import Settings
from judge.errors import Conflict, NotFound, UserError
from judge.models import Problem, Rejudgement, Rejudging, Result, Submission, User
from judge.packs.load import load_files
from tests.integration.conftest import GOOD, make_user, the_course
from tests.integration.test_worker_process import GOOD as GOOD_TALLY
from tests.integration.test_worker_process import now, quick, start, submit, until

__all__ = ["quick", "start"]  # fixtures

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "packs" / "tally"
BAD_TALLY = {"tally.go": GOOD_TALLY["tally.go"].replace("+=", "-=")}
RESULT = {
    "verdict": "accepted", "score": 100.0, "max_score": 100.0, "message": "", "tests": [],
    "groups": [], "build": {}, "usage": None, "warnings": [], "toolchain": "", "sandbox": "",
    "phases": {},
}  # fmt: skip


def run(quick: Settings, *arguments: str) -> str:
    """`judge rejudge …`, which must succeed; what it printed."""
    judge = Path(sys.executable).with_name("judge")
    environment = {"DATABASE_URL": quick.database_url, "REDIS_URL": quick.redis_url}
    done = subprocess.run(
        [judge, "rejudge", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def publish_for_less() -> None:
    """Another version, in which the first group is worth 10 points instead of 40."""
    files = {
        one.relative_to(FOLDER).as_posix(): one.read_bytes()
        for one in FOLDER.rglob("*")
        if one.is_file()
    }
    manifest = files["problem.toml"].replace(b"points = 40", b"points = 10", 1)
    files["problem.toml"] = b"points = 70\n" + manifest
    problems.publish(load_files(files, "tally"))
    db.session.commit()


def scores() -> dict[str, float]:
    db.session.rollback()
    return {row.user.username: row.total for row in leaderboard.standings(the_course())}


def graded_at(query: Any) -> Any:
    db.session.rollback()
    return db.session.scalar(query)


def test_all_is_judged_again_after_the_living_and_replaced_at_once(
    engine: object, start: Callable[..., subprocess.Popen[bytes]], quick: Settings, student: User
) -> None:
    good, bad = submit(student, GOOD_TALLY), submit(make_user("bo"), BAD_TALLY)
    worker = start()
    until(lambda: now(good).state == now(bad).state == "done")
    worker.terminate()
    worker.wait()
    before = scores()
    assert before["stina"] == 100
    publish_for_less()
    assert run(quick, "begin", "tally") == "2 submissions of tally are judged again\n"
    living = submit(make_user("lina"), GOOD_TALLY)
    start()
    told: dict[str, Any] = {"done": 0, "total": 2}
    while told["done"] < told["total"]:
        told = json.loads(run(quick, "show", "tally", "--json"))
    copies = select(func.min(Submission.graded_at)).where(Submission.purpose == "rejudge")
    live = select(Submission.graded_at).where(Submission.id == living.id)
    assert graded_at(live) < graded_at(copies)
    assert {name: scores()[name] for name in before} == before, "nothing counts yet"
    assert told["failed"] == 0
    (change,) = (one for one in told["changes"] if one["submission"] == str(good.id))
    assert change["before"] == {"verdict": "accepted", "score": 100}
    assert change["after"] == {"verdict": "accepted", "score": 70}
    assert "stina" in run(quick, "show", "tally")
    run(quick, "apply", "tally", "--yes")
    assert scores()["stina"] == 70
    seen = history.result_for(student, now(good))
    assert (seen["score"], seen["max_score"], seen["verdict"]) == (70, 70, "accepted")
    assert [test["status"] for test in seen["tests"]], "with its tests"
    kept = select(Result.body["score"].as_float()).where(Result.submission_id == good.id)
    assert list(db.session.scalars(kept.order_by(Result.attempt))) == [100, 70]
    assert graded_at(select(func.count()).where(Submission.purpose == "rejudge")) == 0


@pytest.fixture
def judged(student: User, problem: Problem) -> Submission:
    """An accepted submission; nothing waits."""
    made = submissions.create(student, problem, GOOD, "submit")
    judge(made)
    return made


def judge(one: Submission, **result: Any) -> None:
    claim = leases.claim(one.id, "worker-1", 30)
    assert claim is not None
    assert claim.submission_id == one.id
    assert history.record(claim.submission_id, claim.attempt, RESULT | result)


def copy_of(one: Submission) -> Submission:
    query = select(Submission).join(Rejudgement, Rejudgement.copy_id == Submission.id)
    return db.session.scalars(query.where(Rejudgement.original_id == one.id)).one()


def test_students_do_not_see_copies(judged: Submission, student: User, problem: Problem) -> None:
    rejudging.begin(problem)
    copy = copy_of(judged)
    with pytest.raises(NotFound):
        submissions.get_for(student, copy.id)
    assert submissions.get_for(make_user("ines", "instructor"), copy.id) is copy
    assert [one.id for one in history.attempts(student, problem)] == [judged.id]
    assert history.open_counts() == ({"queued": 1}, 0.0)
    judge(copy, verdict="wrong_answer", score=0.0)
    assert scores() == {"stina": 100}


def test_one_at_a_time_and_only_when_all_is_judged(judged: Submission, problem: Problem) -> None:
    made = rejudging.begin(problem)
    with pytest.raises(Conflict, match="leap is being judged again already"):
        rejudging.begin(problem)
    with pytest.raises(Conflict, match="1 of 1 submissions are still to be judged again"):
        rejudging.apply(made)
    judge(copy_of(judged), verdict="wrong_answer", score=10.0)
    assert [one.after.score for one in rejudging.changes(made)] == [10]
    assert rejudging.apply(made) == 1
    assert (now(judged).verdict, now(judged).score, now(judged).attempt) == ("wrong_answer", 10, 2)
    (change,) = db.session.get_one(Rejudging, made.id).changes or []
    assert (change["attempt"], change["before"]["score"]) == (1, 100)
    with pytest.raises(Conflict, match="in the meantime"):
        rejudging.apply(made)
    with pytest.raises(NotFound):
        rejudging.open_of(problem)


def test_what_is_discarded_changes_nothing(judged: Submission, problem: Problem) -> None:
    made = rejudging.begin(problem)
    ticket = copy_of(judged).id
    rejudging.discard(made)
    assert leases.claim(ticket, "worker-1", 30) is None, "its ticket finds nothing"
    assert (now(judged).verdict, now(judged).attempt) == ("accepted", 1)
    rejudging.discard(rejudging.begin(problem))


def test_our_own_failures_change_nothing(judged: Submission, problem: Problem) -> None:
    made = rejudging.begin(problem)
    judge(copy_of(judged), verdict="internal_error", score=0.0)
    assert rejudging.progress(made) == rejudging.Progress(total=1, done=1, failed=1)
    assert rejudging.apply(made) == 0
    assert (now(judged).verdict, now(judged).score, now(judged).attempt) == ("accepted", 100, 1)


def test_nothing_to_judge_again_is_said(student: User, problem: Problem) -> None:
    submissions.create(student, problem, GOOD, "submit")
    with pytest.raises(UserError, match="nothing was judged yet for leap"):
        rejudging.begin(problem)
    assert db.session.scalar(select(func.count(Rejudging.id))) == 0


def test_tickets_that_redis_lost_are_put_back(
    judged: Submission, problem: Problem, servers: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejudging.begin(problem)
    assert queue.depths()["rejudge"] == 1
    queue.connection().flushdb()
    monkeypatch.setattr(janitor, "SETTLED_SECONDS", 0)
    janitor.tidy(servers)
    assert queue.depths() == {"runs": 0, "submissions": 0, "rejudge": 1}
