"""What can break, each a function that breaks it once."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docker
import psutil
from docker.errors import APIError
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from judge import db, queue
from judge.launch.trial import Product
from judge.models import Submission

LEASE_SECONDS = 6
LONGER_THAN_LEASE = LEASE_SECONDS * 1.5


def _program(words: list[str]) -> str:
    # A server writes what it does into its command line, after its name and a space.
    return Path(words[0].partition(" ")[0]).name if words else ""


class Breaker:
    """Breaks parts of one product."""

    def __init__(self, product: Product, chance: random.Random) -> None:
        self._product = product
        self._chance = chance
        self.struck: Counter[str] = Counter()
        self.kinds: dict[str, Callable[[], bool]] = {
            "worker killed": lambda: self._signal("worker", signal.SIGKILL),
            "worker told to end": lambda: self._signal("worker", signal.SIGTERM),
            "worker stopped for longer than its lease": self._stopped,
            "web killed": lambda: self._signal("web", signal.SIGKILL),
            "janitor killed": lambda: self._signal("janitor", signal.SIGKILL),
            "container killed": self._container,
            "redis killed": lambda: self._signal("valkey-server", signal.SIGKILL),
            "redis flushed": self._flushed,
            "postgresql restarted": lambda: self._signal("postgres", signal.SIGINT),
            "postgresql killed": lambda: self._signal("postgres", signal.SIGQUIT),
            "a connection of postgresql's killed": self._backend,
            "jobs delivered twice": self._twice,
        }

    def plan(self, how_many: int) -> list[str]:
        """So many kinds, each at least once where there is room, in random order."""
        kinds = list(self.kinds)
        planned = [kinds[n % len(kinds)] for n in range(how_many)]
        self._chance.shuffle(planned)
        return planned

    def strike(self, kind: str) -> None:
        """Break something. What is not there at the moment, is tried again for a while."""
        for _ in range(20):
            with suppress(psutil.Error, OSError, APIError, RedisError, SQLAlchemyError):
                if self.kinds[kind]():
                    self.struck[kind] += 1
                    return
            time.sleep(0.25)

    def _processes(self, name: str) -> list[psutil.Process]:
        """The processes of a part: its name ends the command line, or is the program's.

        Of a server that forks only the first.
        """
        found = []
        for process in psutil.Process(self._product.process.pid).children(recursive=True):
            with suppress(psutil.Error, IndexError):
                words, parent = process.cmdline(), process.parent()
                forked = parent is not None and _program(parent.cmdline()) == name
                if words[-1] == name or (_program(words) == name and not forked):
                    found.append(process)
        return found

    def _signal(self, name: str, number: int) -> bool:
        processes = self._processes(name)
        if processes:
            self._chance.choice(processes).send_signal(number)
        return bool(processes)

    def _stopped(self) -> bool:
        processes = self._processes("worker")
        if not processes:
            return False
        process = self._chance.choice(processes)
        process.suspend()
        time.sleep(LONGER_THAN_LEASE)
        process.resume()
        return True

    def _container(self) -> bool:
        owners = {f":{process.pid}:" for process in self._processes("worker")}
        client = docker.from_env()
        try:
            found = [
                one
                for one in client.containers.list(filters={"label": "judge.role=sandbox"})
                if any(owner in one.labels["judge.owner"] for owner in owners)
            ]
            if found:
                self._chance.choice(found).kill()
            return bool(found)
        finally:
            client.close()

    def _flushed(self) -> bool:
        return bool(queue.connection().flushdb())

    def _backend(self) -> bool:
        with db.engine_for(self._product.environment["DATABASE_URL"], 1).connect() as connection:
            return bool(
                connection.exec_driver_sql(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                ).scalar()
            )

    def _twice(self) -> bool:
        with db.scope() as session:
            found = list(session.scalars(select(Submission).limit(20)))
        for submission in found:
            queue.enqueue(submission)
        return bool(found)
