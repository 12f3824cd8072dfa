"""`make bench`: every benchmark, one after the other, or those that are named."""

from __future__ import annotations

import argparse
import importlib
import os
import platform

ALL = (
    *("core", "track", "endtoend", "live", "memory", "playground", "editor", "sessions"),
    *("deadline", "repeat"),
)


def main() -> None:
    """Run them; each prints its own tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}")
    parser.add_argument("--quick", action="store_true", help="fewer verdicts, rougher figures")
    options = parser.parse_args()
    if unknown := set(options.names) - set(ALL):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {cores} CPUs, Linux {platform.release()}, load {load:.1f}")
    if load > cores / 2:
        print("Something else is at work on this machine: take the ratios, and measure again.")
    for name in options.names or ALL:
        arguments = QUICK.get(name, []) if options.quick else []
        importlib.import_module(f"benchmarks.{name}").main(arguments)


QUICK = {
    "core": ["--rounds", "2", "--each", "5", "--many", "20"],
    "track": ["--variants", "2", "--no-throughput"],
    "endtoend": ["--rounds", "2", "--each", "5", "--many", "20"],
    "live": ["--pages", "200"],
    "memory": ["--verdicts", "3"],
    "playground": ["--rounds", "5", "--at-once", "5"],
    "deadline": ["--students", "30", "--flood", "5"],
    "sessions": ["--editors", "12", "--servers", "8", "--programs", "5"],
    "editor": ["--rounds", "3", "--editors", "20"],
    "repeat": ["--times", "20", "--limits", "5"],
}
"""Options of the quick form."""

if __name__ == "__main__":
    main()
