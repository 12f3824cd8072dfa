"""Reading the bodies of requests on the event loop, before a thread is taken.

Theory of operation. A body is read to its end first, so a client that sends slowly holds
a socket and no thread. Each body has a deadline that moves on with what has come: so
there is a least rate. Unfinished bodies are counted by network: where there are too
many, or too many bytes of them, the oldest one of that network is given up. Honest
bodies are complete within milliseconds and are never the oldest for long.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

GRACE_SECONDS = 10.0
LEAST_BYTES_PER_SECOND = 16 * 1024
LONGEST_SECONDS = 120.0
MOST_READ_BYTES = 32 * 1024 * 1024
"""Beyond this the connection is closed; what is over the limit until there is read and dropped,
so that the client gets to read the answer."""
MOST_OF_NETWORK = 64
MOST_BYTES_OF_NETWORK = 32 * 1024 * 1024
MOST = 1024
MOST_BYTES = 128 * 1024 * 1024

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class TooSlow(Exception):
    """The body does not come as fast as it must."""


class Gone(Exception):
    """The client has left."""


@dataclass(slots=True)
class Body:
    """What was read. `complete`: nothing more is to come on this connection."""

    data: bytes
    size: int
    complete: bool


@dataclass(eq=False, slots=True)
class _Reading:
    network: str
    deadline: asyncio.Timeout
    size: int = 0
    given_up: bool = False


class Bodies:
    """The bodies that are being read in this process."""

    def __init__(self) -> None:
        self._of: dict[str, dict[_Reading, None]] = {}
        self._bytes_of: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many bodies are unfinished."""
        return sum(map(len, self._of.values()))

    async def read(self, receive: Receive, network: str, kept_bytes: int) -> Body:
        """The body of one request; of a longer one the first `kept_bytes` + 1 bytes.

        :raises TooSlow: it took too long, or was given up for others.
        :raises Gone: the client has left.
        """
        data, size = bytearray(), 0
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(began + GRACE_SECONDS) as deadline:
                reading = self._enter(network, deadline)
                try:
                    while True:
                        message = await receive()
                        if message["type"] == "http.disconnect":
                            raise Gone
                        piece = message.get("body", b"")
                        size += len(piece)
                        data += piece[: kept_bytes + 1 - len(data)]
                        if not message.get("more_body", False):
                            return Body(bytes(data), size, complete=True)
                        if size > MOST_READ_BYTES:
                            return Body(bytes(data), size, complete=False)
                        self._hold(reading, len(data))
                        seconds = GRACE_SECONDS + size / LEAST_BYTES_PER_SECOND
                        deadline.reschedule(began + min(seconds, LONGEST_SECONDS))
                finally:
                    self._leave(reading)
        except TimeoutError:
            raise TooSlow from None

    def _enter(self, network: str, deadline: asyncio.Timeout) -> _Reading:
        reading = _Reading(network, deadline)
        self._of.setdefault(network, {})[reading] = None
        self._make_room(network)
        return reading

    def _hold(self, reading: _Reading, size: int) -> None:
        if not reading.given_up:
            self._bytes_of[reading.network] += size - reading.size
            reading.size = size
            self._make_room(reading.network)
        if reading.given_up:
            raise TooSlow

    def _leave(self, reading: _Reading) -> None:
        of_network = self._of.get(reading.network, {})
        if reading not in of_network:
            return
        del of_network[reading]
        self._bytes_of[reading.network] -= reading.size
        if not of_network:
            del self._of[reading.network], self._bytes_of[reading.network]

    def _make_room(self, network: str) -> None:
        own, held = len(self._of[network]), self._bytes_of[network]
        if own > MOST_OF_NETWORK or held > MOST_BYTES_OF_NETWORK:
            self._give_up_oldest(network)
        elif len(self) > MOST:
            self._give_up_oldest(max(self._of, key=lambda one: len(self._of[one])))
        elif self._bytes_of.total() > MOST_BYTES:
            self._give_up_oldest(max(self._of, key=lambda one: self._bytes_of[one]))

    def _give_up_oldest(self, network: str) -> None:
        oldest = next(iter(self._of[network]))
        oldest.given_up = True
        self._leave(oldest)
        # Its reader is waiting for the next piece, which may never come.
        oldest.deadline.reschedule(asyncio.get_running_loop().time())
