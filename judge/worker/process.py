"""The process of a worker.

Theory of operation. The main thread is RQ's loop: it waits on the queues, the most
urgent first, and calls the jobs in this very process (no fork), one at a time. The
pool keeps sandboxes ready beside it. A second thread, the pulse, says every few
seconds that this worker lives, and renews the lease of what is being judged.

Before any work is taken a canary must come through the whole sandbox. Where it
does not, and whenever the sandbox is lost, the worker takes nothing, says why in
its pulse (and so /readyz does), and tries again.

SIGTERM or SIGINT ends it after the job at hand; a second one ends it at once, and
what was at hand is given back.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
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
from judge.worker.interactive import Stage
from judge.worker.judging import Bench

CANARY_AGAIN_SECONDS = 5.0
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
    with suppress(StopRequested), working as (loop, _, pools, _):
        place = Stage(settings, pools, places)
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
        pulsing.open_pool(sandbox) as pool,
        Pools(pool, sandbox) as pools,
    ):
        pulsing.prove()
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

    def open_pool(self, sandbox: SandboxSettings) -> Pool:
        """A pool, once there is something to make sandboxes with. A signal ends the wait."""
        while True:
            try:
                self._pool = Pool(sandbox)
            except SandboxUnavailable as error:
                self._cannot(error)
            else:
                return self._pool

    def prove(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Return once a canary came through, or once `stopping` says so."""
        assert self._pool is not None, "open_pool comes first"
        while not stopping():
            try:
                facts = self._pool.canary()
            except JudgeFault as error:
                self._cannot(error)
            else:
                self._toolchain = facts.toolchain
                self._say(ready=True, detail=self._pool.describe())
                _log.info("ready", sandbox=self._detail, toolchain=self._toolchain)
                return

    def lost(self, error: SandboxUnavailable, loop: Loop) -> None:
        """The sandbox is gone: take nothing until it is back or the worker is to stop."""
        self._say(ready=False, detail=str(error))
        self.prove(lambda: loop.stopping)

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
        pulse = Pulse(
            self._name, self._ready, self._detail, self._toolchain, busy, self._interactive
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
