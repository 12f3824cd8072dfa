import { expect, test } from "vitest";
import { pieces, rows, steps } from "../shared/difference";

/** What a difference says must rebuild both texts, whatever it calls a change. */
function rebuilt(left: string, right: string): [string, string] {
  const all = steps(Array.from(left), Array.from(right));
  const side = (skip: string): string => all.filter(({ kind }) => kind !== skip).flatMap(({ items }) => items).join("");
  return [side("added"), side("removed")];
}

test.each([
  ["", ""],
  ["", "abc"],
  ["abc", ""],
  ["abcabba", "cbabac"],
  ["kitten", "sitting"],
  ["aaaa", "aa"],
  ["x", "y"],
])("%j against %j can be rebuilt from its steps", (left, right) => {
  expect(rebuilt(left, right)).toEqual([left, right]);
});

test("random texts can be rebuilt, and equal ones have no changes", () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  const text = (): string => Array.from({ length: random(40) }, () => "abc"[random(3)]).join("");
  for (let round = 0; round < 500; round++) {
    const [left, right] = [text(), text()];
    expect(rebuilt(left, right)).toEqual([left, right]);
    expect(steps(Array.from(left), Array.from(left)).every(({ kind }) => kind === "same")).toBe(true);
  }
});

test("the shortest difference is found", () => {
  const changed = steps(Array.from("abcabba"), Array.from("cbabac")).filter(({ kind }) => kind !== "same");
  expect(changed.flatMap(({ items }) => items)).toHaveLength(5);
});

test("texts that have nothing in common end quickly", () => {
  const lines = (word: string): string => Array.from({ length: 5000 }, (_, at) => `${word} ${at}`).join("\n");
  const started = performance.now();
  expect(rows(lines("a"), lines("b"))).toHaveLength(10_000);
  expect(performance.now() - started).toBeLessThan(3000);
});

test("words change as a whole", () => {
  expect(pieces("got true", "got false").right).toEqual([
    { text: "got ", changed: false },
    { text: "false", changed: true },
  ]);
});

test("rows carry the numbers of both sides", () => {
  expect(rows("a\nb\nc\n", "a\nB\nc\nd\n").map(({ kind, left, right }) => [kind, left, right])).toEqual([
    ["same", 1, 1],
    ["removed", 2, null],
    ["added", null, 2],
    ["same", 3, 3],
    ["added", null, 4],
  ]);
});
