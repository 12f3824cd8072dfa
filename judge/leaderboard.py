"""Standings, derived from the submissions each time: nothing is ever counted up.

For each problem the best score counts. Whoever has the same total is ordered by
the time of the last gain: of the submission that first reached a best score. Trials,
refused submissions and our own failures never count, nor do disabled accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from judge.db import session
from judge.models import Course, User
from judge.models.submissions import COUNTED


@dataclass(frozen=True, slots=True)
class Player:
    """Whose row it is."""

    id: int
    username: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One problem of one student.

    `tries`: up to the solution, or all where there is none yet. `first`: the
    first of the whole board to solve it.
    """

    score: float
    tries: int
    solved_at: datetime | None
    first: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One student. Equal total and time of the last gain share a rank."""

    rank: int
    user: Player
    total: float
    cells: dict[int, Cell]
    """By the problem's id; without those that were never tried."""
    last_gain_at: datetime | None


# `counted`: each submission that counts, with what its student reached on its problem.
# `cells`: a line for each student and problem. Scores are summed as numeric, because
# floats added in another order would break ties at random.
_STANDINGS = text(f"""
WITH counted AS (
    SELECT user_id, problem_id, score, received_at,
           max(score) OVER mine AS best,
           min(received_at) FILTER (WHERE verdict = 'accepted') OVER mine AS solved_at
    FROM submissions JOIN course_problems USING (problem_id)
    WHERE course_id = :course_id AND {COUNTED}
    WINDOW mine AS (PARTITION BY user_id, problem_id)
), cells AS (
    SELECT user_id, problem_id, best AS score, solved_at,
           min(received_at) FILTER (WHERE score = best AND score > 0) AS gained_at,
           count(*) FILTER (WHERE solved_at IS NULL OR received_at <= solved_at) AS tries,
           solved_at IS NOT NULL AND solved_at = min(solved_at) OVER (PARTITION BY problem_id)
               AS first
    FROM counted JOIN users u ON u.id = user_id AND u.active AND u.role = 'student'
    GROUP BY user_id, problem_id, best, solved_at
), totals AS (
    SELECT user_id, sum(score::numeric(12, 4)) AS total, max(gained_at) AS last_gain_at
    FROM cells GROUP BY user_id
), ranked AS (
    SELECT *, rank() OVER (ORDER BY total DESC, last_gain_at NULLS LAST) AS rank FROM totals
)
SELECT rank, user_id, username, display_name, total, last_gain_at,
       problem_id, score, tries, solved_at, first
FROM ranked JOIN users ON users.id = user_id JOIN cells USING (user_id)
ORDER BY rank, user_id, problem_id
""")  # noqa: S608 - COUNTED is ours


def standings(course: Course) -> list[Row]:
    """Every student with a counted submission to a problem of `course`, the best first."""
    rows: dict[int, Row] = {}
    for line in session.execute(_STANDINGS, {"course_id": course.id}).mappings():
        row = rows.get(line["user_id"]) or _row(line)
        rows[row.user.id] = row
        row.cells[line["problem_id"]] = Cell(
            score=line["score"],
            tries=line["tries"],
            solved_at=line["solved_at"],
            first=line["first"],
        )
    return list(rows.values())


def solved_by(course: Course, user: User) -> dict[int, Cell]:
    """What one student has of each problem of `course`, by the problem's id."""
    found = next((row for row in standings(course) if row.user.id == user.id), None)
    return found.cells if found else {}


def _row(line: Any) -> Row:
    return Row(
        rank=line["rank"],
        user=Player(line["user_id"], line["username"], line["display_name"]),
        total=float(line["total"]),
        cells={},
        last_gain_at=line["last_gain_at"],
    )
