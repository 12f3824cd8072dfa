"""Accounts: who somebody is, and whether they may."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
import unicodedata
from datetime import timedelta
from functools import cache
from typing import get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from judge.db import session
from judge.errors import Conflict, Forbidden, NotFound, UserError
from judge.models import ApiToken, EndedSession, Role, User

MIN_PASSWORD_CHARACTERS = 10
MAX_PASSWORD_CHARACTERS = 200
MIN_USERNAME_CHARACTERS = 2
MAX_USERNAME_CHARACTERS = 40
MAX_DISPLAY_NAME_CHARACTERS = 80
TOKEN_PREFIX = "judge_"  # noqa: S105 - so that scanners for leaked secrets know it
_TOKEN_BYTES = 32
_USED_AT_GRAIN_SECONDS = 60
_SESSION_BYTES = 16
MAX_TOKENS = 100
HASHES_AT_ONCE = 4
"""Each takes 64 MiB of memory and a processor for a tenth of a second."""

SESSION_LIFETIME = timedelta(days=31)
"""After this a session has to begin anew, whatever its cookies say."""
_SESSION = re.compile(r"^(\d{1,18}):(\d{1,9})(?::(\d{1,12})\.([\w-]{16,64}))?\Z", re.ASCII)
_USERNAME = re.compile(r"^[^\W_][\w.-]*\Z")
_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)


class BadAccount(UserError):
    """A name or password that an account cannot have; the text says why."""


def username_key(username: str) -> str:
    """The form in which usernames are compared: NFKC and case folded, to its fixed point.

    One round is not enough: folding can bring forth what NFKC changes again
    (CVE-2020-7245 was such a gap).
    """
    key = username
    for _ in range(4):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold())
        if folded == key:
            break
        key = folded
    return key


def register(username: str, password: str, display_name: str, role: Role = "student") -> User:
    """Make an account.

    :raises BadAccount: name or password cannot be used.
    :raises Conflict: somebody has this name, or one that looks the same.
    """
    username = _checked_username(username)
    _check_password(password, username)
    if role not in get_args(Role):
        raise BadAccount(f"{role!r} is not a role; there are: {', '.join(get_args(Role))}")
    return _store(username, hash_password(password), _checked_display_name(display_name), role)


def _store(username: str, password_hash: str, display_name: str, role: str) -> User:
    user = User(
        username=username,
        username_key=username_key(username),
        display_name=display_name,
        password_hash=password_hash,
        role=role,
    )
    session.add(user)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Conflict(f"the username {username} is taken") from None
    return user


def ensure_demo(username: str, role: Role) -> User:
    """The demo account of that name, with the password ``demo-<name>``; made if it is missing."""
    found = _find(username)
    if found is None:
        name = username.capitalize()
        return _store(username, hash_password(f"demo-{username}"), f"Demo {name}", role)
    return found


def authenticate(username: str, password: str) -> User | None:
    """Who has this name and password; None where nobody does or the account is disabled.

    Takes the same time whether or not there is such an account.
    """
    user = _find(username)
    if len(password) > MAX_PASSWORD_CHARACTERS:
        return None
    kept = user.password_hash if user else _nobodys_hash()
    # The connection is not needed for the tenth of a second that Argon2 takes.
    session.commit()
    if not _matches(kept, password) or user is None or not user.active:
        return None
    if _hasher.check_needs_rehash(kept):
        user.password_hash = hash_password(password)
        session.commit()
    return user


def get(user_id: int) -> User:
    """The account with this id.

    :raises NotFound: there is none.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("there is no such account")
    return user


def by_username(username: str) -> User:
    """The account of that name, however it is spelled.

    :raises NotFound: there is none.
    """
    user = _find(username)
    if user is None:
        raise NotFound(f"there is no account {username!r}")
    return user


def begin_session(user: User) -> User:
    """Give what `User.get_id` says from now on an id of its own, so that it can be ended."""
    user.sign_in_id = f"{int(time.time())}.{secrets.token_urlsafe(_SESSION_BYTES)}"
    return user


def of_session(key: str) -> User | None:
    """Whose session this is (`User.get_id`); None once it was ended or the account disabled."""
    match = _SESSION.match(key)
    if match is None:
        return None
    user = session.get(User, int(match[1]))
    if user is None or not user.active or user.session_epoch != int(match[2]):
        return None
    if match[3] is None:
        return user
    sign_in_id = f"{match[3]}.{match[4]}"
    if time.time() - int(match[3]) > SESSION_LIFETIME.total_seconds():
        return None
    if session.get(EndedSession, _digest(sign_in_id)) is not None:
        return None
    user.sign_in_id = sign_in_id
    return user


