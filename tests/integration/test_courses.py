from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from judge import accounts, courses, curriculum, db, leaderboard, problems
from judge.config import Settings
from judge.errors import BadPack, NotFound
from judge.models import Problem, Submission, User
from judge.packs.write import write_folder
from tests.integration.conftest import make_course, make_user, the_course
from tests.unit.fakes import io_pack, unit_files, unit_pack

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def two(servers: Settings) -> list[Problem]:
    """The course "basics" with the problems "leap" and "sum"."""
    make_course(unit_pack(), io_pack())
    return [problems.by_slug("leap"), problems.by_slug("sum")]


def graded(
    user: User,
    problem: Problem,
    points: float,
    minute: int,
    verdict: str | None = "",
    **more: object,
) -> None:
    """A submission as if it had been handed in and judged."""
    earned = "accepted" if points == 100 else "wrong_answer"
    values = {
        "purpose": "submit",
        "state": "done",
        "verdict": earned if verdict == "" else verdict,
        "score": points,
        "received_at": START + timedelta(minutes=minute),
    }
    db.session.add(
        Submission(
            id=uuid4(),
            user_id=user.id,
            problem_id=problem.id,
            version_id=problem.current_version_id,
            files={},
            **(values | more),
        )
    )
    db.session.commit()


def board() -> list[tuple[int, str, float]]:
    return [
        (row.rank, row.user.username, row.total)
        for row in leaderboard.standings(the_course())
    ]  # fmt: skip


def test_the_best_score_counts_and_the_last_gain_breaks_ties(two: list[Problem]) -> None:
    leap, total = two
    anna, bert, carl = make_user("anna"), make_user("bert"), make_user("carl")
    graded(anna, leap, 60, 1)
    graded(anna, leap, 100, 9)
    graded(anna, leap, 40, 20)  # worse, later: changes nothing
    graded(bert, leap, 100, 5)
    graded(bert, leap, 100, 30)  # the same again: no gain
    graded(carl, leap, 50, 1)
    graded(carl, total, 50, 9)
    assert board() == [(1, "bert", 100.0), (2, "anna", 100.0), (2, "carl", 100.0)]


def test_cells_tell_tries_and_who_was_first(two: list[Problem]) -> None:
    leap = two[0]
    anna, bert = make_user("anna"), make_user("bert")
    graded(anna, leap, 0, 1)
    graded(anna, leap, 100, 5)
    graded(anna, leap, 0, 6)
    graded(bert, leap, 30, 2)
    graded(bert, leap, 10, 3)
    first = leaderboard.solved_by(the_course(), anna)[leap.id]
    assert (first.score, first.tries, first.first) == (100, 2, True)
    assert first.solved_at == START + timedelta(minutes=5)
    second = leaderboard.solved_by(the_course(), bert)[leap.id]
    assert (second.score, second.tries, second.solved_at, second.first) == (30, 2, None, False)


def test_what_never_counts(two: list[Problem]) -> None:
    leap = two[0]
    student = make_user("anna")
    graded(student, leap, 100, 1, purpose="trial")
    graded(student, leap, 0, 2, "rejected")
    graded(student, leap, 0, 3, "internal_error", score=None)
    graded(student, leap, 0, 4, None, state="queued", score=None)
    graded(make_user("inga", "instructor"), leap, 100, 5)
    gone = make_user("gone")
    graded(gone, leap, 100, 6)
    accounts.set_active(gone, active=False)
    assert board() == []
    step = courses.overview(the_course(), student).units[0].problems[0]
    assert (step.state, step.tries, step.score) == ("new", 0, 0)


def test_zero_points_are_on_the_board_too(two: list[Problem]) -> None:
    graded(make_user("anna"), two[0], 0, 1)
    (row,) = leaderboard.standings(the_course())
    assert (row.rank, row.total, row.last_gain_at) == (1, 0.0, None)


def test_thirds_make_no_false_order(two: list[Problem]) -> None:
    anna, bert = make_user("anna"), make_user("bert")
    for user, scores in ((anna, (33.333333333333336, 66.66666666666667)), (bert, (50.0, 50.0))):
        for problem, score in zip(two, scores, strict=True):
            graded(user, problem, score, 7)
    assert [rank for rank, _, _ in board()] == [1, 1]


def test_the_path_goes_on_behind_the_last_solved(two: list[Problem]) -> None:
    student = make_user("anna")
    whole = courses.overview(the_course(), student)
    assert whole.next_problem is not None and whole.next_problem.slug == "leap"
    graded(student, two[0], 60, 1)
    graded(student, two[1], 100, 2)
    whole = courses.overview(the_course(), student)
    assert [step.state for step in whole.units[0].problems] == ["partial", "solved"]
    assert whole.next_problem is not None and whole.next_problem.slug == "leap"
    assert (whole.solved, whole.problems, whole.score, whole.max_score) == (1, 2, 160, 200)
    (card,) = courses.all_for(None)
    assert (card.solved, card.score, card.problems) == (0, 0, 2)


def test_a_course_is_read_from_its_folder(servers: Settings, tmp_path: Path) -> None:
    write_folder(unit_files(), tmp_path / "leap")
    (tmp_path / "course.toml").write_text(
        'format = 1\nslug = "go"\ntitle = "Go"\ndescription = "All of it"\n'
        '[[units]]\ntitle = "One"\nintro = "*Hello*"\nproblems = ["leap"]\n'
    )
    first = curriculum.import_course(tmp_path)
    assert (first.slug, first.problems, first.changed) == ("go", 1, ("leap",))
    assert curriculum.import_course(tmp_path).changed == ()
    unit = courses.overview(the_course("go"), None).units[0]
    assert (unit.title, unit.intro_html.strip()) == ("One", "<p><em>Hello</em></p>")
    (tmp_path / "leap" / "statement.md").write_text("# Leap\n\nNew.\n")
    assert curriculum.import_course(tmp_path).changed == ("leap",)
    assert "New." in problems.view(problems.by_slug("leap")).statement_html


@pytest.mark.parametrize(
    ("course", "said"),
    [
        ('format = 1\nslug = "A B"\ntitle = "x"\n', "course.toml:2: slug"),
        ('format = 1\nslug = "a"\ntitle = "x"\nunit = 1\n', "course.toml:4: unit"),
        ('format = 1\nslug = "a"\ntitle = "x"\n[[units]]\ntitle = "u"\nproblems = ["no"]\n', "no"),
    ],
)
def test_a_bad_course_changes_nothing(
    servers: Settings, tmp_path: Path, course: str, said: str
) -> None:
    (tmp_path / "course.toml").write_text(course)
    with pytest.raises(BadPack, match=said):
        curriculum.import_course(tmp_path)
    assert courses.all_for(None) == []
    with pytest.raises(BadPack, match="this a course"):
        curriculum.import_course(tmp_path / "nowhere")


def test_a_view_holds_nothing_hidden(two: list[Problem]) -> None:
    view = problems.view(two[0])
    assert "TestB" not in repr(view)
    assert [name for name, _ in view.tests] == ["leap_test.go"]
    assert [case.name for case in problems.view(two[1]).cases] == ["1", "2"]
    with pytest.raises(NotFound):
        problems.by_slug("nothing")
