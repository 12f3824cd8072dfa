"""Another PostgreSQL takes over: a real primary, a real standby, one address."""

from __future__ import annotations

import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from judge import db
from judge.launch import child
from judge.launch.postgres import Postgres


class Pair:
    """`address` leads to the primary, and after `switch` to the standby."""

    def __init__(self, folder: Path) -> None:
        self.primary = Postgres(folder / "a", folder / "ra", durable=False)
        self.standby = Postgres(folder / "b", folder / "rb", durable=False)
        self._current = folder / "now"
        self._current.symlink_to(self.primary.sockets)
        self.address = Postgres(folder / "a", self._current).url("postgres")
        self._running: list[subprocess.Popen[bytes]] = []
        self.primary.initialise()
        self._start(self.primary)
        self._copy()
        self._start(self.standby)

    def _start(self, server: Postgres) -> None:
        with (server.sockets / "log").open("ab") as log:
            self._running.append(subprocess.Popen(server.command(), cwd="/", stderr=log))
        server.wait(self._running[-1])

    def _copy(self) -> None:
        user = child.unprivileged_user()
        for folder in (self.standby.data, self.standby.sockets):
            folder.mkdir(mode=0o700)
            if user:
                shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        source = ["-h", str(self.primary.sockets), "-U", "judge", "--write-recovery-conf"]
        target = ["-D", str(self.standby.data), "--checkpoint=fast", "--no-sync"]
        self.standby._call("pg_basebackup", *source, *target)

    def switch(self) -> None:
        self._running[0].send_signal(signal.SIGINT)
        self._running[0].wait(30)
        self._current.unlink()
        self._current.symlink_to(self.standby.sockets)

    def promote(self) -> None:
        self.standby._call("pg_ctl", "promote", "--wait", "-D", str(self.standby.data))

    def stop(self) -> None:
        for server in self._running:
            server.send_signal(signal.SIGINT)
            server.wait(30)


@pytest.fixture
def pair(servers_folder: Path) -> Iterator[Pair]:
    folder = servers_folder / "pair"
    folder.mkdir(mode=0o755)
    made = Pair(folder)
    yield made
    made.stop()


def test_a_standby_is_refused_until_it_is_promoted_and_then_used(pair: Pair) -> None:
    engine = db.engine_for(pair.address, 2)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept AS SELECT 1 AS number")
    pair.switch()
    with pytest.raises(OperationalError, match="read-only"), engine.connect():
        pass
    pair.promote()
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (2)")
        assert connection.exec_driver_sql("SELECT count(*) FROM kept").scalar() == 2
    engine.dispose()


def test_a_write_that_is_refused_lets_the_connection_go(postgres_url: str) -> None:
    """As where a proxy leads an old connection to a standby."""
    engine = db.engine_for(postgres_url, 1)
    with engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        with pytest.raises(DBAPIError, match="read-only") as refused:
            connection.exec_driver_sql("CREATE TABLE refused (number int)")
        assert refused.value.connection_invalidated
    engine.dispose()
