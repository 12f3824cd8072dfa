"""Signing in a program on another device: it shows a code, and a person approves that.

Theory of operation (RFC 8628, the device authorization grant). The program gets a
secret device code and a short user code. It shows the short one and asks again and
again with the secret one. Meanwhile a person who is signed in types the short code
into a page and approves; only then a token is made, which the program gets once. All
of it lives in Redis and is gone after `EXPIRES_SECONDS`; of a code only its digest is
kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from judge import accounts, queue
from judge.errors import NotFound, UserError
from judge.models import User

EXPIRES_SECONDS = 600
INTERVAL_SECONDS = 2
MAX_NAME_CHARACTERS = 60
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
"""RFC 8628, 6.1: no vowels, so no words; 20 to the power of 8 codes."""
_USER_CODE_CHARACTERS = 8


class BadDevice(UserError):
    """A name or a code that cannot be; the text says why."""


@dataclass(frozen=True, slots=True)
class Codes:
    """`device` is the program's secret, `user` what a person types: "BCDF-GHJK"."""

    device: str
    user: str


def begin(name: object) -> Codes:
    """Codes for a program that calls itself `name`.

    :raises BadDevice: that is no name.
    :raises RedisError: there is no place to keep them.
    """
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise BadDevice("name must say which program on which machine asks")
    if len(name) > MAX_NAME_CHARACTERS:
        raise BadDevice(f"name may have {MAX_NAME_CHARACTERS} characters")
    device = secrets.token_urlsafe(32)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_USER_CODE_CHARACTERS))
    state = {"name": name.strip(), "token": None}
    client = queue.connection()
    client.set(_device_key(device), json.dumps(state), ex=EXPIRES_SECONDS)
    client.set(_user_key(code), _digest(device), ex=EXPIRES_SECONDS)
    return Codes(device, f"{code[:4]}-{code[4:]}")


def name_of(user_code: str) -> str:
    """How the program behind a user code calls itself.

    :raises NotFound: there is no such code, or no longer.
    """
    return str(_state(_key_of(user_code))["name"])


def approve(user_code: str, user: User) -> str:
    """Let the program behind `user_code` act as `user`; its name. A code works once.

    :raises NotFound: there is no such code, or no longer.
    """
    key = _key_of(user_code)
    state = _state(key)
    if not queue.connection().delete(_user_key(_plain(user_code))):
        raise NotFound(_UNKNOWN)
    name = f"{state['name']} {secrets.token_hex(3)}"
    token = accounts.create_token(user, name)
    kept = json.dumps(state | {"token": token, "username": user.username})
    queue.connection().set(key, kept, ex=EXPIRES_SECONDS, xx=True)
    return str(state["name"])


def collect(device_code: object) -> dict[str, str] | None:
    """``{"token", "username"}``, once; None while nobody has approved it.

    :raises NotFound: there is no such code, or no longer.
    """
    if not isinstance(device_code, str) or not device_code:
        raise NotFound(_UNKNOWN)
    key = _device_key(device_code)
    state = _state(key)
    if state["token"] is None:
        return None
    if not queue.connection().delete(key):
        raise NotFound(_UNKNOWN)
    return {"token": state["token"], "username": state["username"]}


_UNKNOWN = "there is no such code, or it was used or is more than ten minutes old"


def _key_of(user_code: str) -> str:
    found = queue.connection().get(_user_key(_plain(user_code)))
    if found is None:
        raise NotFound(_UNKNOWN)
    return f"judge:device:{found.decode() if isinstance(found, bytes) else found}"


def _state(key: str) -> dict[str, Any]:
    found = queue.connection().get(key)
    if found is None:
        raise NotFound(_UNKNOWN)
    state: dict[str, Any] = json.loads(found)
    return state


def _plain(user_code: str) -> str:
    return "".join(letter for letter in user_code.upper() if letter.isalnum())[:64]


def _device_key(device_code: str) -> str:
    return f"judge:device:{_digest(device_code)}"


def _user_key(code: str) -> str:
    return f"judge:device-code:{_digest(code)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
