"""Load a problem pack and refuse a broken one, by file, key and line.

``problem.toml`` is read by `judge.packs.manifest`, the other files are sorted by
`judge.packs.layout`; here the two are held against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from judge.errors import BadPack
from judge.packs import layout as layouts
from judge.packs import names, tree
from judge.packs.language import LANGUAGES, Language
from judge.packs.manifest import Manifest, read_manifest
from judge.packs.pack import Checker, IoCase, Pack
from judge.sandbox.job import Files


def load(path: Path, *, complete: bool = True) -> Pack:
    """Load the pack at `path`, a folder or a zip of one.

    :param complete: also ask for what teaching needs and grading doesn't: a
        statement, a starter and a reference solution.
    :raises BadPack: names file, key and line of the first mistake.
    """
    files = tree.read(path)
    return _build(files, str(path), complete, path)


def load_bytes(data: bytes, origin: str = "pack.zip", *, complete: bool = True) -> Pack:
    """Load a pack from the bytes of a zip archive, as `dump` writes it.

    :raises BadPack: as `load`.
    """
    return _build(tree.read_zip(data, origin), origin, complete, None)


def load_files(files: dict[str, bytes], origin: str, *, complete: bool = True) -> Pack:
    """Load a pack from its files in memory, by their paths in the pack.

    :raises BadPack: as `load`.
    """
    return _build(files, origin, complete, None)


def dump(pack: Pack) -> bytes:
    """The pack as a zip archive. The same files always give the same bytes."""
    return tree.write_zip(pack.files)


def gaps(pack: Pack) -> list[str]:
    """What a pack lacks to be taught with, a sentence each."""
    missing = []
    if "" not in pack.statements:
        missing.append("statement.md is missing")
    if not pack.starter:
        missing.append("starter/ is missing: students need something to open")
    if not any(proof.verdict == "accepted" for proof in pack.proofs):
        missing.append("no reference solution: put one into submissions/accepted/NAME/")
    return missing


def _build(files: dict[str, bytes], origin: str, complete: bool, path: Path | None) -> Pack:
    try:
        pack = _assemble(files, path)
        missing = gaps(pack) if complete else []
    except BadPack as error:
        text = str(error)
        raise BadPack(text if text.startswith(origin) else f"{origin}: {text}") from error
    if missing:
        raise BadPack(f"{origin}: {missing[0]}")
    return pack


def _assemble(files: dict[str, bytes], path: Path | None) -> Pack:
    if "problem.toml" not in files:
        raise BadPack("problem.toml is missing: this is not a problem pack")
    manifest = read_manifest(files["problem.toml"])
    layout = layouts.sort_files(files)
    language = LANGUAGES[manifest.language]
    solution = _solution(manifest, layout, language)
    cases: tuple[IoCase, ...] = ()
    if manifest.kind == "io":
        cases = _cases(layout.tests, True) + _cases(layout.hidden, False)
        _check_cases(cases)
        if layout.support:
            _check_package_files("support", layout.support, language)
        gradable = [case.name for case in cases]
    else:
        _check_unit_files(layout, solution, language)
        gradable = _declared(layout, language)
        if not gradable:
            raise BadPack("tests/: no test function in tests/ or hidden/, so nothing to grade by")
    _check_groups(manifest, gradable)
    return Pack(
        digest=tree.digest(files),
        slug=manifest.slug,
        title=manifest.title,
        kind=manifest.kind,
        module=manifest.module,
        language=manifest.language,
        go=manifest.go,
        difficulty=manifest.difficulty,
        tags=manifest.tags,
        points=manifest.points,
        isolation=manifest.isolation,
        solution=solution,
        extra=manifest.extra,
        limits=manifest.limits,
        imports=manifest.imports,
        groups=manifest.groups,
        checker=_checker(manifest, layout, language),
        statements=layout.statements,
        hints=layout.hint_texts(),
        editorial=layout.editorial,
        starter=layout.starter,
        tests={} if cases else layout.tests,
        hidden={} if cases else layout.hidden,
        support=layout.support,
        cases=cases,
        proofs=layout.proofs(),
        path=path,
        files=files,
    )


def _declared(layout: layouts.Layout, language: Language) -> list[str]:
    for part, files in (("tests", layout.tests), ("hidden", layout.hidden)):
        for name, source in files.items():
            wrong = language.complaint(source) if language.is_test(name) else ""
            if wrong:
                raise BadPack(f"{part}/{name}: {wrong}")
    shown, hidden = language.declared(layout.tests), language.declared(layout.hidden)
    twice = sorted(set(shown) & set(hidden))
    if twice:
        raise BadPack(f"hidden/: tests/ has a test {twice[0]} too")
    return shown + hidden


def _solution(manifest: Manifest, layout: layouts.Layout, language: Language) -> tuple[str, ...]:
    """The names that are handed in: the manifest's, else those of the starter."""
    for name in layout.starter:
        if not language.is_plain(name):
            raise BadPack(f"starter/{name}: a starter holds plain {language.example} files only")
        if language.is_test(name):
            raise BadPack(f"starter/{name}: a test file; put it into tests/")
    if manifest.solution is None and not layout.starter:
        raise BadPack("starter/ is missing, and problem.toml has no [files] solution")
    for name in manifest.solution or ():
        problem = _bad_solution(name, layout.starter, language)
        if problem:
            raise manifest.error("files", "solution", problem)
    solution = manifest.solution or tuple(sorted(layout.starter))
    for name in layout.starter:
        if name not in solution:
            raise BadPack(f"starter/{name}: not one of [files] solution; is it for support/?")
    return solution


