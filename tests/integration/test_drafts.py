from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from judge import db, drafts
from judge.errors import BadSubmission, Conflict
from judge.models import Problem, User


def test_each_save_is_the_next_revision(student: User, problem: Problem) -> None:
    assert drafts.load(student, problem) is None
    assert drafts.save(student, problem, {"leap.go": "one"}, 0).revision == 1
    assert drafts.save(student, problem, {"leap.go": "two"}, 1).revision == 2
    kept = drafts.load(student, problem)
    assert kept is not None
    assert (kept.files, kept.revision) == ({"leap.go": "two"}, 2)


@pytest.mark.parametrize("base", [0, 1, 7])
def test_another_tab_is_not_overwritten(student: User, problem: Problem, base: int) -> None:
    drafts.save(student, problem, {"leap.go": "one"}, 0)
    drafts.save(student, problem, {"leap.go": "two"}, 1)
    with pytest.raises(Conflict):
        drafts.save(student, problem, {"leap.go": "mine"}, base)
    kept = drafts.load(student, problem)
    assert kept is not None and kept.files == {"leap.go": "two"}


def test_of_two_at_once_one_wins(student: User, problem: Problem) -> None:
    drafts.save(student, problem, {"leap.go": "start"}, 0)

    def save(number: int) -> bool:
        try:
            drafts.save(student, problem, {"leap.go": str(number)}, 1)
        except Conflict:
            return False
        finally:
            db.release()
        return True

    with ThreadPoolExecutor(6) as tabs:
        assert sum(tabs.map(save, range(6))) == 1


def test_what_cannot_be_handed_in_is_not_kept(student: User, problem: Problem) -> None:
    with pytest.raises(BadSubmission):
        drafts.save(student, problem, {"other.go": ""}, 0)
    assert drafts.load(student, problem) is None
