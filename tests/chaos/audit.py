"""What was accepted against what was judged, and the leaderboard against history."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from judge import courses, db, leaderboard
from judge.models import Result, Submission, User


@dataclass(frozen=True, slots=True)
class Findings:
    """What the database has against what students were told."""

    lost: int
    """Accepted, and not there or without a verdict."""
    twice: int
    """Submissions that are there more than once, or that have more results than one."""
    board: int
    """Rows of the leaderboard that history does not give."""
    students: int
    others: dict[str, int]
    """Counts that must be 0 as well, by what they are."""


def wait_for_all(expected: Mapping[UUID, str], still_seconds: float) -> int:
    """Wait until everything has a verdict, or nothing more gets one; how many have none."""
    least, since = len(expected) + 1, time.monotonic()
    while True:
        try:
            with db.scope() as session:
                done = set(session.scalars(select(Submission.id).where(Submission.state == "done")))
        except SQLAlchemyError:
            done = set()
        left = len(expected.keys() - done)
        if left < least:
            least, since = left, time.monotonic()
        if not left or time.monotonic() - since > still_seconds:
            return left
        time.sleep(0.5)


def findings(expected: Mapping[UUID, str]) -> Findings:
    """Compare."""
    with db.scope() as session:
        stored = {one.id: one for one in session.scalars(select(Submission))}
        results = Counter(
            dict(
                session.execute(
                    select(Result.submission_id, func.count())
                    .join(Submission, Submission.id == Result.submission_id)
                    .where(Result.attempt == Submission.attempt)
                    .group_by(Result.submission_id)
                ).all()
            )
        )
        keys = Counter((one.user_id, one.idempotency_key) for one in stored.values())
    done = [one for one in stored.values() if one.state == "done"]
    judged = {one.id for one in done if results[one.id] == 1}
    wrong = [one for one in done if one.id in expected and one.verdict != expected[one.id]]
    board, students = _leaderboard(list(stored.values()))
    return Findings(
        lost=len(expected.keys() - judged),
        twice=sum(number > 1 for number in [*keys.values(), *results.values()]),
        board=board,
        students=students,
        others={
            "stored without a verdict": len(stored) - len(done),
            "stored and nobody was told": len(stored.keys() - expected.keys()),
            "another verdict than must be": len(wrong),
        },
    )


def _leaderboard(stored: list[Submission]) -> tuple[int, int]:
    """How many rows differ from what a plain walk through history gives, and how many there are."""
    best: dict[int, tuple[Decimal, datetime]] = {}
    for one in sorted(stored, key=lambda one: (one.received_at, one.id)):
        if one.verdict in {None, "internal_error", "rejected"} or one.purpose != "submit":
            continue
        score = Decimal(str(one.score or 0))
        if one.user_id not in best or score > best[one.user_id][0]:
            best[one.user_id] = (score, one.received_at)
    with db.scope() as session:
        shown = leaderboard.standings(courses.by_slug("chaos"))
        names = {user.id: user.username for user in session.scalars(select(User))}
    ordered = sorted(best, key=lambda user: (-best[user][0], best[user][1]))
    differences = abs(len(shown) - len(best))
    for row in shown:
        score, gained = best.get(row.user.id, (Decimal(-1), None))
        same = Decimal(str(row.total)) == score and (score == 0 or row.last_gain_at == gained)
        ahead = sum(
            best[other][0] > score or (best[other][0] == score > 0 and best[other][1] < gained)
            for other in ordered
            if gained is not None and other != row.user.id
        )
        differences += not (same and row.rank == ahead + 1 and row.user.username in names.values())
    return differences, len(shown)
