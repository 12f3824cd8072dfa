"""Taking a program of the playground away: as a zip, as a Go module, as a git bundle.

A module is what `go run` and `go test` take on any machine with Go. A bundle is a git
repository in one file, with a commit for each version that was saved: gitformat-bundle(5).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from judge import gomod, projects, snippets
from judge.errors import NotFound, UserError
from judge.git.repository import Repository
from judge.models import Snippet, SnippetVersion
from judge.packs import tree

FORMS = ("zip", "module", "bundle")
MAX_HISTORY_CHARACTERS = 8 * 1024 * 1024
"""Versions before those that have so much together are left out of a bundle."""
_MAX_NAME_CHARACTERS = 60
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


class NoModule(UserError):
    """A program that is no Go."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A file to keep: its name, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


def pack(
    form: str,
    found: object,
    *,
    language: object = "go",
    title: object = "",
    snippet: Snippet | None = None,
) -> Archive:
    """The files `found` as one; a bundle has the versions of `snippet` before them.

    :raises NotFound: there is no such form.
    :raises projects.BadFiles: files that could never be run.
    :raises gomod.BadModule: its go.mod cannot be taken.
    :raises NoModule: a module was asked for, and this is another language.
    """
    if form not in FORMS:
        raise NotFound(f"there is no form {form!r}; there are {', '.join(FORMS)}")
    files = projects.check(found, language)
    name = _plain(title)
    if form == "bundle":
        return Archive(f"{name}.bundle", "application/x-git-bundle", _bundle(files, snippet))
    if form == "module":
        if language != "go":
            raise NoModule("only a Go program can be a module; take the zip")
        files = as_module(files)
    inside = {f"{name}/{path}": text.encode() for path, text in files.items()}
    return Archive(f"{name}.zip", "application/zip", tree.write_zip(inside))


def as_module(files: Mapping[str, str]) -> dict[str, str]:
    """`files` with a go.mod: their own, or one for the module that they are when run here.

    :raises gomod.BadModule: their own cannot be taken.
    :raises projects.BadFiles: code is in folders and there is no go.mod.
    """
    if projects.module(files) is not None:
        return dict(files)
    return {gomod.NAME: gomod.write(projects.MODULE), **files}


def _bundle(files: Mapping[str, str], snippet: Snippet | None) -> bytes:
    made = Repository()
    saved = _history(snippet) if snippet else []
    for version in saved:
        made.commit(version.files, f"Version {version.number}\n", version.created_at)
    if not saved or files != saved[-1].files:
        made.commit(files, "As it was in the editor\n", datetime.now(UTC))
    return made.bundle()


def _history(snippet: Snippet) -> list[SnippetVersion]:
    """Its versions, oldest first."""
    kept: list[SnippetVersion] = []
    room = MAX_HISTORY_CHARACTERS
    for version in snippets.newest_first(snippet):
        room -= sum(map(len, version.files.values()))
        if kept and room < 0:
            break
        kept.append(version)
    return kept[::-1]


def _plain(title: object) -> str:
    """A name for a file and a folder on any machine."""
    words = _BETWEEN_WORDS.sub("-", title.lower()) if isinstance(title, str) else ""
    return words[:_MAX_NAME_CHARACTERS].strip("-") or projects.MODULE
