"""What of somebody's repository becomes a program of the playground."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from judge import gomod, projects
from judge.errors import UserError
from judge.git.remote import Fetched

MAX_SHOWN = 100
_LFS = b"version https://git-lfs.github.com/spec/"
_DOT = re.compile(r"(?:^|/)\.")


class NothingFits(UserError):
    """No program can be made of it; the text says why."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files of a program, or the folders of which one can be chosen; and what was left."""

    files: dict[str, str]
    folders: tuple[str, ...]
    left_out: dict[str, str]


def choose(fetched: Fetched, folder: str) -> Chosen:
    """The files below `folder`, "" for all, or the folders that fit where that is too much.

    :raises NothingFits: nothing does.
    """
    texts, left_out = _texts(fetched)
    inside, dropped = _below(texts, folder)
    if not inside:
        what = f"in {folder}" if folder else "in the repository"
        raise NothingFits(f"there is no Go file {what} that can be taken")
    why = _why_not(inside)
    left = {**left_out, **dropped}
    if why is None:
        return Chosen(inside, (), {one: left[one] for one in sorted(left)[:MAX_SHOWN]})
    folders = tuple(
        one
        for one in _folders(texts, folder)
        if (found := _below(texts, one)[0]) and not _why_not(found)
    )
    if not folders:
        raise NothingFits(f"{why}, and no folder of it fits either")
    return Chosen({}, folders[:MAX_SHOWN], {})


def _texts(fetched: Fetched) -> tuple[dict[str, str], dict[str, str]]:
    texts: dict[str, str] = {}
    left_out = dict(fetched.left_out)
    for name, data in fetched.files.items():
        if _DOT.search(name):
            continue
        if data.startswith(_LFS):
            left_out[name] = "kept elsewhere (Git LFS)"
        elif len(data) > projects.MAX_BYTES:
            left_out[name] = "too large"
        elif b"\0" in data or not _is_text(data):
            left_out[name] = "no text"
        else:
            texts[name] = data.decode().removeprefix("\ufeff")
    return texts, left_out


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _below(texts: Mapping[str, str], folder: str) -> tuple[dict[str, str], dict[str, str]]:
    """The files of a folder as a program has them, none where there is no Go; what cannot be."""
    start = f"{folder}/" if folder else ""
    inside = {name[len(start) :]: text for name, text in texts.items() if name.startswith(start)}
    others = {name.removesuffix(gomod.NAME) for name in inside if name.endswith(f"/{gomod.NAME}")}
    kept: dict[str, str] = {}
    dropped: dict[str, str] = {}
    for name, text in inside.items():
        if any(name.startswith(one) for one in others):
            dropped[start + name] = "of another module"
            continue
        try:
            projects.check({name: text})
        except UserError as error:
            dropped[start + name] = str(error)
        else:
            kept[name] = text
    if not any(projects.is_code(name) for name in kept):
        return {}, dropped
    if gomod.NAME not in kept and (made := _module(texts, folder)):
        kept[gomod.NAME] = made
    return kept, dropped


def _module(texts: Mapping[str, str], folder: str) -> str:
    """A go.mod for a folder of a module: its packages keep their paths."""
    above, below = folder, ""
    while above:
        above, _, last = above.rpartition("/")
        below = f"/{last}{below}"
        text = texts.get(f"{above}/{gomod.NAME}" if above else gomod.NAME)
        if text is None:
            continue
        try:
            module = gomod.parse(text)
        except gomod.BadModule:
            return ""
        required = "".join(f"require {one.path} {one.version}\n" for one in module.requires)
        return f"module {module.path}{below}\n\ngo {module.go}\n{required}"
    return ""


def _why_not(files: dict[str, str]) -> str | None:
    try:
        projects.check(files)
    except UserError as error:
        return str(error)
    return None


def _folders(texts: Mapping[str, str], folder: str) -> list[str]:
    """All folders below `folder` with Go files."""
    start = f"{folder}/" if folder else ""
    found: set[str] = set()
    for name in texts:
        if name.startswith(start) and projects.is_code(name):
            at = projects.folder(name)
            while len(at) > len(folder):
                found.add(at)
                at = projects.folder(at)
    return sorted(found)
