/** Keyboard shortcuts: Mod is Command on Apple's machines and Control elsewhere. */

import { preferences } from "./preferences";

export const onApple = /Mac|iP(hone|ad)/.test(navigator.userAgent);

export interface Shortcut {
  key: string;
  shift?: boolean;
  run: () => void;
}

/** Search and cut to the end of the line, for which Emacs has these keys while one writes. */
const OF_EMACS = new Set(["s", "k"]);

function ofEditor(event: KeyboardEvent): boolean {
  return !onApple && preferences().keys === "emacs" && OF_EMACS.has(event.key.toLowerCase())
    && (event.target as Element | null)?.closest(".monaco-editor") instanceof Element;
}

/** In the capture phase, before the editor takes the key for itself. */
export function listen(shortcuts: Shortcut[]): void {
  window.addEventListener(
    "keydown",
    (event) => {
      if (!(onApple ? event.metaKey : event.ctrlKey) || event.altKey || ofEditor(event)) return;
      const found = shortcuts.find(
        ({ key, shift = false }) => key === event.key.toLowerCase() && shift === event.shiftKey,
      );
      if (!found) return;
      event.preventDefault();
      event.stopPropagation();
      found.run();
    },
    { capture: true },
  );
}

/** Templates write `Ctrl`; Apple's keyboards have another word for it. */
export function nameKeys(root: ParentNode = document): void {
  if (!onApple) return;
  for (const key of root.querySelectorAll("kbd")) {
    key.textContent = key.textContent.replace("Ctrl+", "⌘").replace("Shift+", "⇧").replace("Enter", "↵");
  }
}
