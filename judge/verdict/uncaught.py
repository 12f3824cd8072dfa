"""What Python and Node print of an exception that nobody caught, read for its name and line.

The text is the program's own, so this only ever chooses words: that the program failed is
known by its exit code.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection
from dataclasses import dataclass

_TRACEBACK = re.compile(
    r"^(  \+ Exception Group )?Traceback \(most recent call last\):\n", re.MULTILINE
)
_PYTHON_FRAME = re.compile(r'^  File "([^"\n]+)", line (\d+)')
_GROUP = "  | "
"""Before each line of the traceback of an exception group."""
_NODE_END = re.compile(r"\n+Node\.js v[\d.]+\s*\Z")
"""Node's last words after an uncaught exception, and after nothing else."""
_NODE_START = re.compile(r"^(\S.*):(\d+)\n.*\n(?:[ \t]*\^+[ \t]*|(?=\n))\n", re.MULTILINE)
"""Its first: a place, the line of code, and marks below it."""
_NODE_FRAME = re.compile(r"^ +at (?:.* \()?(?:file://)?([^\s()]+):(\d+):\d+\)?", re.MULTILINE)
_NODE_ERROR = re.compile(r"([A-Za-z_$][\w$.]*)(?: \[\w+\])?(?::|\Z)")
_UNHANDLED = "UnhandledPromiseRejection"
_REASON = re.compile(r'The promise rejected with the reason "(.*)"\.')
_FOREIGN = ("/language/", "node:")
"""How paths of the interpreter's own files begin."""


_KNOWN = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type)) | {
    "AggregateError",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "URIError",
    "AssertionError",
}


@dataclass(frozen=True, slots=True)
class Uncaught:
    """An exception: its class, the first line of what is printed of it, and "main.py:3" or ""."""

    name: str
    text: str
    place: str

    @property
    def kind(self) -> str:
        """Its class, where that is one of the language's own: other names the program made up."""
        return self.name if self.name in _KNOWN else "an exception"


def python(said: str, own_files: Collection[str]) -> Uncaught | None:
    """The last exception that a Python program printed to stderr; None where there is none."""
    found = list(_TRACEBACK.finditer(said))
    if not found:
        return None
    prefix = _GROUP if found[-1][1] else ""
    place = ""
    for line in said[found[-1].end() :].split("\n"):
        rest = line.removeprefix(prefix)
        frame = _PYTHON_FRAME.match(rest)
        if frame:
            # The innermost of them is the last.
            place = _place(frame, own_files) or place
        elif not rest.startswith(" "):
            return Uncaught(rest.split(":", 1)[0], rest, place) if rest else None
    return None


def node(said: str, own_files: Collection[str]) -> Uncaught | None:
    """The exception that ended a Node process; None where none did."""
    end = _NODE_END.search(said)
    starts = list(_NODE_START.finditer(said, 0, end.start())) if end else []
    if not end or not starts:
        return None
    told = said[starts[-1].end() : end.start()].lstrip("\n")
    places = (_place(frame, own_files) for frame in _NODE_FRAME.finditer(told))
    place = next(filter(None, places), "") or _place(starts[-1], own_files)
    text = told.split("\n", 1)[0].removesuffix(" {")
    named = _NODE_ERROR.match(text)
    if named is None or not _NODE_FRAME.search(told):
        return Uncaught("a thrown value", f"uncaught {text}", place)
    reason = _REASON.search(text)
    if named[1] == _UNHANDLED and reason:
        return Uncaught(_UNHANDLED, f"a promise was rejected with {reason[1]}", place)
    return Uncaught(named[1], text, place)


def _place(frame: re.Match[str], own_files: Collection[str]) -> str:
    """A frame as "main.py:3" where its file is the program's, "" where it is not."""
    path = frame[1]
    if path.startswith(_FOREIGN):
        return ""
    fits = [name for name in own_files if path == name or path.endswith(f"/{name}")]
    return f"{max(fits, key=len)}:{frame[2]}" if fits else ""
