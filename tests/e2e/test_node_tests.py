"""Tests with node:test beside a solution in JavaScript: what crosses, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from judge.packs.language import LANGUAGES
from judge.sandbox.facts import Facts
from judge.sandbox.job import Limits, UnitJob
from judge.sandbox.pool import Pool
from judge.sandbox.pools import Pools
from judge.sandbox.settings import SandboxSettings

NODE = Path(__file__).parents[1] / "fixtures" / "node"
LIMITS = Limits(cpu_seconds=5, wall_seconds=20, memory_mb=192, output_kb=64)


@pytest.fixture(scope="module")
def pools(settings: SandboxSettings) -> Iterator[Pools]:
    with Pool(replace(settings, spare=0)) as go, Pools(go, settings) as pools:
        yield pools


def judged(pools: Pools, solution: dict[str, bytes], tests: dict[str, bytes]) -> Facts:
    job = UnitJob(
        module="shop",
        solution=solution,
        support={},
        tests=tests,
        hidden={},
        limits=LIMITS,
        declared=tuple(LANGUAGES["javascript"].declared(tests)),
    )
    return pools.get("javascript").run(job)


def files(*names: str) -> dict[str, bytes]:
    return {name: (NODE / name).read_bytes() for name in names}


def test_what_crosses_is_as_in_one_process(pools: Pools) -> None:
    facts = judged(pools, files("shop.js", "old.cjs"), files("shop.test.js", "old.test.cjs"))
    told = {test.name: test for test in facts.tests}
    inner = {"instances/static methods", "errors/are of their class"}
    assert set(told) == {*facts.declared, *inner}, facts
    statuses = {name: test.status for name, test in told.items() if test.status != "pass"}
    assert statuses == {"fails": "fail", "skipped": "skip"}, facts
    assert "shop.test.js:61: Expected values" in told["fails"].message
    assert (told["output"].output, told["functions"].output) == ("hi\n", "")
    solution, tests = facts.runs
    assert (solution.name, solution.exit_code, solution.signal) == ("solution", None, None)
    assert (tests.name, tests.exit_code, solution.complete) == ("tests", 1, True)


@pytest.mark.parametrize(
    ("solution", "said"),
    [
        (b"export const sum = 1;", "does not provide an export named 'add'"),
        (b"throw new RangeError('at once');", "at once"),
    ],
)
def test_a_solution_that_cannot_be_imported_fails_each_test(
    pools: Pools, solution: bytes, said: str
) -> None:
    tests = {
        "a.test.js": b'import { test } from "node:test";\nimport { add } from "./a.js";\n'
        b'test("one", () => add(1));\ntest("two", () => add(2));\n'
    }
    facts = judged(pools, {"a.js": solution}, tests)
    assert [(test.name, test.status) for test in facts.tests] == [("one", "fail"), ("two", "fail")]
    assert all(said in test.message for test in facts.tests), facts
