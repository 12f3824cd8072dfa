"""Compares verdicts of ``go test``, of tests in one process, and of isolated ones."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from time import monotonic

from judge.commands.sandboxes import open_pools
from judge.grading import Sandbox
from judge.packs.pack import Pack
from judge.sandbox import rootfs
from tests.equivalence import corpus
from tests.equivalence.corpus import Package
from tests.equivalence.verdicts import Native, Outcome, judged

PROBLEMS = Path(__file__).parents[2] / "problems"
_RUNNER = Path(rootfs.__file__).parent / "runner"
_TRIES = 4
"""How often a submission is run natively before it is said to be judged in another way."""
_REASONS = {
    # What Go counts as no verdict of its own, or measures in another way.
    frozenset({"time_limit", "runtime_error"}): "an endless loop fills memory or stack first",
    frozenset({"time_limit", "memory_limit"}): "an endless loop fills memory first",
    frozenset({"runtime_error", "memory_limit"}): "natively there is no memory limit",
    frozenset({"time_limit", "output_limit"}): "natively there is no output limit",
}

ASKED = argparse.ArgumentParser(prog="python -m tests.equivalence", description=__doc__)
ASKED.add_argument("--corpus", action="append", type=Path, default=[], metavar="DIR")
ASKED.add_argument("--only", default="", metavar="TEXT", help="packages with this in their name")
ASKED.add_argument("--packages", type=int, default=1_000_000, metavar="N", help="at most")
ASKED.add_argument("--mutants", type=int, default=4, metavar="N", help="of each package")
ASKED.add_argument(
    "--seconds", type=float, default=float("inf"), metavar="N", help="begin no package after N s"
)
ASKED.add_argument("--no-problems", action="store_true", help="without the shipped packs")


@dataclass
class Table:
    """Counts of all that was compared, and the differences."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    explained: Counter[str] = field(default_factory=Counter)

    def compare(
        self,
        way: str,
        what: str,
        seen: list[Outcome],
        other: Outcome | None,
        again: Callable[[], Outcome],
    ) -> None:
        """Count one. `seen` are native outcomes; a difference is looked for `again`."""
        counts, native = self.counts.setdefault(way, Counter()), seen[0]
        if other is None:
            counts["refused"] += 1
            return
        while not any(map(other.same, seen)) and len(seen) < _TRIES:
            seen.append(again())
        if other.same(native):
            counts["same"] += 1
        elif any(map(other.same, seen)) or not all(map(native.same, seen)):
            counts["explained"] += 1
            self.explained["natively it depends on chance"] += 1
        elif other.said.startswith("every test was skipped"):
            counts["explained"] += 1
            self.explained["a skipped test is no pass"] += 1
        elif reason := _REASONS.get(frozenset({native.verdict, other.verdict})):
            counts["explained"] += 1
            self.explained[reason] += 1
        else:
            counts["different"] += 1
            names = sorted(native.failed ^ other.failed)
            self.differences.append(
                f"{way}: {what}: natively {native.verdict}, here {other.verdict}: "
                f"{other.said.splitlines()[0] if other.said else ''} {' '.join(names)[:200]}"
            )
            print(self.differences[-1], flush=True)

    def show(self) -> None:
        columns = ("same", "explained", "different", "refused")
        print(f"\n{'':<12}" + "".join(f"{name:>11}" for name in columns))
        for way, counts in self.counts.items():
            print(f"{way:<12}" + "".join(f"{counts[name]:>11}" for name in columns))
        for reason, count in self.explained.items():
            print(f"  explained, {count}: {reason}")
        for difference in self.differences:
            print(f"  {difference}")


class Mutants:
    """Makes mutants of a package."""

    def __init__(self, work: Path) -> None:
        self._work, self._program = work, work / "mutants"
        go = rootfs.Go(rootfs.toolchain(), work)
        go.run("build", "-o", str(self._program), "./cmd/mutants", cwd=_RUNNER)

    def of(self, files: dict[str, bytes], most: int) -> Iterator[tuple[str, dict[str, bytes]]]:
        """At most `most`, spread over all there are."""
        found = []
        for name in sorted(name for name in files if name.endswith(".go")):
            (self._work / "in.go").write_bytes(files[name])
            done = subprocess.run(
                [self._program, self._work / "in.go"], capture_output=True, check=True
            )
            for mutant in json.loads(done.stdout) or ():
                what = f"{name}:{mutant['line']}: {mutant['what']}"
                found.append((what, {**files, name: mutant["text"].encode()}))
        step = max(len(found) / most, 1) if most else 1
        for i in range(min(most, len(found))):
            yield found[int(i * step)]


def compare(
    packages: Iterable[Package],
    sandbox: Sandbox,
    work: Path,
    mutants: int,
    seconds: float = float("inf"),
) -> Table:
    """Grade the reference and mutants of each package in all three ways."""
    end = monotonic() + seconds
    table, native, maker = Table(), Native(work), Mutants(work)
    for package in packages:
        if monotonic() > end:
            break
        files = dict(package.one_process.reference.files)
        itself = native.run(package.one_process, files)
        if itself.verdict != "accepted":
            table.counts.setdefault("natively", Counter())["refused"] += 1
            continue
        apart = True
        versions = chain([("itself", files)], maker.of(files, mutants))
        for i, (change, version) in enumerate(versions):
            own = [native.run(package.one_process, version) if i else itself]

            def again(
                version: dict[str, bytes] = version, pack: Pack = package.one_process
            ) -> Outcome:
                return native.run(pack, version)

            what = f"{package.name}: {change}"
            other = judged(package.one_process, version, sandbox)
            table.compare("one process", what, own, other, again)
            if apart:
                other = judged(package.isolated, version, sandbox)
                apart = other is not None
                table.compare("isolated", what, own, other, again)
    return table


def main() -> int:
    asked = ASKED.parse_args()
    sources = [corpus.of(path) for path in asked.corpus]
    if not asked.no_problems:
        sources.insert(0, corpus.shipped(PROBLEMS))
    chosen = [package for package in chain(*sources) if asked.only in package.name]
    step = max(len(chosen) / asked.packages, 1)
    chosen = [chosen[int(i * step)] for i in range(min(asked.packages, len(chosen)))]
    with tempfile.TemporaryDirectory() as made, open_pools("local") as pools:
        table = compare(chosen, pools.get("go"), Path(made), asked.mutants, asked.seconds)
    table.show()
    return 1 if table.differences else 0


if __name__ == "__main__":
    sys.exit(main())
