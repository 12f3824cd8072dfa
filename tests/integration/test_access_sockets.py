"""Every live socket for everybody, through the same entrance as in production."""

from __future__ import annotations

import asyncio
import importlib
import json
import socket
import threading
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
import uvicorn
import websockets
from flask import Flask
from websockets.exceptions import InvalidStatus

from judge import submissions
from judge.config import Settings
from judge.models import Problem, User
from judge.web import console, live
from tests.integration.conftest import GOOD, make_user, sign_in

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
