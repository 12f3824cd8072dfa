"""`judge backup` and `judge restore`."""

from __future__ import annotations

import time
from pathlib import Path

import click
from sqlalchemy import Engine

from judge.config import Settings, load

_NEW = click.Path(path_type=Path, dir_okay=False)
_OLD = click.Path(path_type=Path, exists=True, dir_okay=False)


def _connect() -> tuple[Settings, Engine]:
    from judge import db

    settings = load()
    return settings, db.configure(settings.database_url, 2)


@click.command(short_help="Save all that the database holds in a file.")
@click.argument("file", type=_NEW)
def backup(file: Path) -> None:
    """Save accounts, courses, problems, submissions and results in FILE, as of this moment.

    Nothing needs to stop. FILE holds digests of passwords: keep it as safe as the database.
    """
    from judge import backup as backups

    started = time.monotonic()
    _, engine = _connect()
    _tell("saved", backups.save(engine, file), file, started)


@click.command(short_help="Fill an empty database from such a file.")
@click.argument("file", type=_OLD)
def restore(file: Path) -> None:
    """Fill the empty database of DATABASE_URL from FILE, and bring it up to date.

    What was queued or being judged when the file was made is found by the janitor and
    judged again.
    """
    from judge import backup as backups

    started = time.monotonic()
    settings, engine = _connect()
    _tell("restored", backups.restore(engine, settings.database_url, file), file, started)


def _tell(done: str, rows: dict[str, int], file: Path, started: float) -> None:
    took, size = time.monotonic() - started, file.stat().st_size / 1e6
    click.echo(
        f"{done} {sum(rows.values())} rows of {len(rows)} tables, "
        f"{rows.get('submissions', 0)} submissions among them, in {took:.1f} s; "
        f"{file} has {size:.1f} MB"
    )
