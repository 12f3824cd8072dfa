"""A short `make chaos`, and an engine that breaks: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from docker import DockerClient
from docker.errors import APIError

from judge.errors import JudgeFault, SandboxBroken, SandboxUnavailable
from judge.sandbox.job import Limits, ProgramJob
from judge.sandbox.pool import Pool
from judge.sandbox.settings import from_environment
from tests.chaos.__main__ import Plan, run
from tests.chaos.place import Ground
from tests.conftest import lacking
from tests.e2e.conftest import program
from tests.engine import Engine, engine, missing

LONG = ProgramJob(
    source=program("time.Sleep(20 * time.Second)", "time"), limits=Limits(wall_seconds=30)
)


@pytest.fixture(scope="module")
def own_engine() -> Iterator[Engine]:
    if why := missing():
        lacking("docker", why)
    with engine() as made:
        yield made


@pytest.fixture
def pool(own_engine: Engine) -> Iterator[Pool]:
    settings = from_environment({"DOCKER_HOST": own_engine.address})
    with Pool(replace(settings, kind="docker", spare=0)) as pool:
        yield pool


def test_an_image_that_is_gone_is_told_and_made_again(pool: Pool, own_engine: Engine) -> None:
    pool.canary()
    pool.renew()
    remove_image(own_engine)
    with pytest.raises(SandboxUnavailable, match="image is gone"):
        pool.canary()
    pool.canary()


def remove_image(own_engine: Engine) -> None:
    """Once the containers of it are gone."""
    client = own_engine.client()
    while found := client.containers.list(all=True, ignore_removed=True):
        for one in found:
            with suppress(APIError):  # it is being removed already
                one.remove(force=True)
    for image in client.images.list("judge-sandbox"):
        client.images.remove(image.id, force=True)
    client.close()


def test_an_engine_that_restarts_is_our_fault_and_served_by_again(
    pool: Pool, own_engine: Engine
) -> None:
    def restart(event: object) -> None:
        if event.kind == "running":  # type: ignore[attr-defined]
            own_engine.stop()

    with pytest.raises(SandboxBroken):
        pool.run(LONG, restart)
    with pytest.raises(JudgeFault):
        pool.canary()
    own_engine.start()
    pool.canary()


def test_nothing_is_lost_while_parts_break(
    engine: DockerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an engine that others use too, whose faults are left out."""
    del engine
    plan = Plan(seed=11, submissions=40, users=8, faults=6, seconds=15)
    assert run(plan, Ground()), capsys.readouterr().out
