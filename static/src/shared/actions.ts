/** What the language server can do, for the command palette. */

import type { Command } from "./palette";
import type { Workspace } from "./workspace";

export function codeActions(workspace: Workspace): Command[] {
  const run = (action: string) => (): void => void workspace.run(action);
  return [
    { title: "Format code", hint: "editor", keys: "Shift+Alt+F", run: () => void workspace.format() },
    { title: "Organise imports", hint: "editor", keys: "Shift+Alt+O", run: () => void workspace.organise() },
    { title: "Quick fix", hint: "editor", keys: "Ctrl+.", run: run("editor.action.quickFix") },
    { title: "Rename", hint: "editor", keys: "F2", run: run("editor.action.rename") },
    { title: "Go to definition", hint: "editor", keys: "F12", run: run("editor.action.revealDefinition") },
  ];
}
