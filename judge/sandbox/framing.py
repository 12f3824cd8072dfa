"""Messages with a header that says how long they are, as language servers and debuggers speak.

The base protocol that LSP and DAP share: a Content-Length header before each body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from judge.errors import SandboxBroken

MAX_BYTES = 8 << 20
MAX_HEADER = 256

_HEADER = re.compile(rb"Content-Length: (\d{1,9})\r\n", re.IGNORECASE)


def framed(message: Mapping[str, Any]) -> bytes:
    """A message with its header."""
    body = json.dumps(message, ensure_ascii=False).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class Framing:
    """Puts messages together out of the pieces that come. What breaks the protocol ends it."""

    def __init__(self, speaker: str) -> None:
        """`speaker`: whose words they are, for errors."""
        self._speaker = speaker
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The messages that `data` completes. Raises SandboxBroken."""
        self._buffer += data
        found = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> dict[str, Any] | None:
        end = self._buffer.find(b"\r\n\r\n", 0, MAX_HEADER)
        if end < 0:
            if len(self._buffer) >= MAX_HEADER:
                raise SandboxBroken(f"{self._speaker} said something that is no message")
            return None
        header = _HEADER.search(bytes(self._buffer[: end + 2]))
        if header is None or int(header[1]) > MAX_BYTES:
            raise SandboxBroken(f"{self._speaker} said something that is no message, or too long")
        start = end + 4
        stop = start + int(header[1])
        if len(self._buffer) < stop:
            return None
        body = bytes(self._buffer[start:stop])
        del self._buffer[:stop]
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise SandboxBroken(f"{self._speaker} said something that is not an object of JSON")
        return message
