"""Every shipped problem proves itself: a new folder needs no new test."""

from __future__ import annotations

from pathlib import Path

import pytest

from judge.grading import grade
from judge.packs.load import load
from judge.sandbox.pool import Pool

PACKS = sorted(path.parent for path in Path("problems").glob("*/*/problem.toml"))


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_claim_of_a_pack_holds(folder: Path, pool: Pool) -> None:
    pack = load(folder)
    starter = grade(pack, pack.starter, pool)
    assert starter.verdict not in ("accepted", "compile_error", "rejected"), starter.message
    for proof in pack.proofs:
        result = grade(pack, proof.files, pool)
        assert result.verdict == proof.verdict, f"{proof.verdict}/{proof.name}: {result.message}"
        if proof.verdict == "accepted":
            assert result.score == pack.points
            assert not result.warnings
