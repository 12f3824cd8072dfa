import { expect, test } from "vitest";
import { dedent, failure, plainName } from "../shared/failure";

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
  ["test_one", "one"],
  ["tests.test_basket.test_one/1", "basket › one › 1"],
  ["old_test.Old.test_it", "Old › it"],
  ["old_test.test_it", "old › it"],
  ["test_broken.py", "test_broken.py"],
  ["reads a camelCase_name/of 1", "reads a camelCase_name › of 1"],
  ["test|basket.js: one_two/of 1", "test/basket.js: one_two › of 1"],
  ["broken.test.js", "broken.test.js"],
])("%j reads %j", (name, plain) => {
  expect(plainName(name)).toBe(plain);
});

test.each([
  ["a_test.go:1: first\n    more\n\n        deep\n    a_test.go:2: second", "a_test.go:1: first\nmore\n\n    deep\na_test.go:2: second"],
  ["test/b.js:7: not equal:\n\n{\n  a: [\n    1\n  ]\n}\n", "test/b.js:7: not equal:\n\n{\n  a: [\n    1\n  ]\n}"],
])("%j loses only the blanks of testing", (message, shown) => {
  expect(dedent(message)).toBe(shown);
});

test("a flood of words ends quickly", () => {
  const started = performance.now();
  expect(failure("got want, ".repeat(20_000))).toBeNull();
  failure("got want, ".repeat(190));
  expect(performance.now() - started).toBeLessThan(1000);
});
