"""Whose turn it is, and how long the others will have to wait.

Trials come first, since somebody watches the screen. Among the rest everybody's first
open submission comes before anybody's second; among those that are equal so far, courses
take turns; then who has waited longer, since handing in or since one's last turn. So
whoever hands in a hundred at once delays others by one, and a small course does not stand
behind a large one. What is being judged counts as somebody's first.

PostgreSQL decides this at each claim; jobs in Redis are tickets, and which submission's
ticket a worker draws does not matter. What is judged again (`judge.rejudging`) stands in no
line: its tickets are drawn when there are no others.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Subquery,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from judge import forecast as forecasts
from judge.db import session
from judge.models import CourseProblem, Submission

REMEMBERED = 256
"""Of so many last turns it is known whose they were."""
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
    running = case((Submission.state == "running", 0), else_=1)
    mine = func.row_number().over(
        partition_by=(Submission.purpose, Submission.user_id),
        order_by=(running, Submission.queued_at, Submission.id),
    )
    last = _served(Submission.user_id, "last_of_user")
    opened = (
        select(
            Submission.id,
            Submission.purpose,
            running.label("running"),
            _course().label("course"),
            mine.label("mine"),
            func.greatest(Submission.queued_at, last.c.served).label("since"),
        )
        .outerjoin(last, last.c.of == Submission.user_id)
        .where(Submission.state != "done", Submission.purpose != "rejudge")
        .subquery()
    )
    within = func.row_number().over(
        partition_by=(opened.c.purpose, opened.c.mine, opened.c.course),
        order_by=(opened.c.running, opened.c.since, opened.c.id),
    )
    shared = select(opened, within.label("within")).subquery()
    last_course = _served(_course(), "last_of_course")
    order: tuple[Any, ...] = (
        case((shared.c.purpose == "trial", 0), else_=1),
        shared.c.mine,
        shared.c.within,
        last_course.c.served.nulls_first(),
        shared.c.since,
        shared.c.id,
    )
    return (
        select(
            shared.c.id,
            shared.c.purpose,
            shared.c.mine,
            func.row_number().over(order_by=order).label("position"),
        )
        .outerjoin(last_course, last_course.c.of == shared.c.course)
        .where(shared.c.running == 1)
        .subquery()
    )


def _course() -> ScalarSelect[int]:
    """The course of a submission's problem: the first, where it is in several."""
    return (
        select(func.min(CourseProblem.course_id))
        .where(CourseProblem.problem_id == Submission.problem_id)
        .correlate(Submission)
        .scalar_subquery()
    )


def _served(whose: ColumnElement[int] | InstrumentedAttribute[int], name: str) -> Subquery:
    """When each user or course had its last turn, of those that had one lately."""
    latest = (
        select(whose.label("of"), Submission.started_at)
        .where(Submission.purpose == "submit", Submission.started_at.is_not(None))
        .order_by(Submission.started_at.desc())
        .limit(REMEMBERED)
        .subquery(f"{name}_latest")
    )
    served = func.max(latest.c.started_at).label("served")
    return select(latest.c.of, served).group_by(latest.c.of).subquery(name)


TICKET = bindparam("ticket", type_=Uuid())
"""The id of a submission in what follows."""


@cache
def alone() -> ColumnElement[bool]:
    """Whether the submission of `TICKET` waits and no other does: then nothing is to be decided.

    Nearly always it is so, and `next_up` takes PostgreSQL a few milliseconds to plan. What is
    judged again is always alone.
    """
    other = aliased(Submission)
    others = exists().where(other.state == "queued", other.purpose != "rejudge", other.id != TICKET)
    free = (Submission.purpose == "rejudge") | ~others
    return (Submission.id == TICKET) & (Submission.state == "queued") & free


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
