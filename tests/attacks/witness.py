"""What a submission must not leave behind, seen from the machine's side of the sandbox's wall.

The runner says of itself that nothing is left; this believes nothing that comes out of a
sandbox. It reads what the kernel and the engine tell about each sandbox of this process.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from docker import DockerClient

from judge.sandbox.docker import OWNER, _owner
from judge.sandbox.pool import Pool

GROWTH_BYTES = 64 << 20
"""What the process that judges may grow by over all attacks; each may send many megabytes."""
KEPT = {"build": {"store"}, "work": set[str]()}
"""In the sandbox's file systems: the compiled tests of a problem are kept for the next job."""


class Witness:
    """Of all sandboxes of this process but those that are there when it is made."""

    def __init__(self, engine: DockerClient | None, settle_seconds: float = 15) -> None:
        """`engine`: None for local sandboxes.

        What is left may still go in `settle_seconds`: a sandbox is removed after the verdict.
        """
        self._engine = engine
        self._settle_seconds = settle_seconds
        self._others = set(self.sandboxes())
        self._mounts: dict[int, str] = {}
        self._descriptors: dict[int, int] = {}
        self._resident = 0

    def check(self, pools: Iterable[Pool]) -> None:
        """Fail with what is left of a job that has ended."""
        pools = list(pools)
        end = time.monotonic() + self._settle_seconds
        # One that is being made is not looked into: it has other mounts than when it is ready.
        while left := [*self._uncounted(pools)] or [*self._left()]:
            assert time.monotonic() < end, left
            time.sleep(0.05)

    def check_memory(self) -> None:
        """Fail where this process has grown since the first call."""
        resident = psutil.Process().memory_info().rss
        self._resident = self._resident or resident
        assert resident < self._resident + GROWTH_BYTES

    def sandboxes(self) -> Iterator[int]:
        """The first process of each, by its number on the machine."""
        if self._engine is None:
            for child in psutil.Process().children():
                with suppress(psutil.NoSuchProcess):
                    if child.name() == "bwrap":
                        yield from (one.pid for one in child.children())
            return
        for one in self._engine.api.containers(filters={"label": f"{OWNER}={_owner()}"}):
            with suppress(Exception):  # it was removed meanwhile
                yield int(self._engine.api.inspect_container(one["Id"])["State"]["Pid"])

    def _uncounted(self, pools: list[Pool]) -> Iterator[str]:
        there = len(set(self.sandboxes()) - self._others)
        counted = sum(pool.counters["total"] for pool in pools)
        if there != counted:
            yield f"{there} sandboxes are there and {counted} in the pools"
        if idle := counted - sum(pool.counters["idle"] for pool in pools):
            yield f"{idle} sandboxes do not wait for a job"

    def _left(self) -> Iterator[str]:
        if os.geteuid():
            return  # only root may look into them
        for first in set(self.sandboxes()) - self._others:
            with suppress(FileNotFoundError, ProcessLookupError):  # it was removed meanwhile
                yield from (f"sandbox {first}: {one}" for one in self._left_in(first))

    def _left_in(self, first: int) -> Iterator[str]:
        """What is there beside process 1, whose number on the machine is `first`."""
        yield from (f"process {name}" for name in _beside(first))
        proc = Path(f"/proc/{first}")
        for name, kept in KEPT.items():
            there = {one.name for one in (proc / "root" / name).iterdir()}
            yield from (f"/{name}/{one}" for one in sorted(there - kept))
        mounts = (proc / "mountinfo").read_text()
        if mounts != self._mounts.setdefault(first, mounts):
            yield "other mounts than at first"
        descriptors = len(list((proc / "fd").iterdir()))
        if descriptors > self._descriptors.setdefault(first, descriptors):
            yield f"{descriptors} descriptors in the runner"


def _beside(first: int) -> Iterator[str]:
    namespace = Path(f"/proc/{first}/ns/pid").readlink()
    for process in psutil.process_iter():
        with suppress(OSError, psutil.NoSuchProcess):
            if process.pid == first:
                continue
            if Path(f"/proc/{process.pid}/ns/pid").readlink() == namespace:
                yield f"{process.pid} ({process.name()})"
