"""Where a running product keeps its things (folders, lock, key), and whether it can start there."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from judge.errors import JudgeFault, UserError
from judge.launch.postgres import Postgres, socket_folder
from judge.launch.terminal import say
from judge.launch.valkey import Valkey

LEAST_FREE_BYTES = 500_000_000
"""The image takes 200 MB, a fresh database 50."""
LAST_RUN_ENDS_SECONDS = 60


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


def check(place: Place) -> None:
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
def lock(place: Place) -> Iterator[None]:
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


def secret_key(place: Place) -> str:
    """The key that signs sessions: the one that is set, else one of our own that is kept."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    file = place.var / "secret_key"
    if not file.exists():
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()
