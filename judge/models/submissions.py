"""Submissions, their results test by test, and drafts."""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from judge.models.accounts import User
from judge.models.base import Base, Created, Json, Moment, Texts
from judge.models.problems import Problem

Purpose = Literal["submit", "trial", "rejudge"]
"""What is done with the result: it counts, it is shown, or it is compared (`judge.rejudging`)."""
State = Literal["queued", "running", "done"]

COUNTED = "purpose = 'submit' AND state = 'done' AND verdict NOT IN ('rejected', 'internal_error')"
"""SQL: what scores and tries are derived from."""


class Submission(Base):
    """Files handed in for a problem, and where their judging has got to.

    `attempt` counts how often a worker took it and is the token under which a
    result may be recorded; `tries` counts the attempts that we failed at.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        CheckConstraint("purpose IN ('submit', 'trial', 'rejudge')", name="purpose"),
        CheckConstraint("state IN ('queued', 'running', 'done')", name="state"),
        CheckConstraint("(state = 'done') = (verdict IS NOT NULL)", name="verdict"),
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_submissions_history", "user_id", "problem_id", "received_at"),
        Index(
            "ix_submissions_counted",
            "problem_id",
            "user_id",
            postgresql_include=["score", "received_at", "verdict"],
            postgresql_where=text(COUNTED),
        ),
        Index("ix_submissions_open", "queued_at", postgresql_where=text("state <> 'done'")),
        Index("ix_submissions_turns", "started_at", postgresql_where=text("purpose = 'submit'")),
        Index("ix_submissions_trials", "graded_at", postgresql_where=text("purpose = 'trial'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("problem_versions.id"))
    purpose: Mapped[str]
    files: Mapped[Texts]
    idempotency_key: Mapped[str | None]

    state: Mapped[str] = mapped_column(default="queued")
    attempt: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[Moment | None]
    worker: Mapped[str | None]

    received_at: Mapped[Created]
    queued_at: Mapped[Created]
    started_at: Mapped[Moment | None]
    graded_at: Mapped[Moment | None]
    verdict: Mapped[str | None]
    score: Mapped[float | None]

    user: Mapped[User] = relationship()
    problem: Mapped[Problem] = relationship()


class Result(Base):
    """What one attempt came to. `body`: the result as JSON, without its tests."""

    __tablename__ = "results"

    submission_id: Mapped[UUID] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[Json]
    recorded_at: Mapped[Created]


class TestResult(Base):
    """One test of a result, in the order they ran."""

    __test__ = False  # for pytest, which would collect it by its name
    __tablename__ = "test_results"
    __table_args__ = (
        ForeignKeyConstraint(
            ["submission_id", "attempt"],
            ["results.submission_id", "results.attempt"],
            ondelete="CASCADE",
        ),
    )

    submission_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    status: Mapped[str]
    visible: Mapped[bool]
    body: Mapped[Json]
    """The test as in the result's JSON, all of it."""


class Draft(Base):
    """What somebody has typed and not handed in. `revision` counts its saves."""

    __tablename__ = "drafts"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    problem_id: Mapped[int] = mapped_column(
        ForeignKey("problems.id", ondelete="CASCADE"), primary_key=True
    )
    files: Mapped[Texts]
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[Created]
