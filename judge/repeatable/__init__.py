"""Whether a program surely does the same each time it is run, judged by its source.

Outcomes of such programs may be given out again. Each language has a list of packages and
names that depend on nothing but the program and its input, and a program is repeatable if
it uses nothing else. The lists are short on purpose: a program that is left out is only run
again. What a text cannot tell, such as an address that is printed, `shows_chance` finds in
the output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from judge.repeatable import go, javascript, python

MAX_CHARACTERS = 64 * 1024
"""Of all files. What is longer is not looked at."""

_CHECKS: dict[str, Callable[[Mapping[str, str]], bool]] = {
    "go": go.is_repeatable,
    "python": python.is_repeatable,
    "javascript": javascript.is_repeatable,
}
_CHANCE = re.compile(r"0x[0-9a-fA-F]{6}|/work/\d|/tmp/\w")
"""An address, or a folder that has another name in each run."""


def is_repeatable(files: Mapping[str, str], language: str) -> bool:
    """Whether the program of `files` (texts by path) is repeatable as far as they tell."""
    if sum(map(len, files.values())) > MAX_CHARACTERS:
        return False
    return _CHECKS[language](files)


def shows_chance(output: str) -> bool:
    """Whether a program printed what is likely to be another in the next run."""
    return _CHANCE.search(output) is not None
