"""What all live sockets share: who opens one, from which page, and how messages are sent."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, session

from judge.web.networks import address_of, network_of

CLOSE_DONE, CLOSE_BAD, CLOSE_REFUSED, CLOSE_AGAIN = 1000, 4400, 4404, 1013
"""Ended as it should; the page spoke nonsense; not for this viewer; try again in a moment."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers, names in lower case; values of the same name with commas."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joint = "; " if name == "cookie" else ","
        headers[name] = f"{headers[name]}{joint}{value}" if name in headers else value
    return headers


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
    address = address_of(scope, proxies)
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


class Bucket:
    """Lets `burst` through at once and `rate` a second for ever."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._left, self._since = burst, time.monotonic()

    @property
    def full(self) -> bool:
        """Whether it lets a whole burst through now."""
        return self._left + (time.monotonic() - self._since) * self._rate >= self._burst

    async def take(self, amount: float) -> None:
        """Wait until `amount` may pass."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._since) * self._rate) - amount
        self._since = now
        if self._left < 0:
            await asyncio.sleep(-self._left / self._rate)


MOST_OF_PERSON = 48
MOST_OF_STRANGERS = 96
"""Sockets without an account from one network: one for each program that runs."""
MOST_OF_NETWORK = 600
MOST = 4_000
MESSAGES = (600.0, 120.0)
"""What the sockets of a person may say together: a burst, and a rate in a second."""
BYTES = (4.0 * 1024 * 1024, 256.0 * 1024)
OPENING = 4
"""As how many messages it counts to open a socket."""
STRANGERS = 3
"""How many times as much those without an account of a network may say together."""

Serve = Callable[[Scope, Receive, Send], Awaitable[None]]


class Doorkeeper:
    """Bounds how many sockets somebody has, and slows down who says too much.

    Who somebody is comes from the signed session alone: it costs no look into the
    database, and a session that has ended is refused later.
    """

    def __init__(self, app: Flask, proxies: int) -> None:
        self._app, self._proxies = app, proxies
        self._open: Counter[str] = Counter()
        self._buckets: dict[str, tuple[Bucket, Bucket]] = {}

    async def __call__(self, serve: Serve, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket, if there is a place for it."""
        network = network_of(address_of(scope, self._proxies))
        person = self._person(scope)
        who, most = (person, MOST_OF_PERSON) if person else (f"?{network}", MOST_OF_STRANGERS)
        counts = {who: most, network: MOST_OF_NETWORK, "": MOST}
        if any(self._open[name] >= limit for name, limit in counts.items()):
            await _refuse(scope, receive, send)
            return
        self._open.update(counts.keys())
        messages, volume = self._buckets_of(who)

        async def slowed() -> MutableMapping[str, Any]:
            event = await receive()
            if event["type"] == "websocket.receive":
                await messages.take(1)
                await volume.take(len(event.get("text") or event.get("bytes") or ""))
            return event

        try:
            await messages.take(OPENING)
            await serve(scope, slowed, send)
        finally:
            self._open.subtract(counts.keys())
            for name in counts:
                if not self._open[name]:
                    del self._open[name]
            self._forget()

    def _person(self, scope: Scope) -> str:
        """The id of the account that the session names, or ""."""
        with request_context(self._app, scope, headers_of(scope)):
            return str(session.get("_user_id") or "").partition(":")[0]

    def _buckets_of(self, who: str) -> tuple[Bucket, Bucket]:
        times = STRANGERS if who.startswith("?") else 1
        made = tuple(Bucket(burst * times, rate * times) for burst, rate in (MESSAGES, BYTES))
        return self._buckets.setdefault(who, (made[0], made[1]))

    def _forget(self) -> None:
        """Let go of the buckets that are as good as new."""
        for who, both in list(self._buckets.items()):
            if not self._open[who] and all(bucket.full for bucket in both):
                del self._buckets[who]


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer the handshake: too many sockets are open."""
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": CLOSE_AGAIN})
        return
    text = b"Too many live connections are open. Close some pages, then try again.\n"
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"10")]
    start = {"type": "websocket.http.response.start", "status": 429, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": text})
