"""A student's work on a problem as a git repository: what to clone, and what a push becomes.

The repository lives in PostgreSQL, so any web process can serve it. It begins with
what the student opens (starter, visible tests, ``go.mod``, and what was handed in last);
after that only pushes move it, and each push to ``main`` is a submission.
"""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from judge import problems, submissions
from judge.db import session
from judge.errors import BadSubmission
from judge.git.repository import Refused, Repository
from judge.models import Problem, Submission, User, Workspace
from judge.packs.submission import validate

MAX_DATA_BYTES = 512 * 1024
"""Of data files in a clone: a repository may have a mebibyte, and is the student's."""
OLDEST_GO = "1.23"
"""In ``go.mod`` where the problem names none: what courses use is in it, and students'
own toolchains are seldom older."""


def open_repository(user: User, problem: Problem) -> Repository:
    """The repository of `user`; made when it is asked for the first time."""
    kept = _kept(user, problem)
    if kept is None:
        made = _first(user, problem)
        values = {
            "user_id": user.id, "problem_id": problem.id, "head": made.head, "pack": made.dump(),
        }  # fmt: skip
        session.execute(insert(Workspace).values(**values).on_conflict_do_nothing())
        session.commit()
        kept = _kept(user, problem)
        assert kept is not None, "it was made, by us or by somebody else at the same time"
    session.commit()
    return Repository(kept.pack, kept.head)


def push(user: User, problem: Problem, old: str, new: str, data: bytes) -> Submission:
    """Take a push and hand in what the new head has; both or neither.

    :raises Refused: the push cannot be taken; the text says why.
    :raises BadSubmission: its files cannot be handed in; the text says why.
    """
    repository = open_repository(user, problem)
    repository.push(old, new, data)
    files = _solution(problem, repository.files())
    validate(problems.current_pack(problem), files)
    moved = session.scalar(
        update(Workspace)
        .where(
            Workspace.user_id == user.id, Workspace.problem_id == problem.id, Workspace.head == old
        )
        .values(head=new, pack=repository.dump(), updated_at=func.clock_timestamp())
        .returning(Workspace.head),
        execution_options={"synchronize_session": False},
    )
    if moved is None:
        session.rollback()
        raise Refused("somebody pushed in between: fetch first")
    # Committed together with the submission.
    return submissions.create(user, problem, files, "submit", idempotency_key=f"git-{new}")


def _kept(user: User, problem: Problem) -> Workspace | None:
    return session.get(Workspace, (user.id, problem.id), populate_existing=True)


def _first(user: User, problem: Problem) -> Repository:
    view = problems.view(problem)
    files: dict[str, str | bytes] = {**view.starter, **dict(view.tests)}
    room, missing = MAX_DATA_BYTES, []
    for name, content in sorted(view.data, key=lambda one: len(one[1])):
        room -= len(content)
        if room < 0:
            missing.append(name)
        else:
            files[name] = content
    if view.language == "go":
        files["go.mod"] = f"module {view.module}\n\ngo {view.go or OLDEST_GO}\n"
    for case in view.cases:
        files[f"testdata/{case.name}.in"] = case.stdin
        files[f"testdata/{case.name}.out"] = case.expected
    made = Repository()
    message = f"{view.title}: what it begins with\n"
    if missing:
        message += f"\nToo large for a repository, judge-cli download has: {', '.join(missing)}\n"
    made.commit(files, message, problem.created_at)
    last = session.scalars(
        select(Submission)
        .where(
            Submission.user_id == user.id,
            Submission.problem_id == problem.id,
            Submission.purpose == "submit",
        )
        .order_by(Submission.received_at.desc())
        .limit(1)
    ).one_or_none()
    if last is not None:
        made.commit(files | last.files, "What you handed in last\n", last.received_at)
    return made


def _solution(problem: Problem, files: dict[str, bytes]) -> dict[str, str]:
    """Those of `files` that are handed in: what the problem asks for, and what may be added."""
    view = problems.view(problem)
    given = {name for name, _ in (*view.tests, *view.data)} | {"go.mod", "go.sum"}
    chosen = [
        name
        for name in files
        if name in view.solution
        or (view.extra and name.endswith(view.endings) and "/" not in name and name not in given)
    ]
    missing = sorted(set(view.solution) - set(chosen))
    if missing and not view.extra:
        raise BadSubmission(f"{', '.join(missing)} is not at the top of the pushed commit")
    return {name: _text(name, files[name]) for name in sorted(chosen)}


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BadSubmission(f"{name}: is not UTF-8") from None
