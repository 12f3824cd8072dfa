"""The public API, version 1. Its OpenAPI document is made from this file."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from flask import Response, g, request, url_for
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from judge import accounts, courses, history, problems, submissions, turns
from judge.models import Problem, User
from judge.web import errors
from judge.web.bearer import documented, token_of

blueprint = Blueprint("api", __name__, url_prefix="/api/v1", description="Version 1")


class ProblemSummary(Schema):
    """A problem in a list."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    difficulty = fields.Integer(required=True)
    tags = fields.List(fields.String(), required=True)
    max_score = fields.Float(required=True)


class Limits(Schema):
    """What a solution may use."""

    cpu_seconds = fields.Float(required=True)
    wall_seconds = fields.Float(required=True)
    memory_mb = fields.Integer(required=True)
    output_kb = fields.Integer(required=True)


class Case(Schema):
    """A visible case of a problem that is about input and output."""

    name = fields.String(required=True)
    stdin = fields.String(required=True)
    expected = fields.String(required=True)


class Checking(Schema):
    """How what a program prints is compared with the answer of a case."""

    kind = fields.String(
        required=True,
        metadata={"description": "lines, exact, tokens, floats, or program, which only we have"},
    )
    tolerance = fields.Float(required=True, metadata={"description": "of floats"})


class ProblemDetail(ProblemSummary):
    """A problem as students see it."""

    statement_html = fields.String(required=True)
    solution = fields.List(fields.String(), required=True)
    extra = fields.Boolean(required=True)
    starter = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    language = fields.String(required=True, metadata={"description": "go, python, javascript"})
    tests = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    data = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "files that visible tests and the package read, in base64"},
    )
    checker = fields.Nested(Checking, required=True)
    cases = fields.List(fields.Nested(Case), required=True)
    module = fields.String(required=True, metadata={"description": "of go.mod"})
    go = fields.String(required=True, metadata={"description": "language version, of go.mod"})
    limits = fields.Nested(Limits, required=True)


class CourseSummary(Schema):
    """A course in a list, with one's own progress."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    problems = fields.Integer(required=True)
    solved = fields.Integer(required=True)
    score = fields.Float(required=True)
    max_score = fields.Float(required=True)


class Step(Schema):
    """A problem of a course, with one's own state."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    difficulty = fields.Integer(required=True)
    state = fields.String(required=True)
    score = fields.Float(required=True)
    max_score = fields.Float(required=True)
    tries = fields.Integer(required=True)


class Unit(Schema):
    """A unit of a course."""

    title = fields.String(required=True)
    problems = fields.List(fields.Nested(Step), required=True)


class CourseDetail(CourseSummary):
    """A course with its units."""

    units = fields.List(fields.Nested(Unit), required=True)


class Files(Schema):
    """What is handed in: names to texts."""

    files = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "at most 20 files, 128 KiB together"},
    )
    purpose = fields.String(
        load_default="submit",
        validate=validate.OneOf(["submit", "trial"]),
        metadata={"description": "a trial runs the visible tests and never counts"},
    )


class Accepted(Schema):
    """A submission that was taken."""

    id = fields.UUID(required=True)
    url = fields.String(required=True)
    state = fields.String(required=True)


class Timestamps(Schema):
    """When what happened, ISO 8601; null for what has not."""

    received = fields.String(allow_none=True, required=True)
    queued = fields.String(allow_none=True, required=True)
    started = fields.String(allow_none=True, required=True)
    graded = fields.String(allow_none=True, required=True)


class SubmissionDetail(Schema):
    """A submission; `result` is null until its state is done."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    purpose = fields.String(required=True)
    place = fields.Integer(allow_none=True, required=True)
    wait_seconds = fields.Float(
        allow_none=True,
        required=True,
        metadata={"description": "expected seconds until the verdict, while it waits"},
    )
    result = fields.Dict(allow_none=True, required=True)
    timestamps = fields.Nested(Timestamps, required=True)


_STATE_KEYS = {"id", "state", "purpose", "place", "wait_seconds", "timestamps"}


@blueprint.before_request
def _identify() -> Response | None:
    """Only a token counts here, never a cookie: so there is nothing to forge."""
    token = token_of(request)
    user = accounts.of_token(token) if token is not None else None
    if user is None:
        known = "this token is not known, or its account is disabled"
        message = "send a token: Authorization: Bearer …" if token is None else known
        response = errors.answer(401, message)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    g.token_user, g.token_user_id = user, user.id
    return None


def _me() -> User:
    user: User = g.token_user
    return user


@blueprint.get("/problems")
@blueprint.response(200, ProblemSummary(many=True))
@documented(blueprint, 401)
def list_problems() -> list[Problem]:
    """Every published problem."""
    return problems.all_published()


@blueprint.get("/problems/<slug>")
@blueprint.response(200, ProblemDetail)
@documented(blueprint, 400, 401, 404)
def show_problem(slug: str) -> dict[str, Any]:
    """A problem with its statement, its starter and what tests are visible."""
    view = problems.view(problems.by_slug(slug))
    return {
        "slug": view.slug,
        "title": view.title,
        "kind": view.kind,
        "difficulty": view.difficulty,
        "tags": view.tags,
        "max_score": view.points,
        "statement_html": view.statement_html,
        "solution": view.solution,
        "extra": view.extra,
        "starter": view.starter,
        "language": view.language,
        "tests": dict(view.tests),
        "data": {name: b64encode(content).decode() for name, content in view.data},
        "checker": view.checker,
        "cases": view.cases,
        "module": view.module,
        "go": view.go,
        "limits": view.limits,
    }


@blueprint.get("/courses")
@blueprint.response(200, CourseSummary(many=True))
@documented(blueprint, 401)
def list_courses() -> list[courses.CourseCard]:
    """Every course, with one's own progress."""
    return courses.all_for(_me())


@blueprint.get("/courses/<slug>")
@blueprint.response(200, CourseDetail)
@documented(blueprint, 400, 401, 404)
def show_course(slug: str) -> courses.CourseOverview:
    """A course with its units and the state of each problem."""
    return courses.overview(courses.by_slug(slug), _me())


@blueprint.post("/problems/<slug>/submissions")
@blueprint.arguments(Files)
@blueprint.response(202, Accepted)
@blueprint.doc(
    parameters=[
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "maxLength": submissions.MAX_KEY_CHARACTERS},
            "description": "the same request with the same key counts once",
        }
    ]
)
@documented(blueprint, 400, 401, 404, 409, 413, 415, 422, 429, 503)
def submit(given: dict[str, Any], slug: str) -> dict[str, Any]:
    """Hand files in. They are judged soon; ask the `url` of the answer for the result."""
    made = submissions.create(
        _me(),
        problems.by_slug(slug),
        given["files"],
        given["purpose"],
        idempotency_key=request.headers.get("Idempotency-Key"),
    )
    url = url_for("api.show_submission", submission_id=made.id)
    return {"id": made.id, "url": url, "state": made.state}


@blueprint.get("/submissions/<uuid:submission_id>")
@blueprint.response(200, SubmissionDetail)
@documented(blueprint, 400, 401, 404)
def show_submission(submission_id: UUID) -> dict[str, Any]:
    """State and result of a submission of one's own."""
    found = submissions.get_for(_me(), submission_id)
    told = history.result_for(_me(), found, turns.of(found))
    result = {key: value for key, value in told.items() if key not in _STATE_KEYS}
    state = {key: told[key] for key in _STATE_KEYS}
    return {**state, "result": result if found.state == "done" else None}
