"""The shipped courses are whole: units name every pack once, and packs prove enough."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from judge.packs.load import load

COURSES = sorted(Path("problems").glob("*/course.toml"))
PACKS = sorted(path.parent for path in Path("problems").glob("*/*/problem.toml"))


@pytest.mark.parametrize("file", COURSES, ids=lambda file: file.parent.name)
def test_units_name_every_pack_once(file: Path) -> None:
    course = tomllib.loads(file.read_text())
    named = [slug for unit in course["units"] for slug in unit["problems"]]
    there = [folder.name for folder in PACKS if folder.parent == file.parent]
    assert Counter(named) == Counter(there)
    assert course["slug"] == file.parent.name


def test_the_first_course_is_large_enough() -> None:
    kinds = Counter(load(folder).kind for folder in PACKS)
    assert kinds["unit"] >= 12
    assert kinds["io"] >= 3


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_pack_teaches_and_proves(folder: Path) -> None:
    pack = load(folder)
    assert pack.slug == folder.name
    assert len(pack.hints) >= 2
    assert pack.editorial
    assert len(pack.statements[""]) > 500
    assert sum(group.points for group in pack.groups) == pack.points == 100
    verdicts = {proof.verdict for proof in pack.proofs}
    assert {"accepted", "wrong_answer", "compile_error"} <= verdicts
    hidden = pack.hidden if pack.kind == "unit" else [c for c in pack.cases if not c.visible]
    assert hidden


def test_the_course_proves_limits_too() -> None:
    proofs = Counter(proof.verdict for folder in PACKS for proof in load(folder).proofs)
    assert proofs["time_limit"] >= 3
    assert proofs["runtime_error"] >= 3
    assert proofs["memory_limit"] >= 2
