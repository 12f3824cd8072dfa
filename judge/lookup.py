"""Modules of others for who writes a program: what a language server can look into.

A run gets the packages that its program needs (`judge.worker.thirdparty`), and is refused
where one of them cannot be built. Here all packages of the required modules are wanted,
imported or not, for as long as there is room; where that is too much, those that are imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from judge import gomod
from judge.config import Settings
from judge.errors import UserError
from judge.languageserver.others import Asked, Module
from judge.modules import fetch
from judge.modules.fetch import Fetcher, ProxyAway, Wanted
from judge.modules.sources import Place
from judge.modules.store import read_sums

_Packages = list[tuple[Place, dict[str, Path | None]]]


class Lookup:
    """A `judge.languageserver.others.Shelf`."""

    tags = fetch.TAGS

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    @classmethod
    def of_settings(cls, settings: Settings) -> Self | None:
        """One as the operator wants it; None where no proxy is named."""
        fetcher = fetch.of_settings(settings)
        return cls(fetcher) if fetcher else None

    def find(self, asked: Asked, waiting: Callable[[], None]) -> Sequence[Module]:
        """The modules that a go.mod requires and those that they need. Raises as a fetch does."""
        module = gomod.parse(asked.go_mod)
        if not module.requires:
            return ()
        requires = {one.path: one.version for one in module.requires}
        wanted = Wanted(
            requires=requires,
            imports=[path for path in asked.imports if _within(path, requires)],
            go=module.go,
            sums=read_sums(asked.go_sum),
            whole=True,
        )
        return list(_modules(self._packages(wanted, waiting), module.go))

    def _packages(self, wanted: Wanted, waiting: Callable[[], None]) -> _Packages:
        try:
            return self._fetcher.look(wanted, waiting, _told_already)
        except (UserError, ProxyAway):
            if not wanted.imports:
                raise
        return self._fetcher.look(replace(wanted, whole=False), waiting, _told_already)


def _within(path: str, modules: Mapping[str, str]) -> bool:
    return any(path == module or path.startswith(f"{module}/") for module in modules)


def _modules(packages: _Packages, go: str) -> Iterator[Module]:
    """The packages by module. None is for a later language than `go`, which go.mod cannot say."""
    files: dict[tuple[str, str], dict[str, Path | None]] = {}
    languages: dict[tuple[str, str], str] = {}
    for place, found in packages:
        key = (place.module, place.version)
        languages[key] = min(place.go, go, key=_number)
        below = place.path.removeprefix(place.module).removeprefix("/")
        into = files.setdefault(key, {})
        into.update({f"{below}/{name}" if below else name: at for name, at in found.items()})
    for (path, version), found in files.items():
        yield Module(path, version, languages[path, version], found)


def _number(language: str) -> tuple[int, ...]:
    return tuple(map(int, language.split(".")))


def _told_already() -> None:
    """The page knows that modules are fetched."""
