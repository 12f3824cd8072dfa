/** The view of a fuzz target that is fuzzed: how far it is, and the input that failed. */

import { copy } from "../shared/copy";
import { seconds } from "../shared/data";
import { button, find, h } from "../shared/dom";
import { dedent } from "../shared/failure";
import { folderOf, type Files } from "../shared/files";
import { addCall, grouped, seedPath, shortened, targetsOf, type Fuzzed, type Target } from "../shared/fuzz";
import { drawVerdict } from "../shared/results";
import { block, drawMessage, type Going } from "../shared/text";
import { toast } from "../shared/toast";
import type { Workspace } from "../shared/workspace";
import { goingIn } from "./end";

const TIMES = [2, 5, 10];
const STATES: Record<Fuzzed["state"], string> = {
  building: "Building", seeds: "Running the seeds", mutating: "", minimising: "Looking for a smaller input", over: "Over",
};

export class Fuzzing {
  private readonly panel = find(".fuzz-panel");
  private readonly choice = h("div", { class: "fuzz-choice" });
  private readonly state = h("span", { class: "muted" });
  private readonly told = h("div", { class: "fuzz-told" });
  /** What is chosen for the next time, and what is fuzzed. */
  private next: { target: Target | null; seconds: number } = { target: null, seconds: 5 };
  private target: Target | null = null;
  private seconds = 0;
  private last: Fuzzed | null = null;

  constructor(private readonly workspace: Workspace, private readonly going: Going) {
    this.panel.append(this.choice, this.told);
  }

  /** What a run is to be told; null where there is nothing to fuzz. The panel is shown with it. */
  begin(files: Files): { test: string; package: string; seconds: number } | null {
    const target = this.choose(targetsOf(files));
    if (!target) return null;
    this.next.target = this.target = target;
    this.seconds = this.next.seconds;
    this.last = null;
    this.panel.hidden = false;
    this.drawChoice(targetsOf(files));
    this.told.replaceChildren(this.progress(null));
    this.state.textContent = "";
    return { test: target.name, package: target.folder, seconds: this.seconds };
  }

  hide(): void {
    this.panel.hidden = true;
  }

  take(told: Fuzzed): void {
    this.last = told;
    this.state.textContent = told.outcome === "" ? STATES[told.state] : "";
    this.told.replaceChildren(this.progress(told), ...(told.outcome === "" ? [] : this.outcome(told)));
  }

  /** The words for the end of the run. */
  headline(): string | null {
    switch (this.last?.outcome) {
      case "passed": return "No failing input";
      case "failed":
      case "hang":
      case "crashed": return "Failing input found";
      case "none": return "Nothing was fuzzed";
      default: return null;
    }
  }

  /** Without a last word of the run: it was not built, or the connection is gone. */
  end(): void {
    this.state.textContent = "";
    this.told.querySelector(".meter")?.remove();
    if (!this.last) this.hide();
  }

  /** The one of before, one in the file that is seen, or the first. */
  private choose(targets: Target[]): Target | undefined {
    const shown = this.workspace.shown;
    const text = this.workspace.files()[shown] ?? "";
    const seen = targets.find(({ folder, name }) => folder === folderOf(shown) && text.includes(`func ${name}(`));
    return targets.find((one) => one.folder === this.next.target?.folder && one.name === this.next.target.name) ?? seen ?? targets[0];
  }

  private drawChoice(targets: Target[]): void {
    const folders = new Set(targets.map(({ folder }) => folder)).size > 1;
    const called = ({ folder, name }: Target): string => (folders && folder !== "" ? `${folder}: ${name}` : name);
    const what = h("select", { class: "form-select form-select-sm", "aria-label": "What is fuzzed" },
      ...targets.map((one, index) => h("option", { value: index, selected: one.name === this.target?.name && one.folder === this.target.folder }, called(one))));
    what.addEventListener("change", () => {
      this.next.target = targets[Number(what.value)] ?? null;
    });
    const times = h("select", { class: "form-select form-select-sm", "aria-label": "For how long it is fuzzed" },
      ...TIMES.map((time) => h("option", { value: time, selected: time === this.next.seconds }, `for ${time} s`)));
    times.addEventListener("change", () => {
      this.next.seconds = Number(times.value);
    });
    this.choice.replaceChildren(targets.length > 1 ? what : h("strong", { class: "fuzz-name" }, targets[0]?.name ?? ""), times, this.state);
  }

