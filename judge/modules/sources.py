"""Packages of modules as sources: which files they have, and what cannot be built of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from judge.errors import UserError
from judge.modules.store import Sums
from judge.sandbox.job import Dependency

MAX_PACKAGES = 400
MAX_BYTES = 16 << 20
"""Of all sources that go into the sandbox with a program."""
MAX_SHOWN_BYTES = 24 << 20
"""Of all sources that a language server gets, each file counted with a block of a file system."""
_BLOCK = 4096
_ASSUMED = "1.16"
"""The language of a module that does not say."""
_IMPORTS_C = re.compile(rb'^\s*import\s*(?:\(\s*)?"C"', re.MULTILINE)

Package = Dependency


class NotGo(UserError):
    """A package that is not written in Go alone, or too much of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a package's files are, in a folder below the module cache."""

    path: str
    module: str
    version: str
    go: str
    folder: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a set of requirements and imports comes to, as it can be kept."""

    places: tuple[Place, ...]
    missing: dict[str, tuple[str, str]]
    sums: Sums = field(default_factory=dict)
    retracted: dict[str, str] = field(default_factory=dict)

    def modules(self) -> set[tuple[str, str]]:
        """All modules with their versions."""
        return {(place.module, place.version) for place in self.places}

    def with_notes(self, sums: Sums, retracted: dict[str, str]) -> Self:
        """The same with what else was learnt."""
        return replace(self, sums=sums, retracted=retracted)

    def to_json(self) -> dict[str, Any]:
        """For `from_json`."""
        return {
            "places": [asdict(place) for place in self.places],
            "missing": self.missing,
            "sums": [[*key, value] for key, value in self.sums.items()],
            "retracted": self.retracted,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        return cls(
            tuple(Place(**one | {"files": tuple(one["files"])}) for one in kept["places"]),
            {path: (module, version) for path, (module, version) in kept["missing"].items()},
            {(module, version): value for module, version, value in kept["sums"]},
            kept["retracted"],
        )


def of_list(
    listed: Sequence[Mapping[str, Any]],
    cache: Path,
    imports: Sequence[str],
    requires: Mapping[str, str],
) -> Found:
    """What ``go list -deps`` told."""
    others = _of_others(listed)
    missing = {
        one["ImportPath"]: (one["Module"]["Path"], one["Module"]["Version"])
        for one in others
        if one["ImportPath"] in imports and one["Module"]["Path"] not in requires
    }
    if len(others) > MAX_PACKAGES:
        raise NotGo(f"{len(others)} packages are needed; at most {MAX_PACKAGES} can be built here")
    return Found(tuple(_place(one, cache) for one in others), missing)


def to_look_into(listed: Sequence[Mapping[str, Any]], cache: Path) -> Found:
    """What ``go list -deps`` told, as far as it is Go and there is room: a beginning of the list.

    Each package is listed after those that it needs, so a beginning lacks nothing.
    """
    places = []
    room = MAX_SHOWN_BYTES
    for one in _of_others(listed):
        if not one.get("GoFiles") or one.get("Error") or one["Name"] == "main":
            continue
        place = _place(one, cache)
        sizes = ((cache / place.folder / name).stat().st_size for name in one["GoFiles"])
        room -= sum(sizes) + _BLOCK * len(place.files)
        if room < 0:
            break
        places.append(place)
    return Found(tuple(places), {})


def _of_others(listed: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that are neither the standard library's nor the program's own."""
    others = [one for one in listed if not one.get("Standard") and "Module" in one]
    return [one for one in others if not one["Module"].get("Main")]


def _place(one: Mapping[str, Any], cache: Path) -> Place:
    module = one["Module"]
    return Place(
        path=one["ImportPath"],
        module=module["Path"],
        version=module["Version"],
        go=".".join(module.get("GoVersion", _ASSUMED).split(".")[:2]),
        folder=str(Path(one["Dir"]).relative_to(cache)),
        files=(*one["GoFiles"], *one.get("EmbedFiles", ())),
    )


def refuse_other_languages(one: Mapping[str, Any]) -> None:
    """Raise NotGo where a package of the list has assembly or needs C."""
    if "Module" not in one:
        return
    what = f"package {one['ImportPath']} ({one['Module']['Path']} {one['Module'].get('Version')})"
    if assembly := one.get("SFiles"):
        raise NotGo(f"{what} has assembly, {assembly[0]}: only Go can be built here")
    if one.get("GoFiles"):
        return
    for name in one.get("IgnoredGoFiles", ()):
        if _IMPORTS_C.search((Path(one["Dir"]) / name).read_bytes()):
            raise NotGo(f"{what} needs C, in {name}: only Go can be built here")


def all_there(cache: Path, found: Found) -> bool:
    """Whether nothing of it was thrown away."""
    return all((cache / place.folder).is_dir() for place in found.places)


def read(cache: Path, found: Found) -> tuple[Package, ...]:
    """The packages with their sources.

    :raises NotGo: they are too large.
    """
    made = tuple(
        Package(place.path, place.go, dict(_files(cache / place.folder, place.files)))
        for place in found.places
    )
    total = sum(len(text) for one in made for text in one.files.values())
    if total > MAX_BYTES:
        raise NotGo(
            f"the modules have {total >> 20} MiB of sources that are needed; "
            f"at most {MAX_BYTES >> 20} can be built here"
        )
    return made


def shown(cache: Path, found: Found) -> Iterator[tuple[Place, dict[str, Path | None]]]:
    """The packages for who looks into them: where the files are, None for what is embedded."""
    for place in found.places:
        folder = cache / place.folder
        yield (
            place,
            {name: folder / name if name.endswith(".go") else None for name in place.files},
        )


def _files(folder: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        yield name, (folder / name).read_bytes()
