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
from datetime import datetime
from typing import Any

from benchmarks.client import GENEROUS, Student
from benchmarks.table import milliseconds, percentile, show
from benchmarks.workload import UNIT
from judge.launch.trial import Product, product

LOOK_SECONDS = 2.0
PATIENCE_SECONDS = 600
SIGN_IN_AT_ONCE = 8
CLOSE, CLOSE_SECONDS = 0.2, 1.0
"""A wait was foretold truly where it was off by no more than the part or the seconds."""
PAST_THE_LIMIT = 10


@dataclass
class Notes:
    """What all students saw; shared by their threads."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds of each request, by what was asked for."""
    waited: list[float] = field(default_factory=list)
    """Seconds from handing in to the verdict, of all but the flood."""
    foretold: list[tuple[float, float]] = field(default_factory=list)
    """Each wait that a student was told, and what it was, in seconds; all but the flood's."""
    flood_foretold: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0
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


def _flood(student: Student, many: int, notes: Notes) -> float:
    """Hand in so many at once, which is the limit, and try more; when the last was there."""
    started = time.monotonic()
    ids = [student.hand_in(UNIT.pack, {UNIT.file: UNIT.variant()}) for _ in range(many)]
    notes.refused = sum(
        student.refused(UNIT.pack, {UNIT.file: UNIT.variant()}) for _ in range(PAST_THE_LIMIT)
    )
    return max(_wait(student, submission, started, notes, part=False) for submission in ids)


def _wait(
    student: Student, submission: str, since: float, notes: Notes, *, part: bool = True
) -> float:
    """Ask until there is a verdict; the seconds that it took."""
    foretold: list[tuple[float, float]] = []
    while True:
        asked = time.time()
        with notes.timed("the state"):
            told: dict[str, Any] = student.ask(submission)
        now = time.monotonic()
        if told["state"] == "done":
            break
        if told.get("wait_seconds") is not None:
            foretold.append((asked, float(told["wait_seconds"])))
        if now - since > PATIENCE_SECONDS:
            raise SystemExit(f"submission {submission} has no verdict")
        time.sleep(LOOK_SECONDS)
    graded = datetime.fromisoformat(told["timestamps"]["graded"]).timestamp()
    with notes.lock:
        notes.verdicts[told["result"]["verdict"]] += 1
        waits = [(seconds, graded - moment) for moment, seconds in foretold]
        (notes.foretold if part else notes.flood_foretold).extend(waits)
        if part:
            notes.waited.append(now - since)
    return now - since


def _true(waits: list[tuple[float, float]]) -> str:
    """Which part of what was foretold was true, and how far off half of it was."""
    if not waits:
        return "nobody waited"
    close = sum(abs(told - was) <= max(CLOSE * was, CLOSE_SECONDS) for told, was in waits)
    off = percentile([abs(told - was) / max(was, CLOSE_SECONDS) for told, was in waits], 50)
    return f"{close / len(waits):.0%} of {len(waits)}, p50 {off:.0%} off"


def _measure(running: Product, students: int, flood: int, seconds: float) -> None:
    chance = random.Random(1)  # noqa: S311 - moments, no secrets
    with ThreadPoolExecutor(SIGN_IN_AT_ONCE) as pool:
        people = list(pool.map(lambda number: _student(running, number), range(students + 1)))
    notes = Notes()
    begun = time.monotonic()
    with ThreadPoolExecutor(students + 1) as pool:
        flooded = pool.submit(_flood, people[0], flood, notes) if flood else None
        others = [
            pool.submit(_last_minute, student, begun + chance.uniform(0, seconds), notes)
            for student in people[1:]
        ]
        for one in others:
            one.result()
        last_of_flood = flooded.result() if flooded else 0.0
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
    rows.append(["waits foretold within 20 % or 1 s", _true(notes.foretold)])
    if flood:
        rows += [
            [f"the last of one student's {flood}", f"{last_of_flood:.1f} s"],
            ["that student's waits, foretold likewise", _true(notes.flood_foretold)],
            ["past the limit: 429 with Retry-After", f"{notes.refused} of {PAST_THE_LIMIT}"],
        ]
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
    limits = GENEROUS | {"JUDGE_LIMIT_SUBMIT": f"{max(options.flood, 1)}/minute"}
    with product(JUDGE_WORKERS="2", **limits) as running:
        running.command("course", "import", str(UNIT.path.parent))
        _measure(running, options.students, options.flood, options.seconds)


if __name__ == "__main__":
    main()
