"""What the API's blueprints share: bearer tokens, and errors in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

_View = TypeVar("_View", bound=Callable[..., Any])

_REASONS = {
    400: "The request cannot be understood",
    401: "No token, or one that is not known",
    403: "Not open to this account",
    404: "There is no such thing",
    409: "The Idempotency-Key was used for something else",
    413: "Too large",
    415: "The body must be JSON",
    422: "Refused; the error says which file or field and why",
    429: "Too often; Retry-After says when to try again",
    503: "A part that we need is away; try again",
}


class Error(Schema):
    """Why a request came to nothing."""

    error = fields.String(required=True)
    reference = fields.String()
    details = fields.Raw()


def documented(blueprint: Blueprint, *statuses: int) -> Callable[[_View], _View]:
    """Name the errors that a view may answer with, for the OpenAPI document."""

    def decorate(view: _View) -> _View:
        for status in statuses:
            view = blueprint.alt_response(
                status, schema=Error, description=_REASONS[status], success=False
            )(view)
        return view

    return decorate


def token_of(request: Request) -> str | None:
    """The bearer token of a request; None where it has none."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer":
        return None
    return authorization.token or ""
