"""The web application, put together. Nothing is connected and nothing read but settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_smorest import Api

from judge import db, queue
from judge.config import Settings, load
from judge.web import (
    api,
    assets,
    auth,
    board,
    device,
    errors,
    git,
    health,
    pages,
    playground,
    run,
    security,
    submission_pages,
    tokens,
    workspace,
)
from judge.web.bearer import Error

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    assets.blueprint,
    auth.blueprint,
    board.blueprint,
    device.pages,
    git.blueprint,
    pages.blueprint,
    playground.blueprint,
    submission_pages.blueprint,
    tokens.blueprint,
    workspace.blueprint,
)
"""Blueprints for people. A new one needs no more than its line here."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application, with `settings` or those of the environment.

    :raises BadSetting: one of them cannot be used.
    """
    settings = settings or load()
    # Beside requests, live sockets look into the database for a moment.
    db.configure(settings.database_url, settings.web_threads + 4)
    queue.configure(settings.redis_url)
    app = Flask("judge", template_folder=str(ROOT / "templates"), static_folder=None)
    app.extensions["judge"] = settings
    app.json.sort_keys = False  # type: ignore[attr-defined]
    security.register(app, settings)
    for blueprint in (*PAGES, health.blueprint):
        app.register_blueprint(blueprint)
    security.csrf.exempt(git.blueprint)
    _register_api(app)
    assets.register(app)
    errors.register(app)
    app.teardown_appcontext(lambda _error: db.release())
    _limit(app, settings)
    return app


def _limit(app: Flask, settings: Settings) -> None:
    """How often what may be done. Sign-ins count where they fail, by name and by network."""
    submit, save = settings.limit_submit, settings.limit_save
    rates: dict[str, tuple[str | Callable[[], str], str, str]] = {
        "workspace.submit": (submit, security.SUBMIT, "submissions"),
        "api.submit": (submit, security.SUBMIT, "submissions"),
        "auth.register": (settings.limit_register, "", "new accounts from your network"),
        "device.begin": (settings.limit_login, "", "new codes"),
        "device_pages.approve": (settings.limit_login, security.DEVICE, "codes"),
        "tokens.create": (settings.limit_login, "", "new tokens"),
        "run.run": (security.rate_of_runs(settings), "", "programs run"),
        "run.save": (save, security.SAVE, "programs saved"),
        "playground.save": (save, security.SAVE, "programs saved"),
        "playground.download": (save, "", "downloads"),
    }
    for endpoint, (rate, scope, what) in rates.items():
        security.limit(app, endpoint, rate, scope=scope, what=what)
    changes = {
        "playground.change": (settings.limit_change, "changes of snippets"),
        "workspace.draft": (settings.limit_draft, "saved drafts"),
    }
    for endpoint, (rate, what) in changes.items():
        security.limit(app, endpoint, rate, what=what, method="PUT")
    wide = security.of_network(settings.limit_login)
    sign_ins = ((security.submitted_name, settings.limit_login), (security.submitted_network, wide))
    for key, rate in sign_ins:
        security.limit(
            app, "auth.login", rate,
            key=key, what="wrong passwords", failures_only=True,
        )  # fmt: skip


class _OpenApi(Api):  # type: ignore[misc]
    """flask-smorest without its own error answers: ours have one form everywhere."""

    ERROR_SCHEMA = Error
    # "Any other status" would make the document say nothing.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass


def _register_api(app: Flask) -> None:
    app.config.update(
        API_TITLE="judge",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    openapi = _OpenApi(app, spec_kwargs={"servers": [{"url": "/"}]})
    openapi.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    openapi.spec.options["security"] = [{"token": []}]
    for blueprint in (api.blueprint, device.blueprint, run.blueprint):
        openapi.register_blueprint(blueprint)
        security.csrf.exempt(blueprint)
