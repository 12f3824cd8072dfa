"""The web application, put together. Nothing is connected and nothing read but settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_limiter import Limiter
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
    limiter = security.register(app, settings)
    for blueprint in (*PAGES, health.blueprint):
        app.register_blueprint(blueprint)
    security.csrf.exempt(git.blueprint)
    _register_api(app)
    assets.register(app)
    errors.register(app)
    app.teardown_appcontext(lambda _error: db.release())
    _limit(app, limiter, settings)
    return app


def _limit(app: Flask, limiter: Limiter, settings: Settings) -> None:
    """How often what may be done. Sign-ins count where they fail, by name and by address."""
    rates: dict[str, str | Callable[[], str]] = {
        "workspace.submit": settings.limit_submit,
        "api.submit": settings.limit_submit,
        "auth.register": settings.limit_register,
        "device.begin": settings.limit_login,
        "device_pages.approve": settings.limit_login,
        "tokens.create": settings.limit_login,
        "run.run": security.rate_of_runs(settings),
        "run.save": settings.limit_save,
        "playground.save": settings.limit_save,
        "playground.download": settings.limit_save,
    }
    for endpoint, rate in rates.items():
        security.limit(app, limiter, endpoint, rate)
    for key in (security.submitted_name, security.who):
        security.limit(
            app, limiter, "auth.login", settings.limit_login, key=key, failures_only=True
        )


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
