"""What was handed in and what came of it: attempts, and results recorded exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select, update

from judge.db import scope, session
from judge.models import Problem, Result, Submission, TestResult, User
from judge.turns import Turn
from judge.verdict import view
from judge.verdict.verdicts import Verdict

_log = structlog.get_logger(__name__)


def attempts(
    user: User, problem: Problem, limit: int = 50, before: datetime | None = None
) -> list[Submission]:
    """A user's submissions and trials, newest first; `before` pages on by `received_at`."""
    query = select(Submission).where(
        Submission.user_id == user.id,
        Submission.problem_id == problem.id,
        Submission.purpose != "rejudge",
    )
    if before is not None:
        query = query.where(Submission.received_at < before)
    return list(session.scalars(query.order_by(Submission.received_at.desc()).limit(limit)))


def record(submission_id: UUID, attempt: int, result: Mapping[str, Any]) -> bool:
    """Store the result of an attempt, all of it or nothing; whether it was still wanted.

    :param result: `judge.verdict.result.Result.to_json()`.

    A result that comes after the attempt's lease was given to another is
    discarded and logged: False.
    """
    verdict = Verdict(result["verdict"])
    counts = verdict is not Verdict.INTERNAL_ERROR
    closed = session.scalar(
        update(Submission)
        .where(
            Submission.id == submission_id,
            Submission.attempt == attempt,
            Submission.state == "running",
        )
        .values(
            state="done",
            verdict=verdict.value,
            score=result["score"] if counts else None,
            graded_at=func.clock_timestamp(),
            lease_until=None,
        )
        .returning(Submission.id),
        execution_options={"synchronize_session": False},
    )
    if closed is None:
        session.rollback()
        _log.warning(
            "late result discarded",
            submission=str(submission_id),
            attempt=attempt,
            verdict=verdict.value,
        )
        return False
    _insert(submission_id, attempt, result)
    session.commit()
    return True


def _insert(submission_id: UUID, attempt: int, result: Mapping[str, Any]) -> None:
    body = {key: value for key, value in result.items() if key != "tests"}
    # As pairs: PostgreSQL's JSONB does not keep the order of keys.
    body["phases"] = [list(pair) for pair in result["phases"].items()]
    session.execute(insert(Result).values(submission_id=submission_id, attempt=attempt, body=body))
    rows = [
        {
            "submission_id": submission_id,
            "attempt": attempt,
            "position": position,
            "name": test["name"],
            "status": test["status"],
            "visible": test["visible"],
            "body": dict(test),
        }
        for position, test in enumerate(result["tests"])
    ]
    if rows:
        session.execute(insert(TestResult), rows)


def open_counts() -> tuple[dict[str, int], float]:
    """How many submissions are queued and running, and the age of the oldest queued one (s).

    What is judged again may wait as long as it likes: it has no age.
    """
    waiting = (Submission.state == "queued") & (Submission.purpose != "rejudge")
    age = func.extract("epoch", func.clock_timestamp() - func.min(Submission.queued_at))
    query = select(Submission.state, func.count()).where(Submission.state != "done")
    counts = {
        state: int(number) for state, number in session.execute(query.group_by(Submission.state))
    }
    oldest = session.scalar(select(age).where(waiting)) or 0.0
    session.commit()
    return counts, float(oldest)


def done_among(submission_ids: Sequence[UUID]) -> list[UUID]:
    """Those of `submission_ids` that are done, from a thread of its own: one query."""
    with scope() as current:
        query = select(Submission.id).where(
            Submission.id.in_(submission_ids), Submission.state == "done"
        )
        return list(current.scalars(query))


def stored(submission: Submission) -> dict[str, Any] | None:
    """The recorded result with every test, as `record` took it; None while there is none."""
    key = {"submission_id": submission.id, "attempt": submission.attempt}
    body = session.scalar(select(Result.body).filter_by(**key))
    if body is None:
        return None
    tests = session.scalars(select(TestResult.body).filter_by(**key).order_by(TestResult.position))
    return {**body, "tests": list(tests)}


def result_for(viewer: User, submission: Submission, turn: Turn | None = None) -> dict[str, Any]:
    """State and result as `viewer` may see them: staff all of it, others the student's view.

    :param turn: where it waits.
    """
    found = stored(submission) if submission.state == "done" else None
    told: dict[str, Any] = {
        "id": str(submission.id),
        "state": submission.state,
        "purpose": submission.purpose,
        "place": turn.place if turn else None,
        "wait_seconds": turn.wait_seconds if turn else None,
        "verdict": submission.verdict,
        "timestamps": _timestamps(submission),
    }
    if found is None:
        return told
    seen = view.for_student(found)
    if viewer.is_staff:
        seen |= {"message": found["message"], "tests": found["tests"], "build": found["build"]}
        seen["warnings"] = found["warnings"]
    if submission.verdict == Verdict.INTERNAL_ERROR:
        seen["score"] = None
    return told | seen | {"phases": found["phases"]}


def _timestamps(submission: Submission) -> dict[str, str | None]:
    moments = {
        "received": submission.received_at,
        "queued": submission.queued_at,
        "started": submission.started_at,
        "graded": submission.graded_at,
    }
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}
