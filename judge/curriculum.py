"""Bringing a course in from a folder: ``course.toml``, and a problem pack in each subfolder.

    format = 1
    slug = "go-from-the-beginning"
    title = "Go from the beginning"
    description = "…"

    [[units]]
    title = "First steps"
    intro = "Markdown, may be left out"
    problems = ["hello", "leap-year"]       # folders beside course.toml

Importing again changes what has changed: another pack is another version of its
problem, and submissions keep the version that they were made for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from judge import problems
from judge.db import session
from judge.errors import BadPack
from judge.models import Course, CourseProblem, Problem, Unit
from judge.packs.load import load
from judge.packs.pack import Pack
from judge.packs.toml import Table

FILE = "course.toml"
FORMAT = 1
_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit as the file has it."""

    title: str
    intro: str
    packs: tuple[Pack, ...]


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course as its folder has it, every pack loaded and valid."""

    slug: str
    title: str
    description: str
    units: tuple[UnitPlan, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: of `problems`, `changed` are new or got another version."""

    slug: str
    problems: int
    changed: tuple[str, ...]


def read(folder: Path) -> CoursePlan:
    """The course in `folder`.

    :raises BadPack: names file, line and key of the first mistake.
    """
    path = folder / FILE
    try:
        table = Table.parse(str(path), path.read_bytes())
    except OSError as error:
        raise BadPack(f"{path}: cannot be read ({error.strerror}); is this a course?") from error
    table.integer("format", FORMAT, FORMAT)
    slug = table.text("slug")
    if not _SLUG.match(slug):
        raise table.error("slug", "must be small letters and digits with single hyphens")
    plan = CoursePlan(
        slug=slug,
        title=table.text("title"),
        description=table.text("description", ""),
        units=tuple(_units(folder, table)),
    )
    table.finish()
    return plan


def _units(folder: Path, table: Table) -> Iterator[UnitPlan]:
    seen: set[str] = set()
    for unit in table.tables("units"):
        packs = []
        for name in unit.strings("problems"):
            pack = load(folder / name)
            if pack.slug in seen:
                raise unit.error("problems", f"{pack.slug} is in this course twice")
            seen.add(pack.slug)
            packs.append(pack)
        yield UnitPlan(unit.text("title"), unit.text("intro", ""), tuple(packs))
        unit.finish()


def import_course(folder: Path) -> Imported:
    """Bring the course in `folder` in, all of it or nothing.

    :raises BadPack: as `read`; nothing was changed.
    """
    return store(read(folder))


def store(plan: CoursePlan) -> Imported:
    """Bring a course in, all of it or nothing."""
    values = {"title": plan.title, "description": plan.description}
    made = insert(Course).values(slug=plan.slug, **values)
    # The update locks the row, so two imports of a course follow one another.
    course_id = session.scalars(
        made.on_conflict_do_update(index_elements=["slug"], set_=values).returning(Course.id)
    ).one()
    changed = []
    placed: list[list[Problem]] = []
    for unit in plan.units:
        placed.append([])
        for pack in unit.packs:
            problem, is_new = problems.publish(pack)
            placed[-1].append(problem)
            if is_new:
                changed.append(problem.slug)
    _place(course_id, plan, placed)
    session.commit()
    return Imported(plan.slug, sum(map(len, placed)), tuple(changed))


def _place(course_id: int, plan: CoursePlan, placed: list[list[Problem]]) -> None:
    """Put the units as they are now in the place of those that were."""
    session.execute(delete(Unit).where(Unit.course_id == course_id))
    for position, (unit, members) in enumerate(zip(plan.units, placed, strict=True), start=1):
        row = Unit(course_id=course_id, position=position, title=unit.title, intro=unit.intro)
        session.add(row)
        session.flush()
        session.add_all(
            CourseProblem(
                course_id=course_id, problem_id=problem.id, unit_id=row.id, position=place
            )
            for place, problem in enumerate(members, start=1)
        )
    session.flush()
