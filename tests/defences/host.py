"""Runs pytest again and again, each time in a fork that has the libraries already.

To import them takes most of the time of a short test. The tree's own modules are not
imported here: each run finds them as they are then. Reads ``{"arguments", "said"}`` a line
from stdin and answers a line when that run is over; what it printed is in the file `said`.

A script of its own, not part of the package: its package is the tree's.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys

LIBRARIES = (
    *("pytest", "hypothesis", "sqlalchemy", "psycopg", "alembic.command", "redis", "rq", "docker"),
    *(
        "flask",
        "flask_smorest",
        "flask_limiter",
        "flask_wtf",
        "flask_login",
        "uvicorn",
        "websockets",
    ),
    *("structlog", "argon2", "nh3", "markdown_it", "pygments.lexers", "pygments.formatters"),
    *("dulwich.repo", "PIL.Image", "prometheus_client", "psutil", "playwright.sync_api"),
)


def main() -> None:
    """Until stdin ends."""
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(asked["arguments"], asked["said"])
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(arguments: list[str], said: str) -> None:
    output = os.open(said, os.O_WRONLY | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for here, there in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(here, there)
    code = 3
    try:
        code = importlib.import_module("pytest").main(arguments)
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
