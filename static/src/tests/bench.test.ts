import { expect, test } from "vitest";
import { change, duration, readBenchmarks } from "../shared/bench";

const PRINTED = `goos: linux
pkg: example.com/m/a
cpu: some
BenchmarkSum-2     \t 2634481\t       443.5 ns/op\t       0 B/op\t       0 allocs/op
BenchmarkRead/big-2         \t     100\t  12345678 ns/op\t  84.93 MB/s\t     896 B/op\t       1 allocs/op
BenchmarkFails
--- FAIL: BenchmarkFails
Benchmark of mine 3 ns/op
pkg: example.com/m/b
BenchmarkSum\t 1\t 5 ns/op
`;

test("what go test -bench prints is read", () => {
  const found = readBenchmarks(PRINTED);
  expect(found.map(({ name, ns, bytes, allocs }) => [name, ns, bytes, allocs])).toEqual([
    ["example.com/m/a.BenchmarkSum", 443.5, 0, 0],
    ["example.com/m/a.BenchmarkRead/big", 12345678, 896, 1],
    ["example.com/m/b.BenchmarkSum", 5, null, null],
  ]);
  expect(found[1]?.more).toEqual(["84.93 MB/s"]);
});

test.each([[0.5, "0.50 ns"], [443.5, "444 ns"], [1234.5, "1.23 µs"], [12345678, "12.3 ms"], [2e9, "2.00 s"]])("%d ns is %s", (ns, words) => {
  expect(duration(ns)).toBe(words);
});

test.each([
  [100, 100, "as before", "same"], [102, 100, "about as before", "same"], [80, 100, "−20 %", "accepted"],
  [150, 100, "+50 %", "failed"], [3, 0, "from 0", "failed"],
])("%d after %d is %s", (now, before, words, hue) => {
  expect(change(now, before)).toEqual({ words, hue });
});
