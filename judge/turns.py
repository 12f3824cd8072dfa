"""Whose turn it is, and how long the others will have to wait.

Trials come first, since somebody watches the screen. Among the rest everybody's first
open submission comes before anybody's second; among those that are equal so far, courses
take turns; then the older one. So whoever hands in a hundred at once delays others by
one, and a small course does not stand behind a large one. What is being judged counts
as somebody's first.

PostgreSQL decides this at each claim; jobs in Redis are tickets, and which submission's
ticket a worker draws does not matter.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased

from judge import forecast as forecasts
from judge.db import session
from judge.models import CourseProblem, Submission

RECENT_SECONDS = 0.5
LOOKED_AT = 64
"""How many at the head of the line a claim considers, where others hold some of them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A place in the line, from 1 (the next), and the seconds until its verdict, if known."""

    place: int
    wait_seconds: float | None


@cache
def _line() -> Subquery:
    """All that is queued: id, purpose, which of its user's it is, position from 1."""
    course = (
        select(func.min(CourseProblem.course_id))
        .where(CourseProblem.problem_id == Submission.problem_id)
        .scalar_subquery()
    )
    age = (Submission.queued_at, Submission.id)
    mine = func.row_number().over(
        partition_by=(Submission.purpose, Submission.user_id),
        order_by=(case((Submission.state == "running", 0), else_=1), *age),
    )
    opened = (
        select(
            Submission.id,
            Submission.purpose,
            Submission.state,
            Submission.queued_at,
            course.label("course"),
            mine.label("mine"),
        )
        .where(Submission.state != "done")
        .subquery()
    )
    within = func.row_number().over(
        partition_by=(opened.c.purpose, opened.c.mine, opened.c.course),
        order_by=(opened.c.queued_at, opened.c.id),
    )
    shared = select(opened, within.label("within")).subquery()
    order: tuple[Any, ...] = (
        case((shared.c.purpose == "trial", 0), else_=1),
        shared.c.mine,
        shared.c.within,
        shared.c.queued_at,
        shared.c.id,
    )
    return (
        select(
            shared.c.id,
            shared.c.purpose,
            shared.c.mine,
            func.row_number().over(order_by=order).label("position"),
        )
        .where(shared.c.state == "queued")
        .subquery()
    )


TICKET = bindparam("ticket", type_=Uuid())
"""The id of a submission in what follows."""


@cache
def alone() -> ColumnElement[bool]:
    """Whether the submission of `TICKET` waits and no other does: then nothing is to be decided.

    Nearly always it is so, and `next_up` takes PostgreSQL a few milliseconds to plan.
    """
    other = aliased(Submission)
    others = exists().where(other.state == "queued", other.id != TICKET)
    return (Submission.id == TICKET) & (Submission.state == "queued") & ~others


@cache
def next_up() -> ColumnElement[bool]:
    """Whether it is the submission whose turn it is among those as urgent as that of `TICKET`.

    Its row is locked; what another claim has locked is passed over.
    """
    line, waiting = _line(), aliased(Submission)
    urgency = select(Submission.purpose).where(Submission.id == TICKET).scalar_subquery()
    head = (
        select(line.c.id, line.c.position)
        .where(line.c.purpose == urgency)
        .order_by(line.c.position)
        .limit(LOOKED_AT)
        .subquery()
    )
    chosen = (
        select(waiting.id)
        .join(head, head.c.id == waiting.id)
        .where(waiting.state == "queued")
        .order_by(head.c.position)
        .limit(1)
        .with_for_update(skip_locked=True, of=waiting)
    )
    return Submission.id == chosen.scalar_subquery()


def outlook() -> dict[UUID, Turn]:
    """The turn of everything that waits."""
    line = _line()
    query = select(line.c.id, line.c.position, line.c.purpose, line.c.mine)
    found = session.execute(query).all()
    session.commit()
    forecast = forecasts.now() if found else None
    return {
        each: Turn(place, forecast.wait(place, _overtaken_by(purpose, mine)) if forecast else None)
        for each, place, purpose, mine in found
    }


def of(submission: Submission) -> Turn | None:
    """The turn of one submission; None where it does not wait."""
    return _recent(submission.id) if submission.state == "queued" else None


def _overtaken_by(purpose: str, mine: int) -> tuple[str, ...]:
    """What goes before it though it comes later: trials, and others' first submissions."""
    if purpose == "trial":
        return ()
    return ("trial",) if mine == 1 else ("trial", "submit")


_seen: tuple[float, dict[UUID, Turn]] = (0.0, {})


def _recent(submission_id: UUID) -> Turn | None:
    """From an outlook that is a moment old: hundreds may ask in each second, all the same."""
    global _seen  # noqa: PLW0603 - one outlook for a process, whichever thread made it
    made, known = _seen
    if submission_id not in known or time.monotonic() - made > RECENT_SECONDS:
        known = outlook()
        _seen = (time.monotonic(), known)
    return known.get(submission_id)
