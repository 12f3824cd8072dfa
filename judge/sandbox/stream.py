"""A socket whose deadlines are each call's own.

One thread may read while another writes; `socket.settimeout` would be shared by both.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from contextlib import suppress

from judge.errors import SandboxBroken

_CHUNK = 1 << 18
_WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Stream:
    """Bytes both ways. Every method raises SandboxBroken once the other side is gone."""

    def __init__(self, sock: socket.socket) -> None:
        """Takes `sock` over."""
        self._sock = sock
        sock.setblocking(False)

    def send(self, data: bytes, timeout_seconds: float) -> None:
        """Write all of `data`; SandboxBroken where that takes too long."""
        end = time.monotonic() + timeout_seconds
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._sock.send(rest[:_CHUNK]) :]
            except _WOULD_BLOCK:
                if not self._wait(select.POLLOUT, end):
                    raise SandboxBroken("the runner does not read what it is sent") from None
            except OSError as error:
                raise SandboxBroken(f"the stream to the runner broke: {error}") from error

    def receive(self, timeout_seconds: float) -> bytes:
        """Some bytes. Raises TimeoutError when none come in time."""
        end = time.monotonic() + timeout_seconds
        while True:
            try:
                data = self._sock.recv(_CHUNK)
            except _WOULD_BLOCK:
                if not self._wait(select.POLLIN, end):
                    raise TimeoutError("nothing came in time") from None
                continue
            except OSError as error:
                raise SandboxBroken(f"the stream from the runner broke: {error}") from error
            if not data:
                raise SandboxBroken("the runner ended")
            return data

    def silent(self) -> bool:
        """Whether there is neither anything to read nor an end."""
        try:
            return not self._wait(select.POLLIN, time.monotonic())
        except (SandboxBroken, ValueError):
            return False

    def close(self) -> None:
        """Let go of it; whoever waits in `receive` is woken."""
        with suppress(OSError):  # the other side was faster
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    def _wait(self, event: int, end: float) -> bool:
        descriptor = self._sock.fileno()
        if descriptor < 0:
            raise SandboxBroken("the stream to the runner was closed")
        poll = select.poll()
        poll.register(descriptor, event)
        return bool(poll.poll(max(0.0, end - time.monotonic()) * 1000))
