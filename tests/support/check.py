"""`make check`: lint the files that differ from main's last commit, then run the unit tests.

It is for every save, so it leaves out what takes long: types of the pages, Go, and whatever
needs a server, a container or a browser.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SLOW = ("test_migrations.py", "test_retry.py", "test_launch_bootstrap.py")
"""Unit tests that start processes of their own."""


def changed(suffix: str) -> list[str]:
    """Files that differ from the last commit or are new, relative to the checkout."""
    commands = (
        ["git", "diff", "--name-only", "--diff-filter=d", "HEAD"],
        ["git", "ls-files", "--others", "--exclude-standard"],
    )
    names = "".join(
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for command in commands
    )
    return sorted(name for name in names.splitlines() if name.endswith(suffix))


def main() -> int:
    """Run every step; the exit code is 1 if one failed."""
    python = changed(".py")
    steps: list[list[str]] = []
    if python:
        steps += [["ruff", "check", *python], ["ruff", "format", "--check", "--quiet", *python]]
        steps.append(["mypy"])
    ignored = [f"--ignore=tests/unit/{name}" for name in SLOW]
    steps.append(["python", "-m", "pytest", "-q", "-x", "-p", "no:schemathesis", "tests/unit"])
    steps[-1] += ignored
    failed = False
    for program, *arguments in steps:
        failed |= subprocess.call([str(BIN / program), *arguments], cwd=ROOT) != 0
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
