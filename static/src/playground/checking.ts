/** What compiler, vet and gofmt say while somebody types who has no language server. */

import { folderOf } from "../shared/files";
import { Run, type RunMessage } from "../shared/run";
import type { Workspace } from "../shared/workspace";
import { data } from "./data";

/** Nobody is told of what is wrong in the middle of a word. */
const QUIET_MS = 1000;
/** Programs go first where all places are taken. */
const BUSY_MS = 5000;

export class Checking {
  private timer = 0;
  private run: Run | null = null;
  private notBefore = 0;

  constructor(private readonly workspace: Workspace) {}

  /** The code is another now: what was found, or is being looked for, may be true no more. */
  changed(): void {
    this.run?.abandon();
    this.run = null;
    this.after(QUIET_MS);
  }

  private after(wait: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.check(), Math.max(wait, this.notBefore - Date.now()));
  }

  private check(): void {
    const { shown } = this.workspace;
    if (!shown.endsWith(".go")) return;
    const wanted = { files: this.workspace.files(), package: folderOf(shown), args: [], env: {} };
    this.run = new Run({ type: "check", language: data.language, ...wanted }, (message) => this.take(message));
  }

  private take(message: RunMessage): void {
    if (message.type === "refused" && message.retry_after !== undefined) {
      this.notBefore = Date.now() + 1000 * message.retry_after;
      this.after(0);
    }
    if (message.type !== "end") return;
    this.run = null;
    if (message.verdict === "busy") this.after(BUSY_MS);
    else this.workspace.mark(message.diagnostics ?? [], message.warnings ?? [], message.hints ?? []);
  }
}
