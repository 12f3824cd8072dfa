"""Whether what a program printed is the right answer.

Bytes in, an opinion out. The message names the first difference and its line,
which is what a student looks for; it may quote the answer, so it is for those
who may see the case.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from judge.packs.pack import Checker
from judge.verdict.text import shown

_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:inf|nan)", re.IGNORECASE)
_QUOTED_BYTES = 200


@dataclass(frozen=True, slots=True)
class Opinion:
    """`broken`: the pack's own checker failed, so there is no opinion."""

    right: bool
    message: str = ""
    broken: bool = False


def check(checker: Checker, got: bytes, want: bytes) -> Opinion:
    """Compare output with answer by one of the built-in kinds.

    :raises ValueError: the checker is a program; only the sandbox can ask it.
    """
    if checker.kind == "lines":
        return _lines(got, want)
    if checker.kind == "exact":
        return _exact(got, want)
    if checker.kind == "tokens":
        return _tokens(got, want, lambda one, other: one == other)
    if checker.kind == "floats":
        return _tokens(got, want, lambda one, other: _close(one, other, checker.tolerance))
    raise ValueError(f"checker {checker.kind!r} is not built in")


def _lines(got: bytes, want: bytes) -> Opinion:
    """Line by line; white space at line ends and blank lines at the end don't count."""
    return _difference(_stripped(got), _stripped(want))


def _stripped(data: bytes) -> list[bytes]:
    lines = [line.rstrip() for line in data.split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _exact(got: bytes, want: bytes) -> Opinion:
    if got == want:
        return Opinion(True)
    found = _difference(got.split(b"\n"), want.split(b"\n"))
    if found.message and got.rstrip() == want.rstrip():
        return Opinion(False, f"white space at the end differs; {found.message}")
    return found


def _difference(got: list[bytes], want: list[bytes]) -> Opinion:
    for number, (one, other) in enumerate(zip_longest(got, want), start=1):
        if one != other:
            return Opinion(False, f"line {number}: expected {_quoted(other)}, got {_quoted(one)}")
    return Opinion(True)


def _tokens(got: bytes, want: bytes, same: Callable[[bytes, bytes], bool]) -> Opinion:
    """Word by word; how they are spaced doesn't count."""
    found = [
        (number, word) for number, line in enumerate(got.split(b"\n"), 1) for word in line.split()
    ]
    for position, (one, other) in enumerate(zip_longest(found, want.split()), start=1):
        if one is None or other is None or not same(one[1], other):
            where = f"word {position}" + (f" (line {one[0]})" if one else "")
            word = one[1] if one else None
            return Opinion(False, f"{where}: expected {_quoted(other)}, got {_quoted(word)}")
    return Opinion(True)


def _close(got: bytes, want: bytes, tolerance: float) -> bool:
    """Equal as words, or as numbers within `tolerance`, absolute or relative."""
    if got == want:
        return True
    if not (_NUMBER.fullmatch(got) and _NUMBER.fullmatch(want)):
        return False
    one, other = float(got), float(want)
    if math.isnan(other) or math.isinf(other) or not math.isfinite(one):
        return one == other or (math.isnan(one) and math.isnan(other))
    return abs(one - other) <= tolerance * max(1.0, abs(other))


def _quoted(data: bytes | None) -> str:
    return "the end" if data is None else f'"{shown(data, _QUOTED_BYTES)}"'
