"""Problems: packs kept as versions, and what a page shows of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from judge.db import session
from judge.errors import NotFound
from judge.markdown import to_html
from judge.models import Problem, ProblemVersion
from judge.packs import load as packs
from judge.packs.language import LANGUAGES
from judge.packs.pack import Checker, Group, Pack
from judge.sandbox.job import Files, Limits

_CACHED_PACKS = 128


MAX_DATA_BYTES = 4 * 1024 * 1024
"""Of data files that a download has."""


@dataclass(frozen=True, slots=True)
class VisibleCase:
    """A case of an io problem that students see."""

    name: str
    stdin: str
    expected: str


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What students see of a problem. HTML is safe to insert as it is."""

    slug: str
    title: str
    kind: str
    difficulty: int
    tags: tuple[str, ...]
    points: float
    limits: Limits
    shared: bool
    """Whether they share the submission's where that lets it forge results."""
    groups: tuple[Group, ...]
    statement_html: str
    hints_html: tuple[str, ...]
    starter: dict[str, str]
    language: str
    """"go", "python", …"""
    endings: tuple[str, ...]
    """Of names of source files."""
    module: str
    """The module's path, for the editor."""
    go: str
    """The language version that the problem asks for; "" for the toolchain's own."""
    solution: tuple[str, ...]
    """Names that are handed in."""
    extra: bool
    tests: tuple[tuple[str, str], ...]
    """(name, text) of the sources that are given: visible tests, then the package's own files."""
    data: tuple[tuple[str, bytes], ...]
    """The same of other files: what visible tests and the package read, the smallest first up
    to `MAX_DATA_BYTES`."""
    checker: Checker
    """How the cases of stdin and stdout are compared; without its program."""
    cases: tuple[VisibleCase, ...]


def by_slug(slug: str) -> Problem:
    """The published problem of that slug.

    :raises NotFound: there is none.
    """
    found = session.scalar(
        select(Problem).where(Problem.slug == slug, Problem.current_version_id.is_not(None))
    )
    if found is None:
        raise NotFound(f"there is no problem {slug!r}")
    return found


def all_published() -> list[Problem]:
    """Every published problem, by its slug."""
    query = select(Problem).where(Problem.current_version_id.is_not(None))
    return list(session.scalars(query.order_by(Problem.slug)))


def current_pack(problem: Problem) -> Pack:
    """The pack that new submissions are judged by."""
    assert problem.current_version_id is not None, "by_slug gives published problems only"
    return pack_of(problem.current_version_id)


@lru_cache(_CACHED_PACKS)
def pack_of(version_id: int) -> Pack:
    """The pack of a version, kept in memory: versions never change.

    :raises NotFound: there is no such version.
    """
    version = session.get(ProblemVersion, version_id)
    if version is None:
        raise NotFound(f"there is no version {version_id}")
    return packs.load_bytes(version.archive, f"version {version_id}", complete=False)


def view(problem: Problem, language: str = "") -> ProblemView:
    """What a page shows, in `language` where the statement was translated into it."""
    assert problem.current_version_id is not None, "by_slug gives published problems only"
    return _view(problem.current_version_id, language)


def publish(pack: Pack) -> tuple[Problem, bool]:
    """Make `pack` the current version of its problem; the problem is made if there is none.

    Returns the problem and whether anything changed. Idempotent: a pack that has
    been a version before becomes current again. Does not commit.
    """
    values = {
        "title": pack.title,
        "kind": pack.kind,
        "difficulty": pack.difficulty,
        "tags": list(pack.tags),
        "max_score": pack.points,
    }
    session.execute(insert(Problem).values(slug=pack.slug, **values).on_conflict_do_nothing())
    # The lock lets two imports of the same problem follow one another.
    problem = session.scalars(
        select(Problem).where(Problem.slug == pack.slug).with_for_update()
    ).one()
    version_id = _ensure_version(problem, pack)
    if problem.current_version_id == version_id:
        return problem, False
    problem.current_version_id = version_id
    for name, value in values.items():
        setattr(problem, name, value)
    session.flush()
    return problem, True


def _ensure_version(problem: Problem, pack: Pack) -> int:
    query = select(ProblemVersion.id).where(
        ProblemVersion.problem_id == problem.id, ProblemVersion.digest == pack.digest
    )
    found = session.scalar(query)
    if found is None:
        version = ProblemVersion(
            problem_id=problem.id, digest=pack.digest, archive=packs.dump(pack)
        )
        session.add(version)
        session.flush()
        found = version.id
    return found


@lru_cache(_CACHED_PACKS)
def _view(version_id: int, language: str) -> ProblemView:
    pack = pack_of(version_id)
    rules = LANGUAGES[pack.language]

    def is_source(name: str) -> bool:
        return name.endswith(rules.endings)

    statement = pack.statements.get(language) or pack.statements.get("", "")
    return ProblemView(
        slug=pack.slug,
        title=pack.title,
        kind=pack.kind,
        difficulty=pack.difficulty,
        tags=pack.tags,
        points=pack.points,
        limits=pack.limits,
        shared=pack.kind == "unit" and pack.isolation == "none" and pack.language != "go",
        groups=pack.groups,
        statement_html=to_html(_without_title(statement)),
        hints_html=tuple(to_html(hint) for hint in pack.hints),
        starter=dict(_texts(pack.starter, is_source)) or dict.fromkeys(pack.solution, ""),
        module=pack.module,
        language=pack.language,
        endings=rules.endings,
        go=pack.go or "",
        solution=pack.solution,
        extra=pack.extra,
        tests=(*_texts(pack.tests, is_source), *_texts(pack.support, is_source)),
        data=_data({**pack.tests, **pack.support}, is_source),
        checker=replace(pack.checker, program=None),
        cases=tuple(
            VisibleCase(case.name, _text(case.stdin), _text(case.answer))
            for case in pack.cases
            if case.visible
        ),
    )


def _without_title(statement: str) -> str:
    """The page has the title already: a statement's own first heading would repeat it."""
    first, _, rest = statement.lstrip().partition("\n")
    return rest if first.startswith("# ") else statement


def _texts(files: Files, wanted: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _text(files[name])) for name in sorted(files) if wanted(name))


def _data(files: Files, is_source: Callable[[str], bool]) -> tuple[tuple[str, bytes], ...]:
    found = [(name, content) for name, content in files.items() if not is_source(name)]
    kept, room = [], MAX_DATA_BYTES
    for name, content in sorted(found, key=lambda one: (len(one[1]), one[0])):
        room -= len(content)
        if room >= 0:
            kept.append((name, content))
    return tuple(sorted(kept))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
