"""`judge db`, `judge user`, `judge token`, `judge course`, `judge demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from judge.config import Settings, load

if TYPE_CHECKING:
    from judge.models import Role

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


def _connect() -> Settings:
    from judge import db, logs

    logs.quiet()
    settings = load()
    db.configure(settings.database_url, 1)
    return settings


@click.group("db", short_help="Bring the database's tables up to date.")
def database() -> None:
    """The database's tables."""


@database.command()
def upgrade() -> None:
    """Run what migrations are missing."""
    from judge import schema

    settings = _connect()
    before = schema.current()
    schema.upgrade(settings.database_url)
    now = schema.current()
    click.echo(f"the database is at {now}" + (" already" if now == before else ""))


@database.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take migrations back to REVISION ("base": all of them). Data in them is lost."""
    from judge import schema

    schema.downgrade(_connect().database_url, revision)
    click.echo(f"the database is at {schema.current()}")


@click.group(short_help="Make, enable and disable accounts.")
def user() -> None:
    """Accounts."""


@user.command()
@click.argument("username")
@click.option("--name", help="The name that others see. Default: the username.")
@click.option(
    "--role",
    type=click.Choice(["student", "instructor", "admin"]),
    default="student",
    show_default=True,
)
@click.password_option(help="Asked for where it is not given.", envvar="JUDGE_NEW_PASSWORD")
def create(username: str, name: str | None, role: str, password: str) -> None:
    """Make an account."""
    from judge import accounts

    _connect()
    made = accounts.register(username, password, name or username, cast("Role", role))
    click.echo(f"made {made.role} {made.username}")


@user.command()
@click.argument("username")
def disable(username: str) -> None:
    """Disable an account: its sessions and tokens end at once, and it leaves the leaderboard."""
    _set_active(username, active=False)


@user.command()
@click.argument("username")
def enable(username: str) -> None:
    """Enable a disabled account."""
    _set_active(username, active=True)


def _set_active(username: str, *, active: bool) -> None:
    from judge import accounts

    _connect()
    found = accounts.by_username(username)
    accounts.set_active(found, active)
    click.echo(f"{'enabled' if active else 'disabled'} {found.username}")


@click.group(short_help="Make tokens for the API.")
def token() -> None:
    """Tokens that programs sign in with."""


@token.command("create")
@click.argument("username")
@click.option("--name", required=True, help="What it is for; unique for each user.")
def create_token(username: str, name: str) -> None:
    """Create token for USERNAME and print it. It cannot be shown again."""
    from judge import accounts

    _connect()
    click.echo(accounts.create_token(accounts.by_username(username), name))


@click.group(short_help="Bring courses in.")
def course() -> None:
    """Courses."""


@course.command("import")
@click.argument("folder", type=_FOLDER)
def import_course(folder: Path) -> None:
    """Bring in the course in FOLDER (course.toml and its packs), or what has changed of it."""
    from judge import curriculum

    _connect()
    _tell(curriculum.import_course(folder))


@click.command(short_help="Make the demo accounts and courses.")
def demo() -> None:
    """Make the demo accounts and bring in the courses of this repository. Not in production."""
    from judge import demo as content

    for done in content.load(_connect()):
        _tell(done)


def _tell(done: object) -> None:
    from judge.curriculum import Imported

    assert isinstance(done, Imported)
    click.echo(f"course {done.slug}: {done.problems} problems, {len(done.changed)} new or changed")
