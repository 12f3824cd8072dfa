"""Problems and the versions of their packs."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import LargeBinary, Text

from judge.models.base import Base, Created, Key


class Problem(Base):
    """A problem. What is here beside the slug is taken over from its current version's pack."""

    __tablename__ = "problems"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[Key]
    slug: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str]
    difficulty: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    max_score: Mapped[float]
    current_version_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("problem_versions.id", use_alter=True)
    )
    created_at: Mapped[Created]


class ProblemVersion(Base):
    """A pack as it was at some time. Never changed: submissions are judged by the one they name."""

    __tablename__ = "problem_versions"
    __table_args__ = (UniqueConstraint("problem_id", "digest"),)

    id: Mapped[Key]
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id", ondelete="CASCADE"))
    digest: Mapped[str]
    archive: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The pack as a zip."""
    created_at: Mapped[Created]

    problem: Mapped[Problem] = relationship(foreign_keys=[problem_id])
