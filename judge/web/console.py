"""The playground's socket: a program runs while its page watches and types.

Theory of operation. One socket is one run. The page sends what is to be run; a look
in a thread says who asks and whether that is allowed now, and puts it on the queue.
Then two tasks move messages: from the page onto one list in Redis, from another list
to the page (`judge.interactive` says what they are). No thread and no database
connection is held meanwhile. A page that leaves stops its program. Where the outcome is
known already (`judge.outcomes`) nothing runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from flask import Flask
from flask_login import current_user
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from judge import interactive, outcomes, pulses, queue
from judge.config import Settings
from judge.errors import JudgeFault, UserError
from judge.interactive import BadRequest, Request
from judge.outcomes import Recorder
from judge.sandbox.job import DEBUG_SECONDS
from judge.web import security
from judge.web.errors import TooOften
from judge.web.sockets import (
    CLOSE_BAD,
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

PATH = "/live/run"
LOOK_THREADS = 4
FIRST_WORD_SECONDS = 30.0
MAX_STDIN_BYTES = 4 * 1024 * 1024
MAX_DEBUGGER_BYTES = 16 * 1024 * 1024
MAX_IGNORED = 20
"""Messages that make no sense; then the run ends."""
IGNORED_SECONDS = 0.02
"""How much longer the page waits after each of them."""
MAX_NESTED_CHARACTERS = 16 * 1024
_TEXT = r'"(?:[^"\\]++|\\.)*+"'
_FLAT = re.compile(rf"\s*+\{{(?:\s*+{_TEXT}\s*+:\s*+(?:{_TEXT}|[\w.+-]++)\s*+,?+)*+\s*+\}}\s*+")
_INPUT = ("type", "data", "name")
_MESSAGE_COST = 32
_GATHERED = 500
"""Messages of a worker that are taken at once where many wait."""

_UNASKED = ("format", "check")
"""What nobody pressed a button for."""
_WHAT = {"format": "format", "check": "check programs"}
"""How the answer to too much of it calls it."""

_log = structlog.get_logger(__name__)


class Gone(Exception):
    """The page has left."""


class Console:
    """The playground's side of a web process. `app` serves sessions and limits."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._public = urlsplit(settings.public_url).netloc
        self._threads = ThreadPoolExecutor(LOOK_THREADS, thread_name_prefix="console")
        self._client: Redis | None = None

    async def close(self) -> None:
        """End connections and threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket (ASGI)."""
        await receive()  # websocket.connect
        headers = headers_of(scope)
        if not is_ours(headers, self._public):
            await send({"type": "websocket.close", "code": CLOSE_REFUSED})
            return
        await send({"type": "websocket.accept"})
        code = CLOSE_DONE
        try:
            async with asyncio.timeout(FIRST_WORD_SECONDS):
                modules = self._settings.module_proxy != ""
                request = interactive.check(await _hear(receive), modules=modules)
            await self._run(scope, headers, request, receive, send)
        except Gone:
            return
        except (UserError, TimeoutError) as error:
            code = CLOSE_BAD
            words = str(error) or "nothing was sent to run"
            told: dict[str, str | int] = {"type": "refused", "message": words}
            if isinstance(error, TooOften):
                told |= {"retry_after": error.seconds}
            await say(send, told)
        except (JudgeFault, RedisError, SQLAlchemyError) as error:
            _log.error("run not possible", error=str(error))
            why = str(error) if isinstance(error, JudgeFault) else "the queue cannot be reached"
            await say(send, {"type": "end", "verdict": "internal_error", "message": why})
        await send({"type": "websocket.close", "code": code})

    async def _run(
        self, scope: Scope, headers: dict[str, str], request: Request, receive: Receive, send: Send
    ) -> None:
        run_id = uuid4().hex
        loop = asyncio.get_running_loop()
        who = await loop.run_in_executor(self._threads, self._admit, scope, headers, request)
        if request.kind in ("debug", "check"):
            who = f"{who}:{request.kind}"
        client, known, recorder = self._redis(), outcomes.key(request, self._settings), Recorder()
        if known and not request.fresh and (kept := await client.get(known)) is not None:
            for message in outcomes.read(kept):
                await say(send, message)
            return
        await loop.run_in_executor(self._threads, self._begin, who, request, run_id)
        hearing = asyncio.create_task(self._hear_all(client, run_id, receive, send, recorder))
        telling = asyncio.create_task(self._tell_all(client, run_id, send, recorder))
        try:
            await say(send, {"type": "queued"})
            await asyncio.wait((hearing, telling), return_when=asyncio.FIRST_COMPLETED)
            await (telling if telling.done() else hearing)
            if known and (record := recorder.kept()) is not None:
                await client.set(known, record, px=int(self._settings.run_cache * 1000))
        finally:
            for task in (hearing, telling):
                task.cancel()
            await asyncio.gather(hearing, telling, return_exceptions=True)
            with contextlib.suppress(RedisError):
                await client.rpush(interactive.in_key(run_id), json.dumps({"type": "stop"}))
                await client.expire(interactive.in_key(run_id), interactive.KEPT_SECONDS)
            await loop.run_in_executor(self._threads, _leave, who, run_id)

    def _admit(self, scope: Scope, headers: Mapping[str, str], request: Request) -> str:
        """Who asks, in a thread.

        :raises UserError: not for them, or not so often.
        """
        with request_context(self._app, scope, headers, self._settings.proxies):
            if not current_user.is_authenticated and not self._settings.anonymous_run:
                raise UserError("running programs without an account is switched off here: sign in")
            # What editors do by themselves takes nobody's runs away.
            scope_of = request.kind if request.kind in _UNASKED else "console"
            rate = security.rate_of_runs(self._settings)()
            security.hit(
                self._app, scope_of, rate, request.cost, what=_WHAT.get(scope_of, "run programs")
            )
            if request.kind == "import":
                limit = self._settings.limit_save
                security.hit(self._app, "import", limit, what="import repositories")
            return security.who()

    def _begin(self, who: str, request: Request, run_id: str) -> None:
        """Let it onto the queue, in a thread.

        :raises UserError: not so many at once.
        :raises JudgeFault: whoever runs programs cannot now.
        """
        client = queue.connection()
        carriers = [one for one in pulses.all_alive(client) if one.interactive]
        # Where there is none yet it may be starting: the run waits on the queue for it.
        if carriers and not any(one.ready for one in carriers):
            raise JudgeFault(f"programs cannot be run now: {carriers[0].detail}")
        longest = interactive.QUEUE_SECONDS + self._settings.interactive_wall + 60
        most = self._settings.interactive_each
        if request.kind == "debug":
            # These stay for long: one at a time, counted apart.
            most, longest = 1, longest + DEBUG_SECONDS
        interactive.enter(client, who, run_id, most, longest)
        queue.enqueue_interactive(run_id, interactive.to_json(request), interactive.QUEUE_SECONDS)

    async def _hear_all(
        self, client: Redis, run_id: str, receive: Receive, send: Send, recorder: Recorder
    ) -> None:
        """Pass on what the page says, until it leaves."""
        key, left, asking = interactive.in_key(run_id), MAX_STDIN_BYTES, MAX_DEBUGGER_BYTES
        ignored = 0
        while True:
            try:
                message = await _hear(receive, flat=True)
                interactive.check_input(message)
                if message["type"] != "dap":
                    # What else is in it nobody has counted.
                    message = {name: message[name] for name in _INPUT if name in message}
                text = json.dumps(message)
                if message["type"] == "dap":
                    asking -= len(text)
                else:
                    left -= len(message.get("data", "")) + _MESSAGE_COST
                if left < 0 or asking < 0:
                    raise BadRequest("the program got as much input as one may have")
            except BadRequest as error:
                ignored += 1
                if ignored > MAX_IGNORED:
                    raise BadRequest("the page says what a running program does not take") from None
                await say(send, {"type": "ignored", "message": str(error)})
                await asyncio.sleep(ignored * IGNORED_SECONDS)
                continue
            recorder.spoil()
            await client.rpush(key, text)
            await client.expire(key, interactive.KEPT_SECONDS)

    async def _tell_all(self, client: Redis, run_id: str, send: Send, recorder: Recorder) -> None:
        """Pass on what the worker says, until the end."""
        key, heard = interactive.out_key(run_id), time.monotonic()
        patience: float = interactive.QUEUE_SECONDS
        while True:
            found = await client.blpop([key], timeout=1)
            if found is None:
                if time.monotonic() - heard > patience:
                    raise interactive.Lost(_why_lost(patience))
                continue
            heard, patience = time.monotonic(), interactive.LOST_SECONDS
            more = await client.lpop(key, _GATHERED) or []
            messages = _joined([interactive.read(one) for one in (found[1], *more)])
            recorder.told(messages)
            for message in messages:
                await say(send, message)
                if message["type"] == "end":
                    return

    def _redis(self) -> Redis:
        if self._client is None:
            self._client = Redis.from_url(
                self._settings.redis_url,
                socket_connect_timeout=queue.CONNECT_SECONDS,
                socket_timeout=None,
            )
        return self._client


