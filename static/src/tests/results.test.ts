import { expect, test } from "vitest";
import { seconds, type Test } from "../shared/data";
import { queueWords } from "../shared/progress";
import { ordered, telling } from "../shared/results";

const one = (name: string | null, status: Test["status"], more: Partial<Test> = {}): Test => ({
  name, status, visible: name !== null, ...more,
});

test("failing tests come first, readable ones before hidden ones, otherwise as they ran", () => {
  const tests = [one("A", "pass"), one(null, "fail"), one("B", "error"), one("C", "fail"), one(null, "pass")];
  expect(ordered(tests).map(({ name, status }) => [name, status])).toEqual([
    ["B", "error"],
    ["C", "fail"],
    [null, "fail"],
    ["A", "pass"],
    [null, "pass"],
  ]);
});

test("a test that only holds subtests is left out, one that says something stays", () => {
  const tests = [
    one("TestA", "fail"), one("TestA/x", "fail", { message: "m" }), one("TestA/x/y", "pass"),
    one("TestB", "pass"), one("TestBx", "pass"), one(null, "fail"),
  ];
  expect(telling(tests).map(({ name }) => name)).toEqual(["TestA/x", "TestA/x/y", "TestB", "TestBx", null]);
});

test.each([
  [0.00001, "under 0.1 ms"],
  [0.0004, "0.4 ms"],
  [0.25, "250 ms"],
  [1.5, "1.50 s"],
])("%d s reads %j", (value, words) => {
  expect(seconds(value)).toBe(words);
});

test.each([
  [null, null, "Queued"],
  [1, 0.4, "Queued, next in line"],
  [3, null, "Queued, 2 ahead"],
  [9, 6.1, "Queued, 8 ahead, about 10 s"],
  [90, 70, "Queued, 89 ahead, about a minute"],
  [900, 290, "Queued, 899 ahead, about 5 minutes"],
])("place %j with %j s to wait reads %j", (place, wait, words) => {
  expect(queueWords(place, wait)).toBe(words);
});
