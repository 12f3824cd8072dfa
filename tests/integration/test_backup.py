"""The drill: what a judge holds is saved, brought back elsewhere, and goes on from there."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from judge import backup, courses, db, janitor, leaderboard, queue, schema, snippets, submissions
from judge.backup import BadBackup
from judge.config import Settings
from judge.launch.postgres import Postgres
from judge.models import Problem, Submission, User
from judge.progress import Teller
from judge.sandbox.facts import Facts
from judge.worker.judging import Bench
from tests.integration.conftest import GOOD, make_user
from tests.unit.fakes import unit_facts

Rows = dict[str, list[Any]]


class Pool:
    """Answers every run with the same facts."""

    def get(self, _language: str) -> Pool:
        return self

    def run(self, _job: object, _on_event: object) -> Facts:
        return unit_facts()


@pytest.fixture
def other_url(postgres: Postgres) -> str:
    """An empty database."""
    postgres.create_database("judge_restored")
    url = postgres.url("judge_restored")
    engine = db.engine_for(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def waiting(servers: Settings, student: User, problem: Problem) -> Submission:
    """A term's worth of everything, and a submission that is still in the queue."""
    teller = Teller(queue.connection())
    bench = Bench("worker-1", servers, Pool(), teller, lambda _: None)  # type: ignore[arg-type]
    for user in (student, make_user("olle\\o'neill\t\N{GRINNING FACE}")):
        bench.judge(submissions.create(user, problem, GOOD, "submit").id)
    teller.close()
    files = {"main.go": "package main\n\n// \\N and\ta tab\n\\.\n"}
    kept = snippets.create(student, files, title="a \\N title")
    snippets.create(student, files, forked_from=kept)
    return submissions.create(student, problem, GOOD, "submit")


def everything(url: str) -> Rows:
    engine = db.engine_for(url)
    with engine.connect() as connection:
        rows = {
            table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}"))))
            for table in inspect(engine).get_table_names()
        }
    engine.dispose()
    return rows


def judge(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "judge.cli", *words],
        env={"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:9", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_drill(
    servers: Settings, waiting: Submission, student: User, other_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "monday.judge"
    saved = judge(servers.database_url, "backup", str(file))
    assert saved.returncode == 0, saved.stderr
    assert "3 submissions among them" in saved.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
    before = everything(servers.database_url)
    shown = leaderboard.standings(courses.by_slug("basics"))

    restored = judge(other_url, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert everything(other_url) == before
    db.release()
    engine = db.configure(other_url)
    queue.connection().flushdb()
    try:
        assert leaderboard.standings(courses.by_slug("basics")) == shown
        assert len(shown) == 2
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE submissions SET queued_at = queued_at - interval '1 h'")
            )
        assert janitor.tidy(servers).enqueued == 1
        make_user("the-next-number")
        with engine.connect() as connection:
            deferrable = "SELECT count(*) FROM pg_constraint WHERE condeferrable"
            assert connection.scalar(text(deferrable)) == 0
    finally:
        db.release()
        engine.dispose()


def test_nothing_is_overwritten(
    servers: Settings, waiting: Submission, other_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "kept.judge"
    engine = db.engine_for(servers.database_url)
    backup.save(engine, file)
    with pytest.raises(BadBackup, match="is there already"):
        backup.save(engine, file)
    with pytest.raises(BadBackup, match="into an empty one"):
        backup.restore(engine, servers.database_url, file)
    engine.dispose()
    nothing = judge(other_url, "backup", str(tmp_path / "none.judge"))
    assert (nothing.returncode, (tmp_path / "none.judge").exists()) == (2, False)
    assert "nothing to save" in nothing.stderr


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def without_a_row(data: bytes) -> bytes:
    return changed(data, lambda name, text: text[:-10] if name == "tables/submissions" else text)


def of_tomorrow(data: bytes) -> bytes:
    revision = f'"revision": "{schema.newest()}"'.encode()
    return changed(data, lambda _, text: text.replace(revision, b'"revision": "9999"'))


def broken_reference(data: bytes) -> bytes:
    """A reference to a user who is not there; as long as before."""

    def change(name: str, text: bytes) -> bytes:
        return text.replace(b"\tstina\t", b"\tanits\t").replace(b"1\t", b"7\t", 1) if (
            name == "tables/users"
        ) else text  # fmt: skip

    return changed(data, change)


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = BytesIO()
    with (
        tarfile.open(fileobj=BytesIO(data), mode="r:gz") as old,
        tarfile.open(fileobj=out, mode="w:gz") as new,
    ):
        for member in old:
            stream = old.extractfile(member)
            assert stream
            text = change(member.name, stream.read())
            member.size = len(text)
            new.addfile(member, BytesIO(text))
    return out.getvalue()


@pytest.fixture
def whole(servers: Settings, waiting: Submission, tmp_path: Path) -> Iterator[bytes]:
    engine = db.engine_for(servers.database_url)
    backup.save(engine, tmp_path / "whole.judge")
    engine.dispose()
    return (tmp_path / "whole.judge").read_bytes()


def test_a_bad_file_leaves_the_database_empty(whole: bytes, other_url: str, tmp_path: Path) -> None:
    for bad, says in (
        (b"not a backup", "no whole backup"),
        (gzip.compress(b"nor this"), "no whole backup"),
        (cut(whole), "no whole backup"),
        (without_a_row(whole), "is not what it lists"),
        (of_tomorrow(whole), "newer judge"),
        (broken_reference(whole), "violates foreign key"),
    ):
        file = tmp_path / "bad.judge"
        file.write_bytes(bad)
        done = judge(other_url, "restore", str(file))
        assert done.returncode == 2, (says, done.stderr)
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
        assert not any(rows for table, rows in everything(other_url).items())
