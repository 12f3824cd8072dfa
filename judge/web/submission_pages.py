"""A submission at its own address, and the list of one's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from judge import courses, history, problems, submissions, turns
from judge.errors import UserError
from judge.models import Problem, Submission
from judge.web.code import code_lines
from judge.web.shapes import attempt, words
from judge.web.viewer import login_required, viewer

_SHOWN = 50

blueprint = Blueprint("submission_pages", __name__)


@blueprint.get("/submissions/<uuid:submission_id>")
@login_required
def show(submission_id: UUID) -> ResponseReturnValue:
    """Result, code, where the time went; with `?against=` the difference to another attempt."""
    found = submissions.get_for(viewer(), submission_id)
    problem = found.problem
    others = [
        one for one in history.attempts(found.user, problem, limit=_SHOWN) if one.id != found.id
    ]
    against = _against(problem)
    result = _result(found)
    data = {
        "result": result,
        "files": found.files,
        "attempts": [attempt(one, problem.max_score) for one in _with(found, others)],
        "against": {"files": against.files} if against else None,
    }
    return render_template(
        "submissions/submission.html",
        submission=found,
        problem=problem,
        **_places(problem),
        headline=words(found),
        own=found.user_id == viewer().id,
        author=found.user,
        phases=result.get("phases") or [],
        files=[
            {"name": name, "lines": code_lines(name, text)} for name, text in found.files.items()
        ],
        others=[{"id": str(one.id), "words": _describe(one)} for one in others],
        against=str(against.id) if against else None,
        data=data,
    )


@blueprint.get("/submissions/<uuid:submission_id>.json")
@login_required
def fetch(submission_id: UUID) -> ResponseReturnValue:
    """The student's view of the result, and the files."""
    found = submissions.get_for(viewer(), submission_id)
    return jsonify({**_result(found), "files": found.files})


@blueprint.get("/problems/<slug>/submissions")
@login_required
def own(slug: str) -> ResponseReturnValue:
    """One's own attempts at a problem, newest first, in pages that the address carries."""
    problem = problems.by_slug(slug)
    found = history.attempts(viewer(), problem, limit=_SHOWN, before=_before())
    return render_template(
        "submissions/list.html",
        problem=problem,
        **_places(problem),
        attempts=[attempt(one, problem.max_score) for one in found],
        more=found[-1].received_at.isoformat() if len(found) == _SHOWN else None,
    )


def _result(found: Submission) -> dict[str, Any]:
    return history.result_for(viewer(), found, turns.of(found))


def _places(problem: Problem) -> dict[str, Any]:
    """The course that the problem is in, if any, and the problem's address there."""
    course = courses.containing(problem)
    if course is None:
        return {"course": None, "problem_url": url_for("workspace.lone", slug=problem.slug)}
    url = url_for("workspace.problem", slug=course.slug, problem=problem.slug)
    return {"course": course, "problem_url": url}


def _against(problem: Problem) -> Submission | None:
    wanted = request.args.get("against")
    if not wanted:
        return None
    try:
        other = submissions.get_for(viewer(), UUID(wanted))
    except (ValueError, UserError):
        return None
    return other if other.problem_id == problem.id else None


def _before() -> datetime | None:
    wanted = request.args.get("before")
    try:
        return datetime.fromisoformat(wanted) if wanted else None
    except ValueError:
        raise BadRequest("before must be a time, as the page's own link gives it") from None


def _with(found: Submission, others: list[Submission]) -> list[Submission]:
    return sorted([found, *others], key=lambda one: one.received_at, reverse=True)


def _describe(submission: Submission) -> str:
    return f"{words(submission)}, {submission.received_at:%-d %b %H:%M:%S}"
