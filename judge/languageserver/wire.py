"""Between the web process and the one that keeps the language servers.

A connection for each page. The server says a nonce, the web process answers with its
proof that it knows the secret key, then both send frames: four bytes of length, JSON.
Nothing is encrypted: a unix socket, or a private network, as Redis' own.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

NONCE_BYTES = 32
MAX_FROM_WEB = 600 * 1024
"""A file of the greatest size, each character escaped at worst, and what is around it."""
MAX_TO_WEB = 9 << 20
READY, PREPARING, BUSY, IDLE, ENDED, REFUSED, OFF = (
    *("ready", "preparing", "busy", "idle", "ended", "refused", "off"),
)
"""What a page is told in `judge/state`; after any but the first the connection ends."""
WAKE = '{"method":"judge/wake"}'
"""How a page that rests asks the web process for a server."""
_RESTS = tuple(
    f'{{"method":"judge/state","params":{{"state":"{name}"'.encode() for name in (IDLE, BUSY)
)


@dataclass(frozen=True, slots=True)
class Address:
    """A unix socket's path, or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = 0


def read_address(text: str) -> Address:
    """ "unix:/run/gopls.sock" or "tcp://host:port", as the settings have checked it."""
    if text.startswith("unix:"):
        return Address(path=text.removeprefix("unix:"))
    host, _, port = text.removeprefix("tcp://").rpartition(":")
    return Address(host=host.strip("[]"), port=int(port))


def rests(last: bytes) -> bool:
    """Whether after these last words of `judge gopls` the page waits until it is touched."""
    return last.startswith(_RESTS)


def proof(secret_key: str, nonce: bytes) -> str:
    """What shows that one knows the key."""
    return hmac.new(secret_key.encode(), b"judge gopls " + nonce, hashlib.sha256).hexdigest()


def state(name: str, detail: str = "", percent: int = 0) -> dict[str, object]:
    """The message that tells a page how it stands."""
    params = {"state": name, "detail": detail, "percent": percent}
    return {"method": "judge/state", "params": params}
