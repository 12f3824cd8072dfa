"""`judge run`: the whole product on one machine, until Ctrl-C.

Theory of operation: this process stays small. It takes the lock on var/, checks
what can be checked (port, disk), writes the supervisor's configuration and starts
supervisord with the embedded servers. A child, `judge.launch.prepare`, then brings
image, tables and demo content up to date and ends, and with it the memory it took.
After that the other parts start, and once /readyz says so the address is printed.
From then on this process only waits: for a signal, for supervisord's end, or for
the end of the `make` that started it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

import click
import psutil

from judge import config
from judge.errors import JudgeFault, UserError
from judge.launch import child
from judge.launch.parents import Parent
from judge.launch.postgres import Postgres, socket_folder
from judge.launch.supervisor import Part, Supervisor
from judge.launch.terminal import say
from judge.launch.valkey import Valkey

DATABASE = "judge"
EMBEDDED = {"DATABASE_URL": "postgresql:///judge", "REDIS_URL": "unix:///"}
"""Stand in for the embedded servers' addresses while the settings are checked."""
LEAST_FREE_BYTES = 500_000_000
"""The image takes 200 MB, a fresh database 50."""
READY_SECONDS = 120
PATIENCE_SECONDS = 15
"""After so long without being ready we say what we are waiting for."""
LAST_RUN_ENDS_SECONDS = 60
DEMO_ACCOUNTS = ("student", "instructor", "admin")


class Stopped(Exception):
    """Somebody asked us to stop."""


class Failed(Exception):
    """A step failed with this exit code and has told why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one running product keeps its things, and where it listens."""

    var: Path
    host: str
    port: int
    workers: int

    @property
    def run(self) -> Path:
        """The folder of sockets and other things that one run leaves to the next."""
        return socket_folder(self.var / "run")

    @property
    def logs(self) -> Path:
        """The folder with a log for each part."""
        return self.var / "log"

    @property
    def sandbox_file(self) -> Path:
        """Where the line on which sandbox is in use, and why, is left."""
        return self.var / "sandbox.txt"

    @property
    def postgres(self) -> Postgres:
        """The embedded PostgreSQL."""
        return Postgres(self.var / "postgres", self.run / "postgres")

    @property
    def valkey(self) -> Valkey:
        """The embedded Valkey."""
        return Valkey(self.var / "valkey", self.run)

    @property
    def address(self) -> str:
        """What people open in their browser."""
        return f"http://{self.host}:{self.port}"


