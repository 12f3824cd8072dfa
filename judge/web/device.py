"""Signing in programs on other devices: the page for people, two calls for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as Pages
from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.exceptions import BadRequest

from judge import devices
from judge.config import Settings
from judge.errors import NotFound
from judge.web import security
from judge.web.bearer import documented
from judge.web.shapes import public_address
from judge.web.viewer import login_required, viewer

pages = Pages("device_pages", __name__)
blueprint = Blueprint(
    "device", __name__, url_prefix="/api/v1/device", description="Signing in programs"
)


class Asking(Schema):
    """Who asks."""

    name = fields.String(required=True, metadata={"description": "program and machine"})


class Codes(Schema):
    """What to show, and what to ask with (RFC 8628)."""

    device_code = fields.String(required=True)
    user_code = fields.String(required=True)
    verification_uri = fields.String(required=True)
    verification_uri_complete = fields.String(required=True)
    interval = fields.Integer(required=True, metadata={"description": "seconds between asking"})
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})


class Secret(Schema):
    """The secret of the program."""

    device_code = fields.String(required=True)


class Token(Schema):
    """The token, once; nulls until somebody has approved it."""

    token = fields.String(required=True, allow_none=True)
    username = fields.String(required=True, allow_none=True)


@blueprint.post("/codes")
@blueprint.response(200, Codes)
@documented(blueprint, 400, 415, 429, 503)
@blueprint.doc(
    security=[],
    requestBody={"required": True, "content": {"application/json": {"schema": Asking}}},
)
def begin() -> dict[str, Any]:
    """Begin to sign in: show `user_code` and `verification_uri` to a person, then ask for it."""
    codes = devices.begin(_body().get("name"))
    address = public_address(url_for("device_pages.show"))
    return {
        "device_code": codes.device,
        "user_code": codes.user,
        "verification_uri": address,
        "verification_uri_complete": f"{address}?code={codes.user}",
        "interval": devices.INTERVAL_SECONDS,
        "expires_in": devices.EXPIRES_SECONDS,
    }


@blueprint.post("/token")
@blueprint.response(200, Token)
@documented(blueprint, 400, 404, 415, 429, 503)
@blueprint.doc(
    security=[],
    requestBody={"required": True, "content": {"application/json": {"schema": Secret}}},
)
def collect() -> dict[str, str | None]:
    """Ask for the token, every `interval` seconds."""
    found = devices.collect(_body().get("device_code"))
    return {**found} if found else {"token": None, "username": None}


@pages.get("/device")
@login_required
def show() -> ResponseReturnValue:
    """Type the code; with `?code=` it is asked about at once."""
    code, name, wrong = request.args.get("code", "")[:20], "", ""
    if code:
        # As often as codes may be approved, or a code could be guessed here.
        settings: Settings = current_app.extensions["judge"]
        security.hit(current_app, security.DEVICE, settings.limit_login, what="type a code")
        try:
            name = devices.name_of(code)
        except NotFound as error:
            wrong = str(error)
    done = session.pop("device", "")
    status = 404 if wrong else 200
    return render_template("auth/device.html", code=code, name=name, wrong=wrong, done=done), status


@pages.post("/device")
@login_required
def approve() -> ResponseReturnValue:
    """Let the program behind the code act as whoever is signed in."""
    code = request.form.get("code", "")[:20]
    try:
        name = devices.approve(code, viewer())
    except NotFound as error:
        page = render_template("auth/device.html", code=code, name="", wrong=str(error), done="")
        return page, 404
    session["device"] = name
    return redirect(url_for("device_pages.show"))


def _body() -> dict[str, Any]:
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body
