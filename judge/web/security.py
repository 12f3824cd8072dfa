"""What protects the pages: cookies, CSRF, headers, sign-in, limits on how often."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Response, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, user_logged_in
from flask_wtf import CSRFProtect
from limits import parse
from werkzeug.middleware.proxy_fix import ProxyFix

from judge import accounts
from judge.config import Settings
from judge.errors import UserError
from judge.models import User
from judge.web import errors

MAX_BODY_BYTES = 4 * 1024 * 1024
"""128 KiB of code and 1 MiB of input, each byte of which JSON may write as several."""
REMEMBERED = timedelta(days=30)
_NONCE_BYTES = 16

csrf = CSRFProtect()


def register(app: Flask, settings: Settings) -> Limiter:
    """Protect `app`; the limiter is returned for the views that need limits."""
    _cookies(app, settings)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    csrf.init_app(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_headers(settings))
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _sign_in(app)
    return _limiter(app, settings)


def csp_nonce() -> str:
    """The nonce of this answer's inline scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(_NONCE_BYTES)
    nonce: str = g.csp_nonce
    return nonce


def allow_framing() -> None:
    """Let other sites show this answer in a frame: it must know no user and change nothing."""
    g.framable = True


def who() -> str:
    """Whom a limit counts: the user, or the address where nobody is signed in."""
    user_id = getattr(g, "token_user_id", None)
    if user_id is None and current_user.is_authenticated:
        user_id = current_user.id
    return f"user:{user_id}" if user_id is not None else f"address:{get_remote_address()}"


def _cookies(app: Flask, settings: Settings) -> None:
    # A browser takes a __Host- cookie over https only, from this very host.
    prefix = "__Host-" if settings.production else ""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=f"{prefix}judge",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        REMEMBER_COOKIE_NAME=f"{prefix}judge_remember",
        REMEMBER_COOKIE_SECURE=settings.production,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=REMEMBERED,
        # As long as the session: a draft may stay open over a long evening.
        WTF_CSRF_TIME_LIMIT=None,
    )


def _headers(settings: Settings) -> Callable[[Response], Response]:
    fixed = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if settings.production:
        fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    def add(response: Response) -> Response:
        for name, value in fixed.items():
            if not (g.get("framable") and name == "X-Frame-Options"):
                response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", _policy())
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    return add


def _policy() -> str:
    """Scripts of our own only, inline ones by nonce. Monaco writes style attributes."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{csp_nonce()}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: https:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors *" if g.get("framable") else "frame-ancestors 'none'",
        )
    )


def _sign_in(app: Flask) -> None:
    manager = LoginManager(app)
    manager.user_loader(accounts.of_session)
    manager.unauthorized_handler(_unauthorized)
    user_logged_in.connect(_rotate, app)


def _rotate(_app: Flask, user: User) -> None:  # noqa: ARG001 - the signal's signature
    """What was known of the session before it was somebody's is worth nothing after."""
    session.pop("csrf_token", None)


def _unauthorized() -> ResponseReturnValue:
    if errors.wants_json():
        return errors.answer(401)
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("auth.login", next=target if request.method == "GET" else None))


def _limiter(app: Flask, settings: Settings) -> Limiter:
    """Counts in Redis; where that is away, in the process: sign-in must stay throttled."""
    return Limiter(
        who,
        app=app,
        storage_uri=settings.redis_url.replace("unix://", "redis+unix://", 1),
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 2},
        in_memory_fallback_enabled=True,
        headers_enabled=True,
        key_prefix="judge:limit",
        strategy="fixed-window",
    )


def limit(
    app: Flask,
    limiter: Limiter,
    endpoint: str,
    rate: str | Callable[[], str],
    *,
    key: Callable[[], str] | None = None,
    failures_only: bool = False,
) -> None:
    """Let `endpoint` take no more POSTs than `rate`, counted by `key` (default: `who`)."""
    counts = (lambda response: response.status_code >= 400) if failures_only else None
    view = app.view_functions[endpoint]
    guarded = limiter.limit(rate, key_func=key, methods=["POST"], deduct_when=counts)
    app.view_functions[endpoint] = cast("Any", guarded)(view)


class TooOften(UserError):
    """More often than whoever asks may; the text says how long to wait, as `seconds` does."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


def hit(app: Flask, scope: str, rate: str, cost: int = 1) -> None:
    """Count one of `who`, or what costs as much as several, where no view does it.

    :raises TooOften: that is more than `rate`.
    :raises RedisError: it is away.
    """
    (limiter,) = app.extensions["limiter"]
    item, counted = parse(rate), who()
    # What costs more than there is takes all of it, or it could never be had.
    cost = min(cost, item.amount)
    if not limiter.limiter.hit(item, "judge:limit", scope, counted, cost=cost):
        window = limiter.limiter.get_window_stats(item, "judge:limit", scope, counted)
        wait = max(1, round(window.reset_time - time.time()))
        raise TooOften(f"that is more than {rate.replace('/', ' in a ')}; wait {wait} s", wait)


def rate_of_runs(settings: Settings) -> Callable[[], str]:
    """How often whoever asks may run programs: users more often than strangers."""

    def rate() -> str:
        return settings.limit_run if who().startswith("user:") else settings.limit_anonymous_run

    return rate


def submitted_name() -> str:
    """Whose password is being tried, for the limit on sign-ins."""
    return f"name:{accounts.username_key(request.form.get('username', '')[:200])}"
