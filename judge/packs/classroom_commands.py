"""What the command of a Classroom grader does, in words of ``go test`` and ``go run``.

A command is read as bash reads it: quotes, ``cd DIR &&`` in front, harmless commands on lines
of their own. Whatever needs a shell is refused by name, since nothing is run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from judge.errors import UserError

HARMLESS = re.compile(r"(?:go (?:mod (?:download|tidy|verify)|build|vet|version)\b[\w ./-]*)?\Z")
"""Commands that change nothing that matters here."""
_SWITCHES = re.compile(
    r"--?(?:v|race|short|cover|json|failfast|(?:count|timeout|vet|parallel|p|cpu|shuffle)=[\w,.]+)\Z"
)
_WITH_VALUE = re.compile(r"--?(?:timeout|count|parallel|p|cpu|shuffle)\Z")
_OPERATORS = frozenset("();<>|&\n")
_EXPANSION = re.compile(r"`|\$[\w({]")
_SINGLE_QUOTED = re.compile(r"'[^']*'")
_ALL = "..."


class LeftOut(UserError):
    """A grader that no pack can stand for; says why."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a ``go test`` runs: the tests that `pattern` finds in the packages of `folders`."""

    folders: tuple[str, ...]
    pattern: str


def tests(command: str, packages: Collection[str]) -> Selection:
    """What a ``go test`` runs, of the folders in which there are tests.

    :raises LeftOut: it is something else, or needs what cannot be had.
    """
    base, words = _words(command, "test")
    patterns: list[str] = []
    named: list[str] = []
    while words:
        word = words.pop(0)
        name, equals, value = word.lstrip("-").partition("=")
        if word.startswith("-") and name == "run":
            if not equals and not words:
                raise LeftOut("its -run has no value")
            patterns.append(value if equals else words.pop(0))
        elif _WITH_VALUE.match(word) and words:
            words.pop(0)
        elif word.startswith("-"):
            if not _SWITCHES.match(word):
                raise LeftOut(f"go test {word} cannot be had")
        else:
            named.append(word)
    pattern = patterns[-1] if patterns else ""
    if "/" in pattern:
        raise LeftOut("it runs subtests alone, and a group has whole tests")
    folders = dict.fromkeys(
        folder for word in named or ["."] for folder in _packages(base, word, packages)
    )
    return Selection(tuple(folders), pattern)


def run_folder(command: str) -> str:
    """The folder of the program that a ``go run`` runs.

    :raises LeftOut: it is something else, or the program gets arguments.
    """
    base, words = _words(command, "run")
    folders = {_folder(base, word) for word in words}
    arguments = [word for word in words if not (word.startswith(".") or word.endswith(".go"))]
    if arguments or len(folders) != 1:
        raise LeftOut("a program gets no arguments here; it can only be told by its input")
    return folders.pop()


def _words(command: str, verb: str) -> tuple[str, list[str]]:
    """The folder that the command goes to first, and the words after ``go <verb>``."""
    what = "go run with an expected output" if verb == "run" else "go test"
    refused = LeftOut(f"only {what} can be taken, and it runs: {command.strip() or 'nothing'}")
    lines = [line.strip() for line in command.strip().replace("\\\n", " ").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    lines = [line for line in lines if not HARMLESS.match(line)] or lines[:1]
    if len(lines) != 1 or _EXPANSION.search(_SINGLE_QUOTED.sub("", lines[0])):
        raise refused
    try:
        reader = shlex.shlex(lines[0], posix=True, punctuation_chars="();<>|&")
        reader.whitespace_split = True
        reader.commenters = ""
        words = _marked(lines[0], list(reader))
    except ValueError:
        raise refused from None
    base = ""
    while words[:1] == ["cd"] and words[2:3] == ["&&"]:
        base = _folder(base, words[1])
        words = words[3:]
    while "&&" in words and HARMLESS.match(" ".join(words[: words.index("&&")])):
        words = words[words.index("&&") + 1 :]
    if words[:2] != ["go", verb] or any(_OPERATORS.issuperset(word) for word in words if word):
        raise refused
    return base, words[2:]


def _marked(line: str, words: list[str]) -> list[str]:
    """`words`, refused where one of them is an operator's text in quotes, which looks like it."""
    quoted = re.findall(r"'([();<>|&]+)'|\"([();<>|&]+)\"", line)
    if quoted:
        raise ValueError("operators in quotes alone")
    return words


def _packages(base: str, word: str, packages: Collection[str]) -> list[str]:
    """The folders with tests that a package on the command line stands for."""
    if PurePosixPath(word).name != _ALL:
        return [_folder(base, word)]
    top = _folder(base, word.removesuffix(_ALL).rstrip("/") or ".")
    found = [one for one in sorted(packages) if not top or one == top or one.startswith(f"{top}/")]
    if not found:
        raise LeftOut(f"there are no tests in {top or 'the repository'} or below")
    return found


def _folder(base: str, word: str) -> str:
    """A folder of the repository, from a package or a file on the command line."""
    path = PurePosixPath(base, word)
    if path.suffix == ".go":
        path = path.parent
    if path.is_absolute() or ".." in path.parts or _ALL in path.name:
        raise LeftOut(f"{word} is not in the repository")
    return "" if str(path) == "." else str(path)
