"""Packs and facts made by hand, and a sandbox that answers from memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Self

from judge.errors import JudgeFault
from judge.packs.load import load_files
from judge.packs.pack import Pack
from judge.sandbox.facts import BuildFacts, Diagnostic, Event, Facts, RunFacts, TestFacts
from judge.sandbox.job import Job

Changes = Mapping[str, bytes | None]
NO_CHANGES: Changes = {}

UNIT_MANIFEST = 'format = 1\nslug = "leap"\ntitle = "Leap"\nkind = "unit"\n'
IO_MANIFEST = 'format = 1\nslug = "sum"\ntitle = "Sum"\nkind = "io"\n'
LEAP_TEST = b'package leap\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n'
HIDDEN_TEST = b'package leap\n\nimport "testing"\n\nfunc TestB(t *testing.T) {}\n'


def unit_files(more: str = "", changes: Changes = NO_CHANGES) -> dict[str, bytes]:
    """A whole unit pack; `more` goes to the end of problem.toml."""
    files = {
        "problem.toml": (UNIT_MANIFEST + more).encode(),
        "statement.md": b"# Leap\n",
        "starter/leap.go": b"package leap\n",
        "tests/leap_test.go": LEAP_TEST,
        "hidden/more_test.go": HIDDEN_TEST,
        "submissions/accepted/reference/leap.go": b"package leap // right\n",
    }
    return _changed(files, changes)


def io_files(more: str = "", changes: Changes = NO_CHANGES) -> dict[str, bytes]:
    """A whole io pack with cases 1 and 2 visible and 3 hidden."""
    files = {
        "problem.toml": (IO_MANIFEST + more).encode(),
        "statement.md": b"# Sum\n",
        "starter/main.go": b"package main\n",
        "submissions/accepted/reference/main.go": b"package main // right\n",
    }
    for folder, name in (("tests", "1"), ("tests", "2"), ("hidden", "3")):
        files[f"{folder}/{name}.in"] = f"{name} 1\n".encode()
        files[f"{folder}/{name}.out"] = f"{int(name) + 1}\n".encode()
    return _changed(files, changes)


def unit_pack(more: str = "", changes: Changes = NO_CHANGES) -> Pack:
    return load_files(unit_files(more, changes), "leap")


def io_pack(more: str = "", changes: Changes = NO_CHANGES) -> Pack:
    return load_files(io_files(more, changes), "sum")


def run_facts(name: str = "", **changes: Any) -> RunFacts:
    """A process that ended well."""
    run = RunFacts(
        name=name,
        exit_code=0,
        signal=None,
        cpu_seconds=0.5,
        wall_seconds=0.25,
        memory_bytes=1 << 20,
        stdout=b"",
        stderr=b"",
        output_bytes=0,
    )
    return replace(run, **changes)


def unit_facts(
    tests: Iterable[TestFacts | tuple[str, str]] = (("TestA", "pass"), ("TestB", "pass")),
    run: RunFacts | None = None,
    **changes: Any,
) -> Facts:
    """Facts of a unit run with tests TestA (visible) and TestB (hidden)."""
    made = tuple(
        test if isinstance(test, TestFacts) else TestFacts(test[0], test[1])  # type: ignore[arg-type]
        for test in tests
    )
    facts = Facts(
        toolchain="go1.27.3",
        sandbox="docker",
        build=BuildFacts(True, 0.1),
        declared=("TestA", "TestB"),
        hidden=frozenset({"TestB"}),
        tests=made,
        runs=(run or run_facts(),),
    )
    return replace(facts, **changes)


def io_facts(*runs: RunFacts, **changes: Any) -> Facts:
    facts = Facts("go1.27.3", "docker", build=BuildFacts(True, 0.1), runs=runs)
    return replace(facts, **changes)


def failed_build(*diagnostics: Diagnostic, **changes: Any) -> Facts:
    build = BuildFacts(False, 0.1, diagnostics)
    return unit_facts((), runs=(), build=replace(build, **changes))


class FakePool:
    """Answers each job with what `answer` makes of it; keeps the jobs."""

    def __init__(self, answer: Callable[[Job], Facts | JudgeFault]) -> None:
        self._answer = answer
        self.jobs: list[Job] = []

    def run(self, job: Job, on_event: Callable[[Event], None] | None = None) -> Facts:
        self.jobs.append(job)
        facts = self._answer(job)
        if isinstance(facts, JudgeFault):
            raise facts
        for run in facts.runs if on_event else ():
            assert on_event is not None
            on_event(Event("test", name=run.name, run=run))
        return facts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def _changed(files: dict[str, bytes], changes: Changes) -> dict[str, bytes]:
    """Change files by path; None takes a file away."""
    for path, content in changes.items():
        if content is None:
            del files[path]
        else:
            files[path] = content
    return files
