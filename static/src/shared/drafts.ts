/**
 * Keeps what is typed. Each change goes to localStorage at once and to the server a
 * second later, with the revision it was based on. Where the server has moved on
 * meanwhile (another device, another tab), nothing is overwritten: the page asks.
 */

import { sameFiles, type Files } from "./files";
import { call, Refused } from "./http";
import { read, write } from "./store";

export type SavedState = "saved" | "saving" | "device" | "offline" | "conflict" | "refused";

export interface Draft {
  files: Files;
  revision: number;
}

interface Local extends Draft {
  dirty: boolean;
}

const DELAY_MS = 1000;
const RETRY_MS = 5000;

export class Drafts {
  private base: number;
  private files: Files;
  private dirty = false;
  private theirs: Draft | null = null;
  private timer = 0;
  private sending = false;

  constructor(
    private readonly key: string,
    private readonly url: string,
    server: Draft | null,
    starter: Files,
    private readonly onState: (state: SavedState, words?: string) => void,
    private readonly onConflict: (theirs: Draft | null) => void,
  ) {
    this.files = server?.files ?? starter;
    this.base = server?.revision ?? 0;
  }

  /** The files to open: what this device had not handed in yet, or else the server's. */
  open(): Files {
    const local = this.local();
    if (local && !local.dirty && local.revision > this.base) {
      // The last page's save went through after the server had put this page together.
      this.files = local.files;
      this.base = local.revision;
    } else if (local?.dirty && !sameFiles(local.files, this.files)) {
      const server = { files: this.files, revision: this.base };
      this.files = local.files;
      this.dirty = true;
      if (local.revision === server.revision) this.schedule(0);
      else this.conflict(server);
    }
    if (this.theirs === null) this.onState(this.dirty ? "device" : "saved");
    window.addEventListener("online", () => this.schedule(0));
    window.addEventListener("storage", (event) => this.onOtherTab(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.flush(true);
    });
    return this.files;
  }

  /** What the other tab of this browser saved is taken over where nothing is at stake here. */
  onReplaced: (files: Files) => void = () => undefined;

  changed(files: Files): void {
    if (sameFiles(files, this.files)) return;
    this.files = files;
    this.dirty = true;
    const kept = this.keep();
    if (this.theirs !== null) return;
    this.onState(kept ? "device" : "saving");
    this.schedule(DELAY_MS);
  }

  /** "mine": what is here replaces theirs; "theirs": the other way round, returned to be shown. */
  resolve(which: "mine" | "theirs"): Files {
    const theirs = this.theirs;
    this.theirs = null;
    if (theirs) {
      this.base = theirs.revision;
      if (which === "theirs") {
        this.files = theirs.files;
        this.dirty = false;
        this.onState("saved");
      } else {
        this.schedule(0);
      }
    }
    this.keep();
    this.onConflict(null);
    return this.files;
  }

  async flush(leaving = false): Promise<void> {
    window.clearTimeout(this.timer);
    if (!this.dirty || this.sending || this.theirs !== null) return;
    this.sending = true;
    const files = this.files;
    if (!leaving) this.onState("saving");
    try {
      const body = { files, revision: this.base };
      const saved = await call<{ revision: number }>("PUT", this.url, body, {}, leaving);
      this.base = saved.revision;
      this.dirty = !sameFiles(files, this.files);
      this.keep();
      this.onState(this.dirty ? "device" : "saved");
      if (this.dirty) this.schedule(DELAY_MS);
    } catch (error) {
      this.failed(error);
    } finally {
      this.sending = false;
    }
  }

  private failed(error: unknown): void {
    if (error instanceof Refused && error.status === 409) {
      this.conflict({ files: error.body.files as Files, revision: Number(error.body.revision) });
    } else if (error instanceof Refused && error.status === 429) {
      this.onState("device");
      this.schedule((error.retryAfter ?? RETRY_MS / 1000) * 1000);
    } else if (error instanceof Refused) {
      this.onState("refused", error.message);
    } else {
      this.onState("offline");
      this.schedule(RETRY_MS);
    }
  }

  private conflict(theirs: Draft): void {
    if (sameFiles(theirs.files, this.files)) {
      this.base = theirs.revision;
      this.dirty = false;
      this.keep();
      this.onState("saved");
      return;
    }
    this.theirs = theirs;
    this.onState("conflict");
    this.onConflict(theirs);
  }

  private onOtherTab(event: StorageEvent): void {
    if (event.key !== this.key || this.dirty || this.theirs !== null) return;
    const local = this.local();
    if (!local || local.dirty || local.revision <= this.base) return;
    this.base = local.revision;
    this.files = local.files;
    this.onReplaced(local.files);
  }

  private schedule(delay: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), delay);
  }

  private keep(): boolean {
    const local: Local = { files: this.files, revision: this.base, dirty: this.dirty };
    return write(this.key, local);
  }

  private local(): Local | null {
    const kept = read(this.key) as Partial<Local> | null;
    if (!kept || typeof kept.files !== "object" || typeof kept.revision !== "number") return null;
    return { files: kept.files, revision: kept.revision, dirty: kept.dirty === true };
  }
}
