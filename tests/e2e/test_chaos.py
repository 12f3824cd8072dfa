"""A short `make chaos`: parts break while students hand in, and nothing is lost."""

from __future__ import annotations

import pytest
from docker import DockerClient

from tests.chaos.__main__ import run


def test_nothing_is_lost_while_parts_break(
    engine: DockerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    well = run(seed=11, submissions=40, users=8, faults=6, seconds=15)
    assert well, capsys.readouterr().out
