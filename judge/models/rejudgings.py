"""Judging a problem's submissions again."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from judge.models.base import Base, Created, Key, Moment
from judge.models.problems import Problem
from judge.models.submissions import Submission

RejudgingState = Literal["open", "applied", "discarded"]


class Rejudging(Base):
    """What judging everything again, by one version of the problem, comes to.

    `changes`: once it was applied, what it changed, a dictionary for each submission:
    id, user, attempt of before, and verdict, score and version of before and after.
    """

    __tablename__ = "rejudgings"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'applied', 'discarded')", name="state"),
        # One at a time for each problem: two would overwrite what they compare with.
        Index(
            "ix_rejudgings_open",
            "problem_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Key]
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("problem_versions.id"))
    state: Mapped[str] = mapped_column(default="open")
    begun_at: Mapped[Created]
    ended_at: Mapped[Moment | None]
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)

    problem: Mapped[Problem] = relationship()


class Rejudgement(Base):
    """Of which submission another one, with the purpose "rejudge", is the copy."""

    __tablename__ = "rejudgements"

    copy_id: Mapped[UUID] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True
    )
    rejudging_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("rejudgings.id", ondelete="CASCADE"), index=True
    )
    original_id: Mapped[UUID] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), index=True
    )

    copy: Mapped[Submission] = relationship(foreign_keys=[copy_id])
    original: Mapped[Submission] = relationship(foreign_keys=[original_id])
