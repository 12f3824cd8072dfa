"""The process of a worker.

Theory of operation. The main thread is RQ's loop: it waits on the queues, the most
urgent first, and calls the jobs in this very process (no fork), one at a time. The
pool keeps sandboxes ready beside it. A second thread, the pulse, says every few
seconds that this worker lives, and renews the lease of what is being judged.

Before any work is taken a canary must come through the whole sandbox, and again
from time to time, with or without work, and after each attempt that failed through
our fault. Where it does not, where the sandbox is lost or a disk is full, the worker
takes nothing, says why in its pulse (and so /readyz does), and tries again: a machine
that judges wrongly is in quarantine until it no longer does. What it has drawn
meanwhile is a ticket like any other: the janitor puts another in its place.

SIGTERM or SIGINT ends it after the job at hand; a second one ends it at once, and
what was at hand is given back.
"""

from __future__ import annotations

import math
import os
import secrets
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError, ResponseError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from judge import db, leases, metrics, pulses, queue
from judge.config import Settings
from judge.errors import JudgeFault, SandboxUnavailable
from judge.progress import Teller
from judge.pulses import Pulse
from judge.sandbox.pool import Pool
from judge.sandbox.pools import Pools
from judge.sandbox.settings import SandboxSettings
from judge.worker.debugging import Debuggers
from judge.worker.interactive import Stage
from judge.worker.judging import Bench
from judge.worker.room import Room

CANARY_AGAIN_SECONDS = 5.0
BUSY_CANARIES = 3
"""While there is work a canary comes so many times less often: each delays somebody."""
QUEUE_AGAIN_SECONDS = 1.0
RQ_TTL_SECONDS = 60
DATABASE_CONNECTIONS = 3

_log = structlog.get_logger(__name__)
_benches: list[Bench] = []
_stages: list[Stage] = []


def bench() -> Bench:
    """This process's place of work."""
    return _benches[-1]


def stage() -> Stage:
    """Where this process runs programs that somebody watches."""
    return _stages[-1]


class Loop(SimpleWorker):
    """RQ's worker without a fork, quick to come back when Redis does."""

    max_connection_wait_time = 2.0
    log_result_lifespan = False
    idle_seconds: int
    """How long it waits for a job before it looks after itself."""
    look_after: Callable[[bool], None]
    """Called when there was no job for a while (False), and before each (True)."""

    def dequeue_job_and_maintain_ttl(
        self,
        timeout: int | None,
        max_idle_time: int | None = None,  # noqa: ARG002 - RQ's signature; ours never ends by itself
    ) -> tuple[Job, Queue]:
        """The next job, once this worker may take one."""
        while not self.stopping:
            try:
                drawn = super().dequeue_job_and_maintain_ttl(timeout, self.idle_seconds)
            except ResponseError as error:
                # Redis is full or read-only, and will not be for ever.
                _log.warning("queue takes nothing", error=str(error))
                time.sleep(QUEUE_AGAIN_SECONDS)
                continue
            self.look_after(drawn is not None)
            if drawn is not None:
                return drawn
        # The signal raised this already, in a place that swallowed it.
        raise StopRequested

    def execute_job(self, job: Job, queue: Queue) -> None:
        """As RQ does; what a Redis that is full makes of it is no reason to end."""
        try:
            super().execute_job(job, queue)
        except ResponseError as error:
            _log.warning("queue takes nothing", error=str(error))

    def subscribe(self) -> None:
        """Remote commands are not used: no thread and connection for them."""

    def unsubscribe(self) -> None:
        """As `subscribe`."""

    @property
    def stopping(self) -> bool:
        """Whether a signal has asked for the end."""
        return self._shutdown_requested_date is not None


def run(settings: Settings, sandbox: SandboxSettings) -> None:
    """Judge until a signal. While no sandbox can be had it waits and says why."""
    working = _working(settings, sandbox, queue.QUEUES)
    with suppress(StopRequested), working as (loop, pulsing, pools, teller):
        place = Bench(loop.name, settings, pools, teller, lambda error: pulsing.lost(error, loop))
        pulsing.bench = place
        _benches.append(place)
        try:
            loop.work(logging_level="WARNING")
        finally:
            _benches.remove(place)


def run_interactive(settings: Settings, sandbox: SandboxSettings) -> None:
    """Carry the programs that somebody watches, until a signal; then they are stopped."""
    places = min(settings.interactive_places, sandbox.max_containers)
    working = _working(settings, sandbox, (queue.INTERACTIVE,))
    with (
        suppress(StopRequested),
        working as (loop, _, pools, _),
        Debuggers(settings, sandbox) as debuggers,
    ):
        place = Stage(settings, pools, places, debuggers)
        _stages.append(place)
        try:
            loop.work(logging_level="WARNING")
        finally:
            _stages.remove(place)
            place.close()


@contextmanager
def _working(
    settings: Settings, sandbox: SandboxSettings, queues: Sequence[str]
) -> Iterator[tuple[Loop, Pulsing, Pools, Teller]]:
    """What every worker needs: connections, pulse, and pools, Go's proved.

    :raises StopRequested: a signal came before that.
    """
    queue.configure(settings.redis_url)
    db.configure(settings.database_url, DATABASE_CONNECTIONS)
    # The random part: a container that starts again has the same host name and process id.
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
    structlog.contextvars.bind_contextvars(worker=name)
    loop = Loop(
        [queue.queue(one) for one in queues],
        name=name,
        connection=Redis.from_url(settings.redis_url, socket_connect_timeout=queue.CONNECT_SECONDS),
        serializer=JSONSerializer,
        worker_ttl=RQ_TTL_SECONDS,
        log_job_description=False,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, loop.request_stop)
    interactive = queue.INTERACTIVE in queues
    with (
        _telling() as teller,
        Pulsing(name, settings, teller, interactive=interactive) as pulsing,
        pulsing.open_pool(sandbox, loop) as pool,
        Pools(pool, sandbox) as pools,
    ):
        pulsing.prove(loop)
        loop.idle_seconds = math.ceil(settings.canary_every)
        loop.look_after = lambda busy: pulsing.look_after(loop, busy=busy)
        yield loop, pulsing, pools, teller


