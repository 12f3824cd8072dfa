from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from judge import db, metrics, pulses, queue, submissions
from judge.models import Problem, User
from judge.pulses import Pulse
from tests.integration.conftest import GOOD

READY = Pulse("w1", ready=True, detail="docker: the engine answers", toolchain="go1.27.3")
WAITING = Pulse("w2", ready=False, detail="the image is missing")


def test_alive_needs_nothing(client: FlaskClient) -> None:
    db.configure("postgresql://nobody@127.0.0.1:1/none")
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready_with_a_worker_that_can_judge(client: FlaskClient) -> None:
    pulses.beat(queue.connection(), READY)
    pulses.beat(queue.connection(), WAITING)
    response = client.get("/readyz")
    assert response.status_code == 200
    told = response.get_json()
    assert (told["ready"], told["workers"], told["sandbox"]) == (True, 1, READY.detail)


def test_not_ready_says_what_is_missing(client: FlaskClient) -> None:
    assert "worker: none is running" in client.get("/readyz").get_json()["detail"]
    pulses.beat(queue.connection(), WAITING)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["detail"] == "worker: the image is missing"


def test_a_worker_that_ended_is_forgotten(client: FlaskClient) -> None:
    pulses.beat(queue.connection(), READY)
    pulses.stop(queue.connection(), READY.name)
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("part", ["database", "queue"])
def test_a_part_that_is_away_is_named(client: FlaskClient, part: str) -> None:
    pulses.beat(queue.connection(), READY)
    if part == "database":
        db.configure("postgresql://nobody@127.0.0.1:1/none")
    else:
        queue.configure("unix:///nowhere/redis.sock")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert part in response.get_json()["detail"]
    text = client.get("/metrics").get_data(as_text=True)
    assert f'judge_up{{part="{part}"}} 0.0' in text


def test_metrics_tell_depth_age_and_verdicts(
    client: FlaskClient, student: User, problem: Problem
) -> None:
    submissions.create(student, problem, GOOD, "submit")
    pulses.beat(queue.connection(), READY)
    with queue.connection().pipeline() as pipeline:
        metrics.count_verdict(pipeline, "accepted", {"compile": 0.25, "run": 0.5})
        metrics.count_verdict(pipeline, "accepted", {"compile": 0.25})
        metrics.count(pipeline, "replaced", "used up", 2)
        pipeline.execute()
    text = client.get("/metrics").get_data(as_text=True)
    for line in (
        'judge_queue_depth{queue="submissions"} 1.0',
        'judge_submissions_open{state="queued"} 1.0',
        'judge_verdicts_total{verdict="accepted"} 2.0',
        'judge_phase_seconds_total{phase="compile"} 0.5',
        'judge_phase_runs_total{phase="run"} 1.0',
        'judge_sandboxes_replaced_total{reason="used up"} 2.0',
        "judge_workers_ready 1.0",
    ):
        assert line in text
    age = next(line for line in text.splitlines() if line.startswith("judge_queue_age_seconds"))
    assert 0 < float(age.split()[1]) < 60


def test_alerts_ask_for_what_is_told(client: FlaskClient) -> None:
    asked = re.findall(r"expr: (.+)", Path("docs/alerts.yml").read_text())
    text = client.get("/metrics").get_data(as_text=True)
    told = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    assert len(asked) >= 7
    assert set(re.findall(r"\bjudge_\w+", " ".join(asked))) <= told
