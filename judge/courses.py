"""Courses: what is in them, and how far somebody has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.orm import selectinload

from judge.db import session
from judge.errors import NotFound
from judge.markdown import to_html
from judge.models import Course, CourseProblem, Problem, Submission, Unit, User
from judge.models.submissions import COUNTED

ProblemState = Literal["new", "tried", "partial", "solved"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has of a problem: the best score, tries, whether it is solved."""

    score: float = 0.0
    tries: int = 0
    solved: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A problem of a course, with one user's state."""

    id: int
    slug: str
    title: str
    difficulty: int
    state: ProblemState
    score: float
    max_score: float
    tries: int


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its problems in order."""

    title: str
    intro_html: str
    problems: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course in a list. `problems` and `solved` are counts."""

    slug: str
    title: str
    description: str
    problems: int
    solved: int
    score: float
    max_score: float


@dataclass(frozen=True, slots=True)
class CourseOverview:
    """A course as a path through its units. `problems` and `solved` are counts."""

    slug: str
    title: str
    description: str
    units: tuple[UnitView, ...]
    next_problem: Step | None
    """The first open one behind the last that is solved, else the first open one."""
    problems: int
    solved: int
    score: float
    max_score: float


def by_slug(slug: str) -> Course:
    """The course of that slug.

    :raises NotFound: there is none.
    """
    course = session.scalar(select(Course).where(Course.slug == slug))
    if course is None:
        raise NotFound(f"there is no course {slug!r}")
    return course


def containing(problem: Problem) -> Course | None:
    """The oldest course that has `problem`; None where none does."""
    return session.scalar(
        select(Course)
        .join(CourseProblem, CourseProblem.course_id == Course.id)
        .where(CourseProblem.problem_id == problem.id)
        .order_by(Course.id)
        .limit(1)
    )


def all_for(user: User | None) -> list[CourseCard]:
    """All courses, with `user`'s progress (zero for nobody), by title."""
    courses = session.scalars(select(Course).order_by(Course.title, Course.id))
    return [_card(overview(course, user)) for course in courses]


def overview(course: Course, user: User | None) -> CourseOverview:
    """The course with the state of each problem for `user`."""
    units = session.scalars(
        select(Unit)
        .where(Unit.course_id == course.id)
        .options(selectinload(Unit.problems))
        .order_by(Unit.position)
    ).all()
    standings = _standings(user, course) if user is not None else {}
    views = tuple(_unit(unit, standings) for unit in units)
    steps = [step for unit in views for step in unit.problems]
    return CourseOverview(
        slug=course.slug,
        title=course.title,
        description=course.description,
        units=views,
        next_problem=_next(steps),
        problems=len(steps),
        solved=sum(step.state == "solved" for step in steps),
        score=sum(step.score for step in steps),
        max_score=sum(step.max_score for step in steps),
    )


def _standings(user: User, course: Course) -> dict[int, Standing]:
    """By the problem's id; from the same submissions that the leaderboard counts."""
    problems = select(CourseProblem.problem_id).where(CourseProblem.course_id == course.id)
    solved = func.min(Submission.received_at).filter(Submission.verdict == "accepted")
    counted = (
        select(
            Submission.problem_id,
            Submission.score,
            Submission.received_at,
            solved.over(partition_by=Submission.problem_id).label("solved_at"),
        )
        .where(Submission.user_id == user.id, Submission.problem_id.in_(problems), text(COUNTED))
        .subquery()
    )
    until_solved = counted.c.solved_at.is_(None) | (counted.c.received_at <= counted.c.solved_at)
    query = select(
        counted.c.problem_id,
        func.max(counted.c.score).label("score"),
        func.count().filter(until_solved).label("tries"),
        func.bool_or(counted.c.solved_at.is_not(None)).label("solved"),
    ).group_by(counted.c.problem_id)
    return {
        line.problem_id: Standing(line.score, line.tries, line.solved)
        for line in session.execute(query)
    }


def _unit(unit: Unit, standings: dict[int, Standing]) -> UnitView:
    steps = (
        _step(item.problem, standings.get(item.problem_id, Standing())) for item in unit.problems
    )
    return UnitView(unit.title, to_html(unit.intro), tuple(steps))


def _step(problem: Problem, standing: Standing) -> Step:
    return Step(
        id=problem.id,
        slug=problem.slug,
        title=problem.title,
        difficulty=problem.difficulty,
        state=_state(standing),
        score=standing.score,
        max_score=problem.max_score,
        tries=standing.tries,
    )


def _state(standing: Standing) -> ProblemState:
    if standing.solved:
        return "solved"
    if standing.score > 0:
        return "partial"
    return "tried" if standing.tries else "new"


def _next(steps: Iterable[Step]) -> Step | None:
    """The first open one behind the last that was solved, else the first open one at all."""
    path = list(steps)
    done = [index for index, step in enumerate(path) if step.state == "solved"]
    ahead = path[done[-1] + 1 :] if done else path
    return next((step for step in [*ahead, *path] if step.state != "solved"), None)


def _card(whole: CourseOverview) -> CourseCard:
    return CourseCard(
        slug=whole.slug,
        title=whole.title,
        description=whole.description,
        problems=whole.problems,
        solved=whole.solved,
        score=whole.score,
        max_score=whole.max_score,
    )
