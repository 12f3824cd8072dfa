"""Judging again what was judged: beside the old results, compared, then put in place at once.

Theory of operation. A rejudging names a version of its problem. Of each submission that has
a result a copy is queued, with the purpose "rejudge": workers judge it like any other, with
the same leases, attempts and janitor, once nothing else waits; it counts for nothing, and
students never see it. `apply` writes all new results over the old ones in one transaction.
Before, and where it fails, everything is as it was. What an attempt came to stays in the
database under that attempt.

A copy that came to an ``internal_error`` says nothing of the submission: it keeps its result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import Row, Select, delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, load_only

from judge import queue
from judge.db import session
from judge.errors import Conflict, NotFound, UserError
from judge.models import Problem, Rejudgement, Rejudging, Submission, User
from judge.verdict.verdicts import Verdict

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result in short. `score`: None where it is our failure."""

    verdict: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """What judging a submission again came to, where that is something else."""

    submission_id: UUID
    username: str
    received_at: datetime
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Progress:
    """How many submissions are judged again, how many are done, and for how many we failed."""

    total: int
    done: int
    failed: int


def begin(problem: Problem) -> Rejudging:
    """Queue a copy of everything that was handed in for `problem` and has a result.

    They are judged by its current version. What is being judged meanwhile is not among them.

    :raises Conflict: one is open already.
    :raises UserError: nothing was judged yet.
    """
    made = Rejudging(problem_id=problem.id, version_id=problem.current_version_id)
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise Conflict(
            f"{problem.slug} is being judged again already: apply or discard that first"
        ) from None
    values = {
        "problem": problem.id,
        "version": problem.current_version_id,
        "rejudging": made.id,
    }
    session.execute(_COPY, values)
    copies = _copies(made)
    if not copies:
        session.rollback()
        raise UserError(f"nothing was judged yet for {problem.slug}: there is nothing to rejudge")
    session.commit()
    _log.info("rejudging begun", problem=problem.slug, submissions=len(copies))
    _enqueue(copies)
    return made


