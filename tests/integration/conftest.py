"""The application on real servers: tables made once, emptied before each test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from judge import accounts, curriculum, db, logs, problems, queue, schema
from judge.app import create_app
from judge.config import Settings, load
from judge.curriculum import CoursePlan, UnitPlan
from judge.models import Base, Course, Problem, User
from judge.packs.pack import Pack
from tests.unit.fakes import io_pack, unit_pack

PASSWORD = "a long enough password"
GOOD = {"leap.go": "package leap // right\n"}


@pytest.fixture(scope="session")
def settings(postgres_url: str, redis_url: str) -> Settings:
    """Settings for the servers of this run, without limits that tests would run into."""
    environment = {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "JUDGE_LIMIT_SUBMIT": "10000/minute",
        "JUDGE_LIMIT_LOGIN": "10000/minute",
        "JUDGE_LIMIT_REGISTER": "10000/minute",
        "JUDGE_LIMIT_RUN": "10000/minute",
        "JUDGE_LIMIT_ANONYMOUS_RUN": "10000/minute",
    }
    settings = load(environment)
    logs.configure(settings)
    return settings


@pytest.fixture(scope="session")
def _tables(settings: Settings) -> None:
    schema.upgrade(settings.database_url)


@pytest.fixture
def servers(settings: Settings, _tables: None) -> Iterator[Settings]:
    """PostgreSQL with empty tables and an empty Redis, both configured for this process."""
    engine = db.configure(settings.database_url)
    queue.configure(settings.redis_url)
    queue.connection().flushdb()
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    problems.pack_of.cache_clear()
    problems._view.cache_clear()
    yield settings
    db.release()
    engine.dispose()


@pytest.fixture
def app(servers: Settings) -> Iterator[Flask]:
    """The application. CSRF is off; `test_web_security` has it on."""
    app = create_app(servers)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    db.session.get_bind().dispose()  # type: ignore[union-attr]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody without an account."""
    return app.test_client()


@pytest.fixture
def student(servers: Settings) -> User:
    """A student."""
    return make_user("stina")


@pytest.fixture
def pack() -> Pack:
    """A unit problem, "leap", with the test TestA visible and TestB hidden."""
    return unit_pack()


@pytest.fixture
def problem(servers: Settings, pack: Pack) -> Problem:
    """The problem "leap" in the course "basics"."""
    make_course(pack)
    return problems.by_slug("leap")


@pytest.fixture
def io_problem(servers: Settings) -> Problem:
    """The problem "sum" in a course of its own."""
    make_course(io_pack(), slug="numbers")
    return problems.by_slug("sum")


@cache
def password_hash() -> str:
    """Of `PASSWORD`: to hash it for each account took a fifth of the time of these tests."""
    return accounts.hash_password(PASSWORD)


def make_user(username: str, role: Any = "student") -> User:
    """An account with the password `PASSWORD`."""
    return accounts._store(username, password_hash(), username.title(), role)


def make_course(*packs: Pack, slug: str = "basics") -> None:
    """A course of one unit with these problems."""
    curriculum.store(CoursePlan(slug, slug.title(), "", (UnitPlan("First", "", packs),)))


def the_course(slug: str = "basics") -> Course:
    from judge import courses

    return courses.by_slug(slug)


def sign_in(app: Flask, user: User) -> FlaskClient:
    """A client with that user's session."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = user.get_id()
        session["_fresh"] = True
    return client


def bearer(user: User, name: str = "test") -> dict[str, str]:
    """The header that signs `user` in to the API."""
    return {"Authorization": f"Bearer {accounts.create_token(user, name)}"}


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "every page has its token"
    return found[1]
