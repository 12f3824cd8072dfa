"""Every example of the playground does in the sandbox what it says."""

from __future__ import annotations

import pytest

from judge import examples
from judge.examples import Example
from judge.sandbox.job import Limits, ProgramJob, UnitJob
from judge.sandbox.pool import Pool
from tests.e2e.conftest import in_one_sandbox

ALL = [(topic.slug, one) for topic in examples.topics() for one in topic.examples]
LIMITS = Limits(memory_mb=100, cpu_seconds=5, wall_seconds=30, output_kb=1024)


def test_there_are_enough() -> None:
    assert len(ALL) >= 30


@in_one_sandbox
@pytest.mark.parametrize("example", [one for _, one in ALL], ids=[f"{t}-{e.slug}" for t, e in ALL])
def test_an_example_does_what_it_says(pool: Pool, example: Example) -> None:
    files = {name: text.encode() for name, text in example.files.items()}
    tests = {name: files.pop(name) for name in list(files) if name.endswith("_test.go")}
    if tests:
        unit = UnitJob("playground", files, {}, tests, {}, LIMITS, own_tests=True)
        facts = pool.run(unit)
        assert facts.build is not None and facts.build.ok, facts
        assert {test.status for test in facts.tests} == {"pass"}
        return
    stdin = (example.stdin or "").encode()
    facts = pool.run(ProgramJob(source=files, stdin=stdin, limits=LIMITS, vet=True))
    assert facts.rejected == () and facts.warnings == ()
    assert facts.build is not None and facts.build.ok, facts.build
    (run,) = facts.runs
    assert (run.exit_code, run.stderr, run.limit) == (0, b"", None)
    assert run.stdout.decode() == example.output
