/** Vim's and Emacs's keys for the big editor, fetched only when somebody chose them. */

import type * as monaco from "monaco-editor/editor";
import { h } from "./dom";
import type { Preferences } from "./preferences";

export interface Bindings {
  /** Whether Esc is the editor's own now: it leaves a mode, and does not prepare to leave the editor. */
  usesEscape: () => boolean;
  dispose: () => void;
}

type Editor = monaco.editor.IStandaloneCodeEditor;

export async function bind(kind: Preferences["keys"], editor: Editor, line: HTMLElement, save: () => void): Promise<Bindings | null> {
  if (kind === "vim") return vim(editor, line, save);
  if (kind === "emacs") return emacs(editor, line, save);
  return null;
}

async function vim(editor: Editor, line: HTMLElement, save: () => void): Promise<Bindings> {
  const { initVimMode, VimMode } = await import("monaco-vim");
  const { Vim } = VimMode as unknown as { Vim: { defineEx: (name: string, short: string, run: () => void) => void } };
  Vim.defineEx("write", "w", save);
  const place = h("div", { class: "keys-line" });
  line.append(place);
  const adapter = initVimMode(editor, place);
  const { state } = adapter as unknown as { state: { vim?: { insertMode: boolean; visualMode: boolean } } };
  return {
    usesEscape: () => (state.vim?.insertMode ?? false) || (state.vim?.visualMode ?? false),
    dispose: () => {
      adapter.dispose();
      place.remove();
    },
  };
}

async function emacs(editor: Editor, line: HTMLElement, save: () => void): Promise<Bindings> {
  const { EmacsExtension, registerGlobalCommand, unregisterKey } = await import("monaco-emacs");
  // Tab indents here, as everywhere; Shift-Alt-F formats.
  unregisterKey("Tab");
  registerGlobalCommand("C-x C-s", { description: "Save", run: save });
  registerGlobalCommand("M-x", { description: "Commands", action: "editor.action.quickCommand" });
  const place = h("div", { class: "keys-line" }, "Emacs");
  line.append(place);
  const extension = new EmacsExtension(editor);
  extension.onDidChangeKey((keys) => {
    place.textContent = keys || "Emacs";
  });
  extension.start();
  return {
    usesEscape: () => false,
    dispose: () => {
      extension.dispose();
      place.remove();
    },
  };
}
