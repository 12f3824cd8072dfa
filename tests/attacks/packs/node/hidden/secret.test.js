import assert from "node:assert/strict";
import { test } from "node:test";
import { double } from "./double.js";

// kestrel-9120
const numbers = new Map([[4417, 8834], [-3, -6], [10n ** 30n, 2n * 10n ** 30n]]);

test("secret", () => {
  for (const [number, answer] of numbers) assert.equal(double(number), answer);
});
