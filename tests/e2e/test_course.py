"""Every shipped problem proves itself: a new folder needs no new test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from judge.grading import grade
from judge.packs.load import load
from judge.sandbox.pool import Pool
from judge.sandbox.pools import Pools
from judge.sandbox.settings import SandboxSettings
from tests.e2e.conftest import in_one_sandbox

PACKS = sorted(path.parent for path in Path("problems").glob("*/*/problem.toml"))


@pytest.fixture(scope="module")
def pools(pool: Pool, settings: SandboxSettings) -> Iterator[Pools]:
    with Pools(pool, replace(settings, spare=1, max_containers=2)) as pools:
        yield pools


@in_one_sandbox
@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_claim_of_a_pack_holds(folder: Path, pools: Pools) -> None:
    pack = load(folder)
    pool = pools.get(pack.language)
    starter = grade(pack, pack.starter, pool)
    assert starter.verdict not in ("accepted", "compile_error", "rejected"), starter.message
    for proof in pack.proofs:
        result = grade(pack, proof.files, pool)
        assert result.verdict == proof.verdict, f"{proof.verdict}/{proof.name}: {result.message}"
        if proof.verdict == "accepted":
            assert result.score == pack.points
            assert not result.warnings
