from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from judge import queue, runs
from judge.config import Settings
from judge.models import Problem, User
from tests.integration.conftest import GOOD, bearer

URL = "/api/v1/problems/leap/submissions"
HELLO = {"code": "package main\n\nfunc main() {}\n", "language": "go"}
OUTCOME = {
    "output": "hi\n", "stdout": "hi\n", "stderr": "", "exit_code": 0,
    "verdict": "accepted", "seconds": 0.01, "message": "", "repeatable": True,
}  # fmt: skip


@pytest.fixture
def headers(student: User) -> dict[str, str]:
    return bearer(student)


def test_a_submission_is_taken_and_can_be_asked_for(
    client: FlaskClient, headers: dict[str, str], problem: Problem
) -> None:
    response = client.post(URL, json={"files": GOOD}, headers=headers)
    assert response.status_code == 202
    taken = response.get_json()
    assert set(taken) == {"id", "url", "state"}
    told = client.get(taken["url"], headers=headers).get_json()
    assert (told["id"], told["state"], told["result"]) == (taken["id"], "queued", None)
    assert told["place"] == 1
    assert set(told["timestamps"]) == {"received", "queued", "started", "graded"}


def test_the_idempotency_key_is_honoured(
    client: FlaskClient, headers: dict[str, str], problem: Problem
) -> None:
    with_key = headers | {"Idempotency-Key": "a-key"}
    first = client.post(URL, json={"files": GOOD}, headers=with_key).get_json()
    again = client.post(URL, json={"files": GOOD}, headers=with_key)
    assert (again.status_code, again.get_json()["id"]) == (202, first["id"])
    other = client.post(URL, json={"files": {"leap.go": "x"}}, headers=with_key)
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"files": {"../x.go": ""}}, 422, "plain file name"),
        ({"files": {"leap.go": "x" * 131073}}, 422, "128 KiB"),
        ({"files": {f"f{n}.go": "" for n in range(21)}}, 422, "21 files"),
        ({"files": {"leap.go": "\0"}}, 422, "NUL"),
        ({"files": {"leap.go": 1}}, 422, "files.leap.go"),
        ({"files": []}, 422, "files"),
        ({}, 422, "files"),
        ({"files": {}, "more": 1}, 422, "more"),
        ([], 422, ""),
    ],
)
def test_bad_input_says_what_is_wrong(
    client: FlaskClient, headers: dict[str, str], problem: Problem, body: Any, status: int,
    said: str,
) -> None:  # fmt: skip
    response = client.post(URL, json=body, headers=headers)
    assert response.status_code == status
    assert said in response.get_json()["error"]


def test_what_is_no_json_is_refused(
    client: FlaskClient, headers: dict[str, str], problem: Problem
) -> None:
    broken = client.post(URL, data=b"{", headers=headers, content_type="application/json")
    assert broken.status_code == 400
    huge = client.post(URL, data=b"x" * (5 << 20), headers=headers, content_type="application/json")
    assert huge.status_code == 413


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer", "Basic eDp5", ""])
def test_without_a_known_token_nothing(client: FlaskClient, authorization: str) -> None:
    response = client.get("/api/v1/problems", headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_an_unknown_address_is_json_here(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/api/v1/nothing", headers=headers).get_json()["error"]
    assert client.get("/api/v1/problems/\0", headers=headers).status_code in {400, 404}
    assert client.put("/api/run").status_code == 405


@pytest.fixture
def worker(servers: Settings) -> Any:
    """Answers the next program on the queue from another thread."""
    asked: list[list[str]] = []

    def answer(outcome: dict[str, Any]) -> threading.Thread:
        def work() -> None:
            client = queue.connection()
            _, job_id = client.blpop([queue.queue(queue.RUNS).key], timeout=4)  # type: ignore[misc]
            job = queue.queue(queue.RUNS).fetch_job(job_id.decode())
            assert job is not None
            asked.append(list(job.args))
            runs.leave_outcome(client, job.args[0], outcome)

        thread = threading.Thread(target=work)
        thread.start()
        return thread

    answer.asked = asked  # type: ignore[attr-defined]
    return answer


def test_a_program_runs_through_the_queue(client: FlaskClient, worker: Any) -> None:
    thread = worker(OUTCOME)
    response = client.post("/api/run", json={**HELLO, "stdin": "in"})
    thread.join()
    assert response.status_code == 200
    expected = {key: value for key, value in OUTCOME.items() if key != "repeatable"}
    assert response.get_json() == expected | {"cached": False}
    assert worker.asked[0][1:] == [HELLO["code"], "in", "go"]
    again = client.post("/api/run", json={**HELLO, "stdin": "in"}).get_json()
    assert again == expected | {"cached": True}


def test_what_may_come_out_otherwise_is_not_kept(client: FlaskClient, worker: Any) -> None:
    for _ in range(2):
        thread = worker(OUTCOME | {"verdict": "time_limit", "repeatable": False})
        assert client.post("/api/run", json=HELLO).get_json()["cached"] is False
        thread.join()


def test_what_was_kept_is_of_these_limits_and_this_toolchain(
    client: FlaskClient, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = worker(OUTCOME)
    client.post("/api/run", json=HELLO)
    thread.join()
    program = runs.check(HELLO["code"])
    assert runs.run(program, 5.0, 60)["cached"]
    thread = worker(OUTCOME)
    assert not runs.run(program, 2.0, 60)["cached"]
    thread.join()
    monkeypatch.setattr(runs, "version", lambda _: "1.99.0")
    thread = worker(OUTCOME)
    assert not runs.run(program, 5.0, 60)["cached"]
    thread.join()


def test_a_program_that_reads_the_clock_runs_each_time(client: FlaskClient, worker: Any) -> None:
    code = HELLO["code"] + '\nimport "time"\n'
    for _ in range(2):
        thread = worker(OUTCOME)
        assert client.post("/api/run", json={"code": code}).get_json()["cached"] is False
        thread.join()


def test_our_fault_is_not_an_outcome(client: FlaskClient, worker: Any) -> None:
    thread = worker({"verdict": None, "message": "the engine is away"})
    response = client.post("/api/run", json=HELLO)
    thread.join()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "engine" in response.get_json()["error"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"language": "go"}, 400, "code is missing"),
        ({"code": ""}, 400, "empty"),
        ({"code": 7}, 400, "text"),
        ({"code": "x", "stdin": []}, 400, "stdin"),
        ({"code": "a\0b"}, 400, "NUL"),
        ({"code": "\ud800"}, 400, "Unicode"),
        ({"code": "x", "language": "cobol"}, 400, "there is: go, python, javascript"),
        ({"code": "x" * 131073}, 413, "131072"),
        ({"code": "x", "stdin": "x" * (1 << 20) + "x"}, 413, "stdin"),
        (["x"], 400, "object"),
    ],
)
def test_what_cannot_be_run(client: FlaskClient, body: Any, status: int, said: str) -> None:
    response = client.post("/api/run", json=body)
    assert response.status_code == status
    assert said in response.get_json()["error"]


def test_strangers_can_be_kept_out(app: Flask, student: User) -> None:
    from dataclasses import replace

    client = app.test_client()
    assert '"checks": true' in client.get("/play").text
    app.extensions["judge"] = replace(app.extensions["judge"], anonymous_run=False)
    assert '"checks": false' in client.get("/play").text
    assert client.post("/api/run", json={}).status_code == 401
    assert client.post("/api/run", json={}, headers=bearer(student)).status_code == 400
