from __future__ import annotations

import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from judge import db, problems, queue, submissions, turns
from judge.errors import BadSubmission, Conflict, NotFound
from judge.models import Problem, Submission, User
from judge.turns import Turn
from tests.integration.conftest import GOOD, make_course, make_user
from tests.unit.fakes import unit_pack


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Submission)) or 0


def test_it_is_stored_then_queued_by_its_id_alone(student: User, problem: Problem) -> None:
    made = submissions.create(student, problem, GOOD, "submit")
    assert (made.state, made.attempt, made.version_id) == ("queued", 0, problem.current_version_id)
    assert queue.waiting(queue.SUBMISSIONS) == [queue.job_id(made)]
    job = queue.queue(queue.SUBMISSIONS).jobs[0]
    assert (job.func_name, job.args) == (queue.JUDGE, [str(made.id)])


def test_it_is_committed_before_it_is_queued(
    student: User, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is quicker than we are must find what it is called for."""
    found: list[int] = []
    enqueue = queue.enqueue

    def look_first(made: Submission) -> None:
        with ThreadPoolExecutor(1) as elsewhere:  # another thread has another connection
            found.append(elsewhere.submit(_seen).result())
        enqueue(made)

    monkeypatch.setattr(queue, "enqueue", look_first)
    submissions.create(student, problem, GOOD, "submit")
    assert found == [1]


def _seen() -> int:
    try:
        return stored()
    finally:
        db.release()


def test_a_job_in_redis_is_json_and_no_pickle(student: User, problem: Problem) -> None:
    """Whoever can write into Redis must not run code in a worker by it."""
    made = submissions.create(student, problem, GOOD, "submit")
    data = queue.connection().hget(f"rq:job:{queue.job_id(made)}", "data")
    assert data is not None
    assert str(made.id) in json.dumps(json.loads(zlib.decompress(data)))


def test_a_trial_is_more_urgent(student: User, problem: Problem) -> None:
    submitted = submissions.create(student, problem, GOOD, "submit")
    trial = submissions.create(student, problem, GOOD, "trial")
    assert queue.waiting(queue.RUNS) == [queue.job_id(trial)]
    places = turns.outlook()
    assert (places[trial.id].place, places[submitted.id].place) == (1, 2)


def test_the_same_key_counts_once(student: User, problem: Problem) -> None:
    first = submissions.create(student, problem, GOOD, "submit", idempotency_key="k")
    again = submissions.create(student, problem, GOOD, "submit", idempotency_key="k")
    assert (again.id, stored()) == (first.id, 1)


def test_a_double_click_counts_once(student: User, problem: Problem) -> None:
    def click(_: int) -> object:
        try:
            return submissions.create(student, problem, GOOD, "submit", idempotency_key="k").id
        finally:
            db.release()

    with ThreadPoolExecutor(8) as clicks:
        ids = set(clicks.map(click, range(16)))
    assert len(ids) == 1
    assert stored() == 1
    assert len(queue.waiting(queue.SUBMISSIONS)) == 1


def test_a_key_is_a_users_own(student: User, problem: Problem) -> None:
    first = submissions.create(student, problem, GOOD, "submit", idempotency_key="k")
    other = submissions.create(make_user("otto"), problem, GOOD, "submit", idempotency_key="k")
    assert first.id != other.id


def test_a_key_for_other_files_is_a_conflict(student: User, problem: Problem) -> None:
    submissions.create(student, problem, GOOD, "submit", idempotency_key="k")
    with pytest.raises(Conflict, match="Idempotency-Key"):
        submissions.create(student, problem, {"leap.go": "other"}, "submit", idempotency_key="k")
    with pytest.raises(Conflict):
        submissions.create(student, problem, GOOD, "trial", idempotency_key="k")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no file"),
        ({"leap.go": "x" * (128 * 1024 + 1)}, "128 KiB"),
        ({f"f{n}.go": "" for n in range(21)}, "21 files"),
        ({"../leap.go": ""}, "plain file name"),
        ({"leap.go": "a\0b"}, "NUL"),
        ({"leap.go": "\ud800"}, "Unicode"),
        ({"leap_test.go": ""}, "belongs to the problem"),
        ({"other.go": ""}, "not a file of this problem"),
    ],
)
def test_refused_files_leave_nothing(
    student: User, problem: Problem, files: dict[str, str], said: str
) -> None:
    with pytest.raises(BadSubmission, match=said):
        submissions.create(student, problem, files, "submit")
    assert stored() == 0
    assert queue.waiting(queue.SUBMISSIONS) == []


def test_without_redis_it_is_accepted_all_the_same(student: User, problem: Problem) -> None:
    queue.configure("unix:///nowhere/there-is-no-redis.sock")
    made = submissions.create(student, problem, GOOD, "submit")
    assert made.state == "queued"
    assert turns.of(made) == Turn(1, None)
    assert stored() == 1


def test_the_version_stays_when_the_problem_changes(student: User, problem: Problem) -> None:
    before = submissions.create(student, problem, GOOD, "submit")
    make_course(unit_pack(changes={"statement.md": b"# Another\n"}))
    after = submissions.create(student, problems.by_slug("leap"), GOOD, "submit")
    assert before.version_id != after.version_id
    assert problems.pack_of(before.version_id).statements[""] == "# Leap\n"


def test_only_its_author_and_staff_see_it(student: User, problem: Problem) -> None:
    made = submissions.create(student, problem, GOOD, "submit")
    assert submissions.get_for(student, made.id).id == made.id
    assert submissions.get_for(make_user("inga", "instructor"), made.id).id == made.id
    with pytest.raises(NotFound) as other:
        submissions.get_for(make_user("otto"), made.id)
    with pytest.raises(NotFound) as nobody:
        submissions.get_for(student, uuid4())
    assert str(other.value) == str(nobody.value)
