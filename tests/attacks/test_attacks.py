"""Hostile and odd submissions, each with the verdicts that it may get.

A folder is an attack: `attack.toml` says what it tries, `files/` is what is handed
in. A new attack needs no code here. Those called `honest-…` must be accepted. Every
attack shares the pool with the ones before it, as students share workers, and
after each a plain solution must still be accepted.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
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
from judge.sandbox.pools import Pools
from judge.sandbox.settings import from_environment
from judge.verdict.verdicts import Verdict

HERE = Path(__file__).parent
ATTACKS = sorted(path.parent for path in HERE.glob("*/attack.toml"))
KEYS = {"tries", "rows", "pack", "verdicts", "absent", "message_contains", "seconds"}
TESTS_OF_ROWS = {
    22: ["e2e/test_repeat.py::test_busy_neighbours_change_no_verdict"],
    26: [
        "unit/test_packs_tree.py::test_names_that_lead_outside_are_refused",
        "unit/test_packs_tree.py::test_links_and_devices_in_an_archive_are_refused",
        "unit/test_packs_tree.py::test_duplicates_are_refused",
        "unit/test_packs_tree.py::test_bombs_are_refused_by_what_they_claim",
        "unit/test_packs_tree.py::test_links_and_pipes_in_a_folder_are_refused",
    ],
    28: [
        "integration/test_web_security.py::test_one_user_cannot_flood_the_queue",
        "integration/test_turns.py::test_a_flood_delays_others_by_one",
        "integration/test_turns.py::test_a_small_course_does_not_stand_behind_a_large_one",
    ],
}
"""Rows that are no submissions, and the tests of them."""


@pytest.fixture(scope="module", params=["docker", "local"])
def judged_in(request: pytest.FixtureRequest) -> Iterator[Pools]:
    if request.param == "docker":
        request.getfixturevalue("engine")
    settings = replace(from_environment({}), kind=request.param, max_containers=3)
    with Pool(settings) as go, Pools(go, settings) as pools:
        judge_canary(pack("inside"), pools)  # builds the root filesystem where there is none
        yield pools


@cache
def pack(name: str) -> Pack:
    return load(HERE / "packs" / name)


def judge_canary(problem: Pack, pools: Pools) -> None:
    result = grade(problem, problem.reference.files, pools.get(problem.language))
    assert result.verdict is Verdict.ACCEPTED, result.message


def read(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    attack = tomllib.loads((folder / "attack.toml").read_text())
    files = folder / "files"
    return attack, {
        path.relative_to(files).as_posix(): path.read_bytes()
        for path in sorted(files.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("folder", ATTACKS, ids=lambda folder: folder.name)
def test_attack(folder: Path, judged_in: Pools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "host-secret-5b1d")
    attack, files = read(folder)
    problem = pack(attack["pack"])
    started = monotonic()
    result = grade(problem, files, judged_in.get(problem.language))
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
    covered = Counter[int]()
    for folder in ATTACKS:
        attack, files = read(folder)
        assert set(attack) <= KEYS, folder.name
        assert files, folder.name
        assert {Verdict(verdict) for verdict in attack["verdicts"]}, folder.name
        assert folder.name.startswith("honest-") == (attack["rows"] == []), folder.name
        covered.update(attack["rows"])
    assert set(covered) | set(TESTS_OF_ROWS) == set(range(1, 29))
    assert [row for row, count in covered.items() if count < 3] == []


def test_the_tests_of_other_rows_are_there() -> None:
    for test in (test for tests in TESTS_OF_ROWS.values() for test in tests):
        file, _, name = test.partition("::")
        assert f"\ndef {name}(" in (HERE.parent / file).read_text(), test


def test_the_packs_are_sound(judged_in: Pools) -> None:
    for folder in sorted((HERE / "packs").iterdir()):
        problem = pack(folder.name)
        judge_canary(problem, judged_in)
        pool = judged_in.get(problem.language)
        assert grade(problem, problem.starter, pool).verdict is not Verdict.ACCEPTED
