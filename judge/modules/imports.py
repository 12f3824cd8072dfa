"""Which packages Go files import, and where; without a Go parser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SPACE = re.compile(r"(?:[\s;]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_CLAUSE = re.compile(r"\ufeff?package\b")
_NAME = re.compile(r"\w+")
_IMPORT = re.compile(r"import\b")
_SPEC = re.compile(r"(?:[\w.]+)?", re.ASCII)
_PATH = re.compile(r'"([^"\\\n]*)"|`([^`\n]*)`')


@dataclass(frozen=True, slots=True)
class Import:
    """An import of `path`, in a file, at a line from 1 on."""

    path: str
    file: str
    line: int


def of_others(files: Mapping[str, str], own: str) -> list[Import]:
    """What files import that is neither the standard library's nor of the module `own`.

    Such a path begins with a domain. Each is there once, where it is first imported.
    """
    found: dict[str, Import] = {}
    for name in sorted(files):
        for one in read(name, files[name]):
            mine = one.path == own or one.path.startswith(f"{own}/")
            if "." in one.path.split("/")[0].strip(".") and not mine:
                found.setdefault(one.path, one)
    return list(found.values())


def read(name: str, text: str) -> Iterator[Import]:
    """The imports of one file; of what cannot be read the compiler will tell."""
    at = _after(_SPACE, text, 0)
    if (clause := _CLAUSE.match(text, at)) is None:
        return
    at = _after(_NAME, text, _after(_SPACE, text, clause.end()))
    while (keyword := _IMPORT.match(text, at := _after(_SPACE, text, at))) is not None:
        at = _after(_SPACE, text, keyword.end())
        block = text.startswith("(", at)
        at = _after(_SPACE, text, at + 1) if block else at
        while not text.startswith(")", at):
            path = _PATH.match(text, _after(_SPACE, text, _after(_SPEC, text, at)))
            if path is None:
                return
            yield Import(path[1] or path[2] or "", name, text.count("\n", 0, path.start()) + 1)
            at = _after(_SPACE, text, path.end())
            if not block:
                break
        at += block


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
