"""The command: a product, a crowd, faults, and the audit."""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from judge import accounts, curriculum, db, queue
from judge.curriculum import CoursePlan, UnitPlan
from judge.launch.trial import Product, product
from judge.packs.load import load
from tests.chaos import audit, crowd
from tests.chaos.faults import LEASE_SECONDS, Breaker

PACK = Path(__file__).parents[2] / "benchmarks" / "packs" / "leap"
SETTINGS = {
    "JUDGE_LEASE": f"{LEASE_SECONDS}s",
    "JUDGE_JANITOR_EVERY": "2s",
    "JUDGE_LIMIT_SUBMIT": "100000/minute",
    # Faults hit the same submission more often than in a lifetime outside.
    "JUDGE_TRIES": "20",
}
SETTLE_SECONDS = 180


def run(seed: int, submissions: int, users: int, faults: int, seconds: float) -> bool:
    """One run; whether nothing was lost, counted twice or judged wrongly."""
    chance = random.Random(seed)
    with product(JUDGE_WORKERS="2", **SETTINGS) as running:
        _connect(running)
        curriculum.store(CoursePlan("chaos", "Chaos", "", (UnitPlan("All", "", (load(PACK),)),)))
        tokens = [_student(n) for n in range(users)]
        db.release()
        ledger, breaker = crowd.Ledger(), Breaker(running, chance)
        plan = breaker.plan(faults)
        moments = sorted(chance.uniform(0, seconds) for _ in plan)
        breaking = threading.Thread(target=_break, args=(breaker, plan, moments))
        started = time.monotonic()
        breaking.start()
        each = -(-submissions // users)
        for through in crowd.hand_in(running.address, tokens, ledger, each, seconds, seed):
            _progress(f"{through} of {each * users} accepted, {breaker.struck.total()} faults")
        breaking.join()
        took = time.monotonic() - started
        _progress("waiting for the last verdicts")
        left = audit.wait_for_all(ledger.expected, SETTLE_SECONDS)
        found = audit.findings(ledger.expected)
    return _report(seed, ledger, breaker, took, left, found)


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


def _report(
    seed: int,
    ledger: crowd.Ledger,
    breaker: Breaker,
    took: float,
    left: int,
    found: dict[str, int],
) -> bool:
    _progress("")
    judged = len(ledger.expected) - left
    print(f"seed {seed}: {breaker.struck.total()} faults in {took:.0f} s")
    for kind, number in sorted(breaker.struck.items()):
        print(f"  {number:4}  {kind}")
    print(f"sent again by students {ledger.retries}, clicked twice {ledger.doubled}")
    print(f"accepted {len(ledger.expected)}, judged {judged}")
    found["answers that must not be"] = len(ledger.refused)
    for words, number in found.items():
        print(f"  {number:4}  {words}")
    for answer in ledger.refused[:5]:
        print(f"        {answer}")
    return left == 0 and not any(found.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with what the command line says; 0 where all is well."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--faults", type=int, default=26)
    parser.add_argument("--seconds", type=float, default=120, help="over which faults strike")
    options = parser.parse_args(arguments)
    well = run(options.seed, options.submissions, options.users, options.faults, options.seconds)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
