import { expect, test } from "vitest";
import { Ansi, type Piece } from "../shared/ansi";
import { splitArguments } from "../shared/arguments";

const text = (pieces: Piece[]): string => pieces.map((piece) => (piece.kind === "text" ? piece.text : "|clear|")).join("");

test("colours are kept until they are reset", () => {
  const pieces = new Ansi().read("a\u001b[1;31mb\u001b[0mc");
  expect(pieces).toEqual([
    { kind: "text", text: "a", style: {} },
    { kind: "text", text: "b", style: { bold: true, colour: 1 } },
    { kind: "text", text: "c", style: {} },
  ]);
});

test.each([
  ["\u001b[38;5;196mx", { colour: "#ff0000" }],
  ["\u001b[48;5;244mx", { back: "#808080" }],
  ["\u001b[38;2;1;2;300mx", { colour: "#0102ff" }],
  ["\u001b[92mx", { colour: 10 }],
  ["\u001b[31m\u001b[39mx", {}],
  ["\u001b[1m\u001b[22mx", {}],
])("%j styles what follows", (data, style) => {
  expect(new Ansi().read(data).at(-1)).toMatchObject({ text: "x", style });
});

test("a sequence that comes in two pieces is one", () => {
  const ansi = new Ansi();
  expect(text(ansi.read("a\u001b["))).toBe("a");
  expect(ansi.read("32mb")).toEqual([{ kind: "text", text: "b", style: { colour: 2 } }]);
});

test("sequences that move the cursor or name the window are dropped", () => {
  expect(text(new Ansi().read("a\u001b[2Ab\u001b]0;title\u0007c\u001b[?25ld"))).toBe("abcd");
});

test("clearing the screen clears, as a form feed does", () => {
  expect(text(new Ansi().read("a\u001b[2Jb\fc"))).toBe("a|clear|b|clear|c");
});

test("what cannot be seen is shown, what turns text around as well", () => {
  expect(text(new Ansi().read("a\u0000b\u202ec\r\nd"))).toBe("a␀b\\u202ec\nd");
});

test("an escape that never ends is text in the end", () => {
  const ansi = new Ansi();
  expect(text(ansi.read("x\u001b[1"))).toBe("x");
  expect(text(ansi.end())).toBe("␛[1");
});

test.each([
  ["", []],
  ["  a  b ", ["a", "b"]],
  ["'two words' \"and \\\"three\\\"\" ''", ["two words", 'and "three"', ""]],
  ["a\\ b --x=\"y z\"", ["a b", "--x=y z"]],
])("%j is taken apart as a shell does", (line, found) => {
  expect(splitArguments(line)).toEqual(found);
});