def open_of(problem: Problem) -> Rejudging:
    """The rejudging that waits to be applied or discarded.

    :raises NotFound: there is none.
    """
    query = select(Rejudging).filter_by(problem_id=problem.id, state="open")
    found = session.scalar(query, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound(f"{problem.slug} is not being judged again")
    return found


def progress(rejudging: Rejudging) -> Progress:
    """How far it is."""
    found = _progress(rejudging)
    session.commit()
    return found


def changes(rejudging: Rejudging) -> list[Change]:
    """The differences that are known so far, in the order in which things were handed in."""
    found = session.execute(_differences(rejudging)).all()
    session.commit()
    return [
        Change(
            line.id,
            line.username,
            line.received_at,
            Outcome(line.old_verdict, line.old_score),
            Outcome(line.verdict, line.score),
        )
        for line in found
    ]


def apply(rejudging: Rejudging) -> int:
    """Put the new results in the place of the old ones, all at once; how many differ.

    :raises Conflict: not all is judged, or it was ended meanwhile.
    """
    _lock(rejudging)
    state = _progress(rejudging)
    if state.done < state.total:
        session.rollback()
        raise Conflict(
            f"{state.total - state.done} of {state.total} submissions are still to be judged again"
        )
    changed = [_told(line) for line in session.execute(_differences(rejudging))]
    for statement in (_REPLACE, _RESULTS, _TESTS):
        session.execute(statement, {"rejudging": rejudging.id})
    _end(rejudging, "applied", changed)
    return len(changed)


def discard(rejudging: Rejudging) -> None:
    """Forget it: every result stays what it was. What is still queued is not judged.

    :raises Conflict: it was ended meanwhile.
    """
    _lock(rejudging)
    _end(rejudging, "discarded", None)


def _progress(rejudging: Rejudging) -> Progress:
    done = Submission.state == "done"
    failed = Submission.verdict == Verdict.INTERNAL_ERROR.value
    counts = (func.count(), func.count().filter(done), func.count().filter(failed))
    query = select(*counts).join(Rejudgement, Rejudgement.copy_id == Submission.id)
    line = session.execute(query.where(Rejudgement.rejudging_id == rejudging.id)).one()
    return Progress(*line)


def _copies(rejudging: Rejudging) -> list[Submission]:
    """What is to be judged, without the files, in the order in which it was handed in."""
    original = aliased(Submission)
    query = (
        select(Submission)
        .join(Rejudgement, Rejudgement.copy_id == Submission.id)
        .join(original, original.id == Rejudgement.original_id)
        .where(Rejudgement.rejudging_id == rejudging.id)
        .order_by(original.received_at)
        .options(load_only(Submission.id, Submission.attempt, Submission.purpose))
    )
    return list(session.scalars(query))


def _enqueue(copies: list[Submission]) -> None:
    try:
        for one in copies:
            queue.enqueue(one)
    except RedisError as error:
        _log.warning("not enqueued, the janitor will", error=str(error))


def _differences(rejudging: Rejudging) -> Select[*tuple[Any, ...]]:
    new, old = aliased(Submission), aliased(Submission)
    return (
        select(
            old.id,
            old.attempt,
            User.username,
            old.received_at,
            old.verdict.label("old_verdict"),
            old.score.label("old_score"),
            old.version_id.label("old_version"),
            new.verdict,
            new.score,
            new.version_id,
        )
        .select_from(Rejudgement)
        .join(new, new.id == Rejudgement.copy_id)
        .join(old, old.id == Rejudgement.original_id)
        .join(User, User.id == old.user_id)
        .where(
            Rejudgement.rejudging_id == rejudging.id,
            new.state == "done",
            new.verdict != Verdict.INTERNAL_ERROR.value,
            (new.verdict != old.verdict) | new.score.is_distinct_from(old.score),
        )
        .order_by(old.received_at)
    )


def _told(line: Row[Any]) -> dict[str, Any]:
    """A difference as it is kept: enough to know what was, and to look the old result up."""
    return {
        "submission": str(line.id),
        "user": line.username,
        "attempt": line.attempt,
        "before": {
            "verdict": line.old_verdict,
            "score": line.old_score,
            "version": line.old_version,
        },
        "after": {"verdict": line.verdict, "score": line.score, "version": line.version_id},
    }


def _lock(rejudging: Rejudging) -> None:
    """Nobody else may end it meanwhile. Raises Conflict where somebody has."""
    query = select(Rejudging.state).filter_by(id=rejudging.id).with_for_update()
    if session.scalar(query) != "open":
        session.rollback()
        raise Conflict("somebody applied or discarded it in the meantime")


def _end(rejudging: Rejudging, state: str, changed: list[dict[str, Any]] | None) -> None:
    """End it and forget the copies; commits."""
    copies = select(Rejudgement.copy_id).where(Rejudgement.rejudging_id == rejudging.id)
    options = {"synchronize_session": False}
    session.execute(delete(Submission).where(Submission.id.in_(copies)), execution_options=options)
    rejudging.state, rejudging.changes = state, changed
    rejudging.ended_at = session.scalar(select(func.clock_timestamp()))
    session.commit()
    _log.info("rejudging ended", rejudging=rejudging.id, state=state, changes=len(changed or ()))


_COPY = text("""
WITH pairs AS (
    SELECT id AS original_id, gen_random_uuid() AS copy_id FROM submissions
    WHERE problem_id = :problem AND purpose = 'submit' AND state = 'done'
), copies AS (
    INSERT INTO submissions
        (id, user_id, problem_id, version_id, purpose, files, state, attempt, tries)
    SELECT copy_id, user_id, problem_id, :version, 'rejudge', files, 'queued', 0, 0
    FROM pairs JOIN submissions ON id = original_id
)
INSERT INTO rejudgements (copy_id, rejudging_id, original_id)
SELECT copy_id, :rejudging, original_id FROM pairs
""")

# The three that follow: what the copies of one rejudging came to, for their originals.
_REPLACE = text("""
UPDATE submissions AS old
SET attempt = old.attempt + 1, version_id = new.version_id, verdict = new.verdict,
    score = new.score, graded_at = new.graded_at
FROM rejudgements JOIN submissions AS new ON new.id = copy_id
WHERE rejudging_id = :rejudging AND old.id = original_id AND new.verdict <> 'internal_error'
""")
_RESULTS = text("""
INSERT INTO results (submission_id, attempt, body, recorded_at)
SELECT old.id, old.attempt, body, recorded_at
FROM rejudgements JOIN submissions AS new ON new.id = copy_id
    JOIN submissions AS old ON old.id = original_id
    JOIN results ON submission_id = new.id AND results.attempt = new.attempt
WHERE rejudging_id = :rejudging AND new.verdict <> 'internal_error'
""")
_TESTS = text("""
INSERT INTO test_results (submission_id, attempt, position, name, status, visible, body)
SELECT old.id, old.attempt, position, name, status, visible, body
FROM rejudgements JOIN submissions AS new ON new.id = copy_id
    JOIN submissions AS old ON old.id = original_id
    JOIN test_results ON submission_id = new.id AND test_results.attempt = new.attempt
WHERE rejudging_id = :rejudging AND new.verdict <> 'internal_error'
""")
