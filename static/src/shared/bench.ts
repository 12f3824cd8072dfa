/** What `go test -bench` prints, as a table with bars, beside what the run before it gave. */

import { h, type Child } from "./dom";

export interface Measured {
  /** Package and name, without the number of CPUs. */
  name: string;
  times: number;
  ns: number;
  bytes: number | null;
  allocs: number | null;
  /** Other units: MB/s, and those that the benchmark reports itself. */
  more: string[];
}

const LINE = /^(Benchmark\S*?)(?:-\d+)?[ \t]+(\d+)\t(.+)$/;
/** Less than this is chance. */
const NOISE = 0.05;

export function readBenchmarks(printed: string): Measured[] {
  const found: Measured[] = [];
  let folder = "";
  for (const line of printed.split("\n")) {
    const pkg = /^pkg: (\S+)/.exec(line);
    if (pkg) folder = pkg[1] ?? "";
    const match = LINE.exec(line);
    if (!match) continue;
    const one: Measured = { name: `${folder}.${match[1] ?? ""}`, times: Number(match[2]), ns: NaN, bytes: null, allocs: null, more: [] };
    for (const part of (match[3] ?? "").split("\t")) {
      const [value = "", unit = ""] = part.trim().split(/\s+/);
      if (unit === "ns/op") one.ns = Number(value);
      else if (unit === "B/op") one.bytes = Number(value);
      else if (unit === "allocs/op") one.allocs = Number(value);
      else if (unit !== "") one.more.push(`${value} ${unit}`);
    }
    if (!Number.isNaN(one.ns)) found.push(one);
  }
  return found;
}

/** 1234.5 as `1.23 µs`. */
export function duration(ns: number): string {
  const [unit, by] = ns >= 1e9 ? ["s", 1e9] : ns >= 1e6 ? ["ms", 1e6] : ns >= 1e3 ? ["µs", 1e3] : ["ns", 1];
  const value = ns / by;
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
}

/** How much more or less than before: `−12 %`. Null where there is nothing to compare. */
export function change(now: number, before: number | null | undefined): { words: string; hue: "accepted" | "failed" | "same" } | null {
  if (before === null || before === undefined) return null;
  if (before === now) return { words: "as before", hue: "same" };
  if (before === 0) return { words: "from 0", hue: "failed" };
  const share = now / before - 1;
  if (Math.abs(share) < NOISE) return { words: "about as before", hue: "same" };
  const percent = Math.round(Math.abs(share) * 100);
  return share < 0 ? { words: `−${percent} %`, hue: "accepted" } : { words: `+${percent} %`, hue: "failed" };
}

export function drawBenchmarks(now: Measured[], before: Measured[]): HTMLElement {
  const slowest = Math.max(...now.map(({ ns }) => ns));
  const several = new Set(now.map(({ name }) => name.slice(0, name.lastIndexOf(".Benchmark")))).size > 1;
  const rows = now.map((one) => {
    const old = before.find(({ name }) => name === one.name);
    const bar = h("span", {});
    bar.style.width = `${Math.max(1, (one.ns / slowest) * 100)}%`;
    const short = one.name.slice(one.name.lastIndexOf(".Benchmark") + ".Benchmark".length);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, several && h("span", { class: "muted" }, `${one.name.slice(0, one.name.lastIndexOf(".Benchmark"))} `), short, h("span", { class: "meter", "aria-hidden": "true" }, bar)),
      cell(duration(one.ns), change(one.ns, old?.ns), `${one.ns} ns/op, measured ${one.times} times`),
      cell(one.bytes === null ? "" : `${one.bytes} B`, one.bytes === null ? null : change(one.bytes, old?.bytes)),
      cell(one.allocs === null ? "" : String(one.allocs), one.allocs === null ? null : change(one.allocs, old?.allocs)),
      h("td", {}, one.more.join(", ")),
    );
  });
  const more = now.some((one) => one.more.length > 0);
  return h(
    "table",
    { class: more ? "bench with-more" : "bench" },
    h("caption", {}, before.length > 0 ? "Each operation, compared with the run before" : "Each operation; run them again to compare"),
    h("thead", {}, h("tr", {}, ...["Benchmark", "Time", "Memory", "Allocations", "More"].map((title) => h("th", { scope: "col" }, title)))),
    h("tbody", {}, ...rows),
  );
}

function cell(words: string, changed: ReturnType<typeof change>, title?: string): HTMLElement {
  const delta: Child = changed && h("span", { class: `delta is-${changed.hue}` }, changed.words);
  return h("td", { title }, h("span", {}, words), delta);
}
