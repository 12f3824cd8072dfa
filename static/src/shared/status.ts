/** The line below the editor: how one leaves it, and the word on the language server. */

import { find } from "./dom";
import type { GoplsState } from "./gopls";
import { heed, preferences } from "./preferences";

const WORDS: Record<GoplsState, string> = {
  connecting: "gopls",
  ready: "gopls",
  idle: "gopls",
  preparing: "gopls is being prepared",
  busy: "gopls is busy",
  off: "gopls is off",
};
const MEANING: Record<GoplsState, string> = {
  connecting: "The language server is being started.",
  ready: "The language server completes, explains and checks your code.",
  idle: "The language server rests until you go on typing.",
  preparing: "The language server is being built, which happens once. Until then the editor completes keywords, names and packages.",
  busy: "All language servers are in use. Until one is free the editor completes keywords, names and packages.",
  off: "There is no language server now. The editor completes keywords, names and packages.",
};

export function showGopls(state: GoplsState, percent: number): void {
  const place = find(".gopls");
  place.dataset.state = state;
  place.textContent = state === "preparing" && percent > 0 ? `${WORDS[state]}, ${percent} %` : WORDS[state];
  place.title = MEANING[state];
}

export function wayOut(): string {
  return preferences().keys === "vim" ? "Esc in normal mode, then Tab leaves the editor" : "Esc, then Tab leaves the editor";
}

export function showLeaving(armed: boolean): void {
  const leave = find(".leave");
  leave.classList.toggle("armed", armed);
  leave.textContent = armed ? "Tab now leaves the editor" : wayOut();
}

export function keepWayOut(): void {
  heed(() => showLeaving(false));
}
