/** What the workspace asks of an editor; a plain textarea at first, Monaco once it is there. */

import type { Diagnostic } from "./data";
import type { Place } from "./places";

export interface OpenFile {
  name: string;
  text: string;
  readOnly: boolean;
  /** Of the standard library, shown because somebody went to a definition there. */
  library?: boolean;
}

export interface Surface {
  show(name: string): void;
  text(name: string): string;
  add(file: OpenFile): void;
  drop(name: string): void;
  /** Replaces a text so that the editor's own undo brings the old one back. */
  replace(name: string, text: string): void;
  mark(errors: Diagnostic[], warnings: Diagnostic[], hints: Diagnostic[]): void;
  reveal(place: Place): void;
  focus(): void;
  /** Both do nothing where there is no language server; whether there was anything to do. */
  format(): Promise<boolean>;
  organise(): Promise<boolean>;
  dispose(): void;
}

export interface Watcher {
  changed(name: string): void;
  /** Whether Tab leaves the editor now. */
  leaving(armed: boolean): void;
}

/** The textarea of the page: usable before, and without, the big editor. */
export class PlainSurface implements Surface {
  private readonly files = new Map<string, OpenFile>();
  private shown = "";

  constructor(
    private readonly area: HTMLTextAreaElement,
    private readonly watcher: Watcher,
  ) {
    this.area.addEventListener("input", this.onInput);
    this.area.addEventListener("keydown", this.onKey);
  }

  show(name: string): void {
    const file = this.files.get(name);
    if (!file) return;
    this.shown = name;
    if (this.area.value !== file.text) this.area.value = file.text;
    this.area.readOnly = file.readOnly;
  }

  text(name: string): string {
    return this.files.get(name)?.text ?? "";
  }

  add(file: OpenFile): void {
    this.files.set(file.name, { ...file });
  }

  drop(name: string): void {
    this.files.delete(name);
  }

  replace(name: string, text: string): void {
    const file = this.files.get(name);
    if (!file) return;
    file.text = text;
    if (name === this.shown) this.area.value = text;
    this.watcher.changed(name);
  }

  mark(): void {
    // A textarea has no place for marks; the list beside the verdict names each line.
  }

  reveal({ line }: Place): void {
    const start = this.area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    this.area.focus();
    this.area.setSelectionRange(start, start);
  }

  focus(): void {
    this.area.focus();
  }

  format(): Promise<boolean> {
    return Promise.resolve(false);
  }

  organise(): Promise<boolean> {
    return Promise.resolve(false);
  }

  selection(): { start: number; end: number; focused: boolean } {
    const { selectionStart: start, selectionEnd: end } = this.area;
    return { start, end, focused: document.activeElement === this.area };
  }

  dispose(): void {
    this.area.removeEventListener("input", this.onInput);
    this.area.removeEventListener("keydown", this.onKey);
    this.area.remove();
  }

  private readonly onInput = (): void => {
    const file = this.files.get(this.shown);
    if (!file) return;
    file.text = this.area.value;
    this.watcher.changed(this.shown);
  };

  private escaped = false;

  /** Tab indents, as in the editor that follows; after Esc it leaves. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Tab" && !event.shiftKey && !this.escaped && !this.area.readOnly) {
      event.preventDefault();
      this.area.setRangeText("\t", this.area.selectionStart, this.area.selectionEnd, "end");
      this.onInput();
    }
    this.escaped = event.key === "Escape";
    this.watcher.leaving(this.escaped);
  };
}
