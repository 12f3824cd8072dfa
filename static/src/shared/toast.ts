/** One line at the foot of the page that goes by itself, with a way to undo. */

import { button, h } from "./dom";

const SECONDS = 10;
let shown: HTMLElement | null = null;

export function toast(text: string, undo?: { label: string; run: () => void }): void {
  shown?.remove();
  const line = h("div", { class: "toast-line", role: "status" }, h("span", {}, text));
  if (undo) {
    line.append(
      button(undo.label, "", () => {
        line.remove();
        undo.run();
      }),
    );
  }
  shown = line;
  document.body.append(line);
  setTimeout(() => line.remove(), SECONDS * 1000);
}
