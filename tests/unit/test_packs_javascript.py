"""Names of tests in JavaScript, read before anything runs."""

from __future__ import annotations

import pytest

from judge.packs.javascript import against_isolation, complaint, declared

TESTS = b"""
import test, { describe, it } from "node:test";
// test("in a comment", () => {});
const text = 'test("in a text", () => {})';
test("adds a/b", () => {});
test.skip('later', () => {});
await test(`quoted`, async (t) => { await t.test("inner", () => {}); });
describe("many", () => { for (const n of [1, 2]) it(`n ${n}`, () => {}); });
"""


def test_top_level_tests_are_declared_by_their_names() -> None:
    files = {"a.test.js": TESTS, "helper.js": TESTS, "data/b.test.js": TESTS}
    assert declared(files) == ["adds a|b", "later", "quoted", "many"]
    assert complaint(TESTS) == ""


@pytest.mark.parametrize(
    "source",
    [
        b"for (const n of [1]) test(`n ${n}`, () => {});",
        b"if (x) { test('name', () => {}); }",
        b"test(name, () => {});",
        b"test('a\\x62', () => {});",
        b"test(() => {});",
        b"[1].forEach(() => it('name', () => {}));",
    ],
)
def test_what_nobody_knows_before_it_runs_is_told_with_its_line(source: bytes) -> None:
    assert complaint(b"\n" + source).startswith("line 2: the name of a test")


@pytest.mark.parametrize("source", [b"test(", b"\xff\xfe", b"", b"test(" * 3000])
def test_what_is_no_javascript_declares_nothing(source: bytes) -> None:
    assert declared({"a.test.js": source}) == []


def test_tests_that_need_the_process_of_the_solution_are_named_with_their_line() -> None:
    source = b"""import fs from "node:fs";
import { spawn } from "node:child_process";
import { Shape } from "./shape.js";
class Mine extends Shape {}
class Other extends Error {}
test("files", (t) => {
  fs.writeFileSync("a.txt", "1");
  t.mock.module("./shape.js", {});
  fs.readFileSync("b.txt");
});
"""
    found = against_isolation({"tests/shape.test.js": source}, ("shape.js",))
    assert [reason.split(":")[1] for reason in found] == ["2", "4", "7", "8"]
    assert "cannot derive from Shape" in found[1]
