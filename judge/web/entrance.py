"""Where HTTP requests come in: the event loop reads and writes, threads only compute.

Theory of operation. Four things could hold one of the few threads for as long as a client likes;
none of them does:

- the body is read on the event loop first (`judge.web.bodies`);
- the answer is taken from the view in pieces, and the thread is given back while the client
  reads them (`judge.web.connections` ends a connection whose client reads too slowly);
- what has to be waited for is promised (`judge.web.later`);
- one network gets no more than three quarters of the threads at a time, so that its
  requests wait for each other and not everybody for them.

Headers with an underscore are dropped: WSGI would take them for others.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Awaitable, Callable, Generator, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar

import structlog
from a2wsgi.wsgi import build_environ
from redis.asyncio import Redis

from judge import queue
from judge.config import Settings
from judge.web import later
from judge.web.bodies import Bodies, Gone, TooSlow
from judge.web.later import Answer, Means, Places
from judge.web.networks import address_of, network_of

MAX_HEADERS = 100
MAX_HEADER_BYTES = 32 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024
"""As `security.MAX_BODY_BYTES`: what is longer the application refuses."""
WAITING_OF_NETWORK = 400
"""Requests of one network that may wait for a thread."""
LOOK_THREADS = 4
_PULLED_BYTES = 256 * 1024
_SHARE = 0.75

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Refused(Exception):
    """A request that the application does not see."""

    def __init__(self, status: int, text: str, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.status, self.text, self.retry_after = status, text, retry_after


@dataclass(slots=True)
class _Started:
    """What the application has said before the body of its answer."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    def __call__(
        self, status: str, headers: list[tuple[str, str]], _error: Any = None
    ) -> Callable[[bytes], None]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [
            (name.strip().encode("latin-1").lower(), value.strip().encode("latin-1"))
            for name, value in headers
        ]
        return _no_write


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("a view returns its answer")


class Entrance:
    """The pages' and the API's side of a web process."""

    def __init__(self, app: Callable[..., Iterable[bytes]], settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.web_threads, thread_name_prefix="web")
        self._looks = ThreadPoolExecutor(LOOK_THREADS, thread_name_prefix="later")
        self._bodies = Bodies()
        self._turns = _Turns(max(1, int(settings.web_threads * _SHARE)))
        self._places = Places()
        self._client: Redis | None = None

    async def close(self) -> None:
        """End threads and connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._looks.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        headers = scope["headers"]
        network = network_of(address_of(scope, self._settings.proxies))
        try:
            _check_headers(headers)
            environ, complete = await self._environ(scope, receive, network)
            await self._serve(environ, receive, send, network, complete=complete)
        except Gone:
            return
        except Refused as error:
            await _refuse(scope["path"], headers, error, send)

    async def _environ(
        self, scope: Scope, receive: Receive, network: str
    ) -> tuple[dict[str, Any], bool]:
        """The request for WSGI, with its body; and whether the body was read to its end."""
        names = {name for name, _ in scope["headers"]}
        data, size, complete = b"", 0, True
        if names & {b"content-length", b"transfer-encoding"}:
            try:
                body = await self._bodies.read(receive, network, MAX_BODY_BYTES)
            except TooSlow:
                raise Refused(408, "the body of the request came too slowly") from None
            data, size, complete = body.data, body.size, body.complete
        passed = [
            (name, value)
            for name, value in scope["headers"]
            if b"_" not in name and name not in {b"content-length", b"transfer-encoding"}
        ]
        stream: Any = BytesIO(data)
        environ: dict[str, Any] = dict(
            build_environ({**scope, "headers": passed}, stream)  # type: ignore[typeddict-item]
        )
        if names & {b"content-length", b"transfer-encoding"}:
            # The true length, also of a body that is not here as a whole: it is refused by that.
            environ["CONTENT_LENGTH"] = str(size)
        later.prepare(environ, self._places)
        return environ, complete

    async def _serve(
        self,
        environ: dict[str, Any],
        receive: Receive,
        send: Send,
        network: str,
        *,
        complete: bool,
    ) -> None:
        started = _Started()
        context = contextvars.copy_context()
        pieces: list[Generator[bytes]] = []
        more = True

        def begin() -> tuple[bytes, bool]:
            pieces.append(_closing(self._app(environ, started)))
            return _pull(pieces[0])

        try:
            async with self._turns.taken(network):
                data, more = await self._in_thread(context, begin)
            headers = list(started.headers)
            if not complete:
                headers.append((b"connection", b"close"))
            promise = later.promised(environ)
            if promise is not None:
                means = Means(self._redis(), self._looks)
                await _send_promised(promise(means), started.status, headers, receive, send)
                return
            await send(
                {"type": "http.response.start", "status": started.status, "headers": headers}
            )
            while more:
                await send({"type": "http.response.body", "body": data, "more_body": True})
                async with self._turns.taken(network):
                    data, more = await self._in_thread(context, lambda: _pull(pieces[0]))
            await send({"type": "http.response.body", "body": data})
        finally:
            if later.holds_place(environ):
                self._places.leave()
            if pieces and more:  # the client has left
                with suppress(ValueError):
                    await asyncio.shield(self._in_thread(context, pieces[0].close))

    async def _in_thread(self, context: contextvars.Context, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, context.run, work)

    def _redis(self) -> Redis:
        if self._client is None:
            self._client = Redis.from_url(
                self._settings.redis_url,
                socket_connect_timeout=queue.CONNECT_SECONDS,
                socket_timeout=None,
            )
        return self._client


class _Turns:
    """Gives each network a bounded share of the threads; its other requests wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: dict[str, tuple[asyncio.Semaphore, list[int]]] = {}

    @asynccontextmanager
    async def taken(self, network: str) -> Any:
        semaphore, count = self._of.setdefault(network, (asyncio.Semaphore(self._most), [0]))
        if count[0] >= WAITING_OF_NETWORK:
            raise Refused(503, "too many requests from your network at once; try again", 1)
        count[0] += 1
        try:
            async with semaphore:
                yield
        finally:
            count[0] -= 1
            if not count[0]:
                self._of.pop(network, None)


