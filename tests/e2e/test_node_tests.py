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
_RIGHT = {"reference", "another"}
LIMITS = Limits(cpu_seconds=5, wall_seconds=20, memory_mb=192, output_kb=64)


@pytest.fixture(scope="module")
def pools(settings: SandboxSettings) -> Iterator[Pools]:
    with Pool(replace(settings, spare=0)) as go, Pools(go, settings) as pools:
        yield pools


def judged(
    pools: Pools,
    solution: dict[str, bytes],
    tests: dict[str, bytes],
    reference: dict[str, bytes] | None = None,
    *,
    shared: bool = False,
) -> Facts:
    job = UnitJob(
        module="shop",
        solution=solution,
        support={},
        tests=tests,
        hidden={},
        limits=LIMITS,
        reference=reference,
        shared=shared,
        declared=tuple(LANGUAGES["javascript"].declared(tests)),
    )
    return pools.get("javascript").run(job)


def files(*names: str) -> dict[str, bytes]:
    return {name: (NODE / name).read_bytes() for name in names}


def test_what_crosses_is_as_in_one_process(pools: Pools) -> None:
    reference = files("shop.js", "old.cjs")
    facts = judged(pools, reference, files("shop.test.js", "old.test.cjs"), reference)
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


def test_what_a_solution_writes_to_stderr_is_shown_with_its_test(pools: Pools) -> None:
    tests = {
        "a.test.js": b'import { test } from "node:test";\nimport { say } from "./a.js";\n'
        b'test("one", () => say("uno"));\ntest("two", () => say("due"));\n'
    }
    solution = {"a.js": b"export const say = (x) => { console.error(x); console.log(x + '!'); };"}
    facts = judged(pools, solution, tests)
    assert [(test.output, test.stderr) for test in facts.tests] == [
        ("uno!\n", "uno\n"),
        ("due!\n", "due\n"),
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in (NODE / "ordinary").iterdir()))
def test_ordinary_tests_isolated_get_the_results_of_one_process(pools: Pools, name: str) -> None:
    folder = NODE / "ordinary" / name
    tests = {path.name: path.read_bytes() for path in folder.glob("m.test.*")}
    others = [path for path in folder.iterdir() if path.name not in tests]
    solutions = sorted(others, key=lambda path: path.stem != "reference")
    reference = {f"m{path.suffix}": path.read_bytes() for path in solutions[:1]}
    assert solutions[0].stem == "reference"
    for path in solutions:
        solution = {f"m{path.suffix}": path.read_bytes()}
        alone = judged(pools, solution, tests, reference)
        together = judged(pools, solution, tests, shared=True)
        told = {test.name: test.status for test in together.tests}
        assert {test.name: test.status for test in alone.tests} == told, (path.name, alone)
        assert (set(told.values()) == {"pass"}) == (path.stem in _RIGHT), (path.name, told)


def test_a_result_of_another_shape_fails_the_test_with_a_sentence(pools: Pools) -> None:
    tests = {
        "a.test.js": b'import assert from "node:assert";\nimport { test } from "node:test";\n'
        b'import { add } from "./a.js";\ntest("one", () => assert.ok(add(1, 2) >= 3));\n'
    }
    hostile = {"a.js": b"export const add = () => ({ [Symbol.toPrimitive]: () => 1e9 });"}
    for reference in ({"a.js": b"export const add = (a, b) => a + b;"}, None):
        facts = judged(pools, hostile, tests, reference)
        assert [test.status for test in facts.tests] == ["fail"], facts
        assert "add() gave an object with methods" in facts.tests[0].message
