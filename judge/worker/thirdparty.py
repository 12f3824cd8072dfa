"""Modules of others for a program of the playground: what it needs, or why that cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from judge import gomod, projects
from judge.config import Settings
from judge.errors import UserError
from judge.interactive import Request
from judge.modules import fetch, imports
from judge.modules.fetch import Resolved, Unfetchable, Wanted
from judge.modules.imports import Import
from judge.modules.store import read_sums
from judge.sandbox.job import Dependency
from judge.verdict.verdicts import Verdict

Warned = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What goes into the sandbox with the program, and what is to be said beside its outcome."""

    dependencies: tuple[Dependency, ...] = ()
    warnings: tuple[dict[str, Any], ...] = ()


class Refused(Exception):
    """The program cannot be built; `end` is the last message to the page, without its type."""

    def __init__(
        self, message: str, diagnostics: Warned, requires: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        verdict = Verdict.COMPILE_ERROR
        self.end: dict[str, Any] = {
            "verdict": verdict.value,
            "label": verdict.label,
            "message": message,
            "diagnostics": diagnostics,
            "warnings": [],
            "requires": [{"module": module, "version": version} for module, version in requires],
        }


class Shelf:
    """Where a worker gets modules from; from nowhere, unless the operator names a proxy."""

    def __init__(self, settings: Settings) -> None:
        self._fetcher = fetch.of_settings(settings)

    def gather(
        self, request: Request, waiting: Callable[[], None], fetching: Callable[[], None]
    ) -> Gathered:
        """All packages of others that the program needs; `Fetcher.resolve` says the rest.

        :raises Refused: they cannot be had, for a reason of the program's.
        """
        if self._fetcher is None or request.language != "go" or request.kind == "format":
            return Gathered()
        module = projects.module(request.files)
        code = {name: text for name, text in request.files.items() if projects.is_code(name)}
        asked = imports.of_others(code, module.path if module else projects.MODULE)
        if not asked:
            return Gathered()
        wanted = Wanted(
            requires={one.path: one.version for one in module.requires} if module else {},
            imports=[one.path for one in asked],
            go=module.go if module else gomod.LANGUAGE_VERSION,
            sums=read_sums(request.files.get(gomod.SUMS, "")),
        )
        try:
            found = self._fetcher.resolve(wanted, waiting, fetching)
        except UserError as error:
            raise _refused(error, module, asked) from error
        if found.missing:
            raise _missing(found, asked, has_module=module is not None)
        return Gathered(found.packages, tuple(_retracted(found, module)))


def _refused(error: UserError, module: gomod.Module | None, asked: Sequence[Import]) -> Refused:
    """At the line of go.mod that names the module, or at the import that the text names."""
    named = error.module if isinstance(error, Unfetchable) else ""
    text = str(error)
    for one in module.requires if module else ():
        if one.path == named:
            return Refused(text, [_at(gomod.NAME, one.line, text)])
    for wanted in sorted(asked, key=lambda one: -len(one.path)):
        if wanted.path in text:
            return Refused(text, [_at(wanted.file, wanted.line, text)])
    where = gomod.NAME if module else asked[0].file
    return Refused(text, [_at(where, 0, text)])


def _missing(found: Resolved, asked: Sequence[Import], *, has_module: bool) -> Refused:
    lines = [
        _at(
            one.file,
            one.line,
            f"no required module provides package {one.path}; "
            f"{'add to go.mod' if has_module else 'add a go.mod with'}: "
            f"require {' '.join(found.missing[one.path])}",
        )
        for one in asked
        if one.path in found.missing
    ]
    requires = sorted(set(found.missing.values()))
    what = "modules are" if len(requires) > 1 else "a module is"
    return Refused(f"{what} used that go.mod does not require", lines, requires)


def _retracted(found: Resolved, module: gomod.Module | None) -> Warned:
    return [
        _at(
            gomod.NAME,
            one.line,
            f"{one.path} {one.version} was retracted by its author: {found.retracted[one.path]}",
        )
        for one in (module.requires if module else ())
        if one.path in found.retracted
    ]


def _at(file: str, line: int, message: str) -> dict[str, Any]:
    return {"file": file, "line": line, "column": 1 if line else 0, "message": message}
