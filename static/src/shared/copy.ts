/** Text to the clipboard: by a call, or by a button that stands beside what is to be copied. */

import { button, h } from "./dom";
import { toast } from "./toast";

/** Where the browser does not let us, the text is shown to be copied by hand. */
export async function copy(text: string, words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(words);
  } catch {
    const { showSheet } = await import("./dialog");
    showSheet("Copy this", h("pre", { class: "code", tabindex: 0 }, text));
  }
}

/** Gives each `.copyable` its button; `data-copied` is what is said then. */
export function copyButtons(): void {
  for (const block of document.querySelectorAll<HTMLElement>(".copyable")) {
    const text = block.querySelector("code")?.textContent ?? "";
    block.append(button("Copy", "btn btn-small", () => void copy(text, block.dataset.copied ?? "Copied.")));
  }
}
