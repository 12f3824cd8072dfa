"""``problem.toml``: what a pack says about itself, with defaults and ranges.

The one place that knows the manifest's keys; docs/problem-format.md lists them
for people, and a test holds the two together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from judge.errors import BadPack
from judge.packs.language import LANGUAGES
from judge.packs.pack import Checker, CheckerKind, Group, Isolation, Kind
from judge.packs.toml import Table
from judge.sandbox.job import Imports, Limits

FORMAT = 1
FILE = "problem.toml"
KINDS = ("unit", "io", "mutants")
CHECKERS = ("lines", "exact", "tokens", "floats", "program")

_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_MODULE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.~-]*(?:/[A-Za-z0-9][A-Za-z0-9_.~-]*)*$")
_GO = re.compile(r"^1\.\d{1,3}$")
_IMPORT = re.compile(r"^[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.~-]+)*$")

# A package of this path would stand in for the standard library's.
_STANDARD = """
    archive bufio builtin bytes cmp compress container context crypto database debug embed
    encoding errors expvar flag fmt go hash html image index io iter log maps math mime net os
    path plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing
    text time unicode unique unsafe vendor weak
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of ``problem.toml``. `solution` is None where it names none."""

    slug: str
    title: str
    kind: Kind
    language: str
    module: str
    go: str | None
    difficulty: int
    tags: tuple[str, ...]
    points: float
    isolation: Isolation
    solution: tuple[str, ...] | None
    extra: bool
    limits: Limits
    imports: Imports
    groups: tuple[Group, ...]
    checker: Checker
    root: Table

    def error(self, table: str, where: str | int, what: str, key: str = "") -> BadPack:
        """A mistake that shows only beside the pack's other files."""
        if isinstance(where, int):
            return self.root.tables(table)[where].error(key, what)
        return self.root.table(table).error(where, what)


def read_manifest(text: bytes) -> Manifest:
    """Read ``problem.toml``.

    :raises BadPack: names file, line and key of the first mistake.
    """
    root = Table.parse(FILE, text)
    root.integer("format", FORMAT, FORMAT)
    slug = root.text("slug")
    if not _SLUG.match(slug) or len(slug) > 64:
        raise root.error("slug", "lower-case letters, digits and single hyphens, 64 at most")
    kind = cast("Kind", root.choice("kind", KINDS))
    if kind == "mutants":
        raise root.error("kind", '"mutants" is not available in this release')
    language = root.choice("language", tuple(LANGUAGES), "go")
    if kind not in LANGUAGES[language].kinds:
        raise root.error("kind", f'"{kind}" problems are not available in {language} yet')
    if language != "go":
        _only_for_go(root)
    points = root.number("points", 0.01, 1_000_000, 100)
    solution, extra = _files(root.table("files"))
    manifest = Manifest(
        slug=slug,
        title=root.text("title"),
        kind=kind,
        language=language,
        module=_module(root, slug),
        go=_go(root),
        difficulty=root.integer("difficulty", 1, 10, 1),
        tags=root.strings("tags", ()),
        points=points,
        isolation=_isolation(root, language, kind),
        solution=solution,
        extra=extra,
        limits=_limits(root.table("limits")),
        imports=_imports(root.table("imports")),
        groups=_groups(root, points),
        checker=_checker(root, kind),
        root=root,
    )
    root.finish()
    return manifest


def _module(root: Table, slug: str) -> str:
    module = root.text("module", slug)
    if not _MODULE.match(module) or len(module) > 100:
        raise root.error("module", f"{module!r} is not a Go module path")
    if module.split("/", 1)[0] in _STANDARD.split():
        raise root.error(
            "module",
            f"{module!r} is a path of Go's standard library; name another, such as "
            f'module = "{module.replace("/", "-")}-problem"',
        )
    return module


def _go(root: Table) -> str | None:
    if not root.has("go"):
        return None
    version = root.text("go")
    if not _GO.match(version):
        raise root.error("go", f'must look like "1.26", not {version!r}')
    return version


def _only_for_go(root: Table) -> None:
    for key in ("module", "go", "imports"):
        if root.has(key):
            raise root.error(key, 'only for language = "go"')


def _isolation(root: Table, language: str, kind: Kind) -> Isolation:
    if language != "go":
        # "none" is for authors who accept that code may change anything in its process.
        isolation = root.choice("isolation", ("none", "process"), "process")
        if isolation == "none" and kind != "unit":
            raise root.error("isolation", '"none" is for kind = "unit": no tests run here')
        return cast("Isolation", isolation)
    if not root.has("isolation"):
        return "auto" if kind == "unit" else "none"
    isolation = root.choice("isolation", ("none", "process"))
    if isolation == "process" and kind != "unit":
        raise root.error("isolation", '"process" is for kind = "unit": no tests run here')
    return cast("Isolation", isolation)


def _files(table: Table) -> tuple[tuple[str, ...] | None, bool]:
    solution = table.strings("solution") if table.has("solution") else None
    if solution == ():
        raise table.error("solution", "must name at least one file")
    extra = table.boolean("extra", False)
    table.finish()
    return solution, extra


def _limits(table: Table) -> Limits:
    usual = Limits()
    limits = Limits(
        build_seconds=table.number("build_seconds", 1, 300, usual.build_seconds),
        build_memory_mb=table.integer("build_memory_mb", 256, 16384, usual.build_memory_mb),
        cpu_seconds=table.number("cpu_seconds", 0.1, 300, usual.cpu_seconds),
        wall_seconds=table.number("wall_seconds", 0.1, 600, usual.wall_seconds),
        memory_mb=table.integer("memory_mb", 16, 16384, usual.memory_mb),
        output_kb=table.integer("output_kb", 1, 16384, usual.output_kb),
    )
    table.finish()
    return limits


def _imports(table: Table) -> Imports:
    imports = Imports(table.strings("allow", ()), table.strings("deny", ()))
    table.finish()
    for key, paths in (("allow", imports.allow), ("deny", imports.deny)):
        for path in paths:
            if not _IMPORT.match(path):
                raise table.error(key, f"{path!r} is not an import path")
    both = sorted(set(imports.allow) & set(imports.deny))
    if both:
        raise table.error("deny", f"{both[0]!r} is allowed as well")
    return imports


def _groups(root: Table, points: float) -> tuple[Group, ...]:
    groups: list[Group] = []
    for table in root.tables("groups"):
        group = Group(
            name=table.text("name"),
            points=table.number("points", 0, 1_000_000),
            tests=table.strings("tests"),
            hint=table.text("hint", ""),
        )
        table.finish()
        if not group.tests:
            raise table.error("tests", "must have at least one pattern")
        if any(other.name == group.name for other in groups):
            raise table.error("name", f"a second group named {group.name!r}")
        groups.append(group)
    total = sum(group.points for group in groups)
    if groups and abs(total - points) > 1e-6:
        raise root.error("groups", f"their points add up to {total:g}, the problem has {points:g}")
    return tuple(groups)


def _checker(root: Table, kind: str) -> Checker:
    if kind != "io":
        if root.has("checker"):
            raise root.error("checker", 'only for kind = "io"')
        return Checker()
    table = root.table("checker")
    chosen = cast("CheckerKind", table.choice("kind", CHECKERS, "lines"))
    if chosen != "floats" and table.has("tolerance"):
        raise table.error("tolerance", 'only for kind = "floats"')
    tolerance = table.number("tolerance", 0, 1e9, 1e-6)
    table.finish()
    return Checker(chosen, tolerance)
