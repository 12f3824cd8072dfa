/** The tree of files, beside the code or on a phone over it. */

import { find } from "../shared/dom";
import { read, write } from "../shared/store";
import { FileTree } from "../shared/tree";
import type { Workspace } from "../shared/workspace";
import { data } from "./data";

const KEY = "judge:play:tree";
const narrow = matchMedia("(max-width: 820px)");

/** The file with which a folder begins, as its package is. */
const FIRST: Record<string, (folder: string) => string> = {
  go: (folder) => (folder.startsWith("cmd/") ? "main.go" : `${folder.slice(folder.lastIndexOf("/") + 1)}.go`),
  python: () => "__init__.py",
  javascript: () => "index.js",
};

export function treePane(workspace: Workspace): FileTree {
  const box = find("#file-tree");
  const toggle = find<HTMLButtonElement>("#files");

  const show = (on: boolean): void => {
    box.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
  };
  const tree = new FileTree(find(".file-list", box), workspace, () => {
    if (narrow.matches) show(false);
  }, FIRST[data.language] ?? (() => "main"), data.language === "go" ? data.goMod : null);
  workspace.onDraw = () => tree.draw();
  toggle.addEventListener("click", () => {
    show(box.hidden !== false);
    if (!narrow.matches) write(KEY, !box.hidden);
    if (!box.hidden) box.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches) return;
    show(false);
    toggle.focus();
  });
  find("#tree-file").addEventListener("click", () => tree.add());
  find("#tree-folder").addEventListener("click", () => tree.addFolder());
  const wanted = read(KEY);
  show(!narrow.matches && (typeof wanted === "boolean" ? wanted : workspace.hasFolders()));
  return tree;
}
