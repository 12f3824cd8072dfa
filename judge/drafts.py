"""Drafts: what is typed and not handed in, safe from being overwritten by another tab."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from judge.db import session
from judge.errors import Conflict
from judge.models import Draft, Problem, User
from judge.packs.submission import validate
from judge.problems import current_pack


def load(user: User, problem: Problem) -> Draft | None:
    """What `user` keeps for this problem."""
    return session.get(Draft, (user.id, problem.id), populate_existing=True)


def save(user: User, problem: Problem, files: Mapping[str, str], base_revision: int) -> Draft:
    """Keep `files` as the next revision after `base_revision` (0: there was none).

    :raises BadSubmission: files that could never be handed in.
    :raises Conflict: the draft has moved on since; nothing was changed.
    """
    validate(current_pack(problem), files)
    # One statement decides, so two tabs that save at once cannot both win.
    if base_revision == 0:
        saved = _first(user, problem, files)
    else:
        saved = _next(user, problem, files, base_revision)
    if saved is None:
        session.rollback()
        raise Conflict("this draft was saved somewhere else in the meantime")
    session.commit()
    return saved


def _first(user: User, problem: Problem, files: Mapping[str, str]) -> Draft | None:
    values = {"user_id": user.id, "problem_id": problem.id, "files": dict(files)}
    made = insert(Draft).values(values).on_conflict_do_nothing().returning(Draft)
    return session.scalars(made).one_or_none()


def _next(user: User, problem: Problem, files: Mapping[str, str], base: int) -> Draft | None:
    moved = (
        update(Draft)
        .where(Draft.user_id == user.id, Draft.problem_id == problem.id, Draft.revision == base)
        .values(files=dict(files), revision=Draft.revision + 1, updated_at=func.clock_timestamp())
        .returning(Draft)
    )
    options = {"populate_existing": True, "synchronize_session": False}
    return session.scalars(moved, execution_options=options).one_or_none()