async def _hear(receive: Receive, *, flat: bool = False) -> dict[str, Any]:
    """The page's next message.

    :param flat: a long one holds texts and numbers alone. Nested values cost far more to read.
    :raises Gone: it has left.
    :raises BadRequest: it is no JSON object.
    """
    event = await receive()
    if event["type"] == "websocket.disconnect":
        raise Gone
    text = event.get("text") or ""
    if flat and len(text) > MAX_NESTED_CHARACTERS and not _FLAT.fullmatch(text):
        raise BadRequest("a long message must be a JSON object of texts")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise BadRequest("a message must be a JSON object")
    return message


def _joined(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without beats, and output of one stream that comes in pieces as one."""
    joined: list[dict[str, Any]] = []
    for message in messages:
        last = joined[-1] if joined else {"type": ""}
        if message["type"] == "beat":
            continue
        if message["type"] == "output" == last["type"] and message["stream"] == last["stream"]:
            last["data"] += message["data"]
        else:
            joined.append(message)
    return joined


def _why_lost(patience: float) -> str:
    if patience == interactive.QUEUE_SECONDS:
        return "no worker was free to run the program; try again in a moment"
    return "the worker that ran the program is gone; run it again"


def _leave(who: str, run_id: str) -> None:
    with contextlib.suppress(RedisError):
        interactive.leave(queue.connection(), who, run_id)