@contextmanager
def _telling() -> Iterator[Teller]:
    teller = Teller(queue.connection())
    try:
        yield teller
    finally:
        teller.close()


class Pulsing:
    """The pulse of a worker: a thread that says how it is and renews its lease."""

    def __init__(
        self, name: str, settings: Settings, teller: Teller, *, interactive: bool = False
    ) -> None:
        self.bench: Bench | None = None
        self._pool: Pool | None = None
        self._teller = teller
        self._name = name
        self._interactive = interactive
        self._settings = settings
        self._ended = threading.Event()
        self._room = Room((Path(settings.var).resolve(),), settings.least_free_mb)
        self._proved = 0.0
        self._ready = False
        self._detail = "starting"
        self._toolchain = ""
        self._counted: Counter[str] = Counter()
        self._thread = threading.Thread(target=self._work, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        try:
            pulses.stop(queue.connection(), self._name)
        except RedisError as error:
            _log.warning("pulse not taken back", error=str(error))

    def open_pool(self, sandbox: SandboxSettings, loop: Loop) -> Pool:
        """A pool, once there is something to make sandboxes with.

        :raises StopRequested: a signal ended the wait.
        """
        while not loop.stopping:
            try:
                self._pool = Pool(sandbox)
            except SandboxUnavailable as error:
                self._cannot(error)
            else:
                return self._pool
        raise StopRequested

    def prove(self, loop: Loop) -> None:
        """Return once there is room and a canary came through, or the worker is to stop."""
        assert self._pool is not None, "open_pool comes first"
        while not loop.stopping:
            try:
                self._room.check()
                facts = self._pool.canary()
            except JudgeFault as error:
                self._pool.renew()
                self._cannot(error)
            else:
                self._toolchain = facts.toolchain
                self._proved = time.monotonic()
                if not self._ready:
                    self._say(ready=True, detail=self._pool.describe())
                    _log.info("ready", sandbox=self._detail, toolchain=self._toolchain)
                return

    def look_after(self, loop: Loop, *, busy: bool) -> None:
        """Return at once where nothing speaks against taking work, else once nothing does."""
        every = self._settings.canary_every * (BUSY_CANARIES if busy else 1)
        doubted = self.bench.take_doubt() if self.bench else ""
        if doubted:
            _log.warning("canary sent", reason=doubted)
        stale = time.monotonic() - self._proved >= every
        if doubted or stale or not self._ready or self._unfit():
            self.prove(loop)

    def lost(self, error: SandboxUnavailable, loop: Loop) -> None:
        """The sandbox is gone: take nothing until it is back or the worker is to stop."""
        self._say(ready=False, detail=str(error))
        self.prove(loop)

    def _unfit(self) -> str:
        try:
            self._room.check()
        except JudgeFault as error:
            return str(error)
        return ""

    def _cannot(self, error: JudgeFault) -> None:
        _log.error("cannot judge", reason=str(error))
        self._say(ready=False, detail=str(error))
        self._ended.wait(CANARY_AGAIN_SECONDS)

    def _say(self, *, ready: bool, detail: str) -> None:
        self._ready, self._detail = ready, detail
        self._beat()

    def _work(self) -> None:
        every = min(pulses.EVERY_SECONDS, self._settings.lease / 3)
        while not self._ended.wait(every):
            self._renew()
            if self._ready and (why := self._unfit()):
                # Who waits for a job looks for itself only when one comes; /readyz knows now.
                self._ready, self._detail = False, why
            self._beat()
            if self._pool is not None:
                self._count(self._pool.counters)

    def _renew(self) -> None:
        claim = self.bench.holding if self.bench else None
        if claim is None:
            return
        try:
            with db.scope():
                leases.renew(claim.submission_id, claim.attempt, self._settings.lease)
        except SQLAlchemyError as error:
            _log.warning("lease not renewed", submission=str(claim.submission_id), error=str(error))

    def _beat(self) -> None:
        busy = self.bench is not None and self.bench.holding is not None
        counters = self._pool.counters if self._pool else {}
        pulse = Pulse(
            self._name,
            self._ready,
            self._detail,
            self._toolchain,
            busy,
            self._interactive,
            counters.get("total", 0),
            counters.get("idle", 0),
        )
        try:
            pulses.beat(queue.connection(), pulse)
        except RedisError as error:
            _log.warning("no pulse", error=str(error))

    def _count(self, counters: Mapping[str, int]) -> None:
        """Tell /metrics how many sandboxes were replaced since the last time, by reason."""
        now = Counter({name: n for name, n in counters.items() if name.startswith("replaced_")})
        since = now - self._counted
        self._counted = now
        if since:
            self._teller.write(lambda pipeline: _add(pipeline, since))


def _add(pipeline: Pipeline, since: Mapping[str, Any]) -> None:
    for name, amount in since.items():
        metrics.count(pipeline, "replaced", name.removeprefix("replaced_"), amount)
