/**
 * Hands in. The key is made before the first try and kept until the server answered,
 * so that a double click, a lost connection or a reload never counts twice.
 */

import type { Purpose } from "./data";
import { sameFiles, type Files } from "./files";
import { call, Refused, sleep, Unreachable } from "./http";
import { read, remove, write } from "./store";

export interface Sent {
  id: string;
  url: string;
  state: string;
}

interface Pending {
  key: string;
  files: Files;
  purpose: Purpose;
}

const LONGEST_WAIT_MS = 15_000;

export class Sender {
  private cancelled = new AbortController();

  constructor(
    private readonly key: string,
    private readonly url: string,
    private readonly onWaiting: () => void,
  ) {}

  /** What an earlier page was about to hand in when it was closed. */
  unfinished(): Pending | null {
    const pending = read(this.key) as Partial<Pending> | null;
    if (typeof pending?.key !== "string" || typeof pending.files !== "object") return null;
    return { key: pending.key, files: pending.files, purpose: pending.purpose === "trial" ? "trial" : "submit" };
  }

  /** Tries until the server answers. Null where it was cancelled; raises `Refused`. */
  async send(files: Files, purpose: Purpose): Promise<Sent | null> {
    this.cancelled.abort();
    this.cancelled = new AbortController();
    const { signal } = this.cancelled;
    const before = this.unfinished();
    const same = before?.purpose === purpose && sameFiles(before.files, files);
    const pending: Pending = same ? before : { key: crypto.randomUUID(), files, purpose };
    write(this.key, pending);
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        const sent = await call<Sent>("POST", this.url, { files, purpose }, { "Idempotency-Key": pending.key });
        remove(this.key);
        return sent;
      } catch (error) {
        if (error instanceof Refused) remove(this.key);
        if (!(error instanceof Unreachable)) throw error;
        this.onWaiting();
        await Promise.race([sleep(Math.min(1000 * 2 ** tries, LONGEST_WAIT_MS)), once(window, "online"), once(signal, "abort")]);
      }
    }
    return null;
  }

  cancel(): void {
    this.cancelled.abort();
    remove(this.key);
  }
}

function once(target: EventTarget, name: string): Promise<void> {
  return new Promise((resolve) => target.addEventListener(name, () => resolve(), { once: true }));
}
