"""Whether the `make` that started us was told to stop.

Ctrl-C reaches all processes of a terminal, but `kill -INT` of make alone does
not: make notes it, passes nothing on and waits for us for ever. The kernel shows
that it was interrupted, since make puts the signal's handler back to the default
before it waits.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path


class Parent:
    """The process that started us, as it was when this was made."""

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._caught_interrupts = self._catches_interrupts()

    def is_over(self) -> bool:
        """Whether it has ended, or has handled an interrupt and waits for us to end."""
        if os.getppid() != self._pid:
            return True
        return self._caught_interrupts and not self._catches_interrupts()

    def _catches_interrupts(self) -> bool:
        try:
            status = Path(f"/proc/{self._pid}/status").read_text()
        except OSError:
            return False
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        return bool(int(fields["SigCgt"], 16) >> (signal.SIGINT - 1) & 1)
