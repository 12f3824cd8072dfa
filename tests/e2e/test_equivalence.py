"""A small part of `python -m tests.equivalence`."""

from __future__ import annotations

from pathlib import Path

from judge.sandbox.pool import Pool
from tests.e2e.conftest import in_one_sandbox
from tests.equivalence import corpus
from tests.equivalence.__main__ import PROBLEMS, compare

PACKAGES = {"shape-scale", "vending-machine", "word-census"}


@in_one_sandbox
def test_verdicts_of_mutants_are_those_of_go_test(pool: Pool, tmp_path: Path) -> None:
    packages = [package for package in corpus.shipped(PROBLEMS) if package.name in PACKAGES]
    table = compare(packages, pool, tmp_path, mutants=3)
    assert table.differences == []
    assert table.counts["isolated"]["same"] >= 10, table.counts
    assert table.counts["one process"]["same"] >= 10, table.counts
