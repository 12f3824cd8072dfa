/**
 * A program under a debugger: what it is asked over its run's socket, and where it stands.
 *
 * Knows nothing of the page: breakpoints come from whoever keeps them, and a listener hears
 * where the program stopped. Answers that come after the program has gone on are dropped.
 */

import type { Dap, Run } from "./run";

export interface Breakpoint {
  line: number;
  condition?: string;
}

export type Breakpoints = Record<string, Breakpoint[]>;

export interface Frame {
  id: number;
  name: string;
  file: string;
  line: number;
  /** Whether it is in the program's own files. */
  own: boolean;
}

export interface Variable {
  name: string;
  value: string;
  type: string;
  /** To ask for what is in it; 0: nothing is. */
  variablesReference: number;
  /** How many elements it has, where it has any. */
  indexed: number;
}

export interface Goroutine {
  id: number;
  name: string;
}

export interface Stop {
  reason: string;
  description: string;
  text: string;
  threadId: number;
}

export interface Watcher {
  stopped: (stop: Stop) => void;
  running: () => void;
  /** What came of the breakpoints of a file: on which of them nothing can stop, and why. */
  placed: (file: string, wrong: Map<number, string>) => void;
}

export type Step = "continue" | "next" | "stepIn" | "stepOut" | "pause";

const PAGE = 100;
/** A file that had breakpoints is told that it has none. */
const NONE: Breakpoint[] = [];

export class Refused extends Error {}

export class Debugger {
  private readonly waiting = new Map<number, { resolve: (body: unknown) => void; reject: (error: Error) => void }>();
  private readonly told = new Set<string>();
  private last = 0;
  private ready = false;
  /** The goroutine that stopped last. */
  private thread = 1;
  stopped = false;

  constructor(private readonly run: Run, private readonly breakpoints: () => Breakpoints, private readonly watcher: Watcher) {}

  take(message: Dap): void {
    if (message.type === "response") this.answered(message);
    else if (message.event === "initialized") void this.begin();
    else if (message.event === "stopped") this.stop(message.body as Stop);
    else if (message.event === "continued") this.go();
  }

  /** The program has ended: nothing is answered any more. */
  end(): void {
    for (const { reject } of this.waiting.values()) reject(new Refused("the program has ended"));
    this.waiting.clear();
    this.ready = this.stopped = false;
  }

  /** Tells of the breakpoints of a file, if the debugger is there to hear it. */
  async place(file: string): Promise<void> {
    if (!this.ready) return;
    const points = this.breakpoints()[file] ?? NONE;
    if (points.length === 0 && !this.told.has(file)) return;
    this.told.add(file);
    try {
      const { breakpoints } = await this.ask<{ breakpoints: { verified: boolean; message: string }[] }>("setBreakpoints", { file, breakpoints: points });
      const wrong = new Map<number, string>();
      for (const [index, { verified, message }] of breakpoints.entries()) {
        const line = points[index]?.line;
        if (!verified && line !== undefined) wrong.set(line, message);
      }
      this.watcher.placed(file, wrong);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  async step(how: Step): Promise<void> {
    if (!this.ready || this.stopped === (how === "pause")) return;
    if (how !== "pause") this.go();
    await this.ask(how, { threadId: this.thread });
  }

  async stack(thread: number): Promise<Frame[]> {
    return (await this.ask<{ frames: Frame[] }>("stackTrace", { threadId: thread })).frames;
  }

  goroutines(): Promise<{ threads: Goroutine[]; more: boolean }> {
    return this.ask("threads", {});
  }

  /** The variables of a frame. */
  async variables(frame: number): Promise<Variable[]> {
    const { scopes } = await this.ask<{ scopes: { variablesReference: number }[] }>("scopes", { frameId: frame });
    const found = await Promise.all(scopes.map(({ variablesReference }) => this.ask<{ variables: Variable[] }>("variables", { variablesReference })));
    return found.flatMap(({ variables }) => variables);
  }

  /** What is in a variable, of many elements some from `start` on. */
  async inside({ variablesReference, indexed }: Variable, start = 0): Promise<Variable[]> {
    const part = indexed > 0 ? { start, count: Math.min(PAGE, indexed - start) } : {};
    return (await this.ask<{ variables: Variable[] }>("variables", { variablesReference, ...part })).variables;
  }

  evaluate(expression: string, frame: number | undefined, context: "watch" | "repl"): Promise<Omit<Variable, "name">> {
    return this.ask("evaluate", { expression, context, ...(frame === undefined ? {} : { frameId: frame }) });
  }

  private async begin(): Promise<void> {
    this.ready = true;
    await Promise.all(Object.keys(this.breakpoints()).map((file) => this.place(file)));
    this.watcher.running();
    await this.ask("configurationDone", {}).catch(() => undefined);
  }

  private stop(stop: Stop): void {
    this.stopped = true;
    this.thread = stop.threadId;
    this.watcher.stopped(stop);
  }

  private go(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.watcher.running();
  }

  private answered({ seq, body, error }: Dap): void {
    const asked = this.waiting.get(seq ?? -1);
    this.waiting.delete(seq ?? -1);
    if (error === undefined) asked?.resolve(body);
    else asked?.reject(new Refused(error));
  }

  private ask<T>(command: string, args: object): Promise<T> {
    const seq = ++this.last;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(seq, { resolve: resolve as (body: unknown) => void, reject });
      this.run.ask(seq, command, args);
    });
  }
}

/** "[Go 7] main.work (Thread 12)", as the debugger calls a goroutine, in parts. */
export function readGoroutine({ id, name }: Goroutine): { id: number; where: string; current: boolean } {
  const match = /^(\*)?\s*\[Go \d+\] (.*?)(?: \(Thread \d+\))?$/.exec(name);
  return { id, where: match?.[2] ?? name, current: match?.[1] !== undefined };
}

export interface Test {
  name: string;
  folder: string;
}

/** The tests that a program's files declare. */
export function testsOf(files: Record<string, string>): Test[] {
  return Object.entries(files).flatMap(([file, text]) => {
    if (!file.endsWith("_test.go")) return [];
    const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "";
    return [...text.matchAll(/^func ((?:Test|Example|Fuzz)(?![a-z])\w*)\(/gm)].map((match) => ({ name: match[1] ?? "", folder })).filter(({ name }) => name !== "TestMain");
  });
}
