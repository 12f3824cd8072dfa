"""What was accepted against what was judged, and the leaderboard against history."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from judge import courses, db, leaderboard
from judge.models import Result, Submission, User


def wait_for_all(expected: Mapping[UUID, str], seconds: float) -> int:
    """Wait until everything has a verdict, or so long; how many have none."""
    end = time.monotonic() + seconds
    while True:
        try:
            with db.scope() as session:
                done = set(session.scalars(select(Submission.id).where(Submission.state == "done")))
        except SQLAlchemyError:
            done = set()
        left = len(expected.keys() - done)
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.5)


def findings(expected: Mapping[UUID, str]) -> dict[str, int]:
    """Counts that must be 0, by what they are."""
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
    wrong = [one for one in done if one.id in expected and one.verdict != expected[one.id]]
    return {
        "accepted and not there": len(expected.keys() - stored.keys()),
        "there without a verdict": len(stored) - len(done),
        "counted twice": sum(number > 1 for number in keys.values()),
        "results other than one": sum(results[one.id] != 1 for one in done),
        "another verdict than must be": len(wrong),
        "rows of the leaderboard that history does not give": _leaderboard(list(stored.values())),
    }


def _leaderboard(stored: list[Submission]) -> int:
    """How many rows differ from what a plain walk through history gives."""
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
    return differences
