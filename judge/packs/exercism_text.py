"""The documents of an Exercism exercise: statement, hints and editorial."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_STATEMENT = (
    "introduction.md",
    "introduction.append.md",
    "instructions.md",
    "instructions.append.md",
)
_NOTE = re.compile(r"^(~~~+|```+)exercism/(\w+)[^\n]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^## ", re.MULTILINE)
_LINK_TARGET = re.compile(r"^\[([^\]]+)\]:[^\n]*$", re.MULTILINE)


def documents(folder: Path, meta: dict[str, Any]) -> dict[str, bytes]:
    """``statement.md``, ``hints/`` and ``editorial.md``, as far as the exercise has them."""
    files: dict[str, bytes] = {}
    statement = _statement(folder, meta)
    if statement:
        files["statement.md"] = statement.encode()
    for number, hint in enumerate(_hints(_text(folder / ".docs" / "hints.md")), start=1):
        files[f"hints/{number:02}.md"] = hint.encode()
    editorial = _text(folder / ".approaches" / "introduction.md")
    if editorial:
        files["editorial.md"] = (_plain(editorial).strip() + "\n").encode()
    return files


def _statement(folder: Path, meta: dict[str, Any]) -> str:
    parts = [_plain(_text(folder / ".docs" / name)).strip() for name in _STATEMENT]
    parts = [part for part in parts if part] or [str(meta.get("blurb") or "").strip()]
    source = _source(meta)
    return "\n\n".join(part for part in (*parts, source) if part) + "\n"


def _source(meta: dict[str, Any]) -> str:
    lines = ["From the Go track of [Exercism](https://exercism.org/tracks/go), MIT licence."]
    source, url = str(meta.get("source") or ""), str(meta.get("source_url") or "")
    if source:
        lines.append(f"Source: [{source}]({url})." if url else f"Source: {source}.")
    people = [*(meta.get("authors") or []), *(meta.get("contributors") or [])]
    if people:
        lines.append(f"Written by {', '.join(str(person) for person in people)}.")
    return "---\n\n" + "  \n".join(lines)


def _hints(text: str) -> list[str]:
    """A hint for each section, with the link targets that stand at the end of the file."""
    targets = {match[1].casefold(): match[0] for match in _LINK_TARGET.finditer(text)}
    sections = _SECTION.split(_LINK_TARGET.sub("", text))[1:]
    hints = []
    for section in sections:
        body = _plain("## " + section).strip()
        used = [line for name, line in targets.items() if f"[{name}]" in body.casefold()]
        if "\n" in body:
            hints.append("\n\n".join([body, "\n".join(used)]).strip() + "\n")
    return hints


def _plain(text: str) -> str:
    """Exercism's fenced notes as quotes, which every Markdown shows."""
    return _NOTE.sub(_quote, text)


def _quote(match: re.Match[str]) -> str:
    title = match[2].capitalize()
    lines = [f"**{title}**", "", *match[3].strip().split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _text(path: Path) -> str:
    if not path.is_file():
        return ""
    return path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
