"""Hostile and odd submissions, each with the verdicts that it may get.

A folder is an attack: `attack.toml` says what it tries, `files/` is what is handed
in. A new attack needs no code here. Those called `honest-…` must be accepted. Every
attack shares the pool with the ones before it, as students share workers, and
after each a plain solution must still be accepted.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from judge.grading import grade
from judge.packs.load import load
from judge.packs.pack import Pack
from judge.sandbox.pool import Pool
from judge.sandbox.settings import from_environment
from judge.verdict.verdicts import Verdict

HERE = Path(__file__).parent
ATTACKS = sorted(path.parent for path in HERE.glob("*/attack.toml"))
KEYS = {"tries", "rows", "pack", "verdicts", "absent", "message_contains", "seconds"}
ROWS_OF_OTHERS = {22, 26, 28}
"""A noisy neighbour, archives and the queue: tested with load, loader and limits."""


@pytest.fixture(scope="module", params=["docker", "local"])
def judged_in(request: pytest.FixtureRequest) -> Iterator[Pool]:
    if request.param == "docker":
        request.getfixturevalue("engine")
    with Pool(replace(from_environment({}), kind=request.param, max_containers=3)) as pool:
        judge_canary(pack("inside"), pool)  # builds the root filesystem where there is none
        yield pool


@cache
def pack(name: str) -> Pack:
    return load(HERE / "packs" / name)


def judge_canary(problem: Pack, pool: Pool) -> None:
    result = grade(problem, problem.reference.files, pool)
    assert result.verdict is Verdict.ACCEPTED, result.message


def read(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    attack = tomllib.loads((folder / "attack.toml").read_text())
    files = folder / "files"
    return attack, {path.name: path.read_bytes() for path in sorted(files.iterdir())}


@pytest.mark.parametrize("folder", ATTACKS, ids=lambda folder: folder.name)
def test_attack(folder: Path, judged_in: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "host-secret-5b1d")
    attack, files = read(folder)
    problem = pack(attack["pack"])
    started = monotonic()
    result = grade(problem, files, judged_in)
    took = monotonic() - started
    told = json.dumps(result.to_json(), ensure_ascii=False)
    assert result.verdict in attack["verdicts"], told
    assert [text for text in attack.get("absent", ()) if text in told] == []
    assert attack.get("message_contains", "") in told
    assert took < attack.get("seconds", 60)
    if result.verdict is not Verdict.ACCEPTED:
        assert result.score < problem.points
    judge_canary(problem, judged_in)


def test_fixtures_are_well_formed() -> None:
    covered: set[int] = set()
    for folder in ATTACKS:
        attack, files = read(folder)
        assert set(attack) <= KEYS, folder.name
        assert files, folder.name
        assert {Verdict(verdict) for verdict in attack["verdicts"]}, folder.name
        assert folder.name.startswith("honest-") == (attack["rows"] == []), folder.name
        covered |= set(attack["rows"])
    assert covered | ROWS_OF_OTHERS == set(range(1, 29))


def test_the_packs_are_sound(judged_in: Pool) -> None:
    for folder in sorted((HERE / "packs").iterdir()):
        problem = pack(folder.name)
        judge_canary(problem, judged_in)
        assert grade(problem, problem.starter, judged_in).verdict is not Verdict.ACCEPTED
