import assert from "node:assert/strict";
import { test } from "node:test";
import { make, take, Log } from "./log.js";

test("make", () => assert.deepEqual(make(3), [0, 1, 2]));
test("take", () => {
  const list = [3, 1, 2];
  assert.deepEqual(take(list), [1, 2, 3]);
  assert.deepEqual(list, [3, 1, 2]);
});
test("log", () => {
  const log = new Log();
  log.add("a");
  const h = log.history();
  log.add("b");
  assert.deepEqual(h, ["a"]);
  assert.deepEqual(log.history(), ["a", "b"]);
});
test("throws", () => assert.throws(() => make(-1), RangeError));
