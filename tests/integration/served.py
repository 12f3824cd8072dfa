"""An ASGI application on a real uvicorn, and clients that are as slow or odd as a test needs."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from judge.web.connections import Connection, Socket

WAIT_SECONDS = 20.0


@contextmanager
def served(asgi: Any) -> Iterator[int]:
    """Serve `asgi` as `judge web` does; the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            asgi,
            http=Connection,
            ws=Socket,
            proxy_headers=False,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def connect(port: int, head: str, body: bytes = b"") -> socket.socket:
    """A connection that has sent `head`, whose lines end as those of this file, and `body`."""
    made = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
    made.sendall(head.replace("\n", "\r\n").encode() + body)
    return made


def answer(connection: socket.socket) -> bytes:
    """All that comes until the other side closes the connection."""
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionError:
        pass
    return data


def get(port: int, path: str, *headers: str) -> bytes:
    """The whole answer to a GET."""
    lines = "".join(f"{one}\n" for one in headers)
    head = f"GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n{lines}\n"
    with connect(port, head) as made:
        return answer(made)
