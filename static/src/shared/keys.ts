/** Keyboard shortcuts: Mod is Command on Apple's machines and Control elsewhere. */

export const onApple = /Mac|iP(hone|ad)/.test(navigator.userAgent);

export interface Shortcut {
  key: string;
  shift?: boolean;
  run: () => void;
}

/** In the capture phase, before the editor takes the key for itself. */
export function listen(shortcuts: Shortcut[]): void {
  window.addEventListener(
    "keydown",
    (event) => {
      if (!(onApple ? event.metaKey : event.ctrlKey) || event.altKey) return;
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
