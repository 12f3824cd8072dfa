/**
 * Keeps what is typed in the playground in this browser, each program under a name of its
 * own. Two tabs with the same program never overwrite each other: a tab in which nothing is
 * at stake takes over what the other kept; otherwise both are kept, and the page asks.
 */

import { sameFiles, type Files } from "./files";
import { read, remove, write } from "./store";

export interface KeptHooks {
  /** Whether the browser holds what is here. */
  kept: (done: boolean) => void;
  /** The other tab's files are here now; `mine` is what was last written in this one. */
  replaced: (files: Files, mine: Files) => void;
  /** Both tabs have changed it; null once that is settled. */
  conflict: (theirs: Files | null) => void;
}

export class Kept {
  /** What is in this tab. */
  private files: Files;
  /** What the browser held when this tab last looked. */
  private agreed: Files | null;
  private theirs: Files | null = null;
  private mine: Files;
  private done = true;

  constructor(private key: string, given: Files, private readonly hooks: KeptHooks) {
    this.agreed = this.held();
    this.files = this.mine = this.agreed ?? given;
    window.addEventListener("storage", (event) => {
      if (event.key === this.key) this.look();
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.done || this.theirs) event.preventDefault();
    });
  }

  /** Under which name this program is kept, for what belongs to it. */
  get name(): string {
    return this.key;
  }

  /** What an earlier visit left, or null. */
  open(): Files | null {
    return this.agreed;
  }

  changed(files: Files): void {
    if (sameFiles(files, this.files)) return;
    this.files = this.mine = files;
    this.look();
    if (!this.theirs) this.keep();
  }

  resolve(which: "mine" | "theirs"): Files {
    this.agreed = this.theirs ?? this.agreed;
    if (which === "theirs" && this.theirs) this.files = this.theirs;
    this.theirs = null;
    this.hooks.conflict(null);
    this.keep();
    return this.files;
  }

  /** It is safe elsewhere now; what comes next is kept as `key`. */
  move(key: string): void {
    remove(this.key);
    this.key = key;
    this.agreed = null;
    this.done = true;
  }

  /** What the browser holds is of no use any more. */
  forget(): void {
    remove(this.key);
    this.agreed = null;
  }

  private keep(): void {
    this.done = write(this.key, this.files);
    if (this.done) this.agreed = this.files;
    this.hooks.kept(this.done);
  }

  /** Whether another tab has kept something since. */
  private look(): void {
    const held = this.held();
    if (held === null || (this.agreed && sameFiles(held, this.agreed))) return;
    if (sameFiles(held, this.files)) {
      this.agreed = held;
    } else if (this.agreed && sameFiles(this.files, this.agreed) && !this.theirs) {
      this.agreed = this.files = held;
      this.hooks.replaced(held, this.mine);
    } else {
      this.theirs = held;
      this.hooks.conflict(held);
    }
  }

  private held(): Files | null {
    const kept = read(this.key);
    if (typeof kept !== "object" || kept === null || Array.isArray(kept)) return null;
    const texts = Object.values(kept);
    return texts.length > 0 && texts.every((text) => typeof text === "string") ? (kept as Files) : null;
  }
}
