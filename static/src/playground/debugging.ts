/** The debugger's part of the playground: what is debugged, the keys, and where the program stands. */

import { Debugger, testsOf, type Breakpoints, type Frame, type Step, type Stop, type Test } from "../shared/debugger";
import { DebugPanel } from "../shared/debugpanel";
import { find, h } from "../shared/dom";
import type { Files } from "../shared/files";
import { offer } from "../shared/palette";
import { isTest } from "../shared/project";
import type { Dap, Run } from "../shared/run";
import { read, remove, write } from "../shared/store";
import type { Going } from "../shared/text";
import { toast } from "../shared/toast";
import type { Workspace } from "../shared/workspace";
import { sentence } from "./end";

export interface Page {
  say: (hue: string, words: string) => void;
  start: () => void;
  stop: () => void;
  running: () => boolean;
}

const LIBRARY = "/usr/local/go/src/";

export function keptBreakpoints(name: string): Breakpoints {
  const found = read(`${name}:breakpoints`);
  return typeof found === "object" && found !== null ? (found as Breakpoints) : {};
}

export class Debugging {
  private readonly button = find<HTMLButtonElement>("#debug");
  private readonly what = find<HTMLSelectElement>("#debug-what");
  private readonly bar = find(".debug-bar");
  private readonly box = find(".debug-panel");
  private readonly panel: DebugPanel;
  private debug: Debugger | null = null;
  private stop: Stop | null = null;
  private chosen: string | null = null;

  constructor(private readonly workspace: Workspace, private readonly name: () => string, going: Going, private readonly page: Page) {
    this.panel = new DebugPanel(this.box, `${name()}:watches`, {
      show: (frame, top) => void this.show(frame, top),
      go: (file, line) => going.go({ file, line, column: 1 }),
      condition: (file, line) => workspace.margin?.askCondition(file, line),
      remove: (file, line) => workspace.margin?.toggle(line, file),
    });
    this.panel.drawBreakpoints(keptBreakpoints(name()));
    this.what.addEventListener("change", () => {
      this.chosen = this.what.value;
    });
    this.button.addEventListener("click", () => page.start());
    for (const one of this.steps()) one.addEventListener("click", () => this.step(one.dataset.step as Step));
    window.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
    this.offer();
  }

  /** The test that is to be debugged, where it is no program. */
  test(): Test | undefined {
    return this.what.value === "" ? undefined : (JSON.parse(this.what.value) as Test);
  }

  changed(file: string, all: Breakpoints): void {
    const key = `${this.name()}:breakpoints`;
    if (Object.keys(all).length === 0) remove(key);
    else write(key, all);
    this.panel.drawBreakpoints(all);
    void this.debug?.place(file);
  }

  showButtons(files: Files): void {
    const running = this.page.running();
    this.button.hidden = running;
    this.showTests(files, running);
  }

  begin(run: Run): void {
    this.bar.hidden = this.box.hidden = false;
    this.showSteps(false);
    this.debug = new Debugger(run, () => this.workspace.margin?.all() ?? keptBreakpoints(this.name()), {
      stopped: (stop) => {
        this.stop = stop;
        this.showSteps(true);
        this.sayStopped(null);
        void this.panel.stopped(stop);
      },
      running: () => {
        this.showSteps(false);
        this.page.say("running", "Running");
        this.workspace.margin?.stand(null);
        this.panel.rest();
      },
      placed: (file, wrong) => {
        this.workspace.margin?.mark(file, wrong);
        for (const [line, why] of wrong) toast(`Breakpoint can't be set in ${file}, line ${line}: ${why}.`);
      },
    });
    this.panel.use(this.debug);
  }

  take(message: Dap): void {
    this.debug?.take(message);
  }

  end(): void {
    if (!this.debug) return;
    this.debug.end();
    this.debug = this.stop = null;
    this.workspace.margin?.stand(null);
    this.panel.use(null);
    this.bar.hidden = this.box.hidden = true;
  }

  private showTests(files: Files, running: boolean): void {
    const tests = testsOf(files);
    const hasMain = Object.entries(files).some(([name, text]) => !isTest(name) && /^func main\(\)/m.test(text));
    const values = [...(hasMain || tests.length === 0 ? [""] : []), ...tests.map((test) => JSON.stringify(test))];
    this.what.hidden = running || tests.length === 0;
    if ([...this.what.options].map(({ value }) => value).join("\n") === values.join("\n")) return;
    const folders = new Set(tests.map(({ folder }) => folder)).size > 1;
    this.what.replaceChildren(...values.map((value) => {
      const test = value === "" ? null : (JSON.parse(value) as Test);
      return h("option", { value }, test === null ? "Program" : folders ? `${test.folder}: ${test.name}` : test.name);
    }));
    this.what.value = this.chosen !== null && values.includes(this.chosen) ? this.chosen : (values[0] ?? "");
  }

  private sayStopped(frame: Frame | null): void {
    const at = frame ? ` at ${frame.file}:${frame.line}` : "";
    const why = this.stop?.reason === "exception" ? `: ${this.stop.description} ${this.stop.text}` : "";
    this.page.say(why === "" ? "limit" : "failed", `Stopped${at}${why}`);
  }

  private async show(frame: Frame, top: boolean): Promise<void> {
    const { margin } = this.workspace;
    this.sayStopped(frame);
    margin?.stand(null);
    if (frame.own) {
      this.workspace.reveal({ file: frame.file, line: frame.line, column: 1 });
      margin?.stand({ file: frame.file, line: frame.line, top });
    } else if (await this.workspace.showLibrary(frame.file, frame.line)) margin?.stand({ file: LIBRARY + frame.file, line: frame.line, top });
    else toast(`${frame.name} is in the standard library, whose sources are shown to who is signed in.`);
  }

  private steps(): NodeListOf<HTMLButtonElement> {
    return this.bar.querySelectorAll<HTMLButtonElement>("[data-step]");
  }

  private showSteps(stopped: boolean): void {
    for (const one of this.steps()) one.disabled = one.dataset.step === "pause" ? stopped : !stopped;
  }

  private step(how: Step): void {
    this.debug?.step(how).catch((error: unknown) => toast(sentence(error instanceof Error ? error.message : String(error))));
  }

  /** As in other editors; the browser's own meaning of F5 stays on Ctrl+R. */
  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const keys: Record<string, () => void> = this.debug
      ? {
        F5: () => this.step("continue"), "Shift+F5": () => this.page.stop(), F6: () => this.step("pause"),
        F10: () => this.step("next"), F11: () => this.step("stepIn"), "Shift+F11": () => this.step("stepOut"),
      }
      : this.page.running() ? {} : { F5: () => this.page.start() };
    const found = keys[`${event.shiftKey ? "Shift+" : ""}${event.key}`];
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    found();
  }

  private offer(): void {
    const step = (title: string, keys: string, how: Step): { title: string; hint: string; keys: string; run: () => void } => ({ title, hint: "debugger", keys, run: () => this.step(how) });
    offer(
      { title: "Debug", hint: "playground", keys: "F5", run: () => this.page.start() },
      { title: "Set or remove a breakpoint", hint: "debugger", keys: "F9", run: () => void this.workspace.run("judge.breakpoint") },
      { title: "Breakpoint with a condition", hint: "debugger", keys: "Shift+F9", run: () => void this.workspace.run("judge.condition") },
      step("Continue", "F5", "continue"), step("Step over", "F10", "next"), step("Step in", "F11", "stepIn"),
      step("Step out", "Shift+F11", "stepOut"), step("Pause", "F6", "pause"),
    );
  }
}
