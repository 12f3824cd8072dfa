"""The janitor: finds in PostgreSQL what was lost on the way, and puts it back on the queue.

It looks for claims whose lease lapsed (a worker died), for submissions that are
queued here and not in Redis (flushed, restarted, or away when they came in), and
prunes old trials. Every round is complete in itself and may run in several
processes at once: each step is a statement that only one of them can win.
"""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from judge import db, leases, progress, queue
from judge.config import Settings
from judge.models import Submission

SETTLED_SECONDS = 5.0
"""Younger ones may be between their commit and the queue, or between queue and claim."""
PRUNE_AT_ONCE = 1000
DATABASE_CONNECTIONS = 2

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    lapsed: int = 0
    enqueued: int = 0
    pruned: int = 0


def run(settings: Settings) -> None:
    """One round after another until SIGTERM or SIGINT. What is away is waited for."""
    _configure(settings)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while not ended.is_set():
        try:
            tidy(settings)
        except (SQLAlchemyError, RedisError) as error:
            _log.warning("round given up", error=str(error).splitlines()[0])
        ended.wait(settings.janitor_every)


def once(settings: Settings) -> Round:
    """One round.

    :raises SQLAlchemyError: the database is away.
    :raises RedisError: the queue is away.
    """
    _configure(settings)
    return tidy(settings)


def _configure(settings: Settings) -> None:
    db.configure(settings.database_url, DATABASE_CONNECTIONS)
    queue.configure(settings.redis_url)


def tidy(settings: Settings) -> Round:
    """One round with what is configured already. Raises as `once`."""
    try:
        done = Round(lapsed=_take_back(settings), enqueued=_enqueue_lost(), pruned=_prune(settings))
    finally:
        db.release()
    if done != Round():
        _log.info("tidied", lapsed=done.lapsed, enqueued=done.enqueued, pruned=done.pruned)
    return done


def _take_back(settings: Settings) -> int:
    """End the attempts whose worker is gone; what is queued again is enqueued by the next step."""
    taken = 0
    for submission_id, attempt in leases.lapsed():
        reason = "the worker ended or lost touch while it judged"
        fate = leases.give_back(submission_id, attempt, reason, settings.tries)
        taken += fate != "gone"
        if fate == "set aside":
            _tell_done(submission_id, attempt)
        elif fate == "queued":
            _enqueue(submission_id)
    return taken


def _enqueue_lost() -> int:
    lost = queue.missing(leases.waiting(SETTLED_SECONDS))
    for submission in lost:
        queue.enqueue(submission)
    return len(lost)


def _enqueue(submission_id: UUID) -> None:
    submission = db.session.get(Submission, submission_id, populate_existing=True)
    db.session.commit()
    if submission is not None and submission.state == "queued":
        queue.enqueue(submission)


def _tell_done(submission_id: UUID, attempt: int) -> None:
    """Pages that are open learn of the end; the state is in the database."""
    teller = progress.Teller(queue.connection())
    teller.tell(submission_id, attempt, 0, {"type": "done"})
    teller.close()


def _prune(settings: Settings) -> int:
    """Delete trials that are older than they are kept for, some at a time."""
    old = (
        select(Submission.id)
        .where(
            Submission.purpose == "trial",
            Submission.graded_at < func.now() - timedelta(seconds=settings.trials_kept),
        )
        .limit(PRUNE_AT_ONCE)
    )
    options = {"synchronize_session": False}
    gone = db.session.scalars(
        delete(Submission).where(Submission.id.in_(old)).returning(Submission.id),
        execution_options=options,
    ).all()
    db.session.commit()
    return len(gone)
