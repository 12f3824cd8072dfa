"""Whether a program's output is a case's answer, as the judge compares them."""

from __future__ import annotations

import math
import re
from itertools import zip_longest

KINDS = ("lines", "exact", "tokens", "floats")
"""What can be compared here; a problem's own program only the judge has."""
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def same(kind: str, tolerance: float, got: bytes, want: bytes) -> bool:
    """Compare by one of `KINDS`."""
    if kind == "exact":
        return got == want
    if kind == "lines":
        return _lines(got) == _lines(want)
    return all(
        one is not None and other is not None and _close(kind, tolerance, one, other)
        for one, other in zip_longest(got.split(), want.split())
    )


def _lines(output: bytes) -> list[bytes]:
    lines = [line.rstrip() for line in output.split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _close(kind: str, tolerance: float, got: bytes, want: bytes) -> bool:
    if got == want or kind == "tokens":
        return got == want
    if not (_NUMBER.fullmatch(got) and _NUMBER.fullmatch(want)):
        return False
    one, other = float(got), float(want)
    if not (math.isfinite(one) and math.isfinite(other)):
        return one == other
    return abs(one - other) <= tolerance * max(1.0, abs(other))
