"""`make defences`: takes each defence away once and sees its tests fail."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.defences import table, workshop
from tests.defences.table import Defence
from tests.defences.trial import End, Trials

ASKED = argparse.ArgumentParser(prog="python -m tests.defences", description=__doc__)
ASKED.add_argument(
    "--only", action="append", default=[], metavar="NAME",
    help="those with this in their name, of this row or this table; may be given several times",
)  # fmt: skip
ASKED.add_argument("--list", action="store_true", help="say what there is and run nothing")


def main() -> int:
    """0 where every defence was missed by each of its tests."""
    asked = ASKED.parse_args()
    those = table.chosen(asked.only)
    if not those:
        print(f"no defence is called {' or '.join(asked.only)}; --list names them")
        return 2
    if asked.list:
        for one in those:
            print(f"{', '.join(one.rows):<24} {one.name:<36} {one.what}")
        return 0
    try:
        with workshop.alone():
            tree = workshop.copy()
            with Trials(tree) as trials:
                return _show(those, tree, trials)
    except BlockingIOError:
        print(f"another run works in {workshop.PLACE}; wait for its end")
        return 2


def _show(those: list[Defence], tree: Path, trials: Trials) -> int:
    began = time.monotonic()
    print(f"{len(those)} defences; first their tests with nothing taken away", flush=True)
    before = trials.run(table.tests_of(those))
    print(f"{sum(end.kind == 'passed' for end in before.values())} of {len(before)} tests pass "
          f"in {time.monotonic() - began:.0f} s\n\n{'row':<20} {'defence':<34} {'result':<9} "
          f"{'s':>4}  test", flush=True)  # fmt: skip
    missed = sum([_shown(tree, trials, one, before) for one in those])
    print(f"\n{missed} of {len(those)} defences taken away and missed by their tests, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    return 0 if missed == len(those) else 1


def _shown(tree: Path, trials: Trials, one: Defence, before: dict[str, End]) -> bool:
    """Take one defence away; whether all of its tests noticed."""
    began = time.monotonic()
    try:
        with workshop.without(tree, one.edits):
            after = trials.run(one.tests, one.raises)
    except ValueError as error:
        after = dict.fromkeys(one.tests, End("broken", str(error)))
    took = time.monotonic() - began
    good = True
    for test, end in after.items():
        noticed = end.kind == "failed" and before[test].kind == "passed"
        good = good and noticed
        result, words = ("noticed", "") if noticed else _why_not(before[test], end)
        print(f"{','.join(one.rows):<20} {one.name:<34} {result:<9} {took:>4.0f}  "
              f"{test}{words}", flush=True)  # fmt: skip
    return good


def _why_not(before: End, after: End) -> tuple[str, str]:
    if before.kind != "passed":
        return "no start", f"\n    {before.kind} with nothing taken away: {before.words}"
    if after.kind == "passed":
        return "UNNOTICED", ""
    return after.kind, f"\n    {after.words}"


if __name__ == "__main__":
    sys.exit(main())
