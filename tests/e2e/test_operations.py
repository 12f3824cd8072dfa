"""What an operator has: logs that can be followed, metrics that move, a doctor who sees."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from judge.launch.trial import Product

PATIENCE_SECONDS = 60
COURSE = Path(__file__).parents[2] / "problems/go-from-the-beginning"
MOVED = (
    'judge_verdicts_total{verdict="accepted"}',
    'judge_phase_seconds_total{phase="compile"}',
    'judge_phase_runs_total{phase="run"}',
)


def ask(product: Product, path: str, token: str = "", body: Any = None) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(product.address + path, data, headers if token else {})
    with urllib.request.urlopen(asked) as answer:
        said: bytes = answer.read()
    return said


def figures(product: Product) -> dict[str, float]:
    lines = ask(product, "/metrics").decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


@pytest.fixture
def token(whole_product: Product) -> str:
    name = f"ops{secrets.token_hex(4)}"
    whole_product.command("user", "create", name, "--password", "a long enough password")
    return whole_product.command("token", "create", name, "--name", "test")


@pytest.fixture
def problem() -> tuple[str, dict[str, str]]:
    """The slug of a problem of the course, and a solution of it."""
    folder = next(one.parent for one in sorted(COURSE.rglob("problem.toml")))
    solution = next((folder / "submissions" / "accepted").iterdir())
    return folder.name, {one.name: one.read_text() for one in solution.iterdir()}


def judged(product: Product, token: str, problem: tuple[str, dict[str, str]]) -> str:
    """The id of a submission that has its verdict."""
    slug, files = problem
    url = f"/api/v1/problems/{slug}/submissions"
    taken = json.loads(ask(product, url, token, {"files": files}))
    end = time.monotonic() + PATIENCE_SECONDS
    while (told := json.loads(ask(product, taken["url"], token)))["state"] != "done":
        assert time.monotonic() < end, told
        time.sleep(0.1)
    assert told["result"]["verdict"] == "accepted", told
    return str(taken["id"])


def test_one_submission_is_followed_from_request_to_sandbox(
    whole_product: Product, token: str, problem: tuple[str, dict[str, str]]
) -> None:
    before = figures(whole_product)
    ident = judged(whole_product, token, problem)
    lines = [
        line
        for log in whole_product.place.logs.glob("*.log")
        for line in log.read_text(errors="replace").splitlines()
        if ident in line
    ]
    for event in ("handed in", "in a sandbox", "judged"):
        assert [line for line in lines if re.search(rf"\b{event}\b", line)], (event, lines)
    after = figures(whole_product)
    for name in MOVED:
        assert after[name] > before.get(name, 0), name
    assert after['judge_up{part="database"}'] == after['judge_up{part="queue"}'] == 1
    # The second worker may still be starting.
    end = time.monotonic() + PATIENCE_SECONDS
    while figures(whole_product)["judge_workers_ready"] < 2:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert after['judge_sandboxes{state="idle"}'] >= 1


def test_it_is_ready_and_the_doctor_finds_it_well(whole_product: Product) -> None:
    told = json.loads(ask(whole_product, "/readyz"))
    assert told["ready"]
    assert told["toolchain"].startswith("go1.")
    lines = whole_product.command("doctor").splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", name] for name in ("kernel", "disk", "sandbox", "database", "queue")
    ]


def test_the_doctor_says_what_is_wrong_and_what_to_do(whole_product: Product) -> None:
    nowhere = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "judge.cli", "doctor"],
        env={**whole_product.environment, **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    failed = {line.split()[1]: line for line in done.stdout.splitlines() if line.startswith("FAIL")}
    assert set(failed) == {"database", "queue"}
    assert "check DATABASE_URL" in failed["database"]
    assert "check REDIS_URL" in failed["queue"]
