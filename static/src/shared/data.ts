/** The student's view of a submission, as the pages, the API and the live socket give it. */

import type { Files } from "./files";

export type State = "queued" | "running" | "done";
export type Purpose = "submit" | "trial";
export type Status = "pass" | "fail" | "error" | "skip";
export type Hue = "accepted" | "failed" | "compile" | "limit" | "running" | "ours" | "new";

export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  message: string;
}

export interface Test {
  /** Null for hidden tests: only their group, status and hint are told. */
  name: string | null;
  status: Status;
  visible: boolean;
  group?: string;
  message?: string;
  output?: string;
  stderr?: string;
  seconds?: number;
  stdin?: string;
  expected?: string;
}

export interface Group {
  name: string;
  points: number;
  max_points: number;
  passed: number;
  total: number;
  hint?: string;
}

export interface Result {
  id: string;
  state: State;
  purpose: Purpose;
  place?: number | null;
  wait_seconds?: number | null;
  verdict?: string | null;
  label?: string | null;
  help?: string | null;
  score?: number | null;
  max_score?: number | null;
  message?: string | null;
  groups?: Group[] | null;
  tests?: Test[] | null;
  build?: { ok: boolean; seconds: number; diagnostics: Diagnostic[] } | null;
  usage?: { cpu_seconds: number; wall_seconds: number; memory_bytes: number } | null;
  warnings?: Diagnostic[] | null;
  toolchain?: string | null;
  sandbox?: string | null;
  timestamps?: Partial<Record<"received" | "queued" | "started" | "graded", string | null>> | null;
  phases?: [string, number][] | null;
}

export type LiveMessage =
  | ({ type: "state" } & Result)
  | { type: "queued"; place: number | null; wait: number | null }
  | { type: "building" }
  | { type: "running"; total: number | null }
  | { type: "test"; index: number; test: Test };

/** One attempt in a list. */
export interface Attempt {
  id: string;
  url: string;
  purpose: Purpose;
  state: State;
  verdict: string | null;
  label: string;
  score: number | null;
  max_score: number | null;
  received: string;
}

export interface AttemptWithFiles extends Attempt {
  files: Files;
}

const HUES: Record<string, Hue> = {
  accepted: "accepted",
  wrong_answer: "failed",
  runtime_error: "failed",
  sandbox_violation: "failed",
  compile_error: "compile",
  rejected: "compile",
  time_limit: "limit",
  memory_limit: "limit",
  output_limit: "limit",
  internal_error: "ours",
};

/** The hue of a verdict is also the name of its shape. */
export function hueOf(verdict: string | null | undefined): Hue {
  return verdict ? (HUES[verdict] ?? "ours") : "running";
}

export const STATUS: Record<Status, { hue: Hue; word: string }> = {
  pass: { hue: "accepted", word: "Passed" },
  fail: { hue: "failed", word: "Failed" },
  error: { hue: "failed", word: "Did not run" },
  skip: { hue: "new", word: "Skipped" },
};

export function points(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

export function seconds(value: number): string {
  if (value >= 1) return `${value.toFixed(2)} s`;
  const milliseconds = value * 1000;
  if (milliseconds < 0.1) return "under 0.1 ms";
  return milliseconds >= 10 ? `${milliseconds.toFixed(0)} ms` : `${milliseconds.toFixed(1)} ms`;
}

export function bytes(value: number): string {
  return value >= 1 << 20 ? `${(value / (1 << 20)).toFixed(1)} MiB` : `${Math.ceil(value / 1024)} KiB`;
}
