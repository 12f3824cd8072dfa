import { expect, test } from "vitest";
import { addCall, grouped, seedPath, targetsOf } from "../shared/fuzz";

test("targets are found in files of tests, as go test takes them", () => {
  const files = {
    "b/b_test.go": "package b\n\nfunc FuzzB(f *testing.F) {}\nfunc Fuzzy(f *testing.F) {}\n",
    "a_test.go": "package a\n\nfunc FuzzA(f *testing.F) {}\n\tfunc FuzzIndented() {}\nfunc Fuzz(f *testing.F) {}\n",
    "a.go": "package a\n\nfunc FuzzNo() {}\n",
    "testdata/x_test.go": "func FuzzData(f *testing.F) {}\n",
  };
  expect(targetsOf(files)).toEqual([{ folder: "", name: "FuzzA" }, { folder: "", name: "Fuzz" }, { folder: "b", name: "FuzzB" }]);
  expect(seedPath({ folder: "b", name: "FuzzB" }, "12")).toBe("b/testdata/fuzz/FuzzB/12");
  expect(seedPath({ folder: "", name: "FuzzA" }, "12")).toBe("testdata/fuzz/FuzzA/12");
});

test("an input is written as a call that adds it", () => {
  const lines = ['string("a\\n\\"b\\", )")', '[]byte("\\x00")', "int(-5)", "bool(true)", "rune('ü')", "float64(NaN)", "float32(+Inf)", "float64(-0)", "math.Float64frombits(0x7ff8000000000002)"];
  expect(addCall(`go test fuzz v1\n${lines.join("\n")}\n`)).toBe(
    'f.Add("a\\n\\"b\\", )", []byte("\\x00"), int(-5), true, rune(\'ü\'), math.NaN(), float32(math.Inf(1)), math.Copysign(0, -1), math.Float64frombits(0x7ff8000000000002))',
  );
});

test.each([[0, "0"], [999, "999"], [1234567.4, "1\u202f234\u202f567"]])("%d is %s", (value, words) => {
  expect(grouped(value)).toBe(words);
});
