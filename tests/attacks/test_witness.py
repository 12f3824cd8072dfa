"""The witness of the attacks sees what it is there to see."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from docker import DockerClient

from judge.sandbox.docker import OWNER, ROLE, _owner
from judge.sandbox.pool import Pool
from judge.sandbox.settings import from_environment
from tests.attacks.witness import Witness

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into a sandbox")


@contextmanager
def watched(kind: str, engine: DockerClient | None) -> Iterator[tuple[Witness, Pool, int]]:
    """A witness, the pool that it watches, and the number of its one sandbox's first process."""
    witness = Witness(engine, settle_seconds=1)
    settings = replace(from_environment({}), kind=kind, max_containers=1)
    with Pool(settings) as pool:
        pool.canary()
        witness.check([pool])
        yield witness, pool, next(iter(witness.sandboxes()))


@pytest.mark.parametrize("kind", ["docker", "local"])
def test_what_is_left_is_seen(kind: str, engine: DockerClient) -> None:
    with watched(kind, engine if kind == "docker" else None) as (witness, pool, first):
        for folder in ("work", "build"):
            left = Path(f"/proc/{first}/root/{folder}/left")
            left.write_bytes(b"mine")
            with pytest.raises(AssertionError, match=f"/{folder}/left"):
                witness.check([pool])
            left.unlink()
        inside = ["nsenter", f"--target={first}", "--pid", "sleep", "60"]
        with subprocess.Popen(inside) as process:
            with pytest.raises(AssertionError, match=r"process \d+ \(sleep\)"):
                witness.check([pool])
            process.kill()


def test_a_container_that_no_pool_has_is_seen(engine: DockerClient) -> None:
    with watched("docker", engine) as (witness, pool, _):
        image = engine.images.list("judge-sandbox")[0].id
        labels = {ROLE: "sandbox", OWNER: _owner()}
        one = engine.containers.run(
            image, ["/runner"], labels=labels, detach=True, network_mode="none", stdin_open=True
        )
        try:
            with pytest.raises(AssertionError, match="2 sandboxes are there and 1 in the pools"):
                witness.check([pool])
        finally:
            one.remove(force=True)
        witness.check([pool])
