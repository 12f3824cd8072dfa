"""The last minute before a deadline: hundreds hand in at once, and the pages must go on answering.

Each student, signed in before, opens the problem at a moment of its own, hands in and
asks for the state every other second until there is a verdict, as a page without its
socket does. One of them hands in a flood at the very start.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.client import GENEROUS, Student
from benchmarks.table import milliseconds, percentile, show
from benchmarks.workload import UNIT
from judge.launch.trial import Product, product

LOOK_SECONDS = 2.0
PATIENCE_SECONDS = 600
SIGN_IN_AT_ONCE = 8
LONG_WAIT_SECONDS = 5.0
"""What is foretold of less than this is not held against the 20 %."""
CLOSE = 0.2


@dataclass
class Notes:
    """What all students saw; shared by their threads."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds of each request, by what was asked for."""
    waited: list[float] = field(default_factory=list)
    """Seconds from handing in to the verdict, of all but the flood."""
    errors: list[float] = field(default_factory=list)
    """Of each wait that was foretold: how far off, as a part of the true one."""
    verdicts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Note how long a request takes."""
        started = time.perf_counter()
        yield
        with self.lock:
            self.took[what].append(time.perf_counter() - started)


def _student(running: Product, number: int) -> Student:
    student = Student(running)
    student.register(f"late-{number}")
    student.make_token()
    return student


def _last_minute(student: Student, at: float, notes: Notes) -> None:
    time.sleep(max(0.0, at - time.monotonic()))
    with notes.timed("the problem's page"):
        student.get(f"/problems/{UNIT.pack}")
    with notes.timed("handing in"):
        submission = student.hand_in(UNIT.pack, {UNIT.file: UNIT.variant()})
    _wait(student, submission, time.monotonic(), notes)
    with notes.timed("the submission's page"):
        student.get(f"/submissions/{submission}")


def _flood(student: Student, many: int, notes: Notes) -> list[float]:
    """Hand in so many at once; when each was there, in seconds."""
    started = time.monotonic()
    ids = [student.hand_in(UNIT.pack, {UNIT.file: UNIT.variant()}) for _ in range(many)]
    return [_wait(student, submission, started, notes, part=False) for submission in ids]


def _wait(
    student: Student, submission: str, since: float, notes: Notes, *, part: bool = True
) -> float:
    """Ask until there is a verdict; the seconds that it took."""
    foretold: list[tuple[float, float]] = []
    while True:
        with notes.timed("the state"):
            told: dict[str, Any] = student.ask(submission)
        now = time.monotonic()
        if told["state"] == "done":
            break
        if told.get("wait_seconds") is not None:
            foretold.append((now, float(told["wait_seconds"])))
        if now - since > PATIENCE_SECONDS:
            raise SystemExit(f"submission {submission} has no verdict")
        time.sleep(LOOK_SECONDS)
    with notes.lock:
        notes.verdicts[told["result"]["verdict"]] += 1
        if part:
            notes.waited.append(now - since)
            notes.errors += [
                abs(moment + seconds - now) / (now - moment)
                for moment, seconds in foretold
                if seconds >= LONG_WAIT_SECONDS
            ]
    return now - since


def _measure(running: Product, students: int, flood: int, seconds: float) -> None:
    chance = random.Random(1)  # noqa: S311 - moments, no secrets
    with ThreadPoolExecutor(SIGN_IN_AT_ONCE) as pool:
        people = list(pool.map(lambda number: _student(running, number), range(students + 1)))
    notes = Notes()
    begun = time.monotonic()
    with ThreadPoolExecutor(students + 1) as pool:
        flooded = pool.submit(_flood, people[0], flood, notes)
        others = [
            pool.submit(_last_minute, student, begun + chance.uniform(0, seconds), notes)
            for student in people[1:]
        ]
        for one in others:
            one.result()
        last_of_flood = max(flooded.result()) if flood else 0.0
    judged = sum(notes.verdicts.values())
    rows = [
        ["handed in, and judged", f"{students + flood}, {judged}"],
        ["verdicts", ", ".join(f"{n} {name}" for name, n in sorted(notes.verdicts.items()))],
        ["all were judged after", f"{time.monotonic() - begun:.0f} s"],
    ]
    for what, took in sorted(notes.took.items()):
        figures = f"{milliseconds(percentile(took, 50))} {milliseconds(percentile(took, 95))}"
        rows.append([f"{what}: p50, p95 (aim: 300 ms)", figures])
    waits = f"{percentile(notes.waited, 50):.1f} s, {percentile(notes.waited, 95):.1f} s"
    rows.append(["from handing in to the verdict: p50, p95", waits])
    if notes.errors:
        close = sum(error <= CLOSE for error in notes.errors) / len(notes.errors)
        rows += [
            ["waits of 5 s and more, foretold", f"{len(notes.errors)}"],
            ["off by, p50 (aim: 20 %)", f"{percentile(notes.errors, 50):.0%}"],
            ["within 20 %", f"{close:.0%}"],
        ]
    if flood:
        rows.append([f"the last of one student's {flood}", f"{last_of_flood:.1f} s"])
    show(f"deadline: {students} students within {seconds:.0f} s", ["", ""], rows)
    if judged != students + flood:
        raise SystemExit("submissions are missing")


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a product, let them all hand in, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--flood", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60, help="over which they hand in")
    options = parser.parse_args(arguments)
    with product(JUDGE_WORKERS="2", **GENEROUS) as running:
        running.command("course", "import", str(UNIT.path.parent))
        _measure(running, options.students, options.flood, options.seconds)


if __name__ == "__main__":
    main()
