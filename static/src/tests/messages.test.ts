import { expect, test } from "vitest";
import { explain } from "../shared/explain";
import { nameProblem } from "../shared/files";
import { places } from "../shared/places";

test("places of pytest and of tracebacks in Python", () => {
  const parts = places('tests/test_a.py:7: no\n  File "/work/1-2/src/main.py", line 3', () => true);
  expect(parts.filter((part) => typeof part !== "string").map(({ place }) => [place.file, place.line])).toEqual([["tests/test_a.py", 7], ["main.py", 3]]);
});

test("places are found in files that are open, and nowhere else", () => {
  const parts = places("panic at leap.go:12:4, called by testing.go:99", (file) => file === "leap.go");
  expect(parts).toEqual([
    "panic at ",
    { text: "leap.go:12:4", place: { file: "leap.go", line: 12, column: 4 } },
    ", called by testing.go:99",
  ]);
});

test("scripts are named by their path in the program, and those of an interpreter are none", () => {
  const seen = (text: string): string[] => {
    const asked: string[] = [];
    places(text, (file) => asked.push(file) > 0);
    return asked;
  };
  expect(seen("at file:///work/51000-1/src/lib/a.mjs:3:5")).toEqual(["lib/a.mjs"]);
  expect(seen("at Object.<anonymous> (/work/51000-1/src/main.js:3:5)")).toEqual(["main.js"]);
  expect(seen('File "/work/51000-1/src/shop/__init__.py", line 3, in f')).toEqual(["shop/__init__.py"]);
  expect(seen('File "main.py", line 3')).toEqual(["main.py"]);
  expect(seen('File "/language/python/lib/python3.12/json/decoder.py", line 3, in f')).toEqual([]);
  expect(seen("a/b/b.go:3")).toEqual(["a/b/b.go"]);
});

test.each([
  ["declared and not used: sum", "sum"],
  ["undefined: fmt.Printn", "fmt.Printn"],
  ['"os" imported and not used', "os"],
  ["missing return", "return"],
  ["cannot use x (variable of type int) as string value in return statement", "int"],
  ["syntax error: unexpected newline, expected comma or )", "line"],
  ['invalid operation: "hi" + 3 (mismatched types untyped string and untyped int)', "strconv.Itoa"],
  ["invalid operation: name + age (mismatched types string and int)", "strconv.Itoa"],
  ["invalid operation: x + y (mismatched types int and float64)", "Convert one of them"],
  ["syntax error: package statement must be first", "package line"],
])("%j has a sentence that names %j", (message, word) => {
  expect(explain(message)).toContain(word);
});

test("an unknown message has no sentence", () => {
  expect(explain("something that the compiler never said")).toBeNull();
});

test.each([
  ["more.go", null],
  ["more_test.go", "Tests come with"],
  ["../more.go", "A name has"],
  ["more.txt", "A name has"],
  ["LEAP.go", "There is a"],
])("%j as a name: %j", (name, problem) => {
  const said = nameProblem(name, ["leap.go"]);
  if (problem === null) expect(said).toBeNull();
  else expect(said).toContain(problem);
});

test.each([
  ["plain", "shop/__init__.py", null],
  ["plain", "vendor/a.js", null],
  ["plain", "a/../b.py", "A name has"],
  ["plain", "a/b/c/d/e/f/g.py", "folders can be"],
  ["plain", "LEAP.go/x.py", "is a file already"],
  ["go", "shop/_a.go", "A name has"],
  ["go", "vendor/a.go", "vendor"],
] as const)("in folders as %j: %j gives %j", (folders, name, problem) => {
  const said = nameProblem(name, ["leap.go"], { tests: true, folders });
  if (problem === null) expect(said).toBeNull();
  else expect(said).toContain(problem);
});
