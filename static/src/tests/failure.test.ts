import { expect, test } from "vitest";
import { failure, plainName } from "../shared/failure";

test.each([
  ["    leap_test.go:12: Leap(1900) = true, want false", "Leap(1900)", "true", "false"],
  ["leap_test.go:5: got 3, want 4", "", "3", "4"],
  ["x_test.go:9: expected 4, got 3", "", "3", "4"],
  ["x_test.go:9: Sum([]int{1, 2}) = 4; want 3", "Sum([]int{1, 2})", "4", "3"],
  ["a_test.go:1: first\n    a_test.go:2: got 1, want 2\n    a_test.go:3: got 3, want 4", "", "1", "2"],
  ["got:\nhello \nwant:\nhello", "", "hello ", "hello"],
  ['x_test.go:3: Reverse("ab") returned "ab", expected "ba"', 'Reverse("ab")', '"ab"', '"ba"'],
  ["x_test.go:3: Want: [1 2]\n        Got: [2 1]", "", "[2 1]", "[1 2]"],
])("%j is taken apart", (message, about, got, want) => {
  const read = failure(message);
  expect(read && { ...read, got: read.got.trim(), want: read.want.trim() }).toEqual({ about, got: got.trim(), want });
});

test.each(["leap_test.go:7: the map was changed", ""])(
  "%j is shown as it is",
  (message) => {
    expect(failure(message)).toBeNull();
  },
);

test.each([
  ["TestLeap/year_1900", "Leap › year 1900"],
  ["TestParseHTTPHeader", "Parse HTTPHeader"],
  ["ExampleGreet_twice", "Greet twice"],
  ["Test", "Test"],
  ["case 3", "case 3"],
])("%j reads %j", (name, plain) => {
  expect(plainName(name)).toBe(plain);
});

test("a flood of words ends quickly", () => {
  const started = performance.now();
  expect(failure("got want, ".repeat(20_000))).toBeNull();
  failure("got want, ".repeat(190));
  expect(performance.now() - started).toBeLessThan(1000);
});
