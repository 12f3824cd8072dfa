"""`judge doctor`: looks at all that the judge needs and says what to do, a line each.

A check returns what it found, or raises an error whose text is the remedy. The
sandbox is not only looked at: a small program is built and run in it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from judge import config, db, logs, pulses, queue, schema
from judge.config import Settings
from judge.errors import JudgeFault, UserError
from judge.launch.place import LEAST_FREE_BYTES, Place
from judge.launch.start import EMBEDDED

LANDLOCK_CREATE_RULESET = 444
"""The system call's number, the same on every architecture."""
LANDLOCK_VERSION_FLAG = 1
OLDEST_KERNEL = (5, 4)


class Unwell(Exception):
    """A check failed; the text says what is wrong and what to do."""


@click.command(short_help="Check engine, sandbox, database, queue and disk; say what to do.")
def doctor() -> int:
    """Check all that the judge needs, and say what to do where something is missing.

    The exit code is 0 where all is well and 1 where something is not.
    """
    logs.quiet()
    settings, embedded = _settings()
    place = Place(Path(settings.var).resolve(), settings.host, settings.port, settings.workers)
    checks: dict[str, Callable[[], str]] = {
        "kernel": kernel,
        "disk": lambda: disk(place.var),
        "sandbox": lambda: sandbox(place.var),
        "database": lambda: database(settings, place, embedded="DATABASE_URL" in embedded),
        "queue": lambda: waiting(settings, place, embedded="REDIS_URL" in embedded),
    }
    # A list, so that each check is made even after one has failed.
    well = [_report(name, check) for name, check in checks.items()]
    return 0 if all(well) else 1


def _settings() -> tuple[Settings, set[str]]:
    """The settings, and which addresses are those of embedded servers."""
    given = {name: value for name, value in os.environ.items() if value.strip()}
    missing = {name: value for name, value in EMBEDDED.items() if name not in given}
    key = {} if "SECRET_KEY" in given else {"SECRET_KEY": "x" * config.MIN_KEY_CHARACTERS}
    return config.load(given | missing | key), set(missing)


def _report(name: str, check: Callable[[], str]) -> bool:
    try:
        found = check()
    except (Unwell, JudgeFault, UserError) as error:
        click.echo(f"FAIL  {name:<9} {' '.join(str(error).split())}")
        return False
    click.echo(f"ok    {name:<9} {found}")
    return True


def kernel() -> str:
    """The kernel's version, and which of the walls it offers."""
    release = platform.release()
    numbers = tuple(int(part) for part in release.split("-")[0].split(".")[:2])
    if numbers < OLDEST_KERNEL:
        raise Unwell(f"Linux {release} is too old: 5.4 is the oldest that is known to work")
    groups = "v2" if Path("/sys/fs/cgroup/cgroup.controllers").exists() else "v1"
    return f"Linux {release}, {_landlock()}, control groups {groups}"


def _landlock() -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_VERSION_FLAG)
    return f"Landlock {version}" if version > 0 else "no Landlock (users, modes and filter remain)"


def disk(var: Path) -> str:
    """How much room is left for data and sandbox files."""
    folder = next(path for path in (var, *var.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise Unwell(f"only {free / 1e6:.0f} MB are free for {var}: make room")
    if not os.access(folder, os.W_OK):
        raise Unwell(f"{folder} cannot be written to: change its owner, or set JUDGE_VAR")
    return f"{free / 1e9:.0f} GB are free for {var}"


def sandbox(var: Path) -> str:
    """Which sandbox is in use and why, after it has judged a small program."""
    from judge.sandbox import pool
    from judge.sandbox.settings import from_environment

    settings = from_environment({"JUDGE_SANDBOX_DIR": str(var / "sandbox")} | dict(os.environ))
    used = pool.prepare(settings, _progress)
    started = time.monotonic()
    with pool.Pool(settings) as sandboxes:
        facts = sandboxes.canary()
    took = time.monotonic() - started
    return f"{used}; {facts.toolchain} built and ran a test program in {took:.1f} s"


def _progress(step: str, percent: int) -> None:
    if os.isatty(1):
        click.echo(f"\r\033[K      sandbox   {percent} %: {step}\r", nl=False)


def database(settings: Settings, place: Place, *, embedded: bool) -> str:
    """That PostgreSQL answers and has the tables of this version."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    url = place.postgres.url("judge") if embedded else settings.database_url
    if embedded and not any(place.postgres.sockets.glob(".s.PGSQL.*")):
        raise Unwell("the embedded PostgreSQL does not run: start all with `make run`")
    remedy = "see var/log/postgres.log" if embedded else "check DATABASE_URL, and that it runs"
    with _silent_alembic():
        try:
            db.configure(url, 1)
            with db.scope() as session:
                version = session.scalar(text("SHOW server_version"))
            revision, newest = schema.current(), schema.newest()
        except SQLAlchemyError as error:
            first = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise Unwell(f"PostgreSQL does not answer ({first}): {remedy}") from error
    if revision != newest:
        raise Unwell(f"the tables are at {revision}, {newest} is needed: run `judge db upgrade`")
    return f"PostgreSQL {version}, tables at {revision}"


@contextmanager
def _silent_alembic() -> Iterator[None]:
    import logging

    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def waiting(settings: Settings, place: Place, *, embedded: bool) -> str:
    """That Redis answers, and that a worker is alive which can judge."""
    from redis import RedisError

    if embedded and not place.valkey.socket.exists():
        raise Unwell("the embedded Valkey does not run: start all with `make run`")
    queue.configure(place.valkey.url if embedded else settings.redis_url)
    remedy = "see var/log/valkey.log" if embedded else "check REDIS_URL, and that it runs"
    try:
        connection = queue.connection()
        connection.ping()
        alive = [one for one in pulses.all_alive(connection) if not one.interactive]
        length = sum(queue.queue(name).count for name in queue.QUEUES)
    except (RedisError, OSError) as error:
        raise Unwell(f"Redis does not answer ({error}): {remedy}") from error
    if not alive:
        raise Unwell("no worker is alive: start one with `judge worker`, or all with `make run`")
    if not any(pulse.ready for pulse in alive):
        raise Unwell(f"no worker can judge: {alive[0].detail}")
    return f"{length} waiting, {sum(pulse.ready for pulse in alive)} workers can judge"
