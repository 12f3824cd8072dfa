/** What a run that fuzzes tells, and what can be done with an input that failed. */

import { folderOf, type Files } from "./files";
import { isTest } from "./project";

/** How far it is; with an outcome it is over. */
export interface Fuzzed {
  state: "building" | "seeds" | "mutating" | "minimising" | "over";
  seconds: number;
  execs: number;
  /** Inputs that reached something new, those that are kept with the seeds, and bits of coverage. */
  found: number;
  kept: number;
  bits: number;
  outcome: "" | "passed" | "failed" | "hang" | "crashed" | "limit" | "stopped" | "none";
  /** The text of a corpus file, and the name that go test gives it. */
  input: string;
  name: string;
  message: string;
  seed: string;
  minimised: boolean;
}

export interface Target {
  folder: string;
  name: string;
}

/** The fuzz targets of a project, in the order of folders and files. */
export function targetsOf(files: Files): Target[] {
  return Object.keys(files)
    .filter(isTest)
    .sort((one, other) => (folderOf(one) === folderOf(other) ? compare(one, other) : compare(folderOf(one), folderOf(other))))
    .flatMap((file) => [...(files[file] ?? "").matchAll(/^func (Fuzz(?![a-z])\w*)\(/gm)].map((found) => ({ folder: folderOf(file), name: found[1] ?? "" })));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Where go test keeps a failing input, and looks for seeds. */
export function seedPath(target: Target, name: string): string {
  return `${target.folder === "" ? "" : `${target.folder}/`}testdata/fuzz/${target.name}/${name}`;
}

/** The text of a corpus file as a call that adds the same seed. */
export function addCall(input: string): string {
  return `f.Add(${input.split("\n").slice(1).filter((line) => line !== "").map(expression).join(", ")})`;
}

/** In corpus files NaN, infinities and minus zero are written as Go's fmt prints them. */
function expression(line: string): string {
  const plain = /^(?:string|bool)\((.*)\)$/s.exec(line);
  if (plain) return plain[1] ?? "";
  const special = /^(float(?:32|64))\((NaN|[+-]Inf|-0)\)$/.exec(line);
  if (!special) return line;
  const value = { NaN: "math.NaN()", "+Inf": "math.Inf(1)", "-Inf": "math.Inf(-1)", "-0": "math.Copysign(0, -1)" }[special[2] ?? ""] ?? "";
  return special[1] === "float64" ? value : `float32(${value})`;
}

/** What a failing call said, without the frames of testing and runtime that are in each of them. */
export function shortened(message: string): string {
  const lines = message.split("\n");
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (/^\s*--- FAIL: \S+ \(\S+\)$/.test(line)) continue;
    const isFrame = /^\s+\S+\.go:\d+/.test(lines[at + 1] ?? "");
    if (isFrame && /^\s*(?:created by )?(?:runtime|runtime\/debug|testing|reflect)\.|^\s*panic\(/.test(line)) {
      at++;
      continue;
    }
    kept.push(line.replace(/^(\s*)testing\.go:\d+: panic: /, "$1panic: "));
  }
  return kept.join("\n").trimEnd();
}

/** 1234567 as `1 234 567`, with spaces that do not break. */
export function grouped(value: number): string {
  return Math.round(value).toString().replace(/\B(?=(?:\d{3})+$)/g, "\u202f");
}
