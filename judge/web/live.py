"""Live pages: a WebSocket for each submission that somebody watches.

Theory of operation. All of this runs on the one event loop of the web process. A
socket is opened in three steps: its Origin must be ours; a look into the database
(in one of a few threads, the connection given back at once) says who asks and what
state the submission is in, which is sent; and unless that is done already, the
socket is entered with the hub. The hub has one Redis subscription for the process,
reads each message once, and hands it to the sockets of that submission.

Messages may get lost without harm: the first thing a socket ever sends is the
state from PostgreSQL, "done" makes it look there again, and every few seconds the
hub asks in one query which of all watched submissions are done.

Order: the hub subscribes before the state is read, and what was told before comes
from a list in Redis, by attempt and index; so nothing falls between the two.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from flask import Flask
from flask_login import current_user
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from judge import db, history, progress, queue, submissions, turns
from judge.config import Settings
from judge.errors import UserError
from judge.turns import Turn
from judge.web.sockets import (
    CLOSE_AGAIN,
    CLOSE_DONE,
    CLOSE_REFUSED,
    Receive,
    Scope,
    Send,
    headers_of,
    is_ours,
    request_context,
    say,
)

PATH = "/live/submissions/"
LOOK_THREADS = 4
SWEEP_SECONDS = 5.0
PLACES_SECONDS = 1.0
BACKLOG = 4096
"""Messages that may wait for a slow reader; then the socket is closed and comes back."""
_ALWAYS = progress.channel(UUID(int=0))
"""A channel of nobody: with none at all redis-py would stop to read."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look into the database found. `told`: the state as this viewer sees it."""

    told: dict[str, Any]
    attempt: int

    @property
    def done(self) -> bool:
        """Whether there is nothing more to come."""
        return bool(self.told["state"] == "done")


@dataclass(eq=False, slots=True)
class Watcher:
    """One open page."""

    submission_id: UUID
    line: asyncio.Queue[dict[str, Any] | None] = field(
        default_factory=lambda: asyncio.Queue(BACKLOG)
    )
    seen: tuple[int, int] = (0, -1)
    """Attempt and index of the last message that was handed over."""
    looked: bool = False
    """Whether it knows the state, and with it the place, that it begins with."""
    place: int | None = None
    full: bool = False

    def hand(self, attempt: int, index: int, message: dict[str, Any]) -> None:
        """Hand over a message unless it came before."""
        if (attempt, index) <= self.seen:
            return
        self.seen = (attempt, index)
        self.put(message)

    def put(self, message: dict[str, Any]) -> None:
        """Put a message into the line; a reader that is too slow gets an end instead."""
        try:
            self.line.put_nowait(message)
        except asyncio.QueueFull:
            self.full = True


class Live:
    """The live side of a web process. `app` serves sessions and access rules."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._public = urlsplit(settings.public_url).netloc
        self._threads = ThreadPoolExecutor(LOOK_THREADS, thread_name_prefix="live")
        self._hub = Hub(settings.redis_url, self._app)

    @property
    def pages(self) -> int:
        """How many pages are watched now."""
        return self._hub.pages

    async def close(self) -> None:
        """End the subscription and the threads."""
        await self._hub.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket (ASGI)."""
        await receive()  # websocket.connect
        submission_id = _submission_of(scope["path"])
        headers = headers_of(scope)
        if submission_id is None or not is_ours(headers, self._public):
            await send({"type": "websocket.close", "code": CLOSE_REFUSED})
            return
        watcher = Watcher(submission_id)
        try:
            await self._hub.enter(watcher)
            look = await self._look(scope, headers, submission_id)
        except (SQLAlchemyError, RedisError, TimeoutError) as error:
            _log.warning("live page refused", error=str(error))
            look = None
            code = CLOSE_AGAIN
        else:
            code = CLOSE_REFUSED
        try:
            if look is None:
                await send({"type": "websocket.close", "code": code})
                return
            await send({"type": "websocket.accept"})
            await self._serve(scope, headers, watcher, look, receive, send)
        finally:
            await self._hub.leave(watcher)

    async def _serve(
        self,
        scope: Scope,
        headers: dict[str, str],
        watcher: Watcher,
        look: Look,
        receive: Receive,
        send: Send,
    ) -> None:
        await say(send, {"type": "state", **look.told})
        if look.done:
            await send({"type": "websocket.close", "code": CLOSE_DONE})
            return
        watcher.place, watcher.looked = look.told["place"], True
        await self._hub.catch_up(watcher)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            code = await self._forward(scope, headers, watcher, send, gone)
        finally:
            gone.cancel()
        if code is not None:
            await send({"type": "websocket.close", "code": code})

    async def _forward(
        self,
        scope: Scope,
        headers: dict[str, str],
        watcher: Watcher,
        send: Send,
        gone: asyncio.Future[None],
    ) -> int | None:
        """Send what comes until the end; the code to close with, None where the page left."""
        while True:
            coming = asyncio.ensure_future(watcher.line.get())
            await asyncio.wait((coming, gone), return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                coming.cancel()
                return None
            message = coming.result()
            if watcher.full or message is None:
                return CLOSE_AGAIN
            if message["type"] != "done":
                await say(send, message)
                continue
            look = await self._look(scope, headers, watcher.submission_id)
            if look is None:
                return CLOSE_REFUSED
            await say(send, {"type": "state", **look.told})
            if look.done:
                return CLOSE_DONE

    async def _look(self, scope: Scope, headers: dict[str, str], wanted: UUID) -> Look | None:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._look_up, scope, headers, wanted)

    def _look_up(self, scope: Scope, headers: dict[str, str], wanted: UUID) -> Look | None:
        """Who asks, may they see it, and how does it stand; in a thread, one short transaction."""
        with request_context(self._app, scope, headers):
            if not current_user.is_authenticated:
                return None
            try:
                found = submissions.get_for(current_user, wanted)
            except UserError:
                return None
            told = history.result_for(current_user, found, turns.of(found))
            return Look(told, found.attempt)


