"""A problem pack in memory. `load` makes it; docs/problem-format.md describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from judge.errors import BadPack
from judge.sandbox.job import Files, Imports, Limits

CheckerKind = Literal["lines", "exact", "tokens", "floats", "program"]
Kind = Literal["unit", "io", "mutants"]
# "auto": a process of their own where Go's tests allow it, else the submission's.
Isolation = Literal["none", "process", "auto"]


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that earn points together. `tests`: fnmatch patterns of names or cases."""

    name: str
    points: float
    tests: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Checker:
    """How an io problem compares what was printed with the answer."""

    kind: CheckerKind = "lines"
    tolerance: float = 1e-6
    program: Files | None = None
    """Sources of ``checker/``, for "program" only."""


@dataclass(frozen=True, slots=True)
class IoCase:
    """One case of an io problem."""

    name: str
    stdin: bytes
    answer: bytes
    visible: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A proving submission: `verdict` is the name of its folder."""

    verdict: str
    name: str
    files: Files


@dataclass(frozen=True, slots=True)
class Pack:
    """A loaded, valid pack. Immutable; `digest` is over all of its files."""

    digest: str
    slug: str
    title: str
    kind: Kind
    module: str
    language: str
    go: str | None
    difficulty: int
    tags: tuple[str, ...]
    points: float
    isolation: Isolation
    solution: tuple[str, ...]
    """Names that are handed in."""
    extra: bool
    """Whether other plain source files may be handed in beside them."""
    limits: Limits
    imports: Imports
    groups: tuple[Group, ...]
    """Empty: one group, points by test."""
    checker: Checker
    statements: dict[str, str]
    """Language code to Markdown; "" is statement.md."""
    hints: tuple[str, ...]
    editorial: str | None
    starter: Files
    tests: Files
    hidden: Files
    support: Files
    cases: tuple[IoCase, ...]
    proofs: tuple[Proof, ...]
    path: Path | None = None
    files: Files = field(default_factory=dict, repr=False)
    """Every file as it was read, by its path in the pack: what `dump` writes."""

    def apart(self, together: str) -> bool:
        """Whether unit tests run in a process of their own.

        `together` is why the sandbox says that they cannot, "" where it says nothing.
        """
        if self.isolation != "auto":
            return self.isolation == "process"
        proven = any(proof.verdict == "accepted" for proof in self.proofs)
        return self.kind == "unit" and proven and not together

    @property
    def reference(self) -> Proof:
        """The first accepted proof.

        :raises BadPack: there is none, which `load` refuses unless told not to.
        """
        for proof in self.proofs:
            if proof.verdict == "accepted":
                return proof
        raise BadPack(f"{self.slug}: no reference solution in submissions/accepted/")
