"""The whole way over HTTP, with real PostgreSQL, queue and sandbox, against bare `go`.

Latency: from the request that hands in to the verdict on the live socket, in rounds
that take turns with the reference. Throughput: many handed in at once, two workers,
from the first one received to the last one graded.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.client import GENEROUS, Student
from benchmarks.reference import GoCommand
from benchmarks.table import Stopwatch, milliseconds, percentile, ratio, show
from benchmarks.workload import APART, STDIO, UNIT, Workload
from judge.launch.trial import product

POLL_SECONDS = 0.05


def _moment(told: dict[str, Any], name: str) -> float:
    return datetime.fromisoformat(told["timestamps"][name]).timestamp()


def _verdict(student: Student, workload: Workload) -> tuple[float, dict[str, Any]]:
    """Seconds from handing in to the verdict, and the verdict."""
    files = {workload.file: workload.variant()}
    started = time.perf_counter()
    told = student.watch(student.hand_in(workload.pack, files))
    took = time.perf_counter() - started
    if told["verdict"] != "accepted":
        raise SystemExit(f"a variant of the reference got {told['verdict']}: {told['message']}")
    return took, told


def latency(
    student: Student, workload: Workload, rounds: int, each: int, root: Path, sandbox: str
) -> None:
    """One at a time, in rounds that take turns."""
    reference = GoCommand(workload, root)
    _verdict(student, workload)
    bare: list[float] = []
    took: list[float] = []
    told: list[dict[str, Any]] = []
    cpu = {"bare": 0.0, "judge": 0.0}
    for _ in range(rounds):
        with Stopwatch() as watch:
            bare += [reference.verdict() for _ in range(each)]
        cpu["bare"] += watch.cpu_seconds
        with Stopwatch() as watch:
            for _ in range(each):
                seconds, verdict = _verdict(student, workload)
                took.append(seconds)
                told.append(verdict)
        cpu["judge"] += watch.cpu_seconds
    count = len(took)
    rows = [
        _row("bare go command", bare, cpu["bare"] / count, bare),
        _row(f"over HTTP ({sandbox})", took, cpu["judge"] / count, bare),
    ]
    title = f"{workload.pack}: from handing in to the verdict on the live socket ({count} each)"
    show(title, ["", "p50", "p95", "CPU", "p50 to go"], rows)
    _phases(workload, took, told)


def _row(name: str, values: Sequence[float], cpu: float, reference: Sequence[float]) -> list[str]:
    p50, p95 = percentile(values, 50), percentile(values, 95)
    to_reference = ratio(p50, percentile(reference, 50))
    return [name, milliseconds(p50), milliseconds(p95), milliseconds(cpu), to_reference]


def _phases(workload: Workload, took: Sequence[float], told: Sequence[dict[str, Any]]) -> None:
    waited = [_moment(one, "started") - _moment(one, "received") for one in told]
    judged = [_moment(one, "graded") - _moment(one, "started") for one in told]
    rest = [
        whole - _moment(one, "graded") + _moment(one, "received")
        for whole, one in zip(took, told, strict=True)
    ]
    parts = {
        "stored, queued, claimed": waited,
        "judged and recorded": judged,
        "request, and the way back to the page": rest,
    }
    rows = [[name, milliseconds(percentile(values, 50))] for name, values in parts.items()]
    show(f"{workload.pack}: where the time over HTTP goes (p50)", ["phase", "took"], rows)


def throughput(student: Student, workload: Workload, how_many: int, root: Path) -> None:
    """Many at once, two workers."""
    bare = GoCommand(workload, root, lanes=2).throughput(how_many)
    with Stopwatch() as watch:
        ids = [
            student.hand_in(workload.pack, {workload.file: workload.variant()})
            for _ in range(how_many)
        ]
        told = [_finished(student, submission) for submission in ids]
    first = min(_moment(one, "received") for one in told)
    judged = how_many / (max(_moment(one, "graded") for one in told) - first)
    rows = [
        ["bare go command", f"{bare:.1f}", "", "1.00x"],
        [
            "over HTTP, 2 workers",
            f"{judged:.1f}",
            milliseconds(watch.cpu_seconds / how_many),
            ratio(judged, bare),
        ],
    ]
    title = f"{workload.pack}: verdicts per second, two at once"
    show(title, ["", "per second", "CPU", "to go"], rows)


def _finished(student: Student, submission: str) -> dict[str, Any]:
    while (told := student.ask(submission))["state"] != "done":
        time.sleep(POLL_SECONDS)
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the workloads and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sandbox", choices=["docker", "local"], default=None)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--each", type=int, default=15, help="verdicts of each side in a round")
    parser.add_argument("--many", type=int, default=60, help="verdicts for the throughput")
    options = parser.parse_args(arguments)
    settings = GENEROUS | ({"JUDGE_SANDBOX": options.sandbox} if options.sandbox else {})
    with product(JUDGE_WORKERS="2", **settings) as running:
        running.command("course", "import", str(UNIT.path.parent))
        student = Student(running)
        student.sign_in()
        for workload in (UNIT, APART, STDIO):
            with tempfile.TemporaryDirectory(prefix="judge-bench-") as folder:
                root = Path(folder)
                sandbox = options.sandbox or "auto"
                latency(student, workload, options.rounds, options.each, root / "one", sandbox)
                throughput(student, workload, options.many, root / "many")


if __name__ == "__main__":
    main()
