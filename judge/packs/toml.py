"""Reading a TOML table key by key, with the line of every mistake.

`tomllib` gives values without places. `Lines` finds the places again by a scan
that knows just enough TOML (table headers, keys, strings and brackets that run
over lines), and `Table` takes one key after the other: what is left over at the
end was never asked for, so it is unknown.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from judge.errors import BadPack

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=""")
_OPEN_STRING = re.compile(r'"""|\'\'\'')
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*$')


class Lines:
    """Where each key of a TOML text is (1-based line numbers)."""

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._count: dict[KeyPath, int] = {}
        table: KeyPath = ()
        for number, line in _logical_lines(text):
            header = _HEADER.match(line)
            if header:
                self._lines.setdefault(_split(header[2]), number)
                table = self._enter(header[1] == "[[", _split(header[2]))
                self._lines.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if key:
                self._lines.setdefault((*table, *_split(key[1])), number)

    def of(self, path: KeyPath) -> int:
        """The line of `path`, or of the nearest thing that holds it; 1 without any."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def _enter(self, array: bool, path: KeyPath) -> KeyPath:
        if not array:
            return path
        position = self._count.get(path, 0)
        self._count[path] = position + 1
        return (*path, position)


class Table:
    """One table of a TOML file, read key by key. `BadPack` names file, line and key."""

    def __init__(self, file: str, values: dict[str, Any], lines: Lines, path: KeyPath = ()) -> None:
        self._file = file
        self._values = dict(values)
        self._lines = lines
        self._path = path
        self._known: list[str] = []

    @classmethod
    def parse(cls, file: str, text: bytes) -> Table:
        """The root table of `text`.

        :raises BadPack: it is not UTF-8, or not TOML.
        """
        try:
            decoded = text.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise BadPack(f"{file}: not UTF-8 (byte {error.start})") from error
        try:
            values = tomllib.loads(decoded)
        except RecursionError as error:
            raise BadPack(f"{file}: not valid TOML: brackets nested too deeply") from error
        except ValueError as error:  # also of integers too long for Python to read
            raise BadPack(_syntax_error(file, str(error))) from error
        return cls(file, values, Lines(decoded))

    def error(self, key: str | int | None, what: str) -> BadPack:
        """A mistake at `key`, or with the table as a whole."""
        path = self._path if key is None else (*self._path, key)
        where = f"{self._file}:{self._lines.of(path)}"
        return BadPack(f"{where}: {_spell(path)}: {what}" if path else f"{where}: {what}")

    def has(self, key: str) -> bool:
        """Whether the file says anything about `key`."""
        self._known.append(key)
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not blank; required without a default."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self.error(key, f"must be a string, not {_kind(value)}")
        if not value.strip() and value != default:
            raise self.error(key, "must not be empty")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of `choices`."""
        value = self.text(key, default)
        if value not in choices:
            raise self.error(key, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(key, f"must be a whole number, not {_kind(value)}")
        self._check_range(key, value, low, high)
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number from `low` to `high`."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"must be a number, not {_kind(value)}")
        self._check_range(key, value, low, high)
        return value

    def boolean(self, key: str, default: bool) -> bool:
        """A truth value."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {_kind(value)}")
        return value

    def strings(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of strings, none of them empty."""
        value = self._take(key, default)
        if isinstance(value, tuple):
            return value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, "must be a list of strings")
        if not all(item.strip() for item in value):
            raise self.error(key, "has an empty string in it")
        if len(set(value)) != len(value):
            raise self.error(key, "names something twice")
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table below this one; an empty one where there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table, not {_kind(value)}")
        return Table(self._file, value, self._lines, (*self._path, key))

    def tables(self, key: str) -> list[Table]:
        """The tables of an array of tables, in order."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(key, f"must be tables: write [[{key}]]")
        path = (*self._path, key)
        return [
            Table(self._file, item, self._lines, (*path, position))
            for position, item in enumerate(value)
        ]

    def finish(self) -> None:
        """Refuse whatever was not asked for.

        :raises BadPack: names the first unknown key, its line and the nearest known one.
        """
        for key in self._values:
            if key in self._known:
                continue
            near = difflib.get_close_matches(key, self._known, 1)
            hint = f" (did you mean {near[0]}?)" if near else f"; known: {', '.join(self._known)}"
            raise self.error(key, f"unknown key{hint}")

    def _take(self, key: str, default: Any) -> Any:
        self._known.append(key)
        value = self._values.get(key, default)
        if value is None:
            # A misspelt key is what the author looks for, not the one it leaves missing.
            near = difflib.get_close_matches(key, set(self._values) - set(self._known), 1)
            if near:
                raise self.error(near[0], f"unknown key (did you mean {key}?)")
            raise self.error(None, f"{key} is missing")
        return value

    def _check_range(self, key: str, value: float, low: float, high: float) -> None:
        if not low <= value <= high:  # also refuses nan
            raise self.error(key, f"must be from {low:g} to {high:g}, not {value:g}")


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that start a statement; those inside a longer string or list are passed over."""
    closing: str | None = None
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        starts = closing is None and depth == 0
        rest = line
        while True:
            if closing is not None:
                _, found, rest = rest.partition(closing)
                if not found:
                    break
                closing = None
            opening = _OPEN_STRING.search(rest)
            part = rest[: opening.start()] if opening else rest
            if not (starts and _HEADER.match(line)):
                bare = _STRING.sub("", part)
                depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
            if opening is None:
                break
            closing, rest = opening[0], rest[opening.end() :]
        if starts:
            yield number, line


def _split(dotted: str) -> KeyPath:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _spell(path: KeyPath) -> str:
    """("groups", 1, "points") as "groups[2].points": people count from one."""
    spelled = ""
    for part in path:
        spelled += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return spelled.lstrip(".")


def _kind(value: Any) -> str:
    names = {str: "a string", bool: "a truth value", int: "a number", float: "a number"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")


def _syntax_error(file: str, message: str) -> str:
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    if place is None:
        return f"{file}: not valid TOML: {message}"
    return f"{file}:{place[1]}: not valid TOML: {message[: place.start()].strip()}"
