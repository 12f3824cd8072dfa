import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { double } from "./double.js";

test("two", () => assert.equal(double(2), 4));

test("loosely", () => {
  // eslint-disable-next-line eqeqeq
  assert.ok(double(21) === 42);
  assert.ok([6].includes(double(3)));
});

describe("many", () => {
  for (const n of [5, 7, -1]) it(`twice ${n}`, () => assert.deepEqual([double(n)], [2 * n]));
});
