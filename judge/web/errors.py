"""Errors as answers: JSON for programs, a page for people, a reference for our logs."""

from __future__ import annotations

import math
import secrets
import time
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from judge.errors import BadSubmission, Conflict, Forbidden, JudgeFault, NotFound, UserError
from judge.runs import TooLarge

STATUSES: dict[type[UserError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    BadSubmission: 422,
    TooLarge: 413,
}
"""A `UserError` of another kind is 400."""
TRY_AGAIN_SECONDS = 5
CSRF_DETAILS = {"csrf": ["the token is missing or of another session"]}

_log = structlog.get_logger(__name__)


class TooOften(UserError):
    """More often than whoever asks may; the text says how long to wait, as `seconds` does."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


def register(app: Flask) -> None:
    """Answer every error in one of the two forms."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(UserError, _user)
    for kind in (JudgeFault, OperationalError, PoolTimeout, RedisError):
        app.register_error_handler(kind, _away)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """Whether whoever asks is a program: by address, by what it sends or takes."""
    if request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
        return True
    accepts = request.accept_mimetypes
    return (
        request.is_json
        or request.path.endswith(".json")
        or accepts["application/json"] > accepts["text/html"]
    )


def answer(
    status: int,
    message: str = "",
    *,
    reference: str = "",
    retry_after: int | None = None,
    details: Any = None,
) -> Response:
    """An error as an answer."""
    if wants_json():
        body = {"error": message or _name(status), "reference": reference, "details": details}
        response = jsonify({key: value for key, value in body.items() if value})
    else:
        response = current_app.make_response(_page(status, message, reference, retry_after))
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _page(status: int, message: str, reference: str, retry_after: int | None) -> str:
    values = {
        "code": status,
        "message": f"{message[:1].upper()}{message[1:]}",
        "reference": reference,
        "retry_after": retry_after,
    }
    # Flask-Login gives every template its user. An error page needs none, and to look for
    # one may be what has just failed.
    g.setdefault("_login_user", None)
    try:
        return render_template(f"errors/{status}.html", **values)
    except TemplateNotFound:
        return render_template("errors/other.html", **values)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect, or somebody's own answer
    if error.code >= 500:
        return _reported(error, error.code)
    given = getattr(error, "data", None) or {}
    details = given.get("messages")
    message = given.get("message") or _said(error) or (_first(details) if details else "")
    wait = _seconds_of(error)
    if isinstance(error, RateLimitExceeded):
        message = str(error.description)
        if wait is not None and wants_json():
            message += f"; try again in {wait} s"
    response = answer(error.code, message, retry_after=wait, details=details or None)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers.setdefault(name, value)
    return response


def _said(error: HTTPException) -> str:
    """What our own code said; Werkzeug's general words are worse than a page's."""
    own = error.description != type(error).description
    return str(error.description) if own and error.description else ""


def _first(details: Any) -> str:
    """The first of marshmallow's nested messages, with where it belongs."""
    path = []
    while isinstance(details, dict) and details:
        key = next(iter(details))
        details = details[key]
        if key not in {"json", "query", "path", "headers", "_schema"}:
            path.append(str(key))
    text = details[0] if isinstance(details, list) and details else details
    return f"{'.'.join(path)}: {text}" if path else str(text)


def _seconds_of(error: HTTPException) -> int | None:
    value = getattr(error, "retry_after", None)
    if isinstance(error, RateLimitExceeded) and value is None:
        (limiter,) = current_app.extensions["limiter"]
        broken = limiter.current_limit
        value = max(1, math.ceil(broken.reset_at - time.time())) if broken else None
    return int(value) if isinstance(value, int | float) else None


def _csrf(error: CSRFError) -> ResponseReturnValue:
    """`details` tells our pages to fetch a new token and to try once more."""
    message = f"{str(error.description).rstrip('.')}. Reload the page and try again."
    return answer(400, message, details=CSRF_DETAILS)


def _user(error: UserError) -> ResponseReturnValue:
    if isinstance(error, TooOften):
        return answer(429, str(error), retry_after=error.seconds)
    status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 400)
    return answer(status, str(error))


def _unstorable(_error: DataError) -> ResponseReturnValue:
    """A text that PostgreSQL cannot hold, such as one with a NUL character: nothing has it."""
    return answer(400, "the request has a character in it that cannot be used")


def _away(error: Exception) -> ResponseReturnValue:
    """A part that we need is away, most likely for a short time."""
    return _reported(error, 503, retry_after=TRY_AGAIN_SECONDS)


def _database(error: DBAPIError) -> ResponseReturnValue:
    """PostgreSQL went away under a request in a way that it does not call operational."""
    return _away(error) if error.connection_invalidated else _unexpected(error)


def _unexpected(error: Exception) -> ResponseReturnValue:
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    return _reported(error, 500)


def _reported(error: Exception, status: int, retry_after: int | None = None) -> Response:
    reference = secrets.token_hex(4)
    _log.error("request failed", reference=reference, path=request.path, exc_info=error)
    message = str(error) if isinstance(error, JudgeFault) else ""
    return answer(status, message, reference=reference, retry_after=retry_after)


def _name(status: int) -> str:
    return {
        400: "the request cannot be understood",
        401: "sign in first",
        403: "this is not open to you",
        404: "there is nothing at this address",
        405: "this address takes no such request",
        413: "that is too large",
        415: "the body must be JSON",
        422: "the request has something in it that cannot be used",
        429: "that was a lot at once; try again later",
        503: "a part that we need is away; try again in a moment",
    }.get(status, "something broke on our side" if status >= 500 else "the request was refused")
