"""Verdicts of `judge grade --batch` against the bare `go` command, in the same run.

Latency: one verdict at a time, in rounds that alternate between the two, so that
a noisy moment of the machine hits both. Throughput: two at once. CPU: of the
whole machine for one verdict, containers and engine included.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reference import GoCommand
from benchmarks.table import Stopwatch, milliseconds, percentile, ratio, show
from benchmarks.workload import APART, STDIO, UNIT, Workload, write_jobs

JUDGE = Path(sys.executable).with_name("judge")


@dataclass(slots=True)
class Batch:
    """One call of `judge grade --batch`, its start-up and first verdict left out."""

    gaps: list[float]
    """Seconds between one result and the next."""
    seconds: float
    cpu_seconds: float
    phases: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def counted(self) -> int:
        """How many verdicts `seconds` and `cpu_seconds` stand for."""
        return len(self.gaps)


def grade(jobs: Path, sandbox: str | None, workers: int, skip: int) -> Batch:
    """Run a batch; the first `skip` results warm up. An unaccepted one ends the benchmark."""
    command = [str(JUDGE), "grade", "--batch", str(jobs), "--json", "--workers", str(workers)]
    command += ["--sandbox", sandbox] if sandbox else []
    arrivals: list[float] = []
    phases: dict[str, list[float]] = defaultdict(list)
    watch = Stopwatch()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout, start=1):
            if number == skip:
                watch.__enter__()
            if number >= skip:
                arrivals.append(time.perf_counter())
                for phase, seconds in json.loads(line)["phases"].items():
                    phases[phase].append(seconds)
            _must_be_accepted(line)
            last = number
        watch.__exit__()
    if process.returncode:
        raise SystemExit(f"judge grade ended with {process.returncode} after {last} results")
    gaps = [after - before for before, after in itertools.pairwise(arrivals)]
    return Batch(gaps, arrivals[-1] - arrivals[0], watch.cpu_seconds, phases)


def _must_be_accepted(line: str) -> None:
    if json.loads(line)["verdict"] != "accepted":
        raise SystemExit(f"a variant of the reference was not accepted: {line}")


def latency(workload: Workload, sandbox: str | None, rounds: int, each: int, root: Path) -> None:
    """One at a time, in rounds that take turns."""
    reference = GoCommand(workload, root / "go")
    bare: list[float] = []
    bare_cpu = judge_cpu = 0.0
    gaps: list[float] = []
    phases: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        with Stopwatch() as watch:
            bare += [reference.verdict() for _ in range(each)]
        bare_cpu += watch.cpu_seconds
        batch = grade(write_jobs(workload, root / f"{number}", each + 2), sandbox, 1, skip=2)
        gaps += batch.gaps
        judge_cpu += batch.cpu_seconds
        for phase, seconds in batch.phases.items():
            phases[phase] += seconds
    rows = [
        _row("bare go command", bare, bare_cpu / len(bare), bare),
        _row("judge grade", gaps, judge_cpu / len(gaps), bare),
    ]
    show(
        f"{workload.pack}: one verdict at a time ({len(gaps)} each)",
        ["", "p50", "p95", "CPU", "p50 to go"],
        rows,
    )
    if phases:
        parts = [[name, milliseconds(percentile(took, 50))] for name, took in phases.items()]
        show(f"{workload.pack}: where a verdict's time goes (p50)", ["phase", "took"], parts)


def _row(name: str, values: list[float], cpu: float, reference: list[float]) -> list[str]:
    p50, p95 = percentile(values, 50), percentile(values, 95)
    to_reference = ratio(p50, percentile(reference, 50))
    return [name, milliseconds(p50), milliseconds(p95), milliseconds(cpu), to_reference]


def throughput(workload: Workload, sandbox: str | None, how_many: int, root: Path) -> None:
    """Two at once."""
    bare = GoCommand(workload, root / "go", lanes=2).throughput(how_many)
    batch = grade(write_jobs(workload, root / "jobs", how_many + 4), sandbox, 2, skip=4)
    judged = batch.counted / batch.seconds
    rows = [
        ["bare go command", f"{bare:.1f}", "1.00x"],
        ["judge grade --workers 2", f"{judged:.1f}", ratio(judged, bare)],
    ]
    show(f"{workload.pack}: verdicts per second, two at once", ["", "per second", "to go"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the workloads and print their tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sandbox", choices=["docker", "local"])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--each", type=int, default=15, help="verdicts of each side in a round")
    parser.add_argument("--many", type=int, default=60, help="verdicts for the throughput")
    options = parser.parse_args(arguments)
    for workload in (UNIT, APART, STDIO):
        with tempfile.TemporaryDirectory(prefix="judge-bench-") as folder:
            root = Path(folder)
            latency(workload, options.sandbox, options.rounds, options.each, root / "latency")
            throughput(workload, options.sandbox, options.many, root / "throughput")


if __name__ == "__main__":
    main()
