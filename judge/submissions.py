"""Accepting code: validate, store, commit, and only then enqueue."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from judge import metrics, queue
from judge.db import session
from judge.errors import BadSubmission, Conflict, NotFound
from judge.models import Problem, Purpose, Submission, User
from judge.packs.submission import validate
from judge.problems import current_pack

MAX_KEY_CHARACTERS = 200

_log = structlog.get_logger(__name__)


def create(
    user: User,
    problem: Problem,
    files: Mapping[str, str],
    purpose: Purpose,
    idempotency_key: str | None = None,
) -> Submission:
    """Store a submission, pinned to the problem's current version, and queue it.

    With a key that this user has used before for the same files, the submission of
    that time is returned and nothing is stored. Where Redis is away it is stored all
    the same; the janitor queues it later.

    :raises BadSubmission: files that are refused; nothing was stored.
    :raises Conflict: the key was used for something else.
    """
    contents = validate(current_pack(problem), files)
    texts = {name: content.decode() for name, content in contents.items()}
    if idempotency_key is not None:
        _check_key(idempotency_key)
    made: Submission | None = session.scalar(
        insert(Submission)
        .values(
            user_id=user.id,
            problem_id=problem.id,
            version_id=problem.current_version_id,
            purpose=purpose,
            files=texts,
            idempotency_key=idempotency_key,
        )
        .on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"])
        .returning(Submission)
    )
    session.commit()
    if made is None:
        assert idempotency_key is not None, "only a key can be there already"
        return _earlier(user, problem, texts, purpose, idempotency_key)
    _log.info(
        "handed in", submission=str(made.id), user=user.id, problem=problem.slug, purpose=purpose
    )
    _enqueue(made)
    return made


def _earlier(
    user: User, problem: Problem, texts: Mapping[str, str], purpose: str, key: str
) -> Submission:
    """The submission made under this key before."""
    query = select(Submission).where(
        Submission.user_id == user.id, Submission.idempotency_key == key
    )
    found = session.scalars(query).one()
    session.commit()
    same = found.problem_id == problem.id and found.purpose == purpose and found.files == texts
    if not same:
        raise Conflict("this Idempotency-Key was used for another submission; take a new one")
    return found


def _enqueue(submission: Submission) -> None:
    try:
        queue.enqueue(submission)
        metrics.count_arrival(queue.connection(), submission.purpose)
    except RedisError as error:
        _log.warning(
            "not enqueued, the janitor will", submission=str(submission.id), error=str(error)
        )


def _check_key(key: str) -> None:
    if not 0 < len(key) <= MAX_KEY_CHARACTERS or not key.isprintable():
        raise BadSubmission(
            f"an Idempotency-Key has 1 to {MAX_KEY_CHARACTERS} printable characters"
        )


def get_for(viewer: User, submission_id: UUID) -> Submission:
    """A submission that `viewer` may see: one's own; staff see all.

    :raises NotFound: there is none, or it is somebody else's: nobody learns which.
    """
    found = session.get(Submission, submission_id, populate_existing=True)
    own = found is not None and found.user_id == viewer.id and found.purpose != "rejudge"
    if found is None or not (own or viewer.is_staff):
        raise NotFound("there is no such submission")
    return found
