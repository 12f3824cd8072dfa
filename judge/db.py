"""The database session: one for each thread, given back as soon as its work is done.

Theory of operation: `configure` makes an engine for the process (it connects only
when something is asked for). `session` is a registry: each thread that uses it
gets a session of its own, and `release` ends that session's transaction and puts
its connection back into the pool. Flask does so after each request, the worker
before the sandbox starts, the live sockets after each look into the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

CONNECT_SECONDS = 5
POOL_WAIT_SECONDS = 10
IDLE_IN_TRANSACTION_MS = 60_000
STATEMENT_MS = 30_000
READ_ONLY = "25006"
"""SQLSTATE of a write that a standby refuses."""

session = scoped_session(sessionmaker[Session](expire_on_commit=False))
"""This thread's session."""


def engine_for(url: str, connections: int = 10) -> Engine:
    """An engine that has not connected yet.

    :param url: ``postgresql://``, ``postgres://`` or ``postgresql+psycopg://``.
    :param connections: the most that this process keeps open.
    """
    options = (
        f"-c statement_timeout={STATEMENT_MS} "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS} -c timezone=UTC"
    )
    engine = create_engine(
        driver_url(url),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": options,
            "target_session_attrs": "read-write",
        },
    )
    event.listen(engine, "handle_error", _leave_standby)
    return engine


def _leave_standby(context: ExceptionContext) -> None:
    """Count a standby's refusal as a lost connection: every one of the pool leads there."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


def driver_url(url: str) -> str:
    """`url` with the driver that we use, whatever people write before the colon."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def configure(url: str, connections: int = 10) -> Engine:
    """Let `session` use the database at `url` from now on, in every thread."""
    engine = engine_for(url, connections)
    session.remove()
    session.configure(bind=engine)
    return engine


def release() -> None:
    """End this thread's transaction (what was not committed is rolled back) and its connection."""
    session.remove()


@contextmanager
def scope() -> Iterator[Session]:
    """This thread's session for as long as the block takes."""
    try:
        yield session()
    finally:
        release()


def answers() -> bool:
    """Whether the database can be asked anything. Raises what SQLAlchemy raises if not."""
    with scope() as current:
        return bool(current.scalar(text("SELECT true")))
