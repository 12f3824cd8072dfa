"""Code that blows up in the compiler: it gets its verdict, and its neighbour notices nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from docker import DockerClient
from docker.errors import APIError

from judge.grading import grade
from judge.packs.load import load
from judge.packs.pack import Pack
from judge.sandbox.docker import OWNER, _owner
from judge.sandbox.pool import Pool
from judge.sandbox.settings import from_environment
from judge.sandbox.shape import runner
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict

ATTACKS = Path(__file__).parent.parent / "attacks"
SETTINGS = replace(from_environment({}), kind="docker", max_containers=2, spare=2)
BOMBS = sorted(
    path.parent
    for path in ATTACKS.glob("14-*/attack.toml")
    if tomllib.loads(path.read_text())["pack"] == "inside"
)
SAYS = {
    "14-doubling-constants": "the build was stopped: it took longer than",
    "14-generic-blow-up": "the build was stopped: it needed more than",
    "14-giant-array": "the build was stopped: it needed more than",
    "14-embedding-structs": "symbol too large",  # of the compiler itself: nothing to replace
}
MOST_SLOWER = 2.0
"""In CPU time of the neighbour's run. The other core's caches are shared."""


@pytest.fixture(scope="module")
def problem() -> Pack:
    return load(ATTACKS / "packs" / "inside")


@pytest.fixture
def two(engine: DockerClient) -> Iterator[Pool]:
    """Two containers: one for the bombs and one for the neighbour."""
    with Pool(SETTINGS) as pool:
        yield pool


def explode(problem: Pack, bomb: Path, pool: Pool) -> Result:
    files = bomb / "files"
    return grade(problem, {one.name: one.read_bytes() for one in files.iterdir()}, pool)


def honest(problem: Pack, pool: Pool) -> float:
    """CPU seconds of the runs of a right solution, which must be accepted."""
    result = grade(problem, problem.reference.files, pool)
    assert result.verdict is Verdict.ACCEPTED, result.message
    return result.usage.cpu_seconds


def used_and_allowed(engine: DockerClient) -> Iterator[tuple[int, int]]:
    """Bytes of memory of each container of ours, and the bound that the kernel keeps it to."""
    mine = {"label": f"{OWNER}={_owner()}", "name": "judge-sandbox-"}
    for one in engine.api.containers(filters=mine):
        with suppress(APIError, KeyError, ValueError):  # it was replaced meanwhile
            told = engine.api.stats(one["Id"], stream=False, one_shot=True)["memory_stats"]
            yield max(told["usage"], told.get("max_usage", 0)), told["limit"]


def watch(engine: DockerClient, bombs: Future[list[Result]], memory: list[tuple[int, int]]) -> None:
    while not bombs.done():
        memory += used_and_allowed(engine)


def test_a_neighbour_of_bombs_notices_nothing(
    engine: DockerClient, problem: Pack, two: Pool
) -> None:
    honest(problem, two)
    alone = [honest(problem, two) for _ in range(8)]
    beside: list[float] = []
    memory: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as threads:
        bombs = threads.submit(lambda: [explode(problem, bomb, two) for bomb in BOMBS])
        watching = threads.submit(lambda: watch(engine, bombs, memory))
        while not bombs.done():
            beside.append(honest(problem, two))
        watching.result()
    told = dict(zip((bomb.name for bomb in BOMBS), bombs.result(), strict=True))
    assert {result.verdict for result in told.values()} == {Verdict.COMPILE_ERROR}
    for bomb, says in SAYS.items():
        assert says in told[bomb].message
    assert two.counters["replaced_abnormal"] == len(told) - 1
    assert median(beside) < MOST_SLOWER * median(alone)
    bound = runner(SETTINGS).memory_mb(SETTINGS.memory_mb) << 20
    assert {limit for _, limit in memory} == {bound}
    assert all(used <= bound for used, _ in memory)
