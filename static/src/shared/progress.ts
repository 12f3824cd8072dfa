/** A submission on its way: place in the queue, building, each test as it ends, then the result. */

import type { LiveMessage, Result } from "./data";
import { h, shape } from "./dom";
import { drawResult, drawTest } from "./results";
import type { Going } from "./text";

const WORTH_SAYING_SECONDS = 3;

export class Progress {
  private readonly line = h("span", {});
  private readonly list = h("ol", { class: "tests" });
  private total: number | null = null;
  private ended = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly going: Going | null,
    /** The words of each step, for the status line and screen readers. */
    private readonly onWords: (words: string) => void,
    /** Whether it is compiled; of what is interpreted the syntax is checked. */
    private readonly compiled: boolean,
  ) {}

  /** `brief`: what the status line says instead, where it has room for little. */
  start(words: string, brief = words): void {
    this.total = null;
    this.ended = 0;
    this.list.replaceChildren();
    const waiting = h("div", { class: "waiting is-running" }, shape("running"), this.line);
    this.root.replaceChildren(waiting, this.list);
    this.say(words, brief);
  }

  take(message: LiveMessage): void {
    switch (message.type) {
      case "queued":
        this.say(queueWords(message.place, message.wait));
        break;
      case "building":
        this.say(this.compiled ? "Building your code" : "Checking the syntax");
        break;
      case "running":
        this.total = message.total;
        this.say(this.testWords());
        break;
      case "test":
        this.ended = Math.max(this.ended, message.index + 1);
        this.list.append(drawTest(message.test, this.going));
        this.say(this.testWords());
        break;
      case "state":
        this.state(message);
    }
  }

  private state(result: Result): void {
    if (result.state === "done") {
      this.root.replaceChildren(drawResult(result, this.going));
      this.root.scrollTop = 0;
      return;
    }
    this.list.replaceChildren();
    this.ended = 0;
    this.say(result.state === "queued" ? queueWords(result.place ?? null, result.wait_seconds ?? null) : "Judging your code");
  }

  private testWords(): string {
    if (this.ended === 0) return this.total === null ? "Running the tests" : `Running ${this.total} tests`;
    return this.total === null ? `${this.ended} tests have run` : `Test ${Math.min(this.ended, this.total)} of ${this.total}`;
  }

  private say(words: string, brief = words): void {
    this.line.textContent = words;
    this.onWords(brief);
  }
}

export function queueWords(place: number | null, wait: number | null): string {
  if (place === null) return "Queued";
  const where = place <= 1 ? "Queued, next in line" : `Queued, ${place - 1} ahead`;
  return wait === null || wait < WORTH_SAYING_SECONDS ? where : `${where}, about ${waitWords(wait)}`;
}

/** Rounded to what such a forecast is good for. */
function waitWords(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s`;
  if (seconds < 90) return "a minute";
  return `${Math.round(seconds / 60)} minutes`;
}
