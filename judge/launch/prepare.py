"""Bring what the parts need up to date: the sandbox's files and image, tables, demo content.

Run by `judge run` as a process of its own, whose memory is given back when it is
done. Making the sandbox's files takes long at the first start and needs neither
database nor queue, so it goes on in a thread beside the rest.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from judge.config import Settings, load
from judge.errors import JudgeFault, UserError
from judge.launch.postgres import Postgres
from judge.launch.terminal import Progress, say

EXIT_FAILED = 3


def _sandbox(progress: Progress) -> None:
    """Make the sandbox's files, and the engine's image of them."""
    from judge.sandbox import pool
    from judge.sandbox.settings import from_environment

    pool.prepare(from_environment(), progress)


def _connect(settings: Settings, embedded: Postgres | None, name: str) -> None:
    from judge import db

    if embedded:
        embedded.wait()
        embedded.create_database(name)
    db.configure(settings.database_url, 1)
    db.answers()


def _database(settings: Settings) -> None:
    """Bring the tables up to date, and in development the demo content."""
    from judge import schema

    before = schema.current()
    if before != schema.newest():
        say("  making the database's tables" if before is None else "  migrating the database")
    schema.upgrade(settings.database_url)
    if not settings.production:
        _demo(settings, first=before is None)


def _demo(settings: Settings, *, first: bool) -> None:
    from judge import demo

    if first:
        say("  bringing in the demo accounts and courses")
    for course in demo.load(settings):
        if course.changed:
            say(f"  course {course.slug}: {len(course.changed)} problems are new or changed")


def prepare(embedded: Postgres | None, database: str) -> None:
    """Do all of it.

    :raises JudgeFault, UserError: something cannot be had; the text says what to do.
    """
    settings = load()
    # Before the sandbox, which takes long: an address that is wrong is told at once.
    _connect(settings, embedded, database)
    with ThreadPoolExecutor(1) as beside:
        sandbox = beside.submit(_sandbox, Progress("preparing the sandbox"))
        _database(settings)
        sandbox.result()


def main() -> int:
    """Prepare; the exit code. Errors have been told on stderr."""
    from sqlalchemy.exc import SQLAlchemyError

    database, *folders = sys.argv[1:]
    embedded = Postgres(Path(folders[0]), Path(folders[1])) if folders else None
    try:
        prepare(embedded, database)
    except (JudgeFault, UserError, OSError) as error:
        say(f"judge: {' '.join(str(error).split())}", error=True)
        return EXIT_FAILED
    except SQLAlchemyError as error:
        first = str(error).strip().splitlines()[0]
        say(f"judge: the database refuses: {first}", error=True)
        return EXIT_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
