"""A migration leaves the release before it working: expand first, contract a release later."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

SCRIPTS = ScriptDirectory(str(Path(__file__).parents[2] / "migrations"))
FIRST = "0001"
"""There is no release before it."""

BREAKS = re.compile(
    r"""
    ^DROP\ TABLE | \bDROP\ COLUMN | \bRENAME\b | \bSET\ NOT\ NULL | \bTYPE\b
    | ^ALTER\ TABLE\ \S+\ ADD\ COLUMN\ (?!.*\bDEFAULT\b).*\bNOT\ NULL
    | ^ALTER\ TABLE\ \S+\ ADD\ CONSTRAINT | ^CREATE\ UNIQUE\ INDEX
    """,
    re.VERBOSE,
)
"""What code that does not know of it may stumble over, where the table was there before."""

REVIEWED = {
    ("0005", "ALTER TABLE submissions ADD CONSTRAINT ck_submissions_purpose"): "allows more values"
}
"""The beginnings of statements that look as if they broke something, and why they do not.
What contracts stands here with the release whose code was the last to need it."""


def statements(upgrade: Callable[[], None]) -> list[str]:
    told = io.StringIO()
    options = {"as_sql": True, "output_buffer": told}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        upgrade()
    return [" ".join(one.split()) for one in told.getvalue().split(";")]


def breaking(done: list[str]) -> list[str]:
    made = {found[1] for one in done if (found := re.match(r"CREATE TABLE (\S+)", one))}
    of_old = [one for one in done if not made & set(re.findall(r"(?:TABLE|ON) (\S+)", one)[:1])]
    return [one for one in of_old if BREAKS.search(one)]


def test_each_leaves_the_release_before_it_working() -> None:
    later = [script for script in SCRIPTS.walk_revisions() if script.revision != FIRST]
    assert later
    found = {
        (script.revision, one)
        for script in later
        for one in breaking(statements(script.module.upgrade))
    }
    excused = {
        (revision, one)
        for revision, one in found
        for known, beginning in REVIEWED
        if revision == known and one.startswith(beginning)
    }
    assert found - excused == set()
    assert len(excused) == len(REVIEWED), "an excuse that nothing needs"


@pytest.mark.parametrize(
    "change",
    [
        lambda: op.drop_table("users"),
        lambda: op.drop_column("users", "email"),
        lambda: op.rename_table("users", "people"),
        lambda: op.alter_column("users", "email", new_column_name="mail"),
        lambda: op.alter_column("users", "email", nullable=False),
        lambda: op.alter_column("users", "email", type_=sa.Integer()),
        lambda: op.add_column("users", sa.Column("age", sa.Integer(), nullable=False)),
        lambda: op.create_check_constraint("ck_age", "users", "age > 3"),
        lambda: op.create_unique_constraint("uq_email", "users", ["email"]),
        lambda: op.create_index("ix_email", "users", ["email"], unique=True),
    ],
)
def test_what_breaks_it_is_found(change: Callable[[], None]) -> None:
    assert breaking(statements(change))


def test_what_only_adds_is_allowed() -> None:
    def upgrade() -> None:
        op.create_table("ages", sa.Column("age", sa.Integer(), nullable=False))
        op.create_unique_constraint("uq_age", "ages", ["age"])
        op.add_column("users", sa.Column("age", sa.Integer(), nullable=True))
        op.add_column(
            "users", sa.Column("shoe", sa.Integer(), nullable=False, server_default=sa.text("40"))
        )
        op.create_index("ix_age", "users", ["age"])

    assert breaking(statements(upgrade)) == []
