"""Courses: units in order, in them problems in order."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from judge.models.base import Base, Created, Key
from judge.models.problems import Problem


class Course(Base):
    """A course."""

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[Key]
    slug: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    created_at: Mapped[Created]


class Unit(Base):
    """A chapter of a course."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("course_id", "position"),)

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    intro: Mapped[str] = mapped_column(default="")

    problems: Mapped[list[CourseProblem]] = relationship(order_by="CourseProblem.position")


class CourseProblem(Base):
    """A problem's place in a course; a problem is in a course at most once."""

    __tablename__ = "course_problems"
    __table_args__ = (Index(None, "unit_id", "position"), Index(None, "problem_id"))

    course_id: Mapped[int] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True
    )
    problem_id: Mapped[int] = mapped_column(
        ForeignKey("problems.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"))
    position: Mapped[int]

    problem: Mapped[Problem] = relationship(lazy="joined", innerjoin=True)
