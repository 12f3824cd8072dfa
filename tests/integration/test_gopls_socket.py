"""The editor's socket: whose page, how much, and what is said where nothing answers."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import websockets
from flask import Flask
from websockets.exceptions import InvalidStatus

from judge.languageserver import wire
from judge.languageserver.framing import LENGTH, to_web
from judge.models import User
from judge.web import gopls
from tests.integration.conftest import sign_in
from tests.integration.test_live import Server


class Echo:
    """Speaks as `judge gopls` does and says again whatever it is told."""

    def __init__(self, path: Path, key: str) -> None:
        self.people: list[str] = []
        self._key = key
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._echo(connection)

    def _echo(self, connection: socket.socket) -> None:
        nonce = b"n" * wire.NONCE_BYTES
        connection.sendall(nonce)
        stream = connection.makefile("rb")
        hello = self._frame(stream)
        assert hello["proof"] == wire.proof(self._key, nonce)
        self.people.append(hello["person"])
        connection.sendall(to_web(wire.state(wire.READY)))
        while (said := self._frame(stream)) is not None:
            if said == "be idle":
                connection.sendall(to_web(wire.state(wire.IDLE)))
                return
            connection.sendall(to_web(said))

    @staticmethod
    def _frame(stream: Any) -> Any:
        head = stream.read(LENGTH.size)
        return json.loads(stream.read(LENGTH.unpack(head)[0])) if head else None

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def address(servers_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    path = servers_folder / "echo.sock"
    yield f"unix:{path}"
    path.unlink(missing_ok=True)


@pytest.fixture
def server(app: Flask, address: str) -> Iterator[Server]:
    app.extensions["judge"] = replace(app.extensions["judge"], gopls_address=address)
    server = Server(app)
    server.live = gopls.Gopls(app, app.extensions["judge"])  # type: ignore[assignment]
    yield server
    server.stop()


@pytest.fixture
def echo(app: Flask, address: str) -> Iterator[Echo]:
    echo = Echo(Path(address.removeprefix("unix:")), app.extensions["judge"].secret_key)
    yield echo
    echo.stop()


def connect(server: Server, user: User | None, **headers: str) -> Any:
    cookies = ""
    if user:
        client = sign_in(server.app, user)
        cookies = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
    return websockets.connect(
        f"ws://127.0.0.1:{server.port}{gopls.PATH}",
        additional_headers={"Cookie": cookies},
        origin=headers.pop("origin", f"http://127.0.0.1:{server.port}"),  # type: ignore[arg-type]
    )


async def talk(connection: Any, *said: str) -> list[dict[str, Any]]:
    async with connection as ws:
        heard = [json.loads(await ws.recv())]
        for text in said:
            await ws.send(text)
            heard.append(json.loads(await ws.recv()))
        return heard


def test_a_page_is_carried_to_the_language_server(
    server: Server, echo: Echo, student: User
) -> None:
    heard = asyncio.run(talk(connect(server, student), '{"a":"é"}', '{"b":[1]}'))
    assert heard[0]["params"]["state"] == wire.READY
    assert heard[1:] == [{"a": "é"}, {"b": [1]}]
    assert echo.people == [str(student.id)]


def test_an_idle_page_stays_and_gets_another_one(server: Server, echo: Echo, student: User) -> None:
    async def come_back() -> list[dict[str, Any]]:
        async with connect(server, student) as ws:
            heard = [await ws.recv()]
            await ws.send('"be idle"')
            heard.append(await ws.recv())
            for text in ('{"unheard":1}', wire.WAKE, '{"heard":2}'):
                await ws.send(text)
            return [json.loads(one) for one in (*heard, await ws.recv(), await ws.recv())]

    ready, idle, again, heard = asyncio.run(come_back())
    states = [told["params"]["state"] for told in (ready, idle, again)]
    assert states == [wire.READY, wire.IDLE, wire.READY]
    assert heard == {"heard": 2}
    assert echo.people == [str(student.id)] * 2


def test_where_nothing_listens_it_is_off(server: Server, student: User) -> None:
    (told,) = asyncio.run(talk(connect(server, student)))
    assert told["params"]["state"] == wire.OFF


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_of_others_are_refused(
    server: Server, echo: Echo, student: User, origin: str
) -> None:
    with pytest.raises(InvalidStatus):
        asyncio.run(talk(connect(server, student, origin=origin)))
    assert echo.people == []


def test_who_is_not_signed_in_is_refused(server: Server, echo: Echo) -> None:
    with pytest.raises(InvalidStatus):
        asyncio.run(talk(connect(server, None)))
    assert echo.people == []


def test_too_much_is_slowed_down(
    server: Server, echo: Echo, student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gopls, "BURST", 2)
    monkeypatch.setattr(gopls, "PER_SECOND", 20.0)
    loop = asyncio.new_event_loop()
    started = loop.time()
    heard = loop.run_until_complete(talk(connect(server, student), *['{"a":1}'] * 12))
    assert len(heard) == 13
    assert loop.time() - started > 0.4
    loop.close()


def test_too_long_a_message_ends_it(server: Server, echo: Echo, student: User) -> None:
    with pytest.raises(websockets.ConnectionClosed):
        asyncio.run(talk(connect(server, student), '"' + "x" * wire.MAX_FROM_WEB + '"'))
