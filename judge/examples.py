"""The playground's examples: the folder ``examples/``, read once.

``index.toml`` names topics and their examples in order; an example is a folder with Go
files. The package comment of ``main.go`` (or of the first file) is its title, then
a summary. ``stdin.txt`` is what it is fed in the tests, ``output.txt`` what it prints.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from judge.errors import NotFound

FOLDER = Path(__file__).resolve().parents[1] / "examples"
_COMMENT = re.compile(r"\A((?://[^\n]*\n)+)")


@dataclass(frozen=True, slots=True)
class Example:
    """One example. `stdin`, `output`: None where it has none."""

    slug: str
    title: str
    summary: str
    files: dict[str, str]
    stdin: str | None
    output: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """Examples that belong together."""

    slug: str
    title: str
    examples: tuple[Example, ...]


@cache
def topics(folder: Path = FOLDER) -> tuple[Topic, ...]:
    """All examples; none where the folder is not there."""
    index = folder / "index.toml"
    if not index.is_file():
        return ()
    return tuple(
        Topic(
            found["slug"],
            found["title"],
            tuple(_example(folder / found["slug"] / name) for name in found["examples"]),
        )
        for found in tomllib.loads(index.read_text("utf-8"))["topics"]
    )


def get(topic: str, name: str) -> Example:
    """One example.

    :raises NotFound: there is none of that name.
    """
    for one in topics():
        for example in one.examples:
            if (one.slug, example.slug) == (topic, name):
                return example
    raise NotFound("there is no such example")


def _example(folder: Path) -> Example:
    sources = sorted(folder.glob("*.go"), key=lambda path: (path.name != "main.go", path.name))
    files = {path.name: path.read_text("utf-8") for path in sources}
    title, summary = _told(next(iter(files.values())))
    return Example(
        folder.name,
        title,
        summary,
        files,
        _text(folder / "stdin.txt"),
        _text(folder / "output.txt"),
    )


def _told(source: str) -> tuple[str, str]:
    match = _COMMENT.match(source)
    lines = [line.removeprefix("//").strip() for line in (match[1] if match else "").splitlines()]
    title, *rest = lines or [""]
    return title, " ".join(line for line in rest if line)


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None
