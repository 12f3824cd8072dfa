"""Figures and tables that every benchmark prints alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

TICKS_PER_SECOND = 100
"""USER_HZ, the unit of /proc/stat on Linux for every architecture that Go and Docker run on."""


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of `values` lie; the only value where there is one."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def machine_cpu_seconds() -> float:
    """CPU seconds that this machine has spent so far, idle and waiting left out."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    user, nice, system, _idle, _iowait, irq, softirq, _steal = fields
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND


class Stopwatch:
    """Wall clock (monotonic) and the machine's CPU between start and stop, in seconds."""

    def __enter__(self) -> Self:
        """Start both clocks."""
        self._wall, self._cpu = time.perf_counter(), machine_cpu_seconds()
        self.wall_seconds = self.cpu_seconds = 0.0
        return self

    def __exit__(self, *_: object) -> None:
        """Stop both clocks."""
        self.wall_seconds = time.perf_counter() - self._wall
        self.cpu_seconds = machine_cpu_seconds() - self._cpu


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column left, the others right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    print(f"\n{title}\n")
    for row in [header, ["-" * width for width in widths], *rows]:
        first, *rest = (cell for cell in row)
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        print("  " + "  ".join(cells).rstrip())


def milliseconds(seconds: float) -> str:
    """Seconds as "112.4 ms"."""
    return f"{seconds * 1000:.1f} ms"


def ratio(value: float, reference: float) -> str:
    """ "0.46x", or a dash where the reference is nothing."""
    return f"{value / reference:.2f}x" if reference else "-"
