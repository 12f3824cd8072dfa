"""What slow, odd and greedy clients do to the web process: nothing that others notice."""

from __future__ import annotations

import base64
import importlib
import json
import select as waiting_for
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from dulwich.protocol import pkt_line
from sqlalchemy import select

from judge import accounts, db, queue, runs, workspaces
from judge.config import Settings
from judge.models import Problem, Submission, User
from judge.progress import Teller
from judge.web import bodies, connections, entrance
from judge.web.entrance import Entrance
from judge.web.networks import UNKNOWN, address_of, network_of
from judge.worker.judging import Bench
from tests.integration.conftest import GOOD, make_user
from tests.integration.served import WAIT_SECONDS, answer, connect, get, served
from tests.integration.test_judging import PASS, Pool

THREADS = 2
MORE = 5
"""Clients of whom each would hold a thread."""
Environ = dict[str, Any]
MANY = 500
"""Frames of 64 KiB: far more than the buffers between two processes hold."""
SLOW = "POST /login HTTP/1.1\nHost: localhost\nContent-Length: 100000\n\n"


@pytest.fixture
def product(servers: Settings) -> Iterator[tuple[ModuleType, int]]:
    """`judge.wsgi` with few threads, served on a port."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", servers.database_url)
        patch.setenv("REDIS_URL", servers.redis_url)
        patch.setenv("JUDGE_WEB_THREADS", str(THREADS))
        wsgi = importlib.reload(importlib.import_module("judge.wsgi"))
    with served(wsgi.asgi) as port:
        yield wsgi, port


@pytest.fixture
def small(servers: Settings) -> Settings:
    return replace(servers, web_threads=THREADS)


def status(said: bytes) -> int:
    return int(said.split(b" ", 2)[1])


def test_slow_bodies_take_no_threads(product: tuple[ModuleType, int]) -> None:
    _, port = product
    with ExitStack() as stack:
        for _ in range(MORE):
            stack.enter_context(connect(port, SLOW, b"username=a"))
        assert status(get(port, "/login")) == 200


def test_a_body_that_comes_too_slowly_is_refused(
    product: tuple[ModuleType, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, port = product
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.2)
    with connect(port, SLOW, b"username=a") as made:
        said = answer(made)
    assert status(said) == 408
    assert b"connection: close" in said.lower()


def test_unfinished_bodies_of_a_network_are_bounded(
    product: tuple[ModuleType, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, port = product
    monkeypatch.setattr(bodies, "MOST_OF_NETWORK", 2)
    with ExitStack() as stack:
        opened = [stack.enter_context(connect(port, SLOW, b"a")) for _ in range(3)]
        assert status(answer(opened[0])) == 408
        assert status(get(port, "/login")) == 200


def test_unfinished_bytes_of_a_network_are_bounded(
    product: tuple[ModuleType, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, port = product
    monkeypatch.setattr(bodies, "MOST_BYTES_OF_NETWORK", 100_000)
    with ExitStack() as stack:
        opened = [stack.enter_context(connect(port, SLOW, b"a" * 60_000)) for _ in range(2)]
        assert any(status(said) == 408 for said in _first_answer(opened))


def _first_answer(opened: list[Any]) -> Iterator[bytes]:
    readable, _, _ = waiting_for.select(opened, [], [], WAIT_SECONDS)
    yield from (answer(one) for one in readable)


def test_a_body_in_chunks_arrives_whole_and_too_large_a_one_is_refused(small: Settings) -> None:
    def length(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["CONTENT_LENGTH"].encode(), b" ", environ["wsgi.input"].read()[:20]]

    head = "POST / HTTP/1.1\nHost: localhost\nConnection: close\nTransfer-Encoding: chunked\n\n"
    with served(Entrance(length, small)) as port:
        with connect(port, head, b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n") as made:
            assert b"11 hello world" in answer(made)
        size = entrance.MAX_BODY_BYTES + 10
        with connect(port, head, b"%x\r\n%s\r\n0\r\n\r\n" % (size, b"x" * size)) as made:
            assert str(size).encode() in answer(made)


def test_clients_that_do_not_read_hold_no_thread(small: Settings) -> None:
    def large(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return (b"x" * 65536 for _ in range(400 if environ["PATH_INFO"] == "/large" else 1))

    with served(Entrance(large, small)) as port, ExitStack() as stack:
        for _ in range(MORE):
            stack.enter_context(connect(port, "GET /large HTTP/1.1\nHost: localhost\n\n"))
        assert status(get(port, "/small")) == 200


def test_a_client_that_does_not_read_is_cut_off(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()

    class Large:
        def __iter__(self) -> Iterator[bytes]:
            return (b"x" * 65536 for _ in range(400))

        def close(self) -> None:
            closed.set()

    def large(_environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return Large()

    monkeypatch.setattr(connections, "STUCK_SECONDS", 0.3)
    with (
        served(Entrance(large, small)) as port,
        connect(port, "GET / HTTP/1.1\nHost: localhost\n\n"),
    ):
        assert closed.wait(WAIT_SECONDS)


def test_one_network_cannot_take_all_threads(small: Settings) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        if environ["PATH_INFO"] == "/slow":
            begun.set()
            go_on.wait(WAIT_SECONDS)
        return [b"done"]

    with served(Entrance(slow, replace(small, proxies=1))) as port, ExitStack() as stack:
        for number in range(MORE):
            # Addresses of one network of 64 bits are one.
            head = f"GET /slow HTTP/1.1\nHost: x\nX-Forwarded-For: 2001:db8::{number}\n\n"
            stack.enter_context(connect(port, head))
        assert begun.wait(WAIT_SECONDS)
        assert get(port, "/", "X-Forwarded-For: 2001:db8:0:1::1").count(b"done")
        go_on.set()


def test_programs_that_are_waited_for_hold_no_thread(product: tuple[ModuleType, int]) -> None:
    _, port = product
    said: list[bytes] = []

    def ask(number: int) -> None:
        body = json.dumps({"code": f"package main // {number}"}).encode()
        head = (
            "POST /api/run HTTP/1.1\nHost: localhost\nConnection: close\n"
            f"Content-Type: application/json\nContent-Length: {len(body)}\n\n"
        )
        with connect(port, head, body) as made:
            said.append(answer(made))

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(MORE)]
    for asker in askers:
        asker.start()
    waiting: list[str] = []
    while len(waiting) < MORE:
        assert status(get(port, "/login")) == 200
        waiting = queue.waiting(queue.RUNS)
    outcome = {"output": "", "stdout": "", "stderr": "", "exit_code": 0, "verdict": "accepted"}
    outcome |= {"seconds": 0.5, "message": ""}
    for job in waiting[1:]:
        runs.leave_outcome(queue.connection(), job.removeprefix("run-"), outcome)
    runs.leave_outcome(queue.connection(), waiting[0].removeprefix("run-"), {"message": "broken"})
    for asker in askers:
        asker.join()
    assert sorted(map(status, said)) == [200] * (MORE - 1) + [503]
    told = [json.loads(one.partition(b"\r\n\r\n")[2]) for one in said if status(one) == 200]
    assert {(one["verdict"], one["cached"]) for one in told} == {("accepted", False)}
    assert all(b"retry-after" in one.lower() for one in said if status(one) == 503)


@pytest.fixture
def bench(servers: Settings) -> Iterator[Bench]:
    teller = Teller(queue.connection())
    yield Bench("w", servers, Pool(PASS), teller, lambda _: None)  # type: ignore[arg-type]
    teller.close()


def push(port: int, user: User, problem: Problem) -> socket.socket:
    """A connection on which `user` has pushed a commit."""
    secret = base64.b64encode(f"{user.username}:{accounts.create_token(user, 'git')}".encode())
    repository = workspaces.open_repository(user, problem)
    old = repository.head
    repository.commit(GOOD, "mine", datetime.now(UTC))
    command = f"{old} {repository.head} refs/heads/main\0report-status side-band-64k\n"
    body = pkt_line(command.encode()) + pkt_line(None) + repository.dump()
    head = (
        "POST /git/leap.git/git-receive-pack HTTP/1.1\nHost: localhost\nConnection: close\n"
        f"Authorization: Basic {secret.decode()}\nContent-Length: {len(body)}\n\n"
    )
    return connect(port, head, body)


def test_pushes_that_are_waited_for_hold_no_thread(
    product: tuple[ModuleType, int], problem: Problem, bench: Bench
) -> None:
    _, port = product
    with ExitStack() as stack:
        users = [make_user(f"user{number}") for number in range(MORE)]
        opened = [stack.enter_context(push(port, user, problem)) for user in users]
        for place, made in enumerate(opened, 1):
            said = b""
            while b"in the queue" not in said:
                said += made.recv(65536)
            assert f"Place {place} in the queue".encode() in said
        assert status(get(port, "/login")) == 200
        for submission_id in db.session.scalars(select(Submission.id)).all():
            bench.judge(submission_id)
        assert all(b"ok refs/heads/main" in answer(made) for made in opened)


def test_headers_that_wsgi_would_mistake_are_dropped(small: Settings) -> None:
    def show(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ.get("HTTP_X_FORWARDED_FOR", "none").encode()]

    head = (
        "POST / HTTP/1.1\nHost: localhost\nConnection: close\nTransfer-Encoding: chunked\n"
        "Trailer: X-Forwarded-For\n\n"
    )
    with served(Entrance(show, small)) as port:
        assert b"none" in get(port, "/", "X_Forwarded_For: 192.0.2.1")
        with connect(port, head, b"1\r\nx\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n") as made:
            assert b"none" in answer(made)


def test_heads_are_bounded(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fine(_environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"fine"]

    with served(Entrance(fine, small)) as port:
        assert status(get(port, "/", *(f"X-{number}: y" for number in range(200)))) == 431
        with connect(port, "GET / HTTP/1.1\nX: ", b"y" * (connections.MAX_HEAD_BYTES * 4)) as made:
            assert b"fine" not in answer(made)
        monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
        for beginning in ("", "GET / HTTP/1.1\nHost: local"):
            with connect(port, beginning) as made:
                assert answer(made) == b""
        assert b"fine" in get(port, "/")


def test_connections_of_a_network_are_bounded(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fine(_environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"fine"]

    monkeypatch.setattr(connections, "MOST_OF_NETWORK", 3)
    with served(Entrance(fine, small)) as port, ExitStack() as stack:
        for _ in range(3):
            made = stack.enter_context(connect(port, "GET / HTTP/1.1\nHost: localhost\n\n"))
            made.recv(65536)
        assert get(port, "/") == b""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("<script>", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_a_network_of_ipv6_is_one_address(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_the_address_is_the_one_that_our_proxies_noted() -> None:
    headers = [(b"x-forwarded-for", b"10.0.0.1, 10.0.0.2"), (b"X-Forwarded-For", b"10.0.0.3")]
    scope = {"client": ("127.0.0.1", 1), "headers": headers}
    found = [address_of(scope, proxies) for proxies in range(5)]
    assert found == ["127.0.0.1", "10.0.0.3", "10.0.0.2", "10.0.0.1", "127.0.0.1"]


def test_a_closed_socket_is_not_read_for_ever(servers: Settings) -> None:
    asked = threading.Event()

    async def closing(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": 1000})
            asked.set()

    head = (
        "GET / HTTP/1.1\nHost: localhost\nUpgrade: websocket\nConnection: Upgrade\n"
        "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n"
    )
    frame = b"\x82\xfe\xff\xff" + bytes(4) + bytes(0xFFFF)
    with served(closing) as port, connect(port, head) as made:
        assert asked.wait(WAIT_SECONDS)
        with pytest.raises(ConnectionError):
            made.sendall(frame * MANY)