  private progress(told: Fuzzed | null): HTMLElement {
    const bar = h("span", {});
    bar.style.width = `${Math.min(100, ((told?.seconds ?? 0) / this.seconds) * 100)}%`;
    const facts: [string, string, string][] = told && told.execs > 0 ? [
      ["Elapsed", told.seconds > 0 ? seconds(told.seconds) : "–", "Since the first seed"],
      ["Executions", grouped(told.execs), "How often the target was called"],
      ["Per second", told.seconds > 0.1 ? grouped(told.execs / told.seconds) : "–", "Executions in each second"],
      ["New inputs", grouped(told.found), `Inputs that reached something new; ${grouped(told.kept)} are mutated, with the seeds`],
      ["Coverage", grouped(told.bits), "How much was reached: bits of the counters that go test counts too"],
    ] : [];
    return h("div", { class: "fuzz-progress" },
      (!told || told.outcome === "") && h("span", { class: "meter", "aria-hidden": "true" }, bar),
      facts.length > 0 && h("dl", { class: "fuzz-facts" }, ...facts.map(([name, value, title]) => h("div", { title }, h("dt", {}, name), h("dd", {}, value)))));
  }

  private outcome(told: Fuzzed): HTMLElement[] {
    const times = `${grouped(told.execs)} ${told.execs === 1 ? "execution" : "executions"}`;
    switch (told.outcome) {
      case "passed": return [h("p", { class: "fuzz-outcome" }, drawVerdict("accepted", `No failing input in ${times}`))];
      case "stopped":
      case "limit":
        return [h("p", { class: "fuzz-outcome" }, drawVerdict("new", `Stopped${told.outcome === "limit" ? " at a limit" : ""}: no failing input in ${times}`))];
      case "none": return [h("p", { class: "fuzz-outcome" }, drawVerdict("failed", "Nothing was fuzzed: what is printed below says why"))];
      default: return [h("p", { class: "fuzz-outcome" }, drawVerdict("failed", this.failure(told))), ...this.failed(told)];
    }
  }

  private failure(told: Fuzzed): string {
    const what = told.seed === "" ? `this input${told.minimised ? ", made smaller" : ""}` : `the seed ${told.seed.slice(told.seed.lastIndexOf("/") + 1)}`;
    const how = { hang: "does not end with", crashed: "ends the process with" }[told.outcome as string] ?? "fails with";
    return `${this.target?.name ?? "The target"} ${how} ${what}`;
  }

  private failed(told: Fuzzed): HTMLElement[] {
    const target = this.target;
    const message = told.message === "" ? [] : [block("What happened", drawMessage(dedent(shortened(told.message)), goingIn(target?.folder ?? "", this.going)))];
    if (told.input === "" || !target) return [h("p", { class: "muted" }, "The input is too long to be shown."), ...message];
    const acts = h("div", { class: "fuzz-acts" },
      told.seed === "" && button("Add to the project", "btn btn-small btn-primary", () => this.add(target, told)),
      button("Copy as f.Add", "btn btn-small", () => void copy(addCall(told.input), "The call is copied.")));
    return [block("Input", told.input.replace(/\n$/, "")), acts, ...message];
  }

  private add(target: Target, told: Fuzzed): void {
    const path = seedPath(target, told.name);
    const problem = this.workspace.problemOf(path);
    if (problem !== null) {
      toast(`${problem}.`);
      return;
    }
    const before = this.workspace.files();
    this.workspace.replaceAll({ ...before, [path]: told.input });
    toast(`${path} is a seed now, and runs with the tests.`, { label: "Undo", run: () => this.workspace.replaceAll(before) });
  }
}
