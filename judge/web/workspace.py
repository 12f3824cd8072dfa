"""The problem page and what it fetches: drafts, attempts, submissions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from judge import courses, drafts, history, problems, submissions
from judge.errors import BadSubmission, Conflict
from judge.models import Course, Draft, Problem
from judge.web.shapes import attempt
from judge.web.viewer import login_required, viewer

_ATTEMPTS_SHOWN = 60

blueprint = Blueprint("workspace", __name__)


@blueprint.get("/courses/<slug>/problems/<problem>")
@login_required
def problem(slug: str, problem: str) -> ResponseReturnValue:
    """A problem of a course: statement, editor, results."""
    return _page(problems.by_slug(problem), courses.by_slug(slug))


@blueprint.get("/problems/<slug>")
@login_required
def lone(slug: str) -> ResponseReturnValue:
    """The same by its own address: in its course where it is in one."""
    found = problems.by_slug(slug)
    return _page(found, courses.containing(found))


@blueprint.put("/problems/<slug>/draft")
@login_required
def draft(slug: str) -> ResponseReturnValue:
    """Keep `{"files", "revision"}`. 409 with the other draft where that one is newer."""
    found = problems.by_slug(slug)
    body = _body()
    revision = body.get("revision")
    if not isinstance(revision, int):
        raise BadRequest("revision must be a number")
    try:
        saved = drafts.save(viewer(), found, _files(body), revision)
    except Conflict:
        other = drafts.load(viewer(), found)
        if other is None:
            raise
        if other.files == body["files"]:
            return _saved(other)
        return jsonify(files=other.files, revision=other.revision), 409
    except BadSubmission as error:
        return jsonify(error=str(error)), 422
    return _saved(saved)


@blueprint.post("/problems/<slug>/submissions")
@login_required
def submit(slug: str) -> ResponseReturnValue:
    """Take `{"files", "purpose"}`; with an Idempotency-Key the same request counts once."""
    body = _body()
    purpose = body.get("purpose", "submit")
    if purpose not in ("submit", "trial"):
        raise BadRequest('purpose must be "submit" or "trial"')
    key = request.headers.get("Idempotency-Key") or None
    try:
        made = submissions.create(
            viewer(), problems.by_slug(slug), _files(body), purpose, idempotency_key=key
        )
    except BadSubmission as error:
        return jsonify(error=str(error)), 422
    except Conflict as error:
        return jsonify(error=str(error)), 409
    url = url_for("submission_pages.show", submission_id=made.id)
    return jsonify(id=str(made.id), url=url, state=made.state), 202


@blueprint.get("/problems/<slug>/attempts")
@login_required
def attempts(slug: str) -> ResponseReturnValue:
    """One's own attempts, newest first: `{"attempts": [...]}`."""
    return jsonify(attempts=_attempts(problems.by_slug(slug)))


def _saved(draft: Draft) -> ResponseReturnValue:
    return jsonify(revision=draft.revision, updated_at=draft.updated_at.isoformat())


def _page(problem: Problem, course: Course | None) -> ResponseReturnValue:
    view = problems.view(problem)
    kept = drafts.load(viewer(), problem)
    data = {
        "user": viewer().username,
        "slug": problem.slug,
        "starter": view.starter,
        "given": dict(view.tests),
        "extra": view.extra,
        "language": view.language,
        "extensions": view.endings,
        "module": {"path": view.module, "go": view.go},
        "draft": {"files": kept.files, "revision": kept.revision} if kept else None,
        "attempts": _attempts(problem),
        "urls": {
            "draft": url_for("workspace.draft", slug=problem.slug),
            "submissions": url_for("workspace.submit", slug=problem.slug),
            "attempts": url_for("workspace.attempts", slug=problem.slug),
            "git": url_for("tokens.work", slug=problem.slug),
        },
    }
    return render_template("problems/problem.html", problem=view, course=course, data=data)


def _attempts(problem: Problem) -> list[dict[str, Any]]:
    found = history.attempts(viewer(), problem, limit=_ATTEMPTS_SHOWN)
    return [attempt(one, problem.max_score) for one in found]


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def _files(body: dict[str, Any]) -> dict[str, str]:
    files = body.get("files")
    texts = files.items() if isinstance(files, dict) else ()
    if not isinstance(files, dict) or not all(isinstance(text, str) for _, text in texts):
        raise BadRequest("files must be an object of names and texts")
    return files
