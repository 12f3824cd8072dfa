"""Connections as uvicorn serves them, with bounds on how slow and how many they may be.

A request's line and headers must be complete `HEAD_SECONDS` after they have begun, and
be no longer than `MAX_HEAD_BYTES`. A client must take what it is sent: where our buffer
has stayed full for `STUCK_SECONDS` the connection is cut. Connections of one network are
counted where no proxy stands in front; those beyond `MOST_OF_NETWORK` are cut at once.
Trailers are dropped: uvicorn adds them to the headers, where they could name another address.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from judge.web.networks import network_of

HEAD_SECONDS = 15.0
MAX_HEAD_BYTES = 64 * 1024
STUCK_SECONDS = 30.0
MOST_OF_NETWORK = 512
MAX_LATE_BYTES = 256 * 1024
"""What may still come over a live socket that we have closed."""

_open: Counter[str] = Counter()


class Connection(HttpToolsProtocol):
    """An HTTP connection."""

    proxies = 0
    """As `JUDGE_PROXIES`, set by `judge.wsgi`: behind proxies all connections come from these."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._network = ""
        self._head_timer: asyncio.TimerHandle | None = None
        self._stuck_timer: asyncio.TimerHandle | None = None
        self._head_bytes = self._header_bytes = 0
        self._head_complete = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it; the first request must come soon."""
        super().connection_made(cast("asyncio.Transport", transport))
        if not self.proxies and self.client:
            self._network = network_of(self.client[0])
            _open[self._network] += 1
            if _open[self._network] > MOST_OF_NETWORK:
                self.transport.abort()
                return
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no longer."""
        self._leave()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """Another protocol takes over; sockets are counted there (`judge.web.sockets`)."""
        self._leave()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        """Let nobody spend for ever on a head."""
        if self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._begin_head()
        super().data_received(data)
        if self._head_timer is None:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; drop trailers, which come after the body and would look like headers."""
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > MAX_HEAD_BYTES:
            raise ValueError("headers are too long")
        if not self._head_complete:
            super().on_header(name, value)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._header_bytes, self._head_complete = 0, False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is here."""
        self._end_head()
        self._head_complete = True
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client does not take what it was sent."""
        super().pause_writing()
        if self._stuck_timer is None:
            self._stuck_timer = self.loop.call_later(STUCK_SECONDS, self._cut)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._stuck_timer = _stopped(self._stuck_timer)

    def _begin_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._cut)

    def _end_head(self) -> None:
        self._head_timer = _stopped(self._head_timer)

    def _cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def _leave(self) -> None:
        self._end_head()
        self._stuck_timer = _stopped(self._stuck_timer)
        if self._network:
            _open[self._network] -= 1
            if not _open[self._network]:
                del _open[self._network]
            self._network = ""


class Socket(WebSocketsSansIOProtocol):
    """A live socket. Once it is closed from our side what still comes is read only for so long."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._late_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Cut off who goes on and on."""
        if self.close_sent:
            self._late_bytes += len(data)
            if self._late_bytes > MAX_LATE_BYTES:
                self.transport.abort()
                return
        super().data_received(data)


def _stopped(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    if timer is not None:
        timer.cancel()
    return None
