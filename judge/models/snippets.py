"""Snippets: programs of the playground that somebody kept, with every version of their files."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from judge.models.accounts import User
from judge.models.base import Base, Created, Key, Moment, Texts


class Snippet(Base):
    """A kept program. Nobody owns what was saved without an account."""

    __tablename__ = "snippets"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'unlisted', 'public')", name="visibility"),
        UniqueConstraint("public_id"),
        Index("ix_snippets_own", "owner_id", text("updated_at DESC")),
    )

    id: Mapped[Key]
    public_id: Mapped[str]
    """In addresses; too long to be guessed."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str]
    language: Mapped[str] = mapped_column(default="go")
    visibility: Mapped[str] = mapped_column(default="unlisted")
    version: Mapped[int] = mapped_column(default=1)
    """The number of the newest version."""
    size: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    """Bytes of the files of all versions together."""
    forked_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("snippets.id", ondelete="SET NULL")
    )
    created_at: Mapped[Created]
    updated_at: Mapped[Created]
    deleted_at: Mapped[Moment | None]
    """Deleted things can be brought back by their owner."""

    owner: Mapped[User | None] = relationship(lazy="joined")
    forked_from: Mapped[Snippet | None] = relationship(remote_side="Snippet.id")


class SnippetVersion(Base):
    """The files of one version; never changed."""

    __tablename__ = "snippet_versions"

    snippet_id: Mapped[int] = mapped_column(
        ForeignKey("snippets.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    files: Mapped[Texts]
    created_at: Mapped[Created]
