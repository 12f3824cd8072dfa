/**
 * Follows one submission until it is done. The socket resumes by itself: whenever it
 * opens, the server first tells the whole state from the database. Where no socket
 * can be had (a proxy in between), the state is fetched instead.
 */

import { call, Refused, sleep } from "./http";
import type { LiveMessage, Result } from "./data";

const LONGEST_WAIT_MS = 8000;
const SOCKETS_BEFORE_FETCHING = 2;
const DONE = 1000;

/** `onGone` gets the reason where there is nothing to follow for this viewer. Returns a way to stop. */
export function follow(
  id: string,
  onMessage: (message: LiveMessage) => void,
  onGone: (why: string) => void,
): () => void {
  const stop = new AbortController();
  watch(id, onMessage, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) onGone(error instanceof Error ? error.message : "");
  });
  return () => stop.abort();
}

async function watch(id: string, onMessage: (message: LiveMessage) => void, stop: AbortSignal): Promise<void> {
  let failures = 0;
  const done = new AbortController();
  const over = AbortSignal.any([stop, done.signal]);
  const take = (message: LiveMessage): void => {
    if (over.aborted) return;
    if (message.type === "state" && message.state === "done") done.abort();
    onMessage(message);
  };
  for (;;) {
    const opened = await listen(id, take, stop);
    failures = opened ? 0 : failures + 1;
    if (ended(over)) return;
    if (failures >= SOCKETS_BEFORE_FETCHING) await fetchState(id, take);
    if (ended(over)) return;
    await sleep(Math.min(250 * 2 ** failures, failures >= SOCKETS_BEFORE_FETCHING ? 1500 : LONGEST_WAIT_MS));
  }
}

/** A call, because the compiler takes a signal that was once not aborted to stay so. */
function ended(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** One socket from opening to its end; whether it ever opened. */
function listen(id: string, take: (message: LiveMessage) => void, stop: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const address = new URL(`/live/submissions/${id}`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    let opened = false;
    const close = (): void => socket.close(DONE);
    stop.addEventListener("abort", close, { once: true });
    socket.addEventListener("open", () => {
      opened = true;
    });
    socket.addEventListener("message", (event) => {
      take(JSON.parse(String(event.data)) as LiveMessage);
    });
    socket.addEventListener("close", () => {
      stop.removeEventListener("abort", close);
      resolve(opened);
    });
  });
}

async function fetchState(id: string, take: (message: LiveMessage) => void): Promise<void> {
  try {
    take({ type: "state", ...(await call<Result>("GET", `/submissions/${id}.json`)) });
  } catch (error) {
    if (error instanceof Refused && error.status !== 429) throw error;
    // The next round tries again; the page keeps showing what it knows.
  }
}
