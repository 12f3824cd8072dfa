/** How the end of a run is told. */

import { bytes, seconds, type Result } from "../shared/data";
import { button, h } from "../shared/dom";
import { drawResult } from "../shared/results";
import type { End } from "../shared/run";
import type { Going } from "../shared/text";
import { data } from "./data";

const isGo = data.language === "go";

/** The tests of each package, one below the other. */
export function drawPackages(ends: End[], going: Going): HTMLElement {
  return h("div", {}, ...ends.map((end) => h(
    "section",
    { class: "tested-package" },
    h("h2", { class: "package-name" }, end.folder || "The module's own folder"),
    drawResult(resultOf(end, headline(end, true)), goingIn(end.folder ?? "", going)),
  )));
}

/** Tests name files without their folder. */
export function goingIn(folder: string, going: Going): Going {
  const full = (file: string): string => (folder !== "" && going.known(`${folder}/${file}`) ? `${folder}/${file}` : file);
  return { known: (file) => going.known(full(file)), go: (place) => going.go({ ...place, file: full(place.file) }) };
}

export function resultOf(end: End, words: string): Result {
  const failed = (end.diagnostics?.length ?? 0) > 0;
  return {
    id: "", state: "done", purpose: "submit", verdict: end.verdict, label: words,
    message: failed ? "" : end.message, groups: [],
    tests: (end.tests ?? []).map((test) => ({ ...test, visible: true })),
    build: { ok: !failed, seconds: end.build_seconds ?? 0, diagnostics: end.diagnostics ?? [] },
    warnings: end.warnings ?? [],
    ...(end.toolchain === undefined ? {} : { toolchain: end.toolchain }),
  };
}

export function headline(end: End, tested: boolean): string {
  if (end.verdict === "accepted") return tested ? "Tests pass" : "Finished";
  if (end.verdict === "wrong_answer") return "Tests fail";
  if (end.verdict === "compile_error") return isGo ? "Build failed" : "Syntax error";
  if (end.verdict === "internal_error") return "Not run";
  if (end.verdict === "runtime_error" && end.run?.exit_code) return `Exit code ${end.run.exit_code}`;
  return end.label ?? "Finished";
}

export function epilogue(end: End): HTMLElement {
  const usage = end.run;
  const facts = usage
    ? [`${seconds(usage.wall_seconds)} on the clock`, `${seconds(usage.cpu_seconds)} CPU`, bytes(usage.memory_bytes)]
    : [];
  if (usage?.signal) facts.unshift(`ended by ${usage.signal}`);
  else if (typeof usage?.exit_code === "number") facts.unshift(`exit code ${usage.exit_code}`);
  const quiet = usage?.output_bytes === 0 && end.verdict === "accepted" ? "No output. " : "";
  // A crash has printed its own reason.
  const said = end.verdict === "accepted" || end.verdict === "runtime_error" ? "" : sentence(end.message);
  return h("span", {}, quiet, said !== "" && h("strong", {}, said, " "), h("span", { class: "muted" }, facts.join(" · ")));
}

/** Nothing ran: who wants to see it run can. */
export function keptNote(age: number, again: () => void): HTMLElement {
  const when = age < 2 ? "a moment ago" : `${age} s ago`;
  return h("p", { class: "kept-note" }, `Cached result of the same program, run ${when}. `, button("Run it again", "btn btn-small", again));
}

export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital === "" || /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
