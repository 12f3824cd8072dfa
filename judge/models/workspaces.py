"""What students push with git: a small repository for each student and problem."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from judge.models.base import Base, Created


class Workspace(Base):
    """A student's repository of a problem: one branch, all of its objects in one pack."""

    __tablename__ = "workspaces"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    problem_id: Mapped[int] = mapped_column(
        ForeignKey("problems.id", ondelete="CASCADE"), primary_key=True
    )
    head: Mapped[str]
    """The commit that the branch is at, in hex."""
    pack: Mapped[bytes]
    """A git pack without deltas, with every object that can be reached from `head`."""
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
