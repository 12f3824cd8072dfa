"""Sorting a pack's files into its parts, by the folder they lie in.

Nothing is passed over in silence: a file whose place means nothing is an error,
because ``test/`` for ``tests/`` would otherwise be a problem without tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from judge.errors import BadPack
from judge.packs.pack import Proof

FOLDERS = ("starter", "tests", "hidden", "support", "checker", "hints", "submissions")
_ALONGSIDE = re.compile(r"^(README|LICENSE|LICENCE|NOTICE|CHANGELOG)(\.[A-Za-z]+)?$")
_STATEMENT = re.compile(r"^statement(?:\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.md$")
_DIGITS = re.compile(r"(\d+)")

PROVABLE = (
    "accepted",
    "wrong_answer",
    "compile_error",
    "runtime_error",
    "time_limit",
    "memory_limit",
    "output_limit",
    "rejected",
    "sandbox_violation",
)
"""Verdicts that a proving submission can have: all but our own failure. Spelled
out because `judge.verdict` stands above this package; a test compares the two."""


@dataclass(slots=True)
class Layout:
    """The parts of a pack. Paths are below the part's own folder."""

    starter: dict[str, bytes] = field(default_factory=dict)
    tests: dict[str, bytes] = field(default_factory=dict)
    hidden: dict[str, bytes] = field(default_factory=dict)
    support: dict[str, bytes] = field(default_factory=dict)
    checker: dict[str, bytes] = field(default_factory=dict)
    hints: dict[str, bytes] = field(default_factory=dict)
    submissions: dict[str, bytes] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)
    editorial: str | None = None

    def hint_texts(self) -> tuple[str, ...]:
        """The hints in the order of their file names, "10" after "9"."""
        for name in self.hints:
            if "/" in name or not name.endswith(".md"):
                raise BadPack(f"hints/{name}: a hint is a NAME.md file")
        return tuple(
            _markdown(f"hints/{name}", self.hints[name])
            for name in sorted(self.hints, key=natural_order)
        )

    def proofs(self) -> tuple[Proof, ...]:
        """The proving submissions, by verdict and then by name."""
        gathered: dict[tuple[str, str], dict[str, bytes]] = {}
        for path, content in self.submissions.items():
            parts = path.split("/", 2)
            if parts[0] not in PROVABLE:
                raise BadPack(
                    f"submissions/{parts[0]}: not a verdict; known: {', '.join(PROVABLE)}"
                )
            if len(parts) < 3:
                raise BadPack(
                    f"submissions/{path}: put it into a folder, submissions/VERDICT/NAME/"
                )
            gathered.setdefault((parts[0], parts[1]), {})[parts[2]] = content
        order = sorted(gathered, key=lambda key: (PROVABLE.index(key[0]), natural_order(key[1])))
        return tuple(Proof(verdict, name, gathered[verdict, name]) for verdict, name in order)


def sort_files(files: Mapping[str, bytes]) -> Layout:
    """Put each file of a pack into its part.

    :raises BadPack: names a file that has no meaning where it is.
    """
    layout = Layout()
    for path, content in files.items():
        folder, slash, rest = path.partition("/")
        if slash and folder in FOLDERS:
            getattr(layout, folder)[rest] = content
        elif slash:
            raise BadPack(f"{folder}/: unknown folder; known: {', '.join(FOLDERS)}")
        else:
            _sort_top(layout, path, content)
    return layout


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """A sort key under which "case2" comes before "case10"."""
    return [
        (0, int(part), part) if part.isdigit() else (1, 0, part)
        for part in _DIGITS.split(name)
        if part
    ]


def _sort_top(layout: Layout, name: str, content: bytes) -> None:
    statement = _STATEMENT.match(name)
    if statement:
        layout.statements[statement[1] or ""] = _markdown(name, content)
    elif name == "editorial.md":
        layout.editorial = _markdown(name, content)
    elif name != "problem.toml" and not _ALONGSIDE.match(name):
        raise BadPack(f"{name}: unknown file; a pack's files lie in {', '.join(FOLDERS)}")


def _markdown(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadPack(f"{name}: not UTF-8 (byte {error.start})") from error
    if not text.strip():
        raise BadPack(f"{name}: empty")
    return text