def _closing(iterable: Iterable[bytes]) -> Generator[bytes]:
    """The pieces of a WSGI answer; it is closed after the last one, or with the iterator."""
    try:
        yield from iterable
    finally:
        close = getattr(iterable, "close", None)
        if close is not None:
            close()


def _pull(pieces: Iterable[bytes]) -> tuple[bytes, bool]:
    """The next bytes, and whether there may be more."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) >= _PULLED_BYTES:
            return bytes(data), True
    return bytes(data), False


async def _send_promised(
    coming: Awaitable[Answer],
    status: int,
    headers: list[tuple[bytes, bytes]],
    receive: Receive,
    send: Send,
) -> None:
    """Wait for the answer and send it; a client that leaves ends the waiting."""
    task = asyncio.ensure_future(_answer(coming, status, headers, send))
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        for one in (task, gone):
            one.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _answer(
    coming: Awaitable[Answer], status: int, headers: list[tuple[bytes, bytes]], send: Send
) -> None:
    answer = await coming
    more = {b"content-length": b""} | {
        name.lower().encode(): value.encode("latin-1") for name, value in answer.headers.items()
    }
    headers = [one for one in headers if one[0] not in more]
    if isinstance(answer.body, bytes):
        more[b"content-length"] = str(len(answer.body)).encode()
    else:
        del more[b"content-length"]
    await send(
        {
            "type": "http.response.start",
            "status": answer.status if status < 400 else status,
            "headers": [*headers, *more.items()],
        }
    )
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": answer.body})
        return
    async for piece in answer.body:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _check_headers(headers: list[tuple[bytes, bytes]]) -> None:
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
        raise Refused(431, f"at most {MAX_HEADERS} headers of {MAX_HEADER_BYTES} bytes are taken")


async def _refuse(
    path: str, headers: list[tuple[bytes, bytes]], error: Refused, send: Send
) -> None:
    """Answer without the application. The connection is closed: there may be more to come."""
    accept = b",".join(value for name, value in headers if name == b"accept")
    if path.startswith("/api/") or b"json" in accept:
        kind, body = b"application/json", json.dumps({"error": error.text}).encode()
    else:
        text = f"{error.text[:1].upper()}{error.text[1:]}.\n"
        kind, body = b"text/plain; charset=utf-8", text.encode()
    said = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    if error.retry_after is not None:
        said.append((b"retry-after", str(error.retry_after).encode()))
    with suppress(OSError):
        await send({"type": "http.response.start", "status": error.status, "headers": said})
        await send({"type": "http.response.body", "body": body})
