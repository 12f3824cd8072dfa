import { expect, test } from "vitest";
import { addCall, grouped, seedPath, shortened, targetsOf } from "../shared/fuzz";

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

test("of a stack the frames of one's own are left", () => {
  const message = "--- FAIL: FuzzA (0.00s)\n    testing.go:2087: panic: no\n        goroutine 7 [running]:\n        runtime/debug.Stack()\n        \truntime/debug/stack.go:26 +0x5e\n"
    + "        panic({0x1, 0x2})\n        \truntime/panic.go:859 +0x125\n        ex.com/a.Parse(...)\n        \ta/a.go:6\n        created by testing.(*F).Fuzz in goroutine 6\n        \ttesting/fuzz.go:330 +0x6b7\n";
  expect(shortened(message)).toBe("    panic: no\n        goroutine 7 [running]:\n        ex.com/a.Parse(...)\n        \ta/a.go:6");
  expect(shortened("    --- FAIL: FuzzA (0.00s)\n        a_test.go:7: got 1\n            panic(1)\n")).toBe("        a_test.go:7: got 1\n            panic(1)");
});

test.each([[0, "0"], [999, "999"], [1234567.4, "1\u202f234\u202f567"]])("%d is %s", (value, words) => {
  expect(grouped(value)).toBe(words);
});
