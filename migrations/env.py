"""How migrations run: each in a transaction of its own, and never waiting long for a lock.

A migration that cannot get its lock fails and leaves everything as it was; that
is better than a queue of requests behind it. Alembic calls this file; the address
comes from `judge.schema`, which makes the configuration.
"""

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from judge.db import driver_url
from judge.models import Base

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "120s"
ONE_AT_A_TIME = 7_313_151_910  # any number, the same for all: the key of an advisory lock


def run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(driver_url(url), poolclass=NullPool, connect_args={"connect_timeout": 5})
    with engine.connect() as connection:
        # Two processes that start together migrate one after the other.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