@click.command()
@click.option("--end-with-parent", is_flag=True, help="Stop when the process that started it ends.")
def run(*, end_with_parent: bool) -> int:
    """Start the whole product on this machine; Ctrl-C stops all of it.

    PostgreSQL and a Redis-compatible server are part of it unless DATABASE_URL and
    REDIS_URL name others. Data is kept in var/.
    """
    if end_with_parent:
        child.end_with_parent(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    given = {name: value for name, value in os.environ.items() if value.strip()}
    settings = config.load(EMBEDDED | {"SECRET_KEY": "x" * config.MIN_KEY_CHARACTERS} | given)
    place = Place(Path(settings.var).resolve(), settings.host, settings.port, settings.workers)
    try:
        with _lock(place):
            return _run(place, Parent() if end_with_parent else None)
    except Stopped:
        return 0
    except Failed as failed:
        return int(str(failed))


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _run(place: Place, parent: Parent | None) -> int:
    started = time.monotonic()
    _check(place)
    say("judge: starting (Ctrl-C stops everything)")
    environment = {"JUDGE_SANDBOX_DIR": str(place.var / "sandbox")} | dict(os.environ)
    environment |= {"SECRET_KEY": _secret(place), "PYTHONUNBUFFERED": "1"}
    servers = list(_servers(place, environment))
    supervisor = Supervisor([*servers, *_parts(place)], place.run, place.logs, _tell)
    try:
        supervisor.start(environment)
        _prepare(place, environment)
        supervisor.start_the_rest()
        _wait_until_ready(place, supervisor)
        _welcome(place, time.monotonic() - started)
        return _watch(supervisor, parent)
    except Stopped:
        say("judge: stopping")
        return 0
    finally:
        _stop_all(supervisor)


def _tell(line: str) -> None:
    say(f"judge: {line}")


def _check(place: Place) -> None:
    """Refuse what would fail later.

    :raises UserError: the port is taken.
    :raises JudgeFault: the disk is full.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UserError(f"cannot listen on {place.host}:{place.port}: {error}") from error
            raise UserError(
                f"port {place.port} is in use{_who_listens(place.port)}: stop that, or choose "
                f"another port, as in JUDGE_PORT={place.port + 1} make run"
            ) from error
    free = shutil.disk_usage(place.var).free
    if free < LEAST_FREE_BYTES:
        raise JudgeFault(
            f"only {free / 1e6:.0f} MB are free for {place.var}: make room for "
            f"{LEAST_FREE_BYTES / 1e6:.0f} MB"
        )


def _who_listens(port: int) -> str:
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,):
                name = psutil.Process(connection.pid).name() if connection.pid else "unknown"
                return f" by process {connection.pid} ({name})"
    return ""


@contextlib.contextmanager
def _lock(place: Place) -> Iterator[None]:
    """Be the only one in this var/.

    :raises UserError: another one runs, or the folder is not ours to write.
    """
    try:
        for folder in (place.var, place.run, place.logs):
            folder.mkdir(parents=True, exist_ok=True)
        file = (place.var / "lock").open("a+")
    except OSError as error:
        raise UserError(f"cannot write to {place.var}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                f"the judge runs here already, {_holder(file)}: stop it first"
            ) from error
        file.truncate(0)
        file.write(f"as process {os.getpid()} on {place.address}")
        file.flush()
        _wait_for_the_last_run(place)
        yield


def _holder(file: IO[str]) -> str:
    file.seek(0)
    return file.read() or "in another process"


def _wait_for_the_last_run(place: Place) -> None:
    """Where the last run was killed its supervisor is still putting things away."""
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        last = psutil.Process(int((place.run / "supervisord.pid").read_text()))
        if any("supervisord.conf" in word for word in last.cmdline()):
            say("judge: the last run is still stopping, waiting for it")
            last.wait(LAST_RUN_ENDS_SECONDS)


def _secret(place: Place) -> str:
    """The key that signs sessions: the one that is set, else one of our own that is kept."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    file = place.var / "secret_key"
    if not file.exists():
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def _servers(place: Place, environment: dict[str, str]) -> Iterator[Part]:
    """The embedded servers that are needed; puts their addresses into the environment."""
    if not environment.get("DATABASE_URL"):
        postgres = place.postgres
        if not (postgres.data / "PG_VERSION").exists():
            say("  creating a PostgreSQL cluster in var/postgres")
        postgres.initialise()
        environment["DATABASE_URL"] = postgres.url(DATABASE)
        yield Part("postgres", postgres.command(), first=True, stop_signal="INT")
    if not environment.get("REDIS_URL"):
        valkey = place.valkey
        valkey.initialise()
        environment["REDIS_URL"] = valkey.url
        yield Part("valkey", valkey.command(), first=True)


def _parts(place: Place) -> list[Part]:
    def part(name: str, *command: str) -> Part:
        return Part(name, child.command([sys.executable, "-m", "judge.cli", *command]))

    workers = [part(f"worker-{number}", "worker") for number in range(1, place.workers + 1)]
    return [part("web", "web"), *workers, part("janitor", "janitor")]


def _prepare(place: Place, environment: dict[str, str]) -> None:
    """Run `judge.launch.prepare` to its end; it says itself what it does.

    :raises Failed: it failed.
    """
    arguments = [str(place.sandbox_file), DATABASE]
    if not os.environ.get("DATABASE_URL"):
        postgres = place.postgres
        arguments += [str(postgres.data), str(postgres.sockets)]
    command = child.command([sys.executable, "-m", "judge.launch.prepare", *arguments])
    with subprocess.Popen(command, env=environment, start_new_session=True) as process:
        try:
            code = process.wait()
        except Stopped:
            process.terminate()
            raise
    if code:
        raise Failed(code)


def _wait_until_ready(place: Place, supervisor: Supervisor) -> None:
    """Return once /readyz says yes.

    :raises JudgeFault: it does not within `READY_SECONDS`.
    """
    started = time.monotonic()
    told = False
    while True:
        ready, answer = _ask(f"{place.address}/readyz")
        if ready:
            return
        took = time.monotonic() - started
        why = answer.get("detail") or answer or supervisor.last_words("web")
        if took > PATIENCE_SECONDS and not told:
            say(f"  not ready yet: {why}")
            told = True
        if took > READY_SECONDS or supervisor.wait(0.1) is not None:
            raise JudgeFault(f"the judge does not get ready: {why} (logs are in {place.logs})")


def _ask(address: str) -> tuple[bool, dict[str, object]]:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - our own http
            return True, json.load(response)
    except urllib.error.HTTPError as error:
        with contextlib.suppress(ValueError):
            return False, dict(json.load(error))
    except (OSError, ValueError):
        pass
    return False, {}


def _welcome(place: Place, seconds: float) -> None:
    say(f"judge: ready after {seconds:.1f} s on {place.address}")
    if os.environ.get("JUDGE_ENV") != "production":
        accounts = ", ".join(f"{name} / demo-{name}" for name in DEMO_ACCOUNTS)
        say(f"  accounts  {accounts}")
    say(f"  sandbox   {place.sandbox_file.read_text()}")
    say(f"  data      {place.var}   logs {place.logs}")


def _watch(supervisor: Supervisor, parent: Parent | None) -> int:
    """Wait for the end; only a signal or a dead supervisor ends it."""
    while (code := supervisor.wait(1)) is None:
        if parent and parent.is_over():
            raise Stopped
    raise JudgeFault(f"supervisord ended with {code}: its log is var/log/supervisord.log")


def _stop_all(supervisor: Supervisor) -> None:
    """Stop the parts in order; a second signal ends them at once."""
    try:
        supervisor.stop()
    except Stopped:
        supervisor.kill()
