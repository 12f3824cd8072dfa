"""The leaderboard of a course, and what each student solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from judge import accounts, courses, leaderboard
from judge.leaderboard import Cell, Row
from judge.web.viewer import login_required, viewer

_ROWS_SHOWN = 500

blueprint = Blueprint("board", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the table draws it: cells in the order of the course's problems."""

    rank: int
    username: str
    name: str
    total: float
    cells: list[dict[str, Any] | None]
    me: bool


@blueprint.get("/courses/<slug>/leaderboard")
@login_required
def standings(slug: str) -> ResponseReturnValue:
    """Standings, with search and pages in the address; one's own row is on every page."""
    course = courses.by_slug(slug)
    problems = [one for unit in courses.overview(course, viewer()).units for one in unit.problems]
    rows = leaderboard.standings(course)
    query = request.args.get("q", "").strip()
    found = [row for row in rows if _matches(row, query)]
    pages = max(1, -(-len(found) // _ROWS_SHOWN))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = found[(page - 1) * _ROWS_SHOWN : page * _ROWS_SHOWN]
    own = [row for row in rows if row.user.id == viewer().id and row not in shown]
    return render_template(
        "board/leaderboard.html",
        course=course,
        problems=problems,
        rows=[_line(row, problems) for row in _in_order(shown + own if not query else shown)],
        total_rows=len(rows),
        found=len(found),
        query=query,
        page=page,
        pages=pages,
    )


@blueprint.get("/courses/<slug>/students/<username>")
@login_required
def student(slug: str, username: str) -> ResponseReturnValue:
    """What a student has of each problem of the course."""
    course = courses.by_slug(slug)
    found = accounts.by_username(username)
    row = next((row for row in leaderboard.standings(course) if row.user.id == found.id), None)
    units = courses.overview(course, found).units
    problems: list[dict[str, Any]] = [
        {"slug": one.slug, "title": one.title, "cell": _cell(row, one)}
        for unit in units
        for one in unit.problems
    ]
    return render_template(
        "board/student.html",
        course=course,
        student=found,
        rank=row.rank if row else None,
        total=row.total if row else 0,
        solved=sum(1 for one in problems if one["cell"] and one["cell"]["solved"]),
        problems=problems,
    )


def _matches(row: Row, query: str) -> bool:
    words = f"{row.user.username} {row.user.display_name}".casefold()
    return query.casefold() in words


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.rank)


def _line(row: Row, problems: list[Any]) -> Line:
    return Line(
        rank=row.rank,
        username=row.user.username,
        name=row.user.display_name,
        total=row.total,
        cells=[_cell(row, one) for one in problems],
        me=row.user.id == viewer().id,
    )


def _cell(row: Row | None, problem: Any) -> dict[str, Any] | None:
    cell: Cell | None = row.cells.get(problem.id) if row else None
    if cell is None or not cell.tries:
        return None
    return {
        "score": cell.score,
        "tries": cell.tries,
        "first": cell.first,
        "solved": cell.solved_at is not None,
        "solved_at": cell.solved_at,
    }
