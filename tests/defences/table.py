"""The tables: which rows there are to defend, by what, and which tests watch over it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNNER = "judge/sandbox/runner/"
_KEYS = {"name", "rows", "what", "tests", "edits", "raises"}


@dataclass(frozen=True, slots=True)
class Edit:
    """`old` becomes `new`; it must be in the file exactly once, so that no move goes unnoticed."""

    file: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """:raises ValueError: `old` is not there exactly once."""
        if (times := text.count(self.old)) != 1:
            raise ValueError(f"{self.file}: {self.old!r} is there {times} times, not once")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Defence:
    """One wall, and how it is taken away. Several edits: walls that stand in for each other."""

    name: str
    area: str
    """The table that it is in."""
    rows: tuple[str, ...]
    what: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    """Pytest's node ids; of Go's tests `judge/sandbox/runner/PACKAGE::TestName/subtest`."""
    raises: frozenset[str]
    """Exceptions in which a test may end beside failed assertions: what the wall kept away."""


def defences() -> list[Defence]:
    """All of them, file by file."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        if path.name != "rows.toml":
            found += [
                _defence(one, path.name) for one in tomllib.loads(path.read_text())["defence"]
            ]
    return found


def _defence(told: Mapping[str, object], origin: str) -> Defence:
    if unknown := set(told) - _KEYS:
        raise ValueError(f"{origin}: {told.get('name')}: unknown {', '.join(sorted(unknown))}")
    return Defence(
        name=str(told["name"]),
        area=Path(origin).stem,
        rows=_texts(told["rows"]),
        what=str(told["what"]),
        edits=tuple(Edit(**one) for one in told["edits"]),  # type: ignore[attr-defined]
        tests=_texts(told["tests"]),
        raises=frozenset(_texts(told.get("raises", ()))),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value)  # type: ignore[attr-defined]


def rows() -> dict[str, str]:
    """Every row of the three tables: its key and its title."""
    tables = tomllib.loads((HERE / "rows.toml").read_text())
    return {
        key: title for name in ("threats", "failures", "web") for key, title in tables[name].items()
    }


def reasons() -> dict[str, str]:
    """Rows that no edit can stand for, and why."""
    return dict(tomllib.loads((HERE / "rows.toml").read_text())["reasons"])


def chosen(words: list[str]) -> list[Defence]:
    """Those that a word names: by a part of their name, by a row, or by their table."""
    return [
        one
        for one in defences()
        if not words or any(word in one.name or word in (*one.rows, one.area) for word in words)
    ]


def tests_of(those: list[Defence]) -> Iterator[str]:
    """Their tests, each once."""
    yield from dict.fromkeys(test for one in those for test in one.tests)
