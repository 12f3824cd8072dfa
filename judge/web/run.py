"""`POST /api/run` and `POST /api/save`: a program run once, or kept, for whoever asks."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

from flask import Response, current_app, g, request
from flask_login import current_user
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from redis.exceptions import RedisError
from werkzeug.exceptions import BadRequest, Unauthorized

from judge import accounts, db, runs, snippets
from judge.config import Settings
from judge.models import User
from judge.packs.submission import MAX_TOTAL_BYTES
from judge.web import errors, later
from judge.web.bearer import documented, token_of
from judge.web.later import Answer, Means
from judge.web.shapes import snippet_address

blueprint = Blueprint("run", __name__, url_prefix="/api", description="Running programs")


class Program(Schema):
    """What to run."""

    code = fields.String(required=True, metadata={"description": "at most 128 KiB"})
    language = fields.String(load_default="go")
    stdin = fields.String(load_default="")


class Outcome(Schema):
    """What came of it."""

    output = fields.String(required=True)
    stdout = fields.String(required=True)
    stderr = fields.String(required=True)
    exit_code = fields.Integer(required=True, allow_none=True)
    verdict = fields.String(required=True)
    seconds = fields.Float(required=True)
    cached = fields.Boolean(required=True)
    message = fields.String(required=True)


@blueprint.before_request
def _identify() -> Response | None:
    """Who asks decides which limit holds; `JUDGE_ANONYMOUS_RUN=off` asks for an account."""
    user = _user()
    if user is not None:
        g.token_user_id = user.id
        return None
    settings: Settings = current_app.extensions["judge"]
    if settings.anonymous_run:
        return None
    return errors.answer(401, "running programs without an account is switched off here")


class Snippet(Schema):
    """What to keep."""

    code = fields.String(required=True, metadata={"description": "at most 128 KiB"})
    title = fields.String(load_default="")


class Kept(Schema):
    """Where it is now."""

    id = fields.String(required=True)
    url = fields.String(required=True)


@blueprint.post("/save")
@blueprint.response(200, Kept)
@documented(blueprint, 400, 401, 413, 415, 422, 429, 503)
@blueprint.doc(
    summary="Keep a program",
    security=[{}, {"token": []}],
    requestBody={"required": True, "content": {"application/json": {"schema": Snippet}}},
)
def save() -> dict[str, str]:
    """Keeps a program as an unlisted snippet of whoever asks, and answers with its address."""
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    if not isinstance(body.get("code"), str):
        raise BadRequest("code is missing")
    if len(body["code"].encode("utf-8", "replace")) > MAX_TOTAL_BYTES:
        raise runs.TooLarge(f"code has more than {MAX_TOTAL_BYTES} bytes")
    settings: Settings = current_app.extensions["judge"]
    made = snippets.create(
        _user(),
        {"main.go": body["code"]},
        title=body.get("title", ""),
        most_bytes=settings.snippets_mb << 20,
    )
    return {"id": made.public_id, "url": snippet_address(made)}


@blueprint.post("/run")
@blueprint.response(200, Outcome)
@documented(blueprint, 400, 401, 413, 415, 422, 429, 503)
@blueprint.doc(
    summary="Run a program",
    security=[{}, {"token": []}],
    requestBody={"required": True, "content": {"application/json": {"schema": Program}}},
)
def run() -> dict[str, Any] | Response:
    """Builds and runs a program in the sandbox and answers with what it printed."""
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    if "code" not in body:
        raise BadRequest("code is missing")
    program = runs.check(body["code"], body.get("stdin", ""), body.get("language", "go"))
    # Waiting for the outcome must not keep a connection from those who need one.
    db.release()
    settings: Settings = current_app.extensions["judge"]
    if not later.possible():
        return runs.run(program, settings.timeout, settings.run_cache)
    if not later.take_place():
        raise runs.Busy("too many programs are being run; try again in a moment")
    found = runs.begin(program, settings.timeout, settings.run_cache)
    if isinstance(found, dict):
        return found
    return later.promise(partial(_outcome, found), "application/json")


async def _outcome(pending: runs.Pending, means: Means) -> Answer:
    """The answer of a program that is on the queue, waited for on the event loop."""
    try:
        outcome = await runs.outcome_of(means.redis, pending)
        loop = asyncio.get_running_loop()
        told = await loop.run_in_executor(means.threads, runs.finish, pending, outcome)
    except (runs.Busy, RedisError, OSError) as error:
        why = str(error) if isinstance(error, runs.Busy) else "the queue cannot be reached"
        body = json.dumps({"error": why}).encode()
        return Answer(503, body, {"Retry-After": str(errors.TRY_AGAIN_SECONDS)})
    return Answer(200, json.dumps(Outcome().dump(told)).encode())


def _user() -> User | None:
    token = token_of(request)
    if token is None:
        return current_user if current_user.is_authenticated else None
    user = accounts.of_token(token)
    if user is None:
        raise Unauthorized("this token is not known, or its account is disabled")
    return user
