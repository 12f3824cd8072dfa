"""Hostile and odd submissions, each with the verdicts that it may get.

A folder is an attack: `attack.toml` says what it tries, `files/` is what is handed
in. A new attack needs no code here. Those called `honest-…` must be accepted. Every
attack shares the sandboxes with the ones before it, as students do, and after each
nothing of it may be left and a plain solution must still be accepted.

Each attack is tried in one of four places: sandboxes of both kinds, and such of which each
does a single job. Those of a row are dealt over all four. `JUDGE_TEST_ATTACKS=all` tries all
of them in all four, which takes about half an hour.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict
from tests.attacks.witness import Witness

HERE = Path(__file__).parent
ATTACKS = sorted(path.parent for path in HERE.glob("*/attack.toml"))
SECRET = "host-secret-5b1d"
"""In the environment of the process that judges."""
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


@dataclass
class Place:
    """Where attacks are judged."""

    pools: Pools
    witness: Witness
    _languages: set[str] = field(default_factory=lambda: {"go"})

    def judge(self, problem: Pack, files: dict[str, bytes]) -> Result:
        self._languages.add(problem.language)
        return grade(problem, files, self.pools.get(problem.language))

    def check(self) -> None:
        self.witness.check(self.pools.get(language) for language in self._languages)
        self.witness.check_memory()


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    kind, _, fresh = request.param.partition(" ")
    engine = request.getfixturevalue("engine") if kind == "docker" else None
    settings = replace(from_environment({}), kind=kind, max_containers=3)
    if fresh:
        settings = replace(settings, reuse=1)
    witness = Witness(engine)
    with Pool(settings) as go, Pools(go, settings) as pools:
        judged_in = Place(pools, witness)
        judge_canary(pack("inside"), judged_in)  # builds the root filesystem where there is none
        yield judged_in


@cache
def pack(name: str) -> Pack:
    return load(HERE / "packs" / name)


def judge_canary(problem: Pack, place: Place) -> None:
    result = place.judge(problem, problem.reference.files)
    assert result.verdict is Verdict.ACCEPTED, result.message


def read(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    attack = tomllib.loads((folder / "attack.toml").read_text())
    files = folder / "files"
    return attack, {
        path.relative_to(files).as_posix(): path.read_bytes()
        for path in sorted(files.rglob("*"))
        if path.is_file()
    }


PLACES = ("docker", "local", "docker fresh", "local fresh")


def dealt() -> dict[str, list[Path]]:
    """The attacks of each place: each in one, a fifth of them in fresh sandboxes."""
    if os.environ.get("JUDGE_TEST_ATTACKS") == "all":
        return dict.fromkeys(PLACES, ATTACKS)
    rows: dict[str, list[Path]] = {}
    for folder in ATTACKS:
        rows.setdefault(folder.name.split("-")[0], []).append(folder)
    hands: dict[str, list[Path]] = {place: [] for place in PLACES}
    for turn, row in enumerate(rows.values()):
        for number, folder in enumerate(row):
            # The places change sides from row to row, so that short rows are dealt evenly too.
            place = (*PLACES, *PLACES[:2], *PLACES[:2], *PLACES[:2])[number % 10]
            other = place.replace("docker", "x").replace("local", "docker").replace("x", "local")
            hands[other if turn % 2 else place].append(folder)
    return hands


def in_each_place() -> Iterator[Any]:
    for place, folders in dealt().items():
        for folder in folders:
            yield pytest.param(place, folder, id=f"{place.replace(' ', '-')}-{folder.name}")


@pytest.mark.parametrize(("place", "folder"), list(in_each_place()), indirect=["place"])
def test_attack(folder: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    attack, files = read(folder)
    problem = pack(attack["pack"])
    started = monotonic()
    result = place.judge(problem, files)
    took = monotonic() - started
    told = json.dumps(result.to_json(), ensure_ascii=False)
    assert result.verdict in attack["verdicts"], told
    assert [text for text in (SECRET, *attack.get("absent", ())) if text in told] == []
    assert attack.get("message_contains", "") in told
    assert took < attack.get("seconds", 60)
    if result.verdict is not Verdict.ACCEPTED:
        assert result.score < problem.points
    place.check()
    judge_canary(problem, place)


def test_every_attack_and_every_row_is_dealt() -> None:
    hands = dealt()
    assert sorted({folder for hand in hands.values() for folder in hand}) == ATTACKS
    of_rows = Counter(folder.name.split("-")[0] for folder in ATTACKS)
    for place in PLACES:
        there = {folder.name.split("-")[0] for folder in hands[place]}
        assert {row for row, count in of_rows.items() if count >= len(PLACES)} <= there, place


def test_fixtures_are_well_formed() -> None:
    covered = Counter[int]()
    for folder in ATTACKS:
        attack, files = read(folder)
        assert set(attack) <= KEYS, folder.name
        assert files, folder.name
        assert {Verdict(verdict) for verdict in attack["verdicts"]}, folder.name
        assert folder.name.startswith("honest-") == (attack["rows"] == []), folder.name
        covered.update(attack["rows"])
    assert set(covered) | set(TESTS_OF_ROWS) >= set(range(1, 29))
    assert [row for row, count in covered.items() if count < 3] == []


def test_the_tests_of_other_rows_are_there() -> None:
    for test in (test for tests in TESTS_OF_ROWS.values() for test in tests):
        file, _, name = test.partition("::")
        assert f"\ndef {name}(" in (HERE.parent / file).read_text(), test


@pytest.mark.parametrize("place", ["docker", "local"], indirect=True)
def test_the_packs_are_sound(place: Place) -> None:
    for folder in sorted((HERE / "packs").iterdir()):
        problem = pack(folder.name)
        judge_canary(problem, place)
        assert place.judge(problem, problem.starter).verdict is not Verdict.ACCEPTED
