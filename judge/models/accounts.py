"""Accounts and the tokens that programs sign in with."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from judge.models.base import Base, Created, Key, Moment

Role = Literal["student", "instructor", "admin"]


class User(Base):
    """Somebody who can sign in. The last members are what Flask-Login asks for."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('student', 'instructor', 'admin')", name="role"),
        UniqueConstraint("username_key"),
    )

    id: Mapped[Key]
    username: Mapped[str]
    username_key: Mapped[str]
    """The username as it is compared: `accounts.username_key`."""
    display_name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default="student")
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Part of every session's key: counting it up ends all sessions."""
    created_at: Mapped[Created]

    sign_in_id = ""
    """Of the session that this user was found by; no column."""
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this account may sign in."""
        return self.active

    def get_id(self) -> str:
        """What a session remembers of its user."""
        parts = (str(self.id), str(self.session_epoch), self.sign_in_id)
        return ":".join(part for part in parts if part)

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody who teaches or runs the platform."""
        return self.role in {"instructor", "admin"}


class ApiToken(Base):
    """A token for the API. The token itself is shown once and not kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        UniqueConstraint("digest"),
        UniqueConstraint("user_id", "name"),
        Index(None, "user_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    digest: Mapped[str]
    """SHA-256 of the token in hex: it is random, so nothing slower is needed."""
    created_at: Mapped[Created]
    used_at: Mapped[Moment | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class EndedSession(Base):
    """A session that was signed out. It must not come back with a copy of its cookie."""

    __tablename__ = "ended_sessions"
    __table_args__ = (Index(None, "ended_at"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the session's id in hex."""
    ended_at: Mapped[Created]
