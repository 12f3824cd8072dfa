"""Who is looking: Flask-Login with types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import flask_login

from judge import accounts
from judge.models import User

View = TypeVar("View", bound=Callable[..., Any])


def login_required(view: View) -> View:
    """Let nobody but those who signed in reach `view`; others are led to the sign-in page."""
    return cast("View", flask_login.login_required(view))


def viewer() -> User:
    """Who is signed in. For views under `login_required`."""
    return cast("User", flask_login.current_user._get_current_object())  # noqa: SLF001 - the documented way behind the proxy


def viewer_or_none() -> User | None:
    """Who is signed in, if somebody is."""
    return viewer() if flask_login.current_user.is_authenticated else None


def sign_in(user: User) -> None:
    """Begin a session that outlasts the browser's window."""
    flask_login.login_user(accounts.begin_session(user), remember=True)


def sign_out() -> None:
    """End the session, here and for whoever has a copy of its cookies."""
    user = viewer_or_none()
    if user is not None:
        accounts.end_session(user)
    flask_login.logout_user()
