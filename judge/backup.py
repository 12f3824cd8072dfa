"""All that the database holds in one file, and back from it.

A file is a gzipped tar: ``judge.json`` first (format, revision of the schema, when, and
each table's columns, rows and bytes), then ``tables/<name>``, PostgreSQL's text form of COPY.
It needs no program of PostgreSQL's, and neither its version nor ours must be the same
when it is read: an older file is brought up to date by the migrations that came since.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, LiteralString, cast

import psycopg
from psycopg import Connection, Cursor, sql
from sqlalchemy import Engine, inspect

from judge import schema
from judge.errors import UserError

FORMAT = 1
MANIFEST = "judge.json"
_CHUNK = 256 * 1024
_REVISIONS = "alembic_version"


class BadBackup(UserError):
    """A file that is no backup, or a database that cannot take it; the text says which and why."""


def save(engine: Engine, target: Path) -> dict[str, int]:
    """Write what the database holds at this moment to `target`; rows by table.

    People may go on working meanwhile. The file appears when it is complete, readable
    by its owner alone, since it holds digests of passwords.

    :raises BadBackup: there is nothing to save, or `target` is there already.
    """
    if target.exists():
        raise BadBackup(f"{target} is there already; a backup overwrites nothing")
    revision = schema.current()
    if revision is None:
        raise BadBackup("the database has no tables of ours yet, so there is nothing to save")
    tables = _tables(engine)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as name:
        folder = Path(name)
        told: dict[str, dict[str, Any]] = {}
        with _cursor(engine, "ISOLATION LEVEL REPEATABLE READ READ ONLY") as cursor:
            for table, columns in tables.items():
                file = folder / table
                rows = _copy_out(cursor, table, columns, file)
                told[table] = {"columns": columns, "rows": rows, "bytes": file.stat().st_size}
        manifest = {
            "format": FORMAT, "revision": revision, "tables": told,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        part = folder / "part"
        with part.open("wb") as stream:
            part.chmod(0o600)
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as archive:
                text = json.dumps(manifest, indent=1).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size = len(text)
                archive.addfile(head, BytesIO(text))
                for table in told:
                    archive.add(folder / table, f"tables/{table}")
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(target)
    return {table: int(entry["rows"]) for table, entry in told.items()}


def restore(engine: Engine, url: str, source: Path) -> dict[str, int]:
    """Fill the empty database `url` with the backup `source`; rows by table.

    All of it or, where anything is wrong, nothing.

    :raises BadBackup: `source` is no backup or not whole, or the database is not empty.
    """
    if schema.current() is not None:
        raise BadBackup(
            "this database has tables of ours already: restore into an empty one, so that "
            "nothing is lost (createdb NEW, then DATABASE_URL=…/NEW judge restore FILE)"
        )
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            manifest = _manifest(archive, source)
            schema.upgrade(url, manifest["revision"])
            try:
                rows = _fill(engine, archive, manifest, source)
            except BaseException:
                schema.downgrade(url, "base")
                raise
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BadBackup(f"{source} is no whole backup: {error}") from None
    except psycopg.Error as error:
        raise BadBackup(f"{source} does not fit: {error.diag.message_primary or error}") from None
    schema.upgrade(url)
    return rows


def _manifest(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    first = archive.next()
    stream = archive.extractfile(first) if first and first.name == MANIFEST else None
    if stream is None:
        raise BadBackup(f"{source} is no backup of a judge")
    manifest: dict[str, Any] = json.load(stream)
    if manifest["format"] != FORMAT:
        raise BadBackup(f"{source} has format {manifest['format']}; this judge reads {FORMAT}")
    if not schema.knows(manifest["revision"]):
        raise BadBackup(f"{source} is of a newer judge (revision {manifest['revision']})")
    return manifest


def _fill(
    engine: Engine, archive: tarfile.TarFile, manifest: dict[str, Any], source: Path
) -> dict[str, int]:
    expected: dict[str, dict[str, Any]] = dict(manifest["tables"])
    rows = {}
    with _cursor(engine, "ISOLATION LEVEL READ COMMITTED") as cursor, _deferred(cursor):
        while member := archive.next():
            table = member.name.removeprefix("tables/")
            told, stream = expected.pop(table, None), archive.extractfile(member)
            if told is None or stream is None or member.size != told["bytes"]:
                raise BadBackup(f"{source} is not whole: {member.name} is not what it lists")
            rows[table] = _copy_in(cursor, table, told["columns"], stream)
            if rows[table] != told["rows"]:
                raise BadBackup(f"{source} is not whole: {table} has {rows[table]} rows")
        if expected:
            raise BadBackup(f"{source} is not whole: {', '.join(expected)} is missing")
        _count_on(cursor, rows)
    return rows


def _tables(engine: Engine) -> dict[str, list[str]]:
    found = inspect(engine)
    return {
        table: [column["name"] for column in found.get_columns(table) if not column.get("computed")]
        for table in sorted(found.get_table_names())
        if table != _REVISIONS
    }


@contextmanager
def _cursor(engine: Engine, transaction: LiteralString) -> Iterator[Cursor[Any]]:
    """A transaction of psycopg's own, since COPY streams there, without a limit of time."""
    borrowed = engine.raw_connection()
    try:
        connection = cast("Connection[Any]", borrowed.driver_connection)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("SET TRANSACTION {}").format(sql.SQL(transaction)))
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield cursor
        connection.commit()
    finally:
        borrowed.close()


def _copy(table: str, columns: list[str], how: LiteralString) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + how).format(sql.Identifier(table), names)


def _copy_out(cursor: Cursor[Any], table: str, columns: list[str], file: Path) -> int:
    with file.open("wb") as stream, cursor.copy(_copy(table, columns, "TO STDOUT")) as copy:
        for data in copy:
            stream.write(data)
    return cursor.rowcount


def _copy_in(cursor: Cursor[Any], table: str, columns: list[str], stream: IO[bytes]) -> int:
    with cursor.copy(_copy(table, columns, "FROM STDIN")) as copy:
        while data := stream.read(_CHUNK):
            copy.write(data)
    return cursor.rowcount


@contextmanager
def _deferred(cursor: Cursor[Any]) -> Iterator[None]:
    """References are checked at the end, since tables refer to each other in circles."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' "
        "AND connamespace = current_schema()::regnamespace"
    )
    found = cursor.fetchall()
    change = sql.SQL("ALTER TABLE {} ALTER CONSTRAINT {} ")
    for table, name in found:
        which = change.format(sql.SQL(table), sql.Identifier(name))
        cursor.execute(which + sql.SQL("DEFERRABLE INITIALLY DEFERRED"))
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name in found:
        cursor.execute(
            change.format(sql.SQL(table), sql.Identifier(name)) + sql.SQL("NOT DEFERRABLE")
        )


def _count_on(cursor: Cursor[Any], rows: dict[str, int]) -> None:
    """Let identity columns go on after the highest number that was restored."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE is_identity = 'YES' AND table_schema = current_schema()"
    )
    for table, column in cursor.fetchall():
        if rows.get(table):
            cursor.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {}").format(
                    table, column, sql.Identifier(column), sql.Identifier(table)
                )
            )
