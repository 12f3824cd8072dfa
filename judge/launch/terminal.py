"""What `judge run` tells people while it works."""

from __future__ import annotations

import sys
import time

PROGRESS_SECONDS = 3
"""How often at most a long step tells how far it is."""


def say(line: str, *, error: bool = False) -> None:
    """One line on the terminal, at once."""
    print(line, file=sys.stderr if error else sys.stdout, flush=True)


class Progress:
    """Tells how far a long step is: now and then, and nothing where it takes no time."""

    def __init__(self, title: str) -> None:
        """`title` says what the step as a whole does."""
        self._title = title
        self._told = 0.0

    def __call__(self, step: str, percent: int) -> None:
        """Take note of what is being done and how far all of it is, in percent."""
        now = time.monotonic()
        if now - self._told >= PROGRESS_SECONDS or (percent >= 100 and self._told):
            self._told = now
            say(f"  {self._title}: {percent} %, {step}")
