/** What a stopped program looks like: variables as a tree, watches, call stack, goroutines. */

import { Refused, readGoroutine, type Breakpoints, type Debugger, type Frame, type Goroutine, type Stop, type Variable } from "./debugger";
import { button, find, h } from "./dom";
import { read, write } from "./store";

export interface PanelHooks {
  /** A frame was chosen: show its place. `top`: it is where the program stands. */
  show: (frame: Frame, top: boolean) => void;
  go: (file: string, line: number) => void;
  condition: (file: string, line: number) => void;
  remove: (file: string, line: number) => void;
}

const SHOWN_RESULTS = 20;

export class DebugPanel {
  private debug: Debugger | null = null;
  private frames: Frame[] = [];
  private frame: Frame | null = null;
  private thread = 0;
  private watches: string[];
  /** Of the last stop: what comes later for an earlier one is not drawn. */
  private turn = 0;

  constructor(private readonly root: HTMLElement, private readonly key: string, private readonly hooks: PanelHooks) {
    const kept = read(key);
    this.watches = Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
    const watch = find<HTMLInputElement>(".watch-add", root);
    find<HTMLFormElement>(".watch-form", root).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = watch.value.trim();
      if (text === "") return;
      watch.value = "";
      this.keep([...this.watches.filter((one) => one !== text), text]);
    });
    const expression = find<HTMLInputElement>(".evaluate-input", root);
    find<HTMLFormElement>(".evaluate-form", root).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = expression.value.trim();
      if (text !== "") void this.evaluate(text).then(() => expression.select());
    });
    void this.drawWatches(this.turn);
  }

  /** A program is debugged from now on; null: none is. */
  use(debug: Debugger | null): void {
    this.debug = debug;
    find(".results-of-evaluate", this.root).replaceChildren();
    this.rest();
  }

  /** It runs: nothing of it can be seen. */
  rest(): void {
    this.turn += 1;
    this.frames = [];
    this.frame = null;
    this.root.dataset.state = "running";
    for (const name of [".variables", ".frames", ".goroutines"]) find(name, this.root).replaceChildren();
    void this.drawWatches(this.turn);
  }

  async stopped(stop: Stop): Promise<void> {
    const turn = ++this.turn;
    const { debug } = this;
    if (!debug) return;
    this.root.dataset.state = "stopped";
    await this.quietly(async () => {
      const [frames, { threads, more }] = await Promise.all([debug.stack(stop.threadId), debug.goroutines()]);
      if (turn !== this.turn) return;
      this.thread = stop.threadId;
      this.drawGoroutines(threads, more);
      await this.showStack(frames, turn);
    });
  }

  drawBreakpoints(all: Breakpoints): void {
    const items = Object.entries(all).flatMap(([file, points]) => points.map(({ line, condition = "" }) => h(
      "li", {},
      button(h("span", {}, `${file}:${line}`, condition !== "" && h("span", { class: "muted" }, ` if ${condition}`)), "place", () => this.hooks.go(file, line)),
      named(button("Condition", "btn btn-quiet btn-small", () => this.hooks.condition(file, line)), `Condition of the breakpoint in ${file}, line ${line}`),
      named(button("×", "act", () => this.hooks.remove(file, line)), `Remove the breakpoint in ${file}, line ${line}`),
    )));
    find(".breakpoints", this.root).replaceChildren(...(items.length > 0 ? items : [h("li", { class: "muted" }, "None. Click beside a line, or press F9 in it.")]));
  }

  private async showStack(frames: Frame[], turn: number): Promise<void> {
    this.frames = frames;
    // Where it stands in code that is not one's own, one's own code that led there is shown.
    const frame = frames.find(({ own }) => own) ?? frames[0];
    if (frame) await this.choose(frame, turn);
  }

  private async choose(frame: Frame, turn = this.turn): Promise<void> {
    const { debug } = this;
    if (!debug) return;
    this.frame = frame;
    this.drawFrames();
    this.hooks.show(frame, frame === this.frames[0]);
    await this.quietly(async () => {
      const variables = await debug.variables(frame.id);
      if (turn !== this.turn || frame !== this.frame) return;
      // A result without a name is called ~r0.
      const list = variables.filter(({ name }) => !name.startsWith("~")).map((one) => this.drawVariable(one));
      find(".variables", this.root).replaceChildren(...(list.length > 0 ? list : [h("li", { class: "muted" }, "No variables here")]));
      await this.drawWatches(turn);
    });
  }

  private drawFrames(): void {
    find(".frames", this.root).replaceChildren(...this.frames.map((frame) => {
      const place = button(h("span", {}, frame.name, h("span", { class: "muted" }, ` ${short(frame)}:${frame.line}`)), "place", () => void this.choose(frame));
      if (frame === this.frame) place.setAttribute("aria-current", "true");
      return h("li", { class: frame.own ? "" : "foreign" }, place);
    }));
  }

  private drawGoroutines(threads: Goroutine[], more: boolean): void {
    const items = threads.map((one) => {
      const { id, where } = readGoroutine(one);
      const place = button(h("span", {}, h("span", { class: "muted" }, `${id} `), where), "place", () => void this.chooseGoroutine(id, threads, more));
      if (id === this.thread) place.setAttribute("aria-current", "true");
      return h("li", {}, place);
    });
    find(".goroutines", this.root).replaceChildren(...items, ...(more ? [h("li", { class: "muted" }, "and more")] : []));
    find(".goroutine-count", this.root).textContent = more ? "" : String(threads.length);
  }

  private async chooseGoroutine(id: number, threads: Goroutine[], more: boolean): Promise<void> {
    const { turn, debug } = this;
    if (!debug) return;
    await this.quietly(async () => {
      const frames = await debug.stack(id);
      if (turn !== this.turn) return;
      this.thread = id;
      this.drawGoroutines(threads, more);
      await this.showStack(frames, turn);
    });
  }

  /** A variable; what is in it is asked for when it is opened. */
  private drawVariable(variable: Variable): HTMLElement {
    const words = [
      h("span", { class: "name" }, variable.name), " ",
      h("span", { class: "value" }, variable.value), " ",
      variable.type !== "" && h("span", { class: "type muted" }, variable.type),
    ];
    if (variable.variablesReference === 0) return h("li", { class: "leaf" }, ...words);
    const inside = h("ul");
    const box = h("details", {}, h("summary", {}, ...words), inside);
    box.addEventListener("toggle", () => {
      if (box.open && inside.childElementCount === 0) void this.open(variable, inside, 0);
    });
    return h("li", {}, box);
  }

  private async open(variable: Variable, inside: HTMLElement, start: number): Promise<void> {
    const { debug } = this;
    if (!debug) return;
    await this.quietly(async () => {
      const found = await debug.inside(variable, start);
      inside.append(...found.map((one) => this.drawVariable(one)));
      const next = start + found.length;
      if (found.length === 0 && start === 0) inside.append(h("li", { class: "muted" }, "empty"));
      if (found.length === 0 || next >= variable.indexed) return;
      const more = h("li", {}, button(`Show more of ${variable.indexed}`, "btn btn-quiet btn-small", () => {
        more.remove();
        void this.open(variable, inside, next);
      }));
      inside.append(more);
    });
  }

  private keep(watches: string[]): void {
    this.watches = watches;
    write(this.key, watches);
    void this.drawWatches(this.turn);
  }

  private async drawWatches(turn: number): Promise<void> {
    const items = await Promise.all(this.watches.map(async (expression) => {
      const item = await this.valueOf(expression, "watch");
      item.append(named(button("×", "act", () => this.keep(this.watches.filter((one) => one !== expression))), `Remove watch ${expression}`));
      return item;
    }));
    if (turn === this.turn) find(".watches", this.root).replaceChildren(...items);
  }

  private async evaluate(expression: string): Promise<void> {
    const list = find(".results-of-evaluate", this.root);
    list.prepend(await this.valueOf(expression, "repl"));
    while (list.childElementCount > SHOWN_RESULTS) list.lastElementChild?.remove();
  }

  private async valueOf(expression: string, context: "watch" | "repl"): Promise<HTMLElement> {
    const { debug, frame } = this;
    const blank = (words: string): HTMLElement => h("li", { class: "leaf" }, h("span", { class: "name" }, expression), " ", h("span", { class: "muted" }, words));
    if (!debug?.stopped) return blank(context === "repl" ? "the program is not stopped" : "");
    try {
      return this.drawVariable({ name: expression, ...(await debug.evaluate(expression, frame?.id, context)) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return blank(error.message.replace(/^Unable to evaluate expression: /, ""));
    }
  }

  /** What the debugger refuses because the program has gone on meanwhile is of no interest. */
  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

function short({ file, own }: Frame): string {
  return own ? file : file.slice(file.lastIndexOf("/") + 1);
}

function named(element: HTMLElement, words: string): HTMLElement {
  element.setAttribute("aria-label", words);
  return element;
}
