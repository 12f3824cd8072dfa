"""What an idle worker takes, with the container that it keeps ready.

Worker: its unique memory (USS), so that pages shared with other processes don't count
twice. Container: what its control group counts, the page cache left out, which is
what the engine's own `stats` show.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import Any

import docker
from docker.errors import DockerException

from benchmarks.client import GENEROUS, Student
from benchmarks.live import part
from benchmarks.table import show
from benchmarks.workload import UNIT
from judge.launch.trial import product

AIM_MB = 150
SETTLE_SECONDS = 3


def containers_of(pid: int) -> list[str]:
    """Names of the sandbox containers of a worker; none where there is no engine."""
    try:
        found = docker.from_env().containers.list(filters={"label": "judge.role=sandbox"})
    except DockerException:
        return []
    owned = f":{pid}:"
    return [str(one.name) for one in found if owned in one.labels["judge.owner"]]


def used_by(container: str) -> float:
    """Bytes of memory that a container takes."""
    stats: Any = docker.from_env().containers.get(container).stats(stream=False)
    return _used(stats["memory_stats"])


def _used(memory: Mapping[str, Any]) -> float:
    """As the engine's own command counts: usage without the inactive part of the page cache."""
    parts = memory["stats"]
    cache = parts.get("inactive_file", parts.get("total_inactive_file", 0))
    return float(memory["usage"] - cache)


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a product with one worker, have it judge, and look at it when it is idle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verdicts", type=int, default=10, help="judged before the look")
    options = parser.parse_args(arguments)
    with product(JUDGE_WORKERS="1", **GENEROUS) as running:
        running.command("course", "import", str(UNIT.path.parent))
        student = Student(running)
        student.sign_in()
        for _ in range(options.verdicts):
            student.watch(student.hand_in(UNIT.pack, {UNIT.file: UNIT.variant()}))
        time.sleep(SETTLE_SECONDS)
        (worker,) = part(running, "judge.cli", "worker")
        own = worker.memory_full_info().uss
        kept = [used_by(name) for name in containers_of(worker.pid)]
        rows = [
            ["worker", f"{own / 1e6:.0f} MB"],
            [f"its containers ({len(kept)})", f"{sum(kept) / 1e6:.0f} MB"],
            [f"together (aim: under {AIM_MB} MB)", f"{(own + sum(kept)) / 1e6:.0f} MB"],
        ]
        for name in ("web", "janitor"):
            (process,) = part(running, "judge.cli", name)
            rows.append([f"besides: {name}", f"{process.memory_full_info().uss / 1e6:.0f} MB"])
    show(f"memory of an idle worker, after {options.verdicts} verdicts", ["", ""], rows)


if __name__ == "__main__":
    main()
