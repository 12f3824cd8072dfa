"""Answers that are not known yet: what a view promises, and the event loop waits for.

A view that would have to wait (for a program to end, for a verdict) makes its checks,
then promises the answer and gives its thread back. `judge.web.entrance` waits and
sends it. Under a plain WSGI server there is nobody to wait: `possible` is then False, and
the view has to wait itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request
from redis.asyncio import Redis

MOST = 256
"""Answers that one web process waits for at the same time."""
_PLACES, _PROMISE = "judge.places", "judge.promise"


@dataclass(frozen=True, slots=True)
class Means:
    """What an answer may use while it waits: none of it holds one of web's threads for long."""

    redis: Redis
    threads: Executor


@dataclass(frozen=True, slots=True)
class Answer:
    """The status and the body, all at once or piece by piece; headers beside those of the view."""

    status: int
    body: bytes | AsyncIterator[bytes]
    headers: dict[str, str] = field(default_factory=dict)


Promise = Callable[[Means], Awaitable[Answer]]


class Places:
    """Counts the answers that are waited for."""

    def __init__(self, most: int = MOST) -> None:
        self._free = most

    def take(self) -> bool:
        """Take a place; False where none is free."""
        if self._free <= 0:
            return False
        self._free -= 1
        return True

    def leave(self) -> None:
        """Give it back."""
        self._free += 1


def prepare(environ: dict[str, Any], places: Places) -> None:
    """Let views promise their answers."""
    environ[_PLACES] = places


def promised(environ: dict[str, Any]) -> Promise | None:
    """What the view has promised, if anything."""
    found: Promise | None = environ.get(_PROMISE)
    return found


def possible() -> bool:
    """Whether somebody waits for a promised answer."""
    return _PLACES in request.environ


def take_place() -> bool:
    """Take a place for the answer of this request; False where too many are waited for."""
    places: Places = request.environ[_PLACES]
    taken = places.take()
    if taken:
        request.environ["judge.place-taken"] = True
    return taken


def promise(answer: Promise, content_type: str) -> Response:
    """The response of a view whose answer `answer` makes. `take_place` comes first."""
    request.environ[_PROMISE] = answer
    return Response(content_type=content_type)


def holds_place(environ: dict[str, Any]) -> bool:
    """Whether this request has taken a place."""
    return bool(environ.get("judge.place-taken"))
