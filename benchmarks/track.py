"""Verdicts over many exercises against the bare `go test` of each, in the same run.

`--corpus` is a folder of packs, as `judge import exercism` writes it; without it the packs in
`problems/` that have Go unit tests are taken. Of each exercise the reference is handed in in
several variants, each as new to us as to the `go` command, and the two take turns, variant by
variant, so that a noisy moment hits both. Ratios are those of medians; CPU is that of this
process and all below it, so with `--sandbox local` it is that of a verdict alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.reference import GO_ROOT, environment
from benchmarks.table import TICKS_PER_SECOND, milliseconds, percentile, ratio, show
from judge import grading
from judge.commands.sandboxes import open_pools
from judge.packs.load import load
from judge.packs.pack import Pack
from judge.sandbox.job import Files
from judge.sandbox.pools import Pools

SHIPPED = Path(__file__).parents[1] / "problems"
PHASES = ("compile", "link", "vet", "run")
PREPARED = 12
"""How many problems a runner keeps prepared; with more of them at once it prepares again."""
_numbers = count(1)


def variant(pack: Pack) -> Files:
    """The reference with one line more, which no build of this run has seen.

    The line is a function that runs at the start: what nothing uses the linker leaves out, the
    program is then the same as before, and `go test` answers from its cache.
    """
    files = dict(pack.reference.files)
    name = next(name for name in sorted(files) if name.endswith(".go"))
    line = f"\nvar benchmarkVariant int\n\nfunc init() {{ benchmarkVariant = {next(_numbers)} }}\n"
    files[name] = files[name] + line.encode()
    return files


class Module:
    """The same exercise for the `go` command."""

    def __init__(self, pack: Pack, folder: Path, cache: Path) -> None:
        """Lay out a module; what it needs of the standard library is compiled by the first call."""
        self._pack = pack
        self._folder = folder
        self._environment = environment(cache)
        module = f"module {pack.module}\n\ngo {pack.go or '1.27'}\n".encode()
        self._write({"go.mod": module, **pack.support, **pack.tests, **pack.hidden})

    def _write(self, files: Files) -> None:
        for name, content in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def test(self) -> None:
        """One verdict of `go test`."""
        self._write(variant(self._pack))
        command = [GO_ROOT / "bin/go", "test", "."]
        done = subprocess.run(
            command,
            check=False,
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
        )
        if done.returncode or "(cached)" in done.stdout:
            raise SystemExit(f"go test of {self._pack.slug}: {done.stdout}{done.stderr}")


@dataclass(slots=True)
class Times:
    """What verdicts took, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, verdict: Callable[[], None]) -> None:
        """Measure one."""
        cpu, wall = tree_cpu_seconds(), time.perf_counter()
        verdict()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(tree_cpu_seconds() - cpu)


@dataclass(slots=True)
class Exercise:
    """One pack on both sides."""

    pack: Pack
    module: Module
    bare: Times = field(default_factory=Times)
    judged: Times = field(default_factory=Times)
    phases: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def judge(self, pools: Pools) -> None:
        """One verdict of ours."""
        result = grading.grade(self.pack, variant(self.pack), pools.get("go"))
        if result.verdict.value != "accepted":
            raise SystemExit(f"a variant of {self.pack.slug} is not accepted: {result.message}")
        for phase, seconds in result.phases:
            self.phases[phase].append(seconds)

    @property
    def wall(self) -> float:
        """Our median by the reference's."""
        return median(self.judged.wall) / median(self.bare.wall)

    @property
    def cpu(self) -> float:
        """The same of CPU."""
        return median(self.judged.cpu) / median(self.bare.cpu)

    def row(self) -> list[str]:
        """Its line in the table."""
        phases = [
            milliseconds(median(self.phases[phase])) if self.phases[phase] else "-"
            for phase in PHASES
        ]
        where = "isolated" if self.pack.isolation == "process" else "one process"
        times = [milliseconds(median(times.wall)) for times in (self.bare, self.judged)]
        return [self.pack.slug, where, *times, *phases, f"{self.wall:.2f}x", f"{self.cpu:.2f}x"]


