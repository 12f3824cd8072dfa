from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from judge import db, schema
from judge.launch.postgres import Postgres
from judge.models import Base


@pytest.fixture
def empty_url(postgres: Postgres) -> str:
    postgres.create_database("judge_migrations")
    return postgres.url("judge_migrations")


def test_models_and_migrations_agree_up_and_down(empty_url: str) -> None:
    schema.upgrade(empty_url)
    engine = db.engine_for(empty_url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_server_default": True, "compare_type": True}
            )
            assert compare_metadata(context, Base.metadata) == []
        schema.downgrade(empty_url, "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]
        schema.upgrade(empty_url)
        assert set(Base.metadata.tables) < set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_revision_is_told(empty_url: str) -> None:
    schema.upgrade(empty_url)
    engine = db.configure(empty_url)
    assert schema.current() == schema.newest()
    db.release()
    engine.dispose()
