/** A snippet in a frame of somebody else's page: shown, and run on demand. */

import "../styles/results.scss";
import "../styles/playground.scss";
import { Console } from "../shared/console";
import { find, pageData } from "../shared/dom";
import type { Files } from "../shared/files";
import { Patience } from "../shared/patience";
import { Run } from "../shared/run";

const data = pageData("play-data") as { files: Files; language: string };
const screen = find(".screen");
const runButton = find<HTMLButtonElement>("#run");
const stopButton = find<HTMLButtonElement>("#stop");
const output = new Console(screen, { known: () => false, go: () => undefined });
const patience = new Patience([runButton]);
let run: Run | null = null;

function setRunning(on: boolean): void {
  runButton.hidden = on;
  stopButton.hidden = !on;
}

function start(): void {
  if (patience.waiting()) return;
  screen.hidden = false;
  output.clear();
  setRunning(true);
  const tests = Object.keys(data.files).some((name) => name.endsWith("_test.go"));
  run = new Run({ type: tests ? "test" : "run", language: data.language, files: data.files, args: [], env: {} }, (message) => {
    if (message.type === "output") output.write(message.stream, message.data);
    if (message.type === "refused") output.end(message.message);
    if (message.type === "end") {
      for (const one of message.diagnostics ?? []) output.write("stderr", `${one.file}:${one.line}:${one.column}: ${one.message}\n`);
      for (const test of message.tests ?? []) output.write("stdout", `${test.status.toUpperCase()} ${test.name ?? ""}\n${test.message ?? ""}`);
      if (message.kept_seconds !== undefined) output.end(`Cached result of the same program, run ${message.kept_seconds} s ago.`);
      else output.end(message.verdict === "accepted" ? "The program is over." : message.message || (message.label ?? ""));
    }
    if (message.type === "refused") patience.take(message.retry_after);
    if (message.type === "end" || message.type === "refused") {
      run = null;
      setRunning(false);
    }
  });
}

runButton.addEventListener("click", start);
stopButton.addEventListener("click", () => run?.stop());
