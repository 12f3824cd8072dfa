"""A worker looks after itself: it takes nothing while its sandbox, disk or queue is not well."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from redis import Redis
from rq.serializers import JSONSerializer

from judge import pulses, queue, submissions
from judge.config import Settings
from judge.models import Problem, User
from judge.progress import Teller
from judge.pulses import Pulse
from judge.sandbox import pool as pools
from judge.sandbox.pool import Pool
from judge.worker import process
from judge.worker.process import Loop, Pulsing
from tests.integration.conftest import GOOD

PATIENCE_SECONDS = 60
MEMORY = Path("/dev/shm")


@pytest.fixture
def disk() -> Iterator[Path]:
    """A folder where nobody else writes much."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def loop(servers: Settings) -> Loop:
    made = Loop(
        [queue.queue(queue.SUBMISSIONS)],
        name="worker-1",
        connection=Redis.from_url(servers.redis_url),
        serializer=JSONSerializer,
    )
    made.idle_seconds = 60
    made.look_after = lambda _: None
    return made


@pytest.fixture
def pulsing(
    servers: Settings, pool: Pool, loop: Loop, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pulsing]:
    """A worker that is ready, and needs 8 MB less than there are."""
    monkeypatch.setattr(process, "CANARY_AGAIN_SECONDS", 0.1)
    free_mb = shutil.disk_usage(disk).free // 1_000_000
    settings = replace(servers, var=str(disk), least_free_mb=free_mb - 8)
    teller = Teller(queue.connection())
    with Pulsing("worker-1", settings, teller) as made:
        made._pool = pool
        made.prove(loop)
        assert told().ready
        yield made
    teller.close()


def told() -> Pulse:
    (pulse,) = pulses.all_alive(queue.connection())
    return pulse


def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@contextmanager
def held_up(work: Callable[[], object]) -> Iterator[None]:
    """`work` goes on until what the block repairs is repaired."""
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def test_a_worker_that_judges_wrongly_is_in_quarantine(
    pulsing: Pulsing, pool: Pool, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulsing._proved = 0.0
    right = pools._CANARY
    monkeypatch.setattr(pools, "_CANARY", right.replace(b"alive", b"dead"))
    with held_up(lambda: pulsing.look_after(loop, busy=False)):
        until(lambda: "judges wrongly" in told().detail)
        assert not told().ready
        monkeypatch.setattr(pools, "_CANARY", right)
    assert told().ready
    assert pool.counters["replaced_doubted"] >= 1


def test_a_full_disk_takes_the_worker_out(pulsing: Pulsing, loop: Loop, disk: Path) -> None:
    pulsing.look_after(loop, busy=True)
    filler = disk / "filler"
    filler.write_bytes(bytes(32_000_000))
    with held_up(lambda: pulsing.look_after(loop, busy=True)):
        until(lambda: "the disk is full" in told().detail)
        assert not told().ready
        assert "make room" in told().detail
        filler.unlink()
    assert told().ready


def test_nothing_is_taken_before_the_worker_was_looked_after(
    loop: Loop, student: User, problem: Problem
) -> None:
    made = submissions.create(student, problem, GOOD, "submit")
    looked: list[bool] = []
    loop.look_after = looked.append
    job, _ = loop.dequeue_job_and_maintain_ttl(5)
    assert (job.id, looked) == (queue.job_id(made), [True])


def test_a_queue_that_is_full_is_waited_for(
    loop: Loop, student: User, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = submissions.create(student, problem, GOOD, "submit")
    client = queue.connection()
    monkeypatch.setattr(process, "QUEUE_AGAIN_SECONDS", 0.1)
    drawn: list[str] = []
    client.config_set("maxmemory", "1")
    try:
        with held_up(lambda: drawn.append(loop.dequeue_job_and_maintain_ttl(5)[0].id)):
            time.sleep(0.3)
            assert drawn == []
            client.config_set("maxmemory", "0")
    finally:
        client.config_set("maxmemory", "0")
    assert drawn == [queue.job_id(made)]
