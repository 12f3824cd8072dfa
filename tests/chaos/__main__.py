"""The command: a product, a crowd, faults, and the audit."""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from judge import accounts, curriculum, db, queue
from judge.launch.trial import Product, product
from tests.chaos import audit, crowd
from tests.chaos.faults import LEASE_SECONDS, LEAST_FREE_MB, Breaker, course
from tests.chaos.place import Ground, ground

SETTINGS = {
    "JUDGE_LEASE": f"{LEASE_SECONDS}s",
    "JUDGE_JANITOR_EVERY": "2s",
    "JUDGE_LIMIT_SUBMIT": "100000/minute",
    # Faults hit the same submission more often than in a lifetime outside.
    "JUDGE_TRIES": "20",
    "JUDGE_CANARY_EVERY": "10s",
    "JUDGE_LEAST_FREE_MB": str(LEAST_FREE_MB),
    "JUDGE_GOPLS_MAX": "0",
}
STILL_SECONDS = 120
"""When for so long nothing more was judged, nothing more will be."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what. `seconds`: over which students hand in and faults strike."""

    seed: int
    submissions: int
    users: int
    faults: int
    seconds: float


def run(plan: Plan, place: Ground) -> bool:
    """One run; whether nothing was lost, counted twice or judged wrongly."""
    settings = SETTINGS | ({"DOCKER_HOST": place.engine.address} if place.engine else {})
    with product(within=place.disk, JUDGE_WORKERS="2", **settings) as running:
        return _run(plan, place, running)


def _run(plan: Plan, place: Ground, running: Product) -> bool:
    chance = random.Random(plan.seed)
    _connect(running)
    curriculum.store(course())
    tokens = [_student(n) for n in range(plan.users)]
    db.release()
    ledger = crowd.Ledger()
    breaker = Breaker(running, chance, place.engine, place.disk)
    kinds = breaker.plan(plan.faults)
    moments = sorted(chance.uniform(0, plan.seconds) for _ in kinds)
    breaking = threading.Thread(target=_break, args=(breaker, kinds, moments))
    started = time.monotonic()
    breaking.start()
    each = -(-plan.submissions // plan.users)
    for through in crowd.hand_in(running.address, tokens, ledger, each, plan.seconds, plan.seed):
        _progress(f"{through} of {each * plan.users} accepted, {breaker.struck.total()} faults")
    breaking.join()
    took = time.monotonic() - started
    _progress("waiting for the last verdicts")
    left = audit.wait_for_all(ledger.expected, STILL_SECONDS)
    _report_run(plan.seed, took, ledger, breaker, place)
    return _report_audit(ledger, left, audit.findings(ledger.expected))


def _connect(running: Product) -> None:
    db.configure(running.environment["DATABASE_URL"], 5)
    queue.configure(running.environment["REDIS_URL"])


def _student(number: int) -> str:
    user = accounts.register(f"student-{number}", "a long enough password", f"Student {number}")
    return accounts.create_token(user, "chaos")


def _break(breaker: Breaker, plan: list[str], moments: list[float]) -> None:
    started = time.monotonic()
    for kind, moment in zip(plan, moments, strict=True):
        time.sleep(max(0.0, moment - (time.monotonic() - started)))
        breaker.strike(kind)
    db.release()


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def _report_run(
    seed: int, took: float, ledger: crowd.Ledger, breaker: Breaker, place: Ground
) -> None:
    _progress("")
    accepted = len(ledger.expected)
    print(f"seed {seed}: {accepted} submissions, {breaker.struck.total()} faults in {took:.0f} s")
    for kind, number in sorted(breaker.struck.items()):
        print(f"  {number:4}  {kind}")
    for kind, number in sorted(breaker.missed.items()):
        print(f"  {number:4}  {kind}: there was nothing to strike")
    for why in place.left_out:
        print(f"  left out: {why}")
    print(f"sent again by students {ledger.retries}, clicked twice {ledger.doubled}")


def _report_audit(ledger: crowd.Ledger, left: int, found: audit.Findings) -> bool:
    accepted = len(ledger.expected)
    print(
        f"accepted {accepted}, judged {accepted - left}, lost {found.lost}, "
        f"counted twice {found.twice}"
    )
    same = "identical" if not found.board else f"{found.board} rows differ"
    print(f"the leaderboard of {found.students} students, recomputed from history: {same}")
    wrong = found.others | {"answers that must not be": len(ledger.refused)}
    for words, number in wrong.items():
        print(f"  {number:4}  {words}")
    for answer in ledger.refused[:5]:
        print(f"        {answer}")
    return not (left or found.lost or found.twice or found.board or any(wrong.values()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with what the command line says; 0 where all is well."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--faults", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=240, help="over which faults strike")
    options = parser.parse_args(arguments)
    with ground() as place:
        return 0 if run(Plan(**vars(options)), place) else 1


if __name__ == "__main__":
    sys.exit(main())
