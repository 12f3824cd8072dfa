"""Every live socket for everybody, through the same entrance as in production."""

from __future__ import annotations

import asyncio
import importlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
import uvicorn
import websockets
from flask import Flask
from websockets.exceptions import InvalidStatus

from judge import queue, submissions
from judge.config import Settings
from judge.models import Problem, User
from judge.web import console, live, sockets
from tests.integration.conftest import GOOD, make_user, sign_in
from tests.integration.served import connect

ALL = {"anonymous", "author", "other", "instructor", "admin"}
OPEN_TO = {
    "/live/run": ALL,
    "/live/gopls": ALL - {"anonymous"},
    live.PATH: {"author", "instructor", "admin"},
    "/live/": set[str](),
    "/": set[str](),
}
"""Who may open what; what is not the path of a socket is open to nobody."""


@pytest.fixture
def entrance(servers: Settings) -> Iterator[tuple[ModuleType, int]]:
    """`judge.wsgi`, served on a port."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", servers.database_url)
        patch.setenv("REDIS_URL", servers.redis_url)
        wsgi = importlib.reload(importlib.import_module("judge.wsgi"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(wsgi.asgi, log_config=None))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield wsgi, listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def opens(app: Flask, port: int, path: str, user: User | None, origin: str) -> bool:
    cookies = ""
    if user:
        kept = sign_in(app, user)._cookies.values()
        cookies = "; ".join(f"{one.key}={one.value}" for one in kept)

    async def attempt() -> None:
        address = f"ws://127.0.0.1:{port}{path}"
        headers = {"Cookie": cookies}
        async with websockets.connect(address, additional_headers=headers, origin=origin):  # type: ignore[arg-type]
            pass

    try:
        asyncio.run(attempt())
    except InvalidStatus as error:
        return bool(error.response.status_code != 403)
    return True


def test_every_socket_has_its_rule_and_keeps_it(
    entrance: tuple[ModuleType, int], student: User, problem: Problem
) -> None:
    wsgi, port = entrance
    assert {*wsgi._sockets, live.PATH} == {path for path, who in OPEN_TO.items() if who}
    made = submissions.create(student, problem, GOOD, "submit")
    people = {
        "anonymous": None,
        "author": student,
        "other": make_user("otto"),
        "instructor": make_user("inga", "instructor"),
        "admin": make_user("ada", "admin"),
    }
    ours = f"http://127.0.0.1:{port}"
    wrong = []
    for path, expected in OPEN_TO.items():
        full = f"{path}{made.id}" if path == live.PATH else path
        for who, user in people.items():
            if opens(wsgi.application, port, full, user, ours) != (who in expected):
                wrong.append((path, who))
            if opens(wsgi.application, port, full, user, "https://evil.example"):
                wrong.append((path, f"{who} from elsewhere"))
    assert wrong == []


def first_answer(app: Flask, settings: Settings, user: User | None) -> dict[str, Any]:
    """What `/live/run` says first to somebody who wants to run a program."""
    cookies = sign_in(app, user)._cookies.values() if user else ()
    cookie = "; ".join(f"{one.key}={one.value}" for one in cookies)
    headers = {"host": "judge.example", "origin": "http://judge.example", "cookie": cookie}
    scope = {
        "path": console.PATH,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }
    program = {"type": "run", "files": {"main.go": "package main\n\nfunc main() {}\n"}}
    events: list[MutableMapping[str, Any]] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": json.dumps(program)},
        {"type": "websocket.disconnect"},
    ]
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return events.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    async def serve() -> None:
        served = console.Console(app, settings)
        await served(scope, receive, send)
        await served.close()

    asyncio.run(serve())
    told: dict[str, Any] = json.loads(next(one["text"] for one in said if "text" in one))
    return told


def test_strangers_can_be_kept_from_running(app: Flask, servers: Settings, student: User) -> None:
    closed = replace(servers, anonymous_run=False)
    refused = first_answer(app, closed, None)
    assert refused["type"] == "refused"
    assert "without an account" in refused["message"]
    assert first_answer(app, closed, student)["type"] == "queued"
    assert first_answer(app, servers, None)["type"] == "queued"


def statuses(app: Flask, port: int, user: User | None, count: int) -> list[int]:
    """What the handshakes of silent sockets get that are open together: 101 or a refusal."""
    cookies = sign_in(app, user)._cookies.values() if user else ()
    cookie = "; ".join(f"{one.key}={one.value}" for one in cookies)
    found = []
    with ExitStack() as stack:
        for _ in range(count):
            opened = stack.enter_context(connect(port, handshake(console.PATH, port, cookie)))
            found.append(int(opened.recv(4096).split(b" ", 2)[1]))
    return found


def handshake(path: str, port: int, cookie: str = "") -> str:
    return (
        f"GET {path} HTTP/1.1\nHost: 127.0.0.1:{port}\nUpgrade: websocket\nConnection: Upgrade\n"
        "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n"
        f"Origin: http://127.0.0.1:{port}\nCookie: {cookie}\n\n"
    )


def test_sockets_of_a_person_and_of_strangers_are_bounded(
    entrance: tuple[ModuleType, int], student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    wsgi, port = entrance
    monkeypatch.setattr(sockets, "MOST_OF_PERSON", 3)
    monkeypatch.setattr(sockets, "MOST_OF_STRANGERS", 2)
    app = wsgi.application
    assert statuses(app, port, student, 5) == [101] * 3 + [429] * 2
    assert statuses(app, port, None, 4) == [101] * 2 + [429] * 2
    monkeypatch.setattr(sockets, "MOST_OF_NETWORK", 2)
    until(lambda: not wsgi.doorkeeper._open)
    assert statuses(app, port, student, 3) == [101] * 2 + [429]


def until(look: Callable[[], bool]) -> None:
    for _ in range(1000):
        if look():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def test_who_says_too_much_is_slowed_down() -> None:
    """All sockets of a person share what they may say."""
    heard = 0

    async def play() -> None:
        nonlocal heard
        keeper = sockets.Doorkeeper(Flask(__name__), 0)

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "websocket.receive", "text": "x" * 1000}

        async def send(_message: MutableMapping[str, Any]) -> None:
            pass

        async def serve(_scope: Any, receive: Any, _send: Any) -> None:
            nonlocal heard
            while True:
                await receive()
                heard += 1

        scope = {"type": "websocket", "path": "/", "headers": [], "client": ("192.0.2.1", 1)}
        both = [asyncio.ensure_future(keeper(serve, scope, receive, send)) for _ in range(2)]
        await asyncio.sleep(0.2)
        for one in both:
            one.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        assert not keeper._open

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sockets, "MESSAGES", (50.0, 0.001))
        asyncio.run(play())
    # Three times a person's burst, less what it counts to open two.
    assert heard <= 3 * 50


def test_what_a_page_says_beside_its_input_is_not_passed_on(app: Flask, servers: Settings) -> None:
    said = [
        {"type": "stdin", "data": "hello", "junk": "x" * 1000},
        *([{"type": "nonsense"}] * (console.MAX_IGNORED + 1)),
    ]
    told = talk(app, servers, said)
    assert told[-1]["type"] == "refused"
    keys = [key.decode() for key in queue.connection().keys("judge:interactive:*:in")]
    passed = [json.loads(one) for one in queue.connection().lrange(keys[0], 0, -1)]
    assert passed == [{"type": "stdin", "data": "hello"}, {"type": "stop"}]


def test_long_messages_with_nested_values_are_not_read(app: Flask, servers: Settings) -> None:
    nested = {"type": "stdin", "data": "", "junk": [{}] * console.MAX_NESTED_CHARACTERS}
    plain = {"type": "stdin", "data": 'a "{[\\\n' * console.MAX_NESTED_CHARACTERS}
    told = talk(app, servers, [nested, plain])
    assert [one["message"] for one in told if one["type"] == "ignored"] == [
        "a long message must be a JSON object of texts"
    ]
    keys = [key.decode() for key in queue.connection().keys("judge:interactive:*:in")]
    passed = [json.loads(one) for one in queue.connection().lrange(keys[0], 0, -1)]
    assert passed == [plain, {"type": "stop"}]


def talk(app: Flask, settings: Settings, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All that `/live/run` says to a stranger who runs a program and then says `said`."""
    headers = {"host": "judge.example", "origin": "http://judge.example"}
    scope = {
        "path": console.PATH,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }
    program = {"type": "run", "files": {"main.go": "package main\n\nfunc main() {}\n"}}
    events: list[MutableMapping[str, Any]] = [{"type": "websocket.connect"}]
    events += [{"type": "websocket.receive", "text": json.dumps(one)} for one in (program, *said)]
    told: list[dict[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return events.pop(0) if events else {"type": "websocket.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if "text" in message:
            told.append(json.loads(message["text"]))

    async def serve() -> None:
        served = console.Console(app, settings)
        await served(scope, receive, send)
        await served.close()

    asyncio.run(serve())
    return told