def _bad_solution(name: str, starter: Files, language: Language) -> str:
    if not language.is_plain(name):
        return f"{name!r} is not a plain {language.example}"
    if language.is_test(name):
        return f"{name!r}: test files cannot be handed in, the problem brings its own"
    if starter and name not in starter:
        return f"starter/{name} is missing"
    return ""


def _check_unit_files(layout: layouts.Layout, solution: Iterable[str], language: Language) -> None:
    """No two parts may put the same file into the package's folder."""
    for part in ("tests", "hidden"):
        for name in getattr(layout, part):
            if (
                name.endswith(language.endings)
                and "/" not in name
                and not language.is_test(name)
                and name != language.test_setup
            ):
                raise BadPack(f"{part}/{name}: not a {language.tests_named}; is it for support/?")
            if language.is_test(name) and (
                wrong := language.complaint(getattr(layout, part)[name])
            ):
                raise BadPack(f"{part}/{name}: {wrong}")
    _check_package_files("support", layout.support, language)
    owners = {name.casefold(): "[files] solution" for name in solution}
    for part in ("tests", "hidden", "support"):
        for name in getattr(layout, part):
            other = owners.setdefault(name.casefold(), f"{part}/")
            if other != f"{part}/":
                raise BadPack(f"{part}/{name}: {other} has a file of this name too")


def _check_package_files(part: str, files: Files, language: Language) -> None:
    for name in files:
        if name.split("/")[-1] in {"go.mod", "go.sum", "go.work"}:
            raise BadPack(
                f"{part}/{name}: module files are not used; set module and go in problem.toml"
            )
        if language.is_test(name):
            raise BadPack(f"{part}/{name}: a test file; put it into tests/ or hidden/")


def _cases(files: Mapping[str, bytes], visible: bool) -> tuple[IoCase, ...]:
    """Pair NAME.in with NAME.out."""
    folder = "tests" if visible else "hidden"
    cases = []
    for name in sorted(files, key=layouts.natural_order):
        stem, dot, kind = name.rpartition(".")
        if "/" in name or not stem or dot + kind not in {".in", ".out"}:
            raise BadPack(f"{folder}/{name}: a case is a NAME.in with its NAME.out")
        other = f"{stem}.out" if kind == "in" else f"{stem}.in"
        if other not in files:
            raise BadPack(f"{folder}/{name}: {other} is missing")
        if kind == "in":
            cases.append(IoCase(stem, files[name], files[other], visible))
    return tuple(cases)


def _check_cases(cases: tuple[IoCase, ...]) -> None:
    if not cases:
        raise BadPack("tests/: no case in tests/ or hidden/, so nothing to grade by")
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise BadPack(f"hidden/{case.name}.in: tests/ has a case of this name too")
        seen.add(case.name)


def _check_groups(manifest: Manifest, gradable: list[str]) -> None:
    for position, group in enumerate(manifest.groups):
        for pattern in group.tests:
            if not names.could_match(pattern, gradable):
                raise manifest.error(
                    "groups",
                    position,
                    f"{pattern!r} matches no test; there are: {_some(gradable)}",
                    key="tests",
                )


def _checker(manifest: Manifest, layout: layouts.Layout, language: Language) -> Checker:
    if manifest.checker.kind != "program":
        if layout.checker:
            raise BadPack('checker/: only used with [checker] kind = "program"')
        return manifest.checker
    if not any(language.is_plain(name) for name in layout.checker):
        main = f"main{language.endings[0]}"
        raise manifest.error("checker", "kind", f"the program is missing: put {main} into checker/")
    return Checker("program", manifest.checker.tolerance, layout.checker)


def _some(found: list[str]) -> str:
    return ", ".join(found[:8]) + (", …" if len(found) > 8 else "")
