/** What the program reads, typed while it runs. */

import type { Console } from "../shared/console";
import { find } from "../shared/dom";
import type { Run } from "../shared/run";
import { toast } from "../shared/toast";

const field = find<HTMLTextAreaElement>("#stdin");
const controls = [field, find<HTMLButtonElement>("#send"), find<HTMLButtonElement>("#eof")];

export class Typing {
  private run: Run | null = null;

  constructor(private readonly output: Console, private readonly leave: () => void) {
    field.addEventListener("keydown", (event) => this.key(event));
    find(".console-in").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
      field.focus();
    });
    find("#eof").addEventListener("click", () => this.end());
  }

  /** To this program; null: nothing reads. */
  to(run: Run | null): void {
    const leave = run === null && document.activeElement === field;
    this.run = run;
    for (const control of controls) control.disabled = run === null;
    if (leave) this.leave();
  }

  private key(event: KeyboardEvent): void {
    const key = event.key.toLowerCase();
    if (key === "enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.ctrlKey && key === "d") {
      event.preventDefault();
      this.end();
    } else if (event.ctrlKey && key === "c" && field.selectionStart === field.selectionEnd) {
      event.preventDefault();
      this.run?.interrupt();
      this.output.typed("^C\n");
    }
  }

  private send(): void {
    const text = `${field.value}\n`;
    this.run?.stdin(text);
    this.output.typed(text);
    field.value = "";
  }

  private end(): void {
    if (field.value !== "") {
      this.run?.stdin(field.value);
      this.output.typed(field.value);
      field.value = "";
    }
    this.run?.eof();
    toast("The input has ended for the program.");
  }
}
