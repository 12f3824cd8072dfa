"""What can break, each a function that breaks it once."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
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

from judge import curriculum, db, queue
from judge.curriculum import CoursePlan, UnitPlan
from judge.launch.trial import Product
from judge.models import Submission
from judge.packs.load import load
from tests.engine import Engine

LEASE_SECONDS = 6
LONGER_THAN_LEASE = LEASE_SECONDS * 1.5
AWAY_SECONDS = 3.0
LEAST_FREE_MB = 200
PACK = Path(__file__).parents[2] / "benchmarks" / "packs" / "leap"


def course(statement: str = "") -> CoursePlan:
    """The course that everybody hands in for; `statement` makes another version of its problem."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(PACK, Path(folder) / PACK.name)
        if statement:
            (copy / "statement.md").write_text(statement)
        pack = load(copy)
    return CoursePlan("chaos", "Chaos", "", (UnitPlan("All", "", (pack,)),))


def _program(words: list[str]) -> str:
    # A server writes what it does into its command line, after its name and a space.
    return Path(words[0].partition(" ")[0]).name if words else ""


class Breaker:
    """Breaks parts of one product.

    :param engine: the product's, where it may be broken too.
    :param disk: the product's own, where it may be filled.
    """

    def __init__(
        self, product: Product, chance: random.Random, engine: Engine | None, disk: Path | None
    ) -> None:
        self._product = product
        self._chance = chance
        self._engine = engine
        self._disk = disk
        self.struck: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.kinds: dict[str, Callable[[], bool]] = {
            "worker killed": lambda: self._signal("worker", signal.SIGKILL),
            "worker told to end": lambda: self._signal("worker", signal.SIGTERM),
            "worker told twice to end": self._told_twice,
            "worker stopped for longer than its lease": self._stopped,
            "web killed": lambda: self._signal("web", signal.SIGKILL),
            "janitor killed": lambda: self._signal("janitor", signal.SIGKILL),
            "container killed": self._container,
            "redis killed": lambda: self._signal("valkey-server", signal.SIGKILL),
            "redis hangs": self._hangs,
            "redis flushed": self._flushed,
            "redis full": self._full,
            "postgresql restarted": lambda: self._signal("postgres", signal.SIGINT),
            "postgresql killed": lambda: self._signal("postgres", signal.SIGQUIT),
            "connections to postgresql killed": self._backends,
            "jobs delivered twice": self._twice,
            "problem edited": self._edited,
        }
        if engine:
            self.kinds |= {
                "engine restarted": lambda: self._restarted(engine, signal.SIGTERM),
                "engine killed": lambda: self._restarted(engine, signal.SIGKILL),
                "image removed": lambda: self._image(engine),
            }
        if disk:
            self.kinds["disk full"] = lambda: self._disk_full(disk)

    def plan(self, how_many: int) -> list[str]:
        """So many kinds, each at least once where there is room, in random order."""
        kinds = list(self.kinds)
        self._chance.shuffle(kinds)
        planned = [kinds[n % len(kinds)] for n in range(how_many)]
        self._chance.shuffle(planned)
        return planned

    def strike(self, kind: str) -> None:
        """Break something. What is not there at the moment, is tried again for a while."""
        for _ in range(40):
            with suppress(psutil.Error, OSError, APIError, RedisError, SQLAlchemyError):
                if self.kinds[kind]():
                    self.struck[kind] += 1
                    return
            time.sleep(0.25)
        self.missed[kind] += 1

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

    def _told_twice(self) -> bool:
        processes = self._processes("worker")
        if not processes:
            return False
        process = self._chance.choice(processes)
        process.terminate()
        time.sleep(1.1)  # what comes sooner RQ takes for the same signal
        with suppress(psutil.NoSuchProcess):
            process.terminate()
        return True

    def _suspended(self, name: str, seconds: float) -> bool:
        processes = self._processes(name)
        if not processes:
            return False
        process = self._chance.choice(processes)
        process.suspend()
        time.sleep(seconds)
        process.resume()
        return True

    def _stopped(self) -> bool:
        return self._suspended("worker", LONGER_THAN_LEASE)

    def _hangs(self) -> bool:
        return self._suspended("valkey-server", AWAY_SECONDS)

    def _container(self) -> bool:
        owners = {f":{process.pid}:" for process in self._processes("worker")}
        client = self._engine.client() if self._engine else docker.from_env()
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

    def _full(self) -> bool:
        client = queue.connection()
        client.config_set("maxmemory", "1")
        time.sleep(AWAY_SECONDS)
        return bool(client.config_set("maxmemory", "0"))

    def _backends(self) -> bool:
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

    def _edited(self) -> bool:
        try:
            curriculum.store(course(f"# Edited {self._chance.random()}\n"))
        finally:
            db.release()
        return True

    def _restarted(self, engine: Engine, number: int) -> bool:
        engine.restart(number)
        return True

    def _image(self, engine: Engine) -> bool:
        """With the containers made of it, without which it may not go."""
        client = engine.client()
        try:
            images = {str(image.id) for image in client.images.list("judge-sandbox")}
            for one in client.containers.list(filters={"label": "judge.role=sandbox"}):
                with suppress(APIError):
                    one.kill()
            for image in images:
                client.images.remove(image, force=True)
            return bool(images)
        finally:
            client.close()

    def _disk_full(self, disk: Path) -> bool:
        """Nearly full: workers are to notice before anything fails."""
        room = shutil.disk_usage(disk).free - LEAST_FREE_MB * 500_000
        file = disk / "filler"
        with file.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, room)
        time.sleep(AWAY_SECONDS)
        file.unlink()
        return True
