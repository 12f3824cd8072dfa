import { expect, test } from "vitest";
import { tokens, withoutColours } from "../shared/whitespace";

const kinds = (text: string, everySpace = false): string[] => tokens(text, everySpace).map(({ kind }) => kind);

test("blanks show only at the end of a line", () => {
  expect(tokens("a b \nc")).toEqual([
    { kind: "text", text: "a b" },
    { kind: "space", text: " " },
    { kind: "newline", text: "\n" },
    { kind: "text", text: "c" },
  ]);
});

test("in a difference each blank shows", () => {
  expect(kinds("a b", true)).toEqual(["text", "space", "text"]);
});

test("tabs show everywhere, and a line of blanks shows whole", () => {
  expect(kinds("\ta")).toEqual(["tab", "text"]);
  expect(kinds("  ")).toEqual(["space", "space"]);
});

test.each([
  ["\u001b", "ESC"],
  ["\u0000", "NUL"],
  ["\r", "CR"],
  ["\u202e", "U+202E"],
  ["\u200b", "U+200B"],
  ["\ufeff", "U+FEFF"],
  ["\u00a0", "NBSP"],
])("%j is named, never passed on", (character, name) => {
  expect(tokens(`a${character}b`)[1]).toEqual({ kind: "control", text: name });
});

test("emoji are whole", () => {
  expect(tokens("a😀 ")).toEqual([
    { kind: "text", text: "a😀" },
    { kind: "space", text: " " },
  ]);
});

test("colours go, other escapes stay visible", () => {
  expect(withoutColours("\u001b[31mred\u001b[0m\u001b[2J")).toBe("red\u001b[2J");
});

test("a flood of blanks ends quickly", () => {
  const started = performance.now();
  tokens(`${" ".repeat(200_000)}x\n`);
  tokens(" ".repeat(200_000));
  expect(performance.now() - started).toBeLessThan(2000);
});
