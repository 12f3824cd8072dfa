"""What protects the pages: cookies, CSRF, headers, sign-in, limits on how often."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Response, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_login import LoginManager, current_user, user_logged_in
from flask_wtf import CSRFProtect
from limits import parse
from werkzeug.middleware.proxy_fix import ProxyFix

from judge import accounts
from judge.config import Settings
from judge.models import User
from judge.web import errors
from judge.web.errors import TooOften
from judge.web.networks import network_of

MAX_BODY_BYTES = 4 * 1024 * 1024
"""128 KiB of code and 1 MiB of input, each byte of which JSON may write as several."""
REMEMBERED = timedelta(days=30)
NETWORK_SHARE = 12
"""How many times as many wrong passwords a network may try as a name gets: a class has one."""
SUBMIT, SAVE, DEVICE = "submit", "save", "device"
"""What is counted together, wherever it is done."""
_NONCE_BYTES = 16
_KEY_PREFIX = "judge:limit"
_DEVICE_ACCOUNTS = 8

csrf = CSRFProtect()


def register(app: Flask, settings: Settings) -> None:
    """Protect `app`; its views get their limits by `limit`."""
    _cookies(app, settings)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    csrf.init_app(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_headers(settings))
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _sign_in(app)
    _limiter(app, settings)


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
    return f"user:{user_id}" if user_id is not None else network()


def network() -> str:
    """The network that a limit counts."""
    return f"address:{network_of(request.remote_addr)}"


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
        # With it lies in which accounts this browser has signed in before.
        PERMANENT_SESSION_LIFETIME=accounts.SESSION_LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,
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
        # Flask-Limiter says it with every answer of what is limited.
        if response.status_code not in (429, 503):
            response.headers.pop("Retry-After", None)
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


def _limiter(app: Flask, settings: Settings) -> None:
    """Counts in Redis; where that is away, in the process: sign-in must stay throttled."""
    Limiter(
        who,
        app=app,
        storage_uri=settings.redis_url.replace("unix://", "redis+unix://", 1),
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 2},
        in_memory_fallback_enabled=True,
        headers_enabled=True,
        key_prefix=_KEY_PREFIX,
        strategy="fixed-window",
    )


def limit(
    app: Flask,
    endpoint: str,
    rate: str | Callable[[], str],
    *,
    scope: str = "",
    what: str = "requests",
    key: Callable[[], str] | None = None,
    method: str = "POST",
    failures_only: bool = False,
) -> None:
    """Let `endpoint` take no more requests than `rate`, counted by `key` (default: `who`).

    :param scope: what is counted together with other endpoints and with `hit`.
    :param what: of which there were too many, for the answer.
    """
    counts = (lambda response: response.status_code >= 400) if failures_only else None
    view = app.view_functions[endpoint]
    (limiter,) = app.extensions["limiter"]
    guarded = limiter.shared_limit(
        rate,
        scope or endpoint,
        key_func=key,
        methods=[method],
        deduct_when=counts,
        error_message=f"too many {what}",
    )
    app.view_functions[endpoint] = cast("Any", guarded)(view)


def hit(app: Flask, scope: str, rate: str, cost: int = 1, *, what: str = "") -> None:
    """Count one of `who`, or what costs as much as several, where no view does it.

    :param what: can be done again later, for the answer: "run programs".

    :raises TooOften: that is more than `rate`.
    :raises RedisError: it is away.
    """
    (limiter,) = app.extensions["limiter"]
    item, counted = parse(rate), who()
    # What costs more than there is takes all of it, or it could never be had.
    cost = min(cost, item.amount)
    # In the order in which Flask-Limiter has them, so that both count the same.
    if not limiter.limiter.hit(item, _KEY_PREFIX, counted, scope, cost=cost):
        window = limiter.limiter.get_window_stats(item, _KEY_PREFIX, counted, scope)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        then = f" to {what} again" if what else ""
        raise TooOften(
            f"that is more than {rate.replace('/', ' in a ')}; wait {wait} s{then}", wait
        )


def rate_of_runs(settings: Settings) -> Callable[[], str]:
    """How often whoever asks may run programs: users more often than strangers."""

    def rate() -> str:
        return settings.limit_run if who().startswith("user:") else settings.limit_anonymous_run

    return rate


def submitted_name() -> str:
    """Whose password is being tried, for the limit on sign-ins."""
    known = _known_as()
    return f"device:{known}" if known else f"name:{_submitted_key()}"


def submitted_network() -> str:
    """From where a password is being tried, for the limit on sign-ins.

    A browser that has signed the account in before is counted by itself: what others try
    must not keep its owner out.
    """
    known = _known_as()
    return f"device:{known}" if known else network()


def of_network(rate: str) -> str:
    """How many wrong passwords may come from a network, where a name gets `rate`."""
    amount, _, period = rate.partition("/")
    return f"{int(amount) * NETWORK_SHARE}/{period}"


def remember_device(user: User) -> None:
    """Note in the session, which outlasts signing out, that `user` signed in here."""
    session.permanent = True
    kept: dict[str, str] = session.get("known", {})
    own = _short_digest(user.username_key)
    kept = {own: kept.get(own) or secrets.token_hex(8)} | kept
    session["known"] = dict(list(kept.items())[:_DEVICE_ACCOUNTS])


def _known_as() -> str:
    """Under what this browser has signed the submitted account in before; "": never."""
    known: dict[str, str] = session.get("known", {})
    return known.get(_short_digest(_submitted_key()), "")


def _submitted_key() -> str:
    return accounts.username_key(request.form.get("username", "")[:200])


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
