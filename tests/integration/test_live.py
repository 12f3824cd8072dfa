"""Live pages on a real server: uvicorn in a thread, real WebSockets."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn
import websockets
from a2wsgi import WSGIMiddleware
from flask import Flask
from websockets.exceptions import InvalidStatus

from judge import queue, submissions
from judge.models import Problem, Submission, User
from judge.progress import Teller
from judge.web import live as live_module
from judge.web.live import Live
from judge.worker.judging import Bench
from tests.integration.conftest import GOOD, make_user, sign_in
from tests.integration.test_judging import PASS, Pool

PAGES = 40


class Server:
    """The application as `judge.wsgi` puts it together, on a port of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.live = Live(app, app.extensions["judge"])
        pages: Any = WSGIMiddleware(app.wsgi_app)  # type: ignore[arg-type]

        async def asgi(scope: Any, receive: Any, send: Any) -> None:
            await (self.live if scope["type"] == "websocket" else pages)(scope, receive, send)

        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        config = uvicorn.Config(asgi, lifespan="off", log_config=None)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def connect(self, submission: Submission, user: User | None, **headers: str) -> Any:
        cookies = ""
        if user:
            client = sign_in(self.app, user)
            cookies = "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())
        origin = headers.pop("origin", f"http://127.0.0.1:{self.port}")
        return websockets.connect(
            f"ws://127.0.0.1:{self.port}/live/submissions/{submission.id}",
            additional_headers={"Cookie": cookies, **headers},
            origin=origin,  # type: ignore[arg-type]
        )


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    server = Server(app)
    yield server
    server.stop()


@pytest.fixture
def submission(student: User, problem: Problem) -> Submission:
    return submissions.create(student, problem, GOOD, "submit")


@pytest.fixture
def bench(app: Flask) -> Iterator[Bench]:
    teller = Teller(queue.connection())
    yield Bench("w", app.extensions["judge"], Pool(PASS), teller, lambda _: None)  # type: ignore[arg-type]
    teller.close()


async def follow(connection: Any, after_state: Any = None) -> tuple[list[dict[str, Any]], int]:
    """Every message of a socket until it closes, and the code it closed with."""
    messages = []
    async with connection as ws:
        async for data in ws:
            messages.append(json.loads(data))
            if len(messages) == 1 and after_state:
                await asyncio.get_running_loop().run_in_executor(None, after_state)
        return messages, ws.close_code


def types(messages: list[dict[str, Any]]) -> list[str]:
    return [message["type"] for message in messages]


def test_a_page_sees_each_step_and_the_result(
    server: Server, bench: Bench, student: User, submission: Submission
) -> None:
    connection = server.connect(submission, student)
    messages, code = asyncio.run(follow(connection, lambda: bench.judge(submission.id)))
    assert code == 1000
    assert types(messages) == ["state", "building", "running", "test", "test", "state"]
    assert (messages[0]["state"], messages[0]["place"]) == ("queued", 1)
    assert messages[3]["test"]["name"] == "TestA"
    assert messages[4]["test"] == {"name": None, "status": "pass", "visible": False, "group": ""}
    assert (messages[-1]["state"], messages[-1]["verdict"]) == ("done", "accepted")
    assert "TestB" not in json.dumps(messages)


def test_many_pages_share_one_subscription(
    server: Server, bench: Bench, student: User, submission: Submission
) -> None:
    before = len(queue.connection().client_list(_type="pubsub"))
    all_wait = threading.Barrier(PAGES, lambda: bench.judge(submission.id))

    def judge_once_all_wait() -> None:
        assert len(queue.connection().client_list(_type="pubsub")) == before + 1
        all_wait.wait(20)

    async def watch() -> list[tuple[list[dict[str, Any]], int]]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(PAGES))
        pages = [server.connect(submission, student) for _ in range(PAGES)]
        return await asyncio.gather(*(follow(page, judge_once_all_wait) for page in pages))

    for messages, code in asyncio.run(watch()):
        assert code == 1000
        assert messages[-1]["verdict"] == "accepted"
        assert types(messages).count("test") == 2
    assert server.live.pages == 0


def test_a_page_that_comes_back_reads_the_state(
    server: Server, bench: Bench, student: User, submission: Submission
) -> None:
    bench.judge(submission.id)
    messages, code = asyncio.run(follow(server.connect(submission, student)))
    assert (types(messages), messages[0]["verdict"], code) == (["state"], "accepted", 1000)


def test_a_page_in_the_middle_catches_up(
    server: Server, bench: Bench, student: User, submission: Submission
) -> None:
    pool: Any = bench._pools
    going = threading.Event()
    pool.meanwhile = lambda: going.wait(5)
    worker = threading.Thread(target=bench.judge, args=(submission.id,))
    worker.start()
    teller = bench._teller
    teller.tell(submission.id, 1, 0, {"type": "building"})
    time.sleep(0.2)

    async def watch() -> list[dict[str, Any]]:
        async with server.connect(submission, student) as ws:
            # Before the worker goes on: what it tells from then on would come anyway.
            early = [json.loads(await asyncio.wait_for(ws.recv(), 3)) for _ in range(2)]
            going.set()
            return early + [json.loads(data) async for data in ws]

    try:
        messages = asyncio.run(watch())
    finally:
        going.set()
        worker.join()
    assert types(messages)[:2] == ["state", "building"]
    assert messages[0]["state"] == "running"
    assert messages[-1]["verdict"] == "accepted"


def test_an_end_that_redis_lost_is_found(
    server: Server,
    bench: Bench,
    student: User,
    submission: Submission,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_module, "SWEEP_SECONDS", 0.1)
    monkeypatch.setattr(Teller, "tell", lambda *_: None)
    connection = server.connect(submission, student)

    async def watch() -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            return (await follow(connection, lambda: bench.judge(submission.id)))[0]

    assert asyncio.run(watch())[-1]["verdict"] == "accepted"


def test_places_are_told_as_they_change(
    server: Server, bench: Bench, student: User, problem: Problem, submission: Submission
) -> None:
    second = submissions.create(student, problem, GOOD, "submit")

    def proceed() -> None:
        bench.judge(submission.id)
        time.sleep(2.5)
        bench.judge(second.id)

    messages, _ = asyncio.run(follow(server.connect(second, student), proceed))
    assert messages[0]["place"] == 2
    assert [one["place"] for one in messages if one["type"] == "queued"] == [1]


def refused(connection: Any) -> bool:
    async def attempt() -> None:
        async with connection:
            pass

    try:
        asyncio.run(attempt())
    except InvalidStatus as error:
        return bool(error.response.status_code == 403)
    return False


def test_who_gets_nothing(server: Server, student: User, submission: Submission) -> None:
    assert refused(server.connect(submission, None))
    assert refused(server.connect(submission, make_user("otto")))
    assert refused(server.connect(submission, student, origin="http://evil.example"))
    assert refused(server.connect(submission, student, origin="null"))
    assert refused(server.connect(Submission(id=submission.user_id), student))  # not an id
    assert server.live.pages == 0


def test_the_database_is_free_while_pages_are_open(
    server: Server, student: User, submission: Submission
) -> None:
    from judge import db

    async def watch() -> int:
        async with server.connect(submission, student) as ws:
            await ws.recv()
            return db.session.get_bind().pool.checkedout()  # type: ignore[union-attr,no-any-return]

    db.release()
    assert asyncio.run(watch()) == 0
