"""The editor's language server: a WebSocket of a page, carried to `judge gopls`.

Theory of operation. This process knows who asks and bounds how much is said; what is
said it neither reads nor understands. Each socket gets a connection to the process that
keeps the language servers, which decides about every message (`judge.languageserver`).
A page that says too much too fast is slowed down: nobody reads it for a while.

Where a server has ended because nobody typed, or none was free, the page's socket stays,
which costs next to nothing. With `wire.WAKE` the page asks for one when it is touched.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Literal
from urllib.parse import urlsplit

import structlog
from flask import Flask
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from judge.config import Settings
from judge.languageserver import wire
from judge.languageserver.framing import LENGTH, to_web
from judge.web.sockets import (
    CLOSE_AGAIN,
    CLOSE_DONE,
    CLOSE_REFUSED,
    Bucket,
    Receive,
    Scope,
    Send,
    headers_of,
    is_ours,
    request_context,
    say,
)

PATH = "/live/gopls"
CONNECT_SECONDS = 5.0
LOOK_THREADS = 2
BURST, PER_SECOND = 400, 60.0
"""Messages: a fast typist with all features on sends fifteen a second."""
BYTES_PER_SECOND = 200_000.0
BURST_BYTES = 2_000_000
End = Literal["rest", "again", "over"]
"""Why nothing is carried any more: the page rests, wants another server, or is done with."""

_log = structlog.get_logger(__name__)


class Gopls:
    """The language server's side of a web process."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._public = urlsplit(settings.public_url).netloc
        # In which the database is asked who is signed in.
        self._threads = ThreadPoolExecutor(LOOK_THREADS, thread_name_prefix="gopls")

    async def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket (ASGI)."""
        await receive()  # websocket.connect
        headers = headers_of(scope)
        person, code = None, CLOSE_REFUSED
        if is_ours(headers, self._public):
            person, code = await self._admit(scope, headers)
        if person is not None:
            await send({"type": "websocket.accept"})
        # Whoever has signed out while the page rested gets no other one.
        while person is not None and (end := await self._serve(person, receive, send)) != "over":
            if end == "rest" and not await _woken(receive):
                return
            person, code = await self._admit(scope, headers)
        with contextlib.suppress(OSError, RuntimeError):  # the page may have gone
            await send({"type": "websocket.close", "code": CLOSE_DONE if person else code})

    async def _admit(self, scope: Scope, headers: dict[str, str]) -> tuple[str | None, int]:
        """Who is signed in, and with what to close the socket where nobody is."""
        try:
            loop = asyncio.get_running_loop()
            who = await loop.run_in_executor(self._threads, self._who, scope, headers)
        except (SQLAlchemyError, TimeoutError) as error:
            _log.warning("language server refused", error=str(error).splitlines()[:1])
            return None, CLOSE_AGAIN
        return who, CLOSE_REFUSED

    async def _serve(self, person: str, receive: Receive, send: Send) -> End:
        """Carry a language server's words as long as there is one."""
        try:
            reader, writer = await self._connect(person)
        except (OSError, EOFError, TimeoutError):
            await say(send, wire.state(wire.OFF, "no language server answers"))
            return "over"
        try:
            return await self._carry(reader, writer, receive, send)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _who(self, scope: Scope, headers: dict[str, str]) -> str | None:
        with request_context(self._app, scope, headers):
            return str(current_user.id) if current_user.is_authenticated else None

    async def _connect(self, person: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection that has shown that it knows the key. Raises OSError, EOFError."""
        if not self._settings.gopls_address:
            raise OSError("there is no language server")
        address = wire.read_address(self._settings.gopls_address)
        async with asyncio.timeout(CONNECT_SECONDS):
            if address.path:
                reader, writer = await asyncio.open_unix_connection(address.path)
            else:
                reader, writer = await asyncio.open_connection(address.host, address.port)
            nonce = await reader.readexactly(wire.NONCE_BYTES)
            proof = wire.proof(self._settings.secret_key, nonce)
            writer.write(to_web({"proof": proof, "person": person}))
            await writer.drain()
        return reader, writer

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        receive: Receive,
        send: Send,
    ) -> End:
        """Carry both ways until one side ends."""
        page = asyncio.ensure_future(_from_page(receive, writer))
        back = asyncio.ensure_future(_to_page(reader, send))
        try:
            await asyncio.wait((page, back), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (page, back):
                task.cancel()
            ends = await asyncio.gather(page, back, return_exceptions=True)
        return next((end for end in ends if isinstance(end, str)), "over")


async def _woken(receive: Receive) -> bool:
    """Wait until the page needs a language server again; False: it has gone.

    What it said to the last one, and nobody heard, is in what it tells the next.
    """
    while (event := await receive())["type"] != "websocket.disconnect":
        if event.get("text") == wire.WAKE:
            return True
    return False


async def _from_page(receive: Receive, writer: asyncio.StreamWriter) -> End:
    """What the page says, each message as one frame, as fast as it may."""
    messages, volume = Bucket(BURST, PER_SECOND), Bucket(BURST_BYTES, BYTES_PER_SECOND)
    while (event := await receive())["type"] != "websocket.disconnect":
        said = (event.get("text") or "").encode("utf-8", "replace")
        if len(said) > wire.MAX_FROM_WEB:
            return "over"
        if said == wire.WAKE.encode():
            return "again"  # it has heard of the end before we have
        await messages.take(1)
        await volume.take(len(said))
        writer.write(LENGTH.pack(len(said)) + said)
        await writer.drain()
    return "over"


async def _to_page(reader: asyncio.StreamReader, send: Send) -> End:
    """What is said to the page."""
    text = b""
    with contextlib.suppress(EOFError, OSError):
        while True:
            (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            if length > wire.MAX_TO_WEB:
                return "over"
            text = await reader.readexactly(length)
            await send({"type": "websocket.send", "text": text.decode("utf-8", "replace")})
    return "rest" if wire.rests(text) else "over"
