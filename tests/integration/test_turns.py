"""Whose turn it is when many wait: fair to users and courses, and true to what is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from judge import db, janitor, leases, metrics, pulses, queue, submissions, turns
from judge import forecast as forecasts
from judge.config import Settings
from judge.models import Problem, Submission, User
from judge.pulses import Pulse
from tests.integration.conftest import GOOD, make_user


def hand_in(user: User, problem: Problem, purpose: str = "submit") -> UUID:
    files = GOOD if problem.slug == "leap" else {"main.go": "package main\n"}
    return submissions.create(user, problem, files, purpose).id  # type: ignore[arg-type]


def taken(times: int, ticket: UUID) -> list[UUID]:
    claims = [leases.claim(ticket, "worker-1", 30) for _ in range(times)]
    return [claim.submission_id for claim in claims if claim is not None]


def test_a_flood_delays_others_by_one(student: User, problem: Problem) -> None:
    flood = [hand_in(student, problem) for _ in range(30)]
    others = [hand_in(make_user(f"other{n}"), problem) for n in range(3)]
    assert taken(5, flood[0]) == [flood[0], *others, flood[1]]


def test_who_is_being_judged_has_had_a_turn(student: User, problem: Problem) -> None:
    first, second = hand_in(student, problem), hand_in(student, problem)
    assert taken(1, first) == [first]
    other = hand_in(make_user("other"), problem)
    assert taken(2, second) == [other, second]


def served(ticket: UUID) -> UUID:
    """The next one, judged at once: nothing is running when the one after it is taken."""
    (one,) = taken(1, ticket)
    statement = "UPDATE submissions SET state = 'done', verdict = 'accepted' WHERE id = :id"
    db.session.execute(text(statement), {"id": one})
    db.session.commit()
    return one


def test_a_flood_gets_one_turn_a_round(student: User, problem: Problem) -> None:
    """Not the next one as soon as the last is judged, old as the flood may be."""
    flood = [hand_in(student, problem) for _ in range(4)]
    others = [hand_in(make_user(f"other{n}"), problem) for n in range(3)]
    assert served(flood[0]) == flood[0]
    later = hand_in(make_user("later"), problem)
    assert [served(flood[0]) for _ in range(7)] == [*others, flood[1], later, flood[2], flood[3]]


def test_courses_take_turns_with_a_single_worker(problem: Problem, io_problem: Problem) -> None:
    large = [hand_in(make_user(f"large{n}"), problem) for n in range(6)]
    small = [hand_in(make_user(f"small{n}"), io_problem) for n in range(2)]
    assert [served(large[0]) for _ in range(6)] == [
        large[0], small[0], large[1], small[1], large[2], large[3],
    ]  # fmt: skip


def test_a_small_course_does_not_stand_behind_a_large_one(
    problem: Problem, io_problem: Problem
) -> None:
    large = [hand_in(make_user(f"large{n}"), problem) for n in range(20)]
    small = [hand_in(make_user(f"small{n}"), io_problem) for n in range(3)]
    assert taken(7, large[0]) == [
        large[0], small[0], large[1], small[1], large[2], small[2], large[3],
    ]  # fmt: skip


def test_trials_come_first_and_tickets_do_not_mix(student: User, problem: Problem) -> None:
    submitted, trial = hand_in(student, problem), hand_in(student, problem, "trial")
    assert [turns.outlook()[one].place for one in (trial, submitted)] == [1, 2]
    assert taken(2, submitted) == [submitted]
    assert taken(2, trial) == [trial]


def test_what_is_told_is_the_order_in_which_it_happens(
    problem: Problem, io_problem: Problem
) -> None:
    users = [make_user(f"user{n}") for n in range(5)]
    made = [hand_in(users[n * 7 % 5], io_problem if n % 3 == 0 else problem) for n in range(40)]
    told = sorted(turns.outlook().items(), key=lambda item: item[1].place)
    assert [turn.place for _, turn in told] == list(range(1, 41))
    for _ in range(40):
        (next_one, _), *_ = sorted(turns.outlook().items(), key=lambda item: item[1].place)
        assert taken(1, made[0]) == [next_one]


def test_many_workers_take_each_once(student: User, problem: Problem) -> None:
    made = {hand_in(student, problem) for _ in range(60)}
    ticket = next(iter(made))

    def work(number: int) -> list[UUID]:
        try:
            return [
                claim.submission_id
                for _ in range(12)
                if (claim := leases.claim(ticket, f"worker-{number}", 30)) is not None
            ]
        finally:
            db.release()

    with ThreadPoolExecutor(6) as workers:
        claimed = [one for found in workers.map(work, range(6)) for one in found]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= made
    # A claim that finds its choice taken in the same moment may come back with nothing.
    rest = taken(60, ticket)
    assert set(claimed) | set(rest) == made


def test_the_wait_follows_from_pace_and_workers(
    servers: Settings, student: User, problem: Problem
) -> None:
    made = [hand_in(student, problem) for _ in range(8)]
    assert turns.outlook()[made[7]].wait_seconds is None
    client = queue.connection()
    with client.pipeline() as pipeline:
        for seconds in (1.5, 2.5):
            metrics.count_pace(pipeline, seconds)
        pipeline.execute()
    for name, interactive in (("one", False), ("two", False), ("play", True)):
        pulses.beat(client, Pulse(name, ready=True, detail="", interactive=interactive))
    # Seven and a half verdicts of two seconds by two workers, and its own; but meanwhile as
    # many come as came in the last half minute, and of these it is overtaken.
    forecast = forecasts.now()
    assert forecast is not None
    assert forecast.wait(8) == pytest.approx(9.5)
    assert (forecast.arrivals["submit"], forecast.arrivals["trial"]) == (8 / 30, 0)
    assert turns.outlook()[made[0]].wait_seconds == forecast.wait(1)
    overtaken = forecast.wait(8, ("trial", "submit"))
    assert turns.outlook()[made[7]].wait_seconds == overtaken
    assert overtaken == pytest.approx(7.5 / (1 - 8 / 30) + 2, abs=0.1)


def test_a_long_wait_is_foretold_from_more_than_a_short_one() -> None:
    """The last 20 verdicts took a second, those before three; two workers."""
    forecast = forecasts.Forecast([1.0] * 20 + [3.0] * 60, 2)
    assert forecast.wait(1) == pytest.approx(1.2, abs=0.1)
    assert forecast.wait(80) == pytest.approx(79.5 / 2 * 2.5 + 2.5, abs=0.1)
    assert forecasts.Forecast([], 2).wait(1) is None
    assert forecasts.Forecast([1.0], 0).wait(1) is None


def test_the_janitor_counts_tickets_and_not_names(
    servers: Settings, student: User, problem: Problem
) -> None:
    flood = [hand_in(student, problem) for _ in range(3)]
    other = hand_in(make_user("other"), problem)
    older(4)
    client = queue.connection()
    # A worker draws the ticket of the second in the flood, and judges whose turn it is.
    client.lrem(queue.queue(queue.SUBMISSIONS).key, 1, queue.job_id(found(flood[1])))
    assert taken(1, flood[1]) == [flood[0]]
    assert janitor.tidy(servers).enqueued == 0
    client.delete(queue.queue(queue.SUBMISSIONS).key)
    assert janitor.tidy(servers).enqueued == 3
    assert janitor.tidy(servers).enqueued == 0
    assert turns.outlook()[other].place == 1


def older(count: int) -> None:
    statement = "UPDATE submissions SET queued_at = queued_at - interval '1 minute'"
    changed = db.session.execute(text(statement))
    db.session.commit()
    assert changed.rowcount == count  # type: ignore[attr-defined]


def found(submission: UUID) -> Submission:
    one = db.session.get(Submission, submission)
    assert one is not None
    return one


def test_a_ticket_of_something_deleted_is_void(student: User, problem: Problem) -> None:
    hand_in(student, problem)
    assert taken(1, UUID(int=7)) == []