def tree_cpu_seconds() -> float:
    """CPU seconds of this process, of all below it and of those of them that have ended."""
    parents: dict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        pid = int(stat.parent.name)
        parents[int(fields[1])].append(pid)
        ticks[pid] = sum(map(int, fields[11:15]))
    total, rest = 0, [os.getpid()]
    while rest:
        pid = rest.pop()
        total += ticks.get(pid, 0)
        rest += parents[pid]
    return total / TICKS_PER_SECOND


def exercises(corpus: Path, only: Sequence[str], folder: Path) -> list[Exercise]:
    """Those of the corpus that have Go unit tests, by name."""
    found = []
    for manifest in sorted(corpus.rglob("problem.toml")):
        pack = load(manifest.parent, complete=False)
        if pack.language == "go" and pack.kind == "unit" and (not only or pack.slug in only):
            found.append(Exercise(pack, Module(pack, folder / pack.slug, folder)))
    if not found:
        raise SystemExit(f"no exercise with Go unit tests below {corpus}")
    return found


def latency(track: Sequence[Exercise], pools: Pools, variants: int) -> None:
    """One verdict at a time."""
    for exercise in track:
        exercise.module.test()  # warm: its part of the standard library, the problem prepared
        exercise.judge(pools)
        exercise.phases.clear()
        for _ in range(variants):
            exercise.bare.add(exercise.module.test)
            exercise.judged.add(lambda exercise=exercise: exercise.judge(pools))
        # The tables come at the end; a run that is stopped has told what it measured.
        print(*exercise.row(), sep="  ", file=sys.stderr, flush=True)
    header = ["", "tests run", "go test", "judge", *PHASES, "to go", "CPU to go"]
    show(
        f"One verdict at a time, medians of {variants} variants",
        header,
        [exercise.row() for exercise in track],
    )
    rows = []
    for name, of in (
        ("all", track),
        ("isolated", [e for e in track if e.pack.isolation == "process"]),
        ("one process", [e for e in track if e.pack.isolation != "process"]),
    ):
        for what in ("wall", "cpu") if of else ():
            ratios = [getattr(exercise, what) for exercise in of]
            shares = [f"{percentile(ratios, percent):.2f}x" for percent in (50, 90)]
            rows.append([f"{name}, {what}", str(len(of)), *shares, f"{max(ratios):.2f}x"])
    show("Ratios to go over exercises", ["", "exercises", "p50", "p90", "worst"], rows)


def throughput(track: Sequence[Exercise], pools: Pools) -> None:
    """Two at once: each exercise in turn, some of them at a time on each side."""
    bare = judged = 0.0
    for part in _parts(track):
        for exercise in part:
            for _ in range(2):  # for each of the sandboxes
                exercise.judge(pools)
        bare += _two_at_once([exercise.module.test for exercise in part])
        judged += _two_at_once(
            [lambda exercise=exercise: exercise.judge(pools) for exercise in part]
        )
    rows = [
        ["bare go test", f"{len(track) / bare:.1f}", "1.00x"],
        ["judge", f"{len(track) / judged:.1f}", ratio(bare, judged)],
    ]
    show("Verdicts per second, two at once", ["", "per second", "to go"], rows)


def _parts(track: Sequence[Exercise]) -> Iterator[Sequence[Exercise]]:
    for start in range(0, len(track), PREPARED):
        yield track[start : start + PREPARED]


def _two_at_once(verdicts: Sequence[Callable[[], None]]) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as lanes:
        for done in [lanes.submit(verdict) for verdict in verdicts]:
            done.result()
    return time.perf_counter() - started


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=SHIPPED, metavar="DIR")
    parser.add_argument(
        "--only", action="append", default=[], metavar="SLUG", help="may be repeated"
    )
    parser.add_argument("--sandbox", choices=["docker", "local"])
    parser.add_argument("--variants", type=int, default=5, help="of each exercise")
    parser.add_argument("--no-throughput", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="judge-bench-") as folder:
        track = exercises(options.corpus, options.only, Path(folder))
        with open_pools(options.sandbox, spare=0) as pools:
            latency(track, pools, options.variants)
            if not options.no_throughput:
                throughput(track, pools)


if __name__ == "__main__":
    main()
