"""What a worker looks for before it takes work: room on its disks, and a sandbox that is right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from judge.errors import SandboxBroken
from judge.sandbox.facts import Facts
from judge.sandbox.pool import Pool
from judge.worker.room import NoRoom, Room
from tests.unit.fakes import run_facts, unit_facts

ALIVE = run_facts(stderr=b"alive\n")


def test_a_disk_that_is_full_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "not made yet"
    Room((folder,), 0).check()
    with pytest.raises(NoRoom, match=r"MB are free for .*yet, and JUDGE_LEAST_FREE_MB"):
        Room((folder,), 10**9).check()


def answering(facts: Facts) -> Pool:
    """A pool whose sandbox always says the same."""

    class Same(Pool):
        def __init__(self) -> None:
            """Without any sandbox."""

        def run(self, *_: object) -> Facts:
            return facts

    return Same()


@pytest.mark.parametrize("wrong", [{"stderr": b""}, {"exit_code": 1}, {"stderr": b"alive\n\n"}])
def test_a_sandbox_that_judges_wrongly_is_found_out(wrong: dict[str, object]) -> None:
    assert answering(unit_facts((), ALIVE)).canary()
    with pytest.raises(SandboxBroken, match="judges wrongly"):
        answering(unit_facts((), replace(ALIVE, **wrong))).canary()  # type: ignore[arg-type]
