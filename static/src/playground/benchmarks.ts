/** Benchmarks of one's own: a table beside what the run before it gave. */

import { drawBenchmarks, readBenchmarks, type Measured } from "../shared/bench";
import { h } from "../shared/dom";
import type { Files } from "../shared/files";
import { isTest } from "../shared/project";
import { read, write } from "../shared/store";

const TIMES = [0.05, 0.2, 1, 2];

export function hasBenchmarks(files: Files): boolean {
  return Object.entries(files).some(([name, text]) => isTest(name) && /^func Benchmark/m.test(text));
}

export class Benchmarks {
  /** How long each is measured. */
  seconds = 0.2;
  private printed = "";

  /** `name` tells under which name the browser keeps the files. */
  constructor(private readonly name: () => string) {}

  clear(): void {
    this.printed = "";
  }

  take(text: string): void {
    this.printed += text;
  }

  /** The table of what was measured; null where nothing was. */
  draw(): HTMLElement | null {
    const now = readBenchmarks(this.printed);
    if (now.length === 0) return null;
    const key = `${this.name()}:bench`;
    const before = read(key);
    const table = drawBenchmarks(now, Array.isArray(before) ? (before as Measured[]) : []);
    write(key, now);
    const note = h("p", { class: "muted" }, "Measured on shared hardware. Compare ratios, not absolute times.", this.chooser());
    return h("div", { class: "benchmarks" }, table, note);
  }

  private chooser(): HTMLElement {
    const times = h("select", { class: "form-select form-select-sm", "aria-label": "How long each benchmark is measured" },
      ...TIMES.map((time) => h("option", { value: time, selected: time === this.seconds }, `${time} s each`)));
    times.addEventListener("change", () => {
      this.seconds = Number(times.value);
    });
    return times;
  }
}