def end_session(user: User) -> None:
    """End the session that `user` was found by (`of_session`), wherever its cookies are."""
    if not user.sign_in_id:
        return  # migration 0006 has ended the sessions that had no id
    ended = insert(EndedSession).values(digest=_digest(user.sign_in_id))
    session.execute(ended.on_conflict_do_nothing())
    # Those that are too old to be taken anyway.
    oldest = func.now() - func.make_interval(0, 0, 0, SESSION_LIFETIME.days + 1)
    session.execute(delete(EndedSession).where(EndedSession.ended_at < oldest))
    session.commit()


def of_token(token: str) -> User | None:
    """Whose API token this is; None for any other text."""
    found = session.scalar(select(ApiToken).where(ApiToken.digest == _digest(token)))
    if found is None or not found.user.active:
        return None
    grain = func.make_interval(0, 0, 0, 0, 0, 0, _USED_AT_GRAIN_SECONDS)
    stale = (ApiToken.used_at.is_(None)) | (ApiToken.used_at < func.now() - grain)
    used = update(ApiToken).where(ApiToken.id == found.id, stale).values(used_at=func.now())
    session.execute(used, execution_options={"synchronize_session": False})
    session.commit()
    return found.user


def create_token(user: User, name: str) -> str:
    """A new API token of that name, to be shown now: it cannot be read again.

    :raises Conflict: the user has a token of this name.
    """
    if not name.strip() or len(name) > MAX_DISPLAY_NAME_CHARACTERS:
        raise BadAccount(f"a token's name has 1 to {MAX_DISPLAY_NAME_CHARACTERS} characters")
    count = session.scalar(select(func.count()).where(ApiToken.user_id == user.id)) or 0
    if count >= MAX_TOKENS:
        raise BadAccount(f"you have {MAX_TOKENS} tokens; revoke some that you do not need")
    token = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(ApiToken(user_id=user.id, name=name.strip(), digest=_digest(token)))
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Conflict(f"{user.username} has a token named {name.strip()} already") from None
    return token


def tokens(user: User) -> list[ApiToken]:
    """The user's API tokens, the newest first; without what they are."""
    query = select(ApiToken).where(ApiToken.user_id == user.id)
    return list(session.scalars(query.order_by(ApiToken.created_at.desc())))


def revoke_token(user: User, token_id: int) -> str:
    """Take a token of this user's away; its name.

    :raises NotFound: the user has none of that id.
    """
    gone = delete(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user.id)
    name: str | None = session.scalar(gone.returning(ApiToken.name))
    session.commit()
    if name is None:
        raise NotFound("there is no such token")
    return name


def set_active(user: User, active: bool) -> None:
    """Enable or disable an account. Disabling ends all of its sessions at once."""
    changed = (
        update(User)
        .where(User.id == user.id)
        .values(active=active, session_epoch=User.session_epoch + 1)
        .returning(User.session_epoch)
    )
    epoch = session.scalars(changed, execution_options={"synchronize_session": False}).one()
    session.commit()
    # `user` may belong to a session that has ended: what it says has to be right all the same.
    set_committed_value(user, "active", active)
    set_committed_value(user, "session_epoch", epoch)


def require_staff(user: User) -> None:
    """Go on only for instructors and admins.

    :raises Forbidden: it is somebody else.
    """
    if not user.is_staff:
        raise Forbidden("only instructors and admins may do this")


def hash_password(password: str) -> str:
    """Argon2id with the library's parameters (RFC 9106, low memory)."""
    with _hashing:
        return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_hex())


def _matches(kept: str, password: str) -> bool:
    try:
        with _hashing:
            return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _find(username: str) -> User | None:
    return session.scalar(select(User).where(User.username_key == username_key(username)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _checked_username(username: str) -> str:
    name = unicodedata.normalize("NFKC", username).strip()
    if not MIN_USERNAME_CHARACTERS <= len(name) <= MAX_USERNAME_CHARACTERS:
        raise BadAccount(
            f"a username has {MIN_USERNAME_CHARACTERS} to {MAX_USERNAME_CHARACTERS} characters"
        )
    if not _USERNAME.match(name):
        raise BadAccount(
            "a username starts with a letter or digit and has only letters, digits, '.', '_', '-'"
        )
    return name


def _check_password(password: str, username: str) -> None:
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        raise BadAccount(
            f"a password has {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters"
        )
    if username_key(password) == username_key(username):
        raise BadAccount("the password must not be the username")


def _checked_display_name(display_name: str) -> str:
    """Without control and direction characters, which would disturb the lines around it."""
    kept = "".join(
        char for char in display_name if unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
    )
    name = " ".join(kept.split())
    if not name or len(name) > MAX_DISPLAY_NAME_CHARACTERS:
        raise BadAccount(f"a display name has 1 to {MAX_DISPLAY_NAME_CHARACTERS} characters")
    return name