class Hub:
    """One Redis subscription, and who watches what."""

    def __init__(self, redis_url: str, app: Flask) -> None:
        self._url = redis_url
        self._app = app
        self._watchers: dict[UUID, set[Watcher]] = defaultdict(set)
        self._client: Redis | None = None
        self._pubsub: PubSub | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._starting = asyncio.Lock()

    @property
    def pages(self) -> int:
        """How many sockets are entered."""
        return sum(map(len, self._watchers.values()))

    async def enter(self, watcher: Watcher) -> None:
        """Let `watcher` have what is told of its submission from now on."""
        await self._start()
        watchers = self._watchers[watcher.submission_id]
        watchers.add(watcher)
        if len(watchers) == 1 and self._pubsub is not None:
            # Where Redis is away the sweep still finds the end in PostgreSQL.
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.subscribe(progress.channel(watcher.submission_id))

    async def leave(self, watcher: Watcher) -> None:
        """Forget `watcher`."""
        watchers = self._watchers.get(watcher.submission_id, set())
        watchers.discard(watcher)
        if not watchers and self._watchers.pop(watcher.submission_id, None) is not None:
            with contextlib.suppress(RedisError, OSError):
                if self._pubsub is not None:
                    await self._pubsub.unsubscribe(progress.channel(watcher.submission_id))

    async def catch_up(self, watcher: Watcher) -> None:
        """Hand over what was told of the current attempt before `watcher` came."""
        assert self._client is not None, "enter comes first"
        with contextlib.suppress(RedisError, OSError):
            told = await self._client.lrange(progress.told_key(watcher.submission_id), 0, -1)
            for data in told:
                watcher.hand(*progress.read_entry(data))

    async def close(self) -> None:
        """End the tasks and the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.put({"type": "done"})
        if self._pubsub is not None:
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        if self._client is not None:
            await self._client.aclose()

    async def _start(self) -> None:
        """Begin with the first page. Only one connects: two at once would get two connections."""
        async with self._starting:
            if self._tasks:
                return
            self._client = Redis.from_url(
                self._url, socket_connect_timeout=queue.CONNECT_SECONDS, socket_timeout=None
            )
            self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.subscribe(_ALWAYS)
            for work in (self._listen, self._sweep, self._tell_places):
                self._tasks.append(asyncio.create_task(self._again(work)))

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` for ever; what is away is waited for."""
        while True:
            try:
                await work()
            except (RedisError, OSError, SQLAlchemyError) as error:
                _log.warning("live pages lost touch", error=str(error).splitlines()[:1])
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        """Read the subscription. redis-py connects and subscribes again by itself."""
        assert self._pubsub is not None
        if not self._pubsub.subscribed:
            await self._pubsub.subscribe(_ALWAYS)
        async for message in self._pubsub.listen():
            submission_id = _submission_of_channel(message["channel"])
            for watcher in list(self._watchers.get(submission_id, ())):
                watcher.hand(*progress.read_entry(message["data"]))

    async def _sweep(self) -> None:
        """Find the ends that nobody told of: one query for all pages."""
        await asyncio.sleep(SWEEP_SECONDS)
        watched = list(self._watchers)
        if not watched:
            return
        loop = asyncio.get_running_loop()
        for submission_id in await loop.run_in_executor(None, history.done_among, watched):
            for watcher in list(self._watchers.get(submission_id, ())):
                watcher.put({"type": "done"})

    async def _tell_places(self) -> None:
        """Tell those who wait of their place, where it has changed: one look for all."""
        waiting = [
            watcher
            for watchers in self._watchers.values()
            for watcher in watchers
            if watcher.looked and watcher.seen[1] < 0
        ]
        if not waiting:
            return
        loop = asyncio.get_running_loop()
        outlook = await loop.run_in_executor(None, _outlook)
        for watcher in waiting:
            turn = outlook.get(watcher.submission_id)
            if turn is not None and turn.place != watcher.place:
                watcher.place = turn.place
                watcher.put({"type": "queued", "place": turn.place, "wait": turn.wait_seconds})


def _outlook() -> dict[UUID, Turn]:
    try:
        return turns.outlook()
    finally:
        db.release()


async def _until_gone(receive: Receive) -> None:
    """Return when the page has left; what it says is of no interest."""
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _submission_of(path: str) -> UUID | None:
    try:
        return UUID(path.removeprefix(PATH)) if path.startswith(PATH) else None
    except ValueError:
        return None


def _submission_of_channel(channel: bytes | str) -> UUID:
    name = channel.decode() if isinstance(channel, bytes) else channel
    return UUID(name.rpartition(":")[2])
