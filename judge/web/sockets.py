"""What all live sockets share: who opens one, from which page, and how messages are sent."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

CLOSE_DONE, CLOSE_BAD, CLOSE_REFUSED, CLOSE_AGAIN = 1000, 4400, 4404, 1013
"""Ended as it should; the page spoke nonsense; not for this viewer; try again in a moment."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers, names in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def is_ours(headers: Mapping[str, str], public: str) -> bool:
    """Whether a page of ours opens the socket.

    Browsers send the page's Origin with a WebSocket and no page can change it.

    :param public: host and port of `JUDGE_PUBLIC_URL`, or "".
    """
    origin = urlsplit(headers.get("origin", ""))
    return origin.scheme in {"http", "https"} and origin.netloc in {
        headers.get("host"),
        public,
    } - {None, ""}


@contextmanager
def request_context(
    app: Flask, scope: Scope, headers: Mapping[str, str], proxies: int = 0
) -> Iterator[None]:
    """As if the socket were a request: its session, its user, its address.

    :param proxies: how many entries of X-Forwarded-For are believed, as ProxyFix does.
    """
    address = (scope.get("client") or ("127.0.0.1", 0))[0]
    forwarded = [entry.strip() for entry in headers.get("x-forwarded-for", "").split(",")]
    if proxies and len(forwarded) >= proxies:
        address = forwarded[-proxies]
    with app.test_request_context(
        scope["path"],
        headers=[(name, headers[name]) for name in ("cookie", "host") if name in headers],
        environ_base={"REMOTE_ADDR": address},
    ):
        yield


async def say(send: Send, message: Mapping[str, Any]) -> None:
    """Send a message as JSON."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    await send({"type": "websocket.send", "text": text})
