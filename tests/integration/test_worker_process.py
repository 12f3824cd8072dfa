"""The worker as a process with real containers: it is killed, it drains, it waits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from judge import db, janitor, problems, pulses, queue, submissions
from judge.config import Settings
from judge.models import Submission, User
from judge.packs.load import load
from tests.integration.conftest import make_course

PACK = load(Path(__file__).resolve().parents[1] / "fixtures" / "packs" / "tally")
GOOD = {"tally.go": PACK.reference.files["tally.go"].decode()}
SLOW = {
    "tally.go": 'package tally\n\nimport "time"\n\nfunc Sum(numbers []int) Total {\n'
    "\ttime.Sleep(2 * time.Second)\n\treturn 0\n}\n"
}  # fmt: skip
LEASE_SECONDS = 2.0
PATIENCE_SECONDS = 60.0

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def quick(servers: Settings) -> Settings:
    """Settings with a short lease."""
    make_course(PACK)
    return replace(servers, lease=LEASE_SECONDS)


@pytest.fixture
def start(quick: Settings) -> Iterator[Start]:
    """Starts a worker; it is ended with the test."""
    started = []

    def worker(**more: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DATABASE_URL": quick.database_url,
            "REDIS_URL": quick.redis_url,
            "JUDGE_LEASE": f"{LEASE_SECONDS}s",
            "JUDGE_SANDBOX": "docker",
            "JUDGE_SANDBOX_SPARE": "0",
        }
        process = subprocess.Popen(
            [Path(sys.executable).with_name("judge"), "worker"], env=environment | more
        )
        started.append(process)
        return process

    yield worker
    for process in started:
        process.kill()
        process.wait()


def until(condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def now(submission: Submission) -> Submission:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get(Submission, submission.id)
    assert found is not None
    return found


def state_is(submission: Submission, state: str) -> Callable[[], bool]:
    return lambda: now(submission).state == state


def submit(student: User, files: dict[str, str]) -> Submission:
    return submissions.create(student, problems.by_slug("tally"), files, "submit")


def test_what_a_killed_worker_held_is_judged_again(
    engine: object, start: Start, quick: Settings, student: User
) -> None:
    worker = start()
    slow = submit(student, SLOW)
    until(state_is(slow, "running"))
    time.sleep(LEASE_SECONDS + 1)
    assert janitor.tidy(quick).lapsed == 0, "a living worker renews its lease"
    worker.kill()
    killed = time.monotonic()
    until(lambda: janitor.tidy(quick).lapsed or now(slow).state != "running")
    start()
    until(state_is(slow, "done"))
    assert time.monotonic() - killed < 60
    done = now(slow)
    assert (done.verdict, done.attempt, done.tries) == ("time_limit", 2, 1)


def test_sigterm_lets_the_job_at_hand_end(
    engine: object, start: Start, quick: Settings, student: User
) -> None:
    worker = start()
    slow, waiting = submit(student, SLOW), submit(student, GOOD)
    until(state_is(slow, "running"))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_SECONDS) == 0
    assert now(slow).state == "done"
    assert now(waiting).state == "queued"
    assert pulses.all_alive(queue.connection()) == []


def test_a_second_signal_gives_back_what_was_at_hand(
    engine: object, start: Start, quick: Settings, student: User
) -> None:
    worker = start()
    slow = submit(student, SLOW)
    until(state_is(slow, "running"))
    worker.send_signal(signal.SIGTERM)
    time.sleep(1.2)
    worker.send_signal(signal.SIGTERM)
    worker.wait(PATIENCE_SECONDS)
    left = now(slow)
    assert (left.state, left.tries) == ("queued", 0)


def test_without_an_engine_it_takes_nothing_and_says_why(
    start: Start, quick: Settings, student: User
) -> None:
    worker = start(DOCKER_HOST="unix:///nowhere/docker.sock")
    made = submit(student, GOOD)
    until(lambda: pulses.all_alive(queue.connection()))
    until(lambda: "engine" in pulses.all_alive(queue.connection())[0].detail)
    assert not pulses.all_alive(queue.connection())[0].ready
    assert now(made).state == "queued"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_SECONDS) == 0


def test_a_program_runs_in_a_real_container(engine: object, start: Start, quick: Settings) -> None:
    from judge import runs

    start()
    until(lambda: any(pulse.ready for pulse in pulses.all_alive(queue.connection())))
    code = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n'
    told = runs.run(runs.check(code), timeout_seconds=5, keep_seconds=0)
    assert (told["stdout"], told["exit_code"], told["verdict"]) == ("hello\n", 0, "accepted")
