"""The database's schema: bring it to the newest migration, or say that it is behind."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from judge import db

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def configuration(url: str) -> Config:
    """What Alembic is told: where the migrations are and which database they are for."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(url: str, to: str = "head") -> None:
    """Run what migrations are missing. Nothing happens where none are."""
    command.upgrade(configuration(url), to)


def downgrade(url: str, to: str) -> None:
    """Take migrations back, down to the revision `to` ("base": all of them)."""
    command.downgrade(configuration(url), to)


def newest() -> str:
    """The revision that this code needs."""
    head = ScriptDirectory.from_config(configuration("")).get_current_head()
    assert head is not None, "there are migrations"
    return head


def knows(revision: str) -> bool:
    """Whether `revision` is one of our migrations."""
    return any(
        one.revision == revision
        for one in ScriptDirectory.from_config(configuration("")).walk_revisions()
    )


def current() -> str | None:
    """The revision that the configured database is at; None where it has no tables of ours."""
    with db.scope() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
        return found
