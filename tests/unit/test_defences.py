"""The tables of `make defences` fit the tree; that command shows what they say."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from tests.defences import table
from tests.defences.table import ROOT, RUNNER, Defence

DEFENCES = table.defences()


def test_every_row_has_a_defence_or_a_reason() -> None:
    rows, reasons = table.rows(), table.reasons()
    defended = {row for one in DEFENCES for row in one.rows}
    assert defended <= set(rows)
    assert set(reasons) <= set(rows)
    assert set(rows) - defended - set(reasons) == set()
    assert defended & set(reasons) == set(), "a reason that no longer holds"


def test_names_are_used_once() -> None:
    assert [
        name for name, times in Counter(one.name for one in DEFENCES).items() if times > 1
    ] == []


@pytest.mark.parametrize("defence", DEFENCES, ids=lambda one: one.name)
def test_it_can_be_taken_away_and_its_tests_exist(defence: Defence) -> None:
    texts: dict[str, str] = {}
    for edit in defence.edits:
        text = texts.get(edit.file) or (ROOT / edit.file).read_text()
        texts[edit.file] = edit.apply(text)
        assert texts[edit.file] != text
    assert defence.edits and defence.tests
    for test in defence.tests:
        assert exists(test), f"there is no {test}"


def exists(test: str) -> bool:
    place, _, name = test.partition("::")
    if place.startswith(RUNNER):
        return bool(
            re.search(
                rf"^func {name.split('/')[0]}\(t \*testing\.T\)", go_tests(place), re.MULTILINE
            )
        )
    path = ROOT / place
    function, _, variant = name.partition("[")
    if not path.is_file() or not re.search(
        rf"^(async )?def {function}\(", path.read_text(), re.MULTILINE
    ):
        return False
    if not variant or function != "test_attack":
        return True
    # Attacks are folders: docker-FOLDER].
    return (
        ROOT / "tests/attacks" / variant.rstrip("]").partition("-")[2] / "attack.toml"
    ).is_file()


@cache
def go_tests(folder: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / folder).glob("*_test.go")))
