"""The embedded servers: they answer, they keep their data, and they end with their parent."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from judge.errors import JudgeFault
from judge.launch.postgres import LONGEST_SOCKET_FOLDER, Postgres, socket_folder
from judge.launch.valkey import Valkey

STARTS_A_SERVER = """
import subprocess, sys, time
from pathlib import Path
from judge.launch.postgres import Postgres
server = Postgres(Path(sys.argv[1]) / "data", Path(sys.argv[1]) / "run", durable=False)
server.initialise()
process = subprocess.Popen(server.command(), cwd="/", stderr=subprocess.DEVNULL)
server.wait(process)
print(process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short path that only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="judge-test-"))
    yield folder
    shutil.rmtree(folder)


def ask(server: Postgres, query: str) -> object:
    """The first value of a query's first row."""
    with psycopg.connect(host=str(server.sockets), user="judge", dbname="postgres") as connection:
        for statement in query.split(";"):
            answer = connection.execute(statement)
        row = answer.fetchone()
    assert row
    return row[0]


def test_postgres_is_ours_and_understands_utf8(postgres: Postgres) -> None:
    assert str(ask(postgres, "SHOW server_version")).startswith("18")
    assert ask(postgres, "SHOW server_encoding") == "UTF8"
    assert ask(postgres, "SHOW listen_addresses") == ""


def test_postgres_keeps_its_data_in_a_folder_closed_to_others(short_folder: Path) -> None:
    server = Postgres(short_folder / "data", short_folder / "run", durable=False)
    with server.running():
        ask(server, "CREATE TABLE kept (value) AS VALUES (7); SELECT 7")
    assert not server.initialise()
    with server.running():
        assert ask(server, "SELECT value FROM kept") == 7


def test_postgres_of_another_major_version_is_named(short_folder: Path) -> None:
    server = Postgres(short_folder / "data", short_folder / "run", durable=False)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(JudgeFault, match="made by PostgreSQL 12 and this is 18"):
        server.initialise()


def test_postgres_ends_when_its_parent_is_killed(short_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_A_SERVER, short_folder], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        server = psutil.Process(int(parent.stdout.readline()))
        if os.geteuid() == 0:
            assert server.uids().effective != 0
        parent.send_signal(signal.SIGKILL)
    server.wait(20)


def test_valkey_answers_on_its_socket(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.set("answer", 42)
        assert client.get("answer") == b"42"
        client.flushdb()


def test_valkey_keeps_its_data(short_folder: Path) -> None:
    server = Valkey(short_folder / "data", short_folder / "run")
    with server.running(), redis.Redis.from_url(server.url) as client:
        client.set("kept", "yes")
        time.sleep(1.1)  # it writes its log to disk once a second
    with server.running(), redis.Redis.from_url(server.url) as client:
        assert client.get("kept") == b"yes"


def test_socket_folder_is_short_enough() -> None:
    long = Path("/home") / ("x" * 100)
    assert socket_folder(Path("/home/judge/var/run")) == Path("/home/judge/var/run")
    assert len(os.fsencode(socket_folder(long))) <= LONGEST_SOCKET_FOLDER
    assert socket_folder(long) != socket_folder(long / "y")
