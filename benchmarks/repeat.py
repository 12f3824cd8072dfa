"""Whether a verdict depends on what else the machine does.

Seven programs of nobody's take all the CPU time that they get, on as many cores as there are.
Beside them the same submissions are judged again and again: one that is right, one that is
wrong, one that needs 80 % of its CPU limit and one that needs 120 %. Each must get one
verdict. The last two measure their CPU time themselves, by the kernel's count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.core import JUDGE
from benchmarks.table import show
from benchmarks.workload import APART, HERE, Workload
from judge.packs.load import load

NEIGHBOURS = 7
SPIN = Workload("spin", "main.go")


@dataclass(frozen=True, slots=True)
class Kind:
    """A submission that is judged many times, and the one verdict that it must get."""

    name: str
    workload: Workload
    source: str
    verdict: str


def kinds() -> list[Kind]:
    """What is judged."""
    limit = load(SPIN.path).limits.cpu_seconds
    spins = (SPIN.path / "submissions/accepted/reference" / SPIN.file).read_text()

    def spin(percent: int) -> str:
        return spins.replace("Variant = 0", f"Variant = {limit * percent * 10:.0f}")

    wrong = (HERE / "packs" / APART.pack / "starter" / APART.file).read_text()
    return [
        Kind("right", APART, APART.variant(), "accepted"),
        Kind("wrong", APART, wrong, "wrong_answer"),
        Kind("80 % of its CPU limit", SPIN, spin(80), "accepted"),
        Kind("120 % of its CPU limit", SPIN, spin(120), "time_limit"),
    ]


@contextmanager
def neighbours(how_many: int) -> Iterator[None]:
    """Processes that compute as much as they can."""
    program = [sys.executable, "-c", "while True: pass"]
    running = [subprocess.Popen(program) for _ in range(how_many)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out."""

    verdicts: Counter[str]
    wall_seconds: float
    """The longest run."""


def judge(times: dict[Kind, int], sandbox: str | None) -> dict[Kind, Judged]:
    """Judge each so many times, all of them in one go on all cores."""
    by_name = {kind.name: kind for kind in times}
    with tempfile.TemporaryDirectory(prefix="judge-bench-") as folder:
        jobs = Path(folder) / "JOBS.jsonl"
        with jobs.open("w") as file:
            for number, (kind, count) in enumerate(times.items()):
                source = Path(folder) / f"{number}-{kind.workload.file}"
                source.write_text(kind.source)
                files = {kind.workload.file: str(source)}
                job = {"pack": str(kind.workload.path), "files": files}
                for i in range(count):
                    file.write(json.dumps({"id": f"{kind.name}/{i}", **job}) + "\n")
        command = [str(JUDGE), "grade", "--batch", str(jobs), "--json"]
        command += ["--workers", str(len(os.sched_getaffinity(0)))]
        command += ["--sandbox", sandbox] if sandbox else []
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    verdicts = {kind: Counter[str]() for kind in times}
    longest = dict.fromkeys(times, 0.0)
    for result in map(json.loads, done.stdout.splitlines()):
        kind = by_name[result["id"].rpartition("/")[0]]
        verdicts[kind][result["verdict"]] += 1
        if result["usage"]:
            longest[kind] = max(longest[kind], result["usage"]["wall_seconds"])
    return {kind: Judged(verdicts[kind], longest[kind]) for kind in times}


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge, and print the table. Exit status 1 where a verdict is not what it must be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sandbox", choices=["docker", "local"])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--limits", type=int, default=40, help="times of those close to the limit")
    options = parser.parse_args(arguments)
    rows, wrong = [], False
    with neighbours(NEIGHBOURS):
        times = {
            kind: options.limits if kind.workload is SPIN else options.times for kind in kinds()
        }
        for kind, judged in judge(times, options.sandbox).items():
            wrong |= judged.verdicts != Counter({kind.verdict: times[kind]})
            told = ", ".join(f"{count} {verdict}" for verdict, count in judged.verdicts.items())
            rows.append([kind.name, told, f"{judged.wall_seconds:.2f} s"])
    title = f"The same submission again and again, beside {NEIGHBOURS} busy neighbours"
    show(title, ["", "verdicts", "longest run"], rows)
    if wrong:
        raise SystemExit("a verdict is not what it must be")


if __name__ == "__main__":
    main()
