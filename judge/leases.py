"""Who judges what: claims on submissions, each one SQL statement.

A claim counts the submission's attempt up and holds it until `lease_until` on the
database's clock. While its worker lives the lease is renewed; a worker that died
lets it lapse, and `lapsed` finds it. Whoever holds an old attempt can neither
renew nor record: `attempt` no longer matches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Interval, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from judge import history, turns
from judge.db import session
from judge.models import Problem, Submission
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict

Fate = Literal["queued", "set aside", "gone"]

_log = structlog.get_logger(__name__)
_Taken = tuple[UUID, int, int, int, str, dict[str, str]]
_PLAIN = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker needs to judge, so that it can let the database go."""

    submission_id: UUID
    attempt: int
    tries: int
    version_id: int
    purpose: str
    files: dict[str, str]


def claim(ticket: UUID, worker: str, lease_seconds: float) -> Claim | None:
    """Take the submission whose turn it is; None where nothing of the kind waits.

    :param ticket: a submission; what is taken is as urgent as that one.
    """
    values = {"ticket": ticket, "holder": worker, "lease": timedelta(seconds=lease_seconds)}
    for chosen in (turns.alone, turns.next_up):
        taken = session.execute(_taking(chosen), values, execution_options=_PLAIN).one_or_none()
        if taken is not None:
            break
    session.commit()
    return Claim(*taken) if taken is not None else None


@cache
def _taking(chosen: Callable[[], ColumnElement[bool]]) -> ReturningUpdate[*_Taken]:
    """The claim of what `chosen` picks; a statement is made once, since making it takes time."""
    return (
        update(Submission)
        .where(chosen())
        .values(
            state="running",
            attempt=Submission.attempt + 1,
            worker=bindparam("holder"),
            lease_until=func.clock_timestamp() + bindparam("lease", type_=Interval()),
            started_at=func.clock_timestamp(),
        )
        .returning(
            Submission.id,
            Submission.attempt,
            Submission.tries,
            Submission.version_id,
            Submission.purpose,
            Submission.files,
        )
    )


def renew(submission_id: UUID, attempt: int, lease_seconds: float) -> bool:
    """Hold a claim for so long from now; False where it is no longer ours."""
    held = session.scalar(
        update(Submission)
        .where(_current(submission_id, attempt))
        .values(lease_until=func.clock_timestamp() + timedelta(seconds=lease_seconds))
        .returning(Submission.id),
        execution_options=_PLAIN,
    )
    session.commit()
    return held is not None


def give_back(
    submission_id: UUID, attempt: int, reason: str, max_tries: int, *, counts: bool = True
) -> Fate:
    """End an attempt that came to nothing through our fault.

    The submission is queued again (in the database: the caller enqueues it), or
    with `max_tries` used up set aside with an ``internal_error``, so that the
    others flow. "gone": the attempt was not current.

    :param counts: False where the submission cannot have been the reason.
    """
    failed = 1 if counts else 0
    tries = session.scalar(
        update(Submission)
        .where(_current(submission_id, attempt))
        .values(tries=Submission.tries + failed)
        .returning(Submission.tries),
        execution_options=_PLAIN,
    )
    if tries is None:
        session.rollback()
        return "gone"
    told = {"submission": str(submission_id), "attempt": attempt, "tries": tries, "reason": reason}
    if counts and tries >= max_tries:
        _log.error("set aside", **told)
        return "set aside" if _set_aside(submission_id, attempt, reason) else "gone"
    session.execute(
        update(Submission)
        .where(_current(submission_id, attempt))
        .values(state="queued", lease_until=None, worker=None),
        execution_options=_PLAIN,
    )
    session.commit()
    _log.warning("given back", **told)
    return "queued"


def lapsed() -> list[tuple[UUID, int]]:
    """Submission and attempt of every claim that nobody renewed in time."""
    query = select(Submission.id, Submission.attempt).where(
        Submission.state == "running", Submission.lease_until < func.clock_timestamp()
    )
    found = [(line.id, line.attempt) for line in session.execute(query)]
    session.commit()
    return found


def waiting(older_than_seconds: float) -> list[Submission]:
    """What has been queued for so long, the oldest first."""
    limit = func.clock_timestamp() - timedelta(seconds=older_than_seconds)
    query = select(Submission).where(Submission.state == "queued", Submission.queued_at < limit)
    found = list(session.scalars(query.order_by(Submission.queued_at)))
    session.commit()
    return found


def _current(submission_id: UUID, attempt: int) -> ColumnElement[bool]:
    return (
        (Submission.id == submission_id)
        & (Submission.attempt == attempt)
        & (Submission.state == "running")
    )


def _set_aside(submission_id: UUID, attempt: int, reason: str) -> bool:
    max_score = session.scalars(
        select(Problem.max_score).join(Submission).where(Submission.id == submission_id)
    ).one()
    return history.record(submission_id, attempt, our_fault(reason, max_score).to_json())


def our_fault(reason: str, max_score: float) -> Result:
    """The result of a submission that we could not judge."""
    return Result(
        verdict=Verdict.INTERNAL_ERROR,
        score=0.0,
        max_score=max_score,
        message=reason,
        tests=(),
        groups=(),
        build=None,
        usage=None,
        warnings=(),
        toolchain="",
        sandbox="",
    )
