/** The tree of files, beside the code or on a phone over it. */

import { find } from "../shared/dom";
import { read, write } from "../shared/store";
import { FileTree } from "../shared/tree";
import type { Workspace } from "../shared/workspace";

const KEY = "judge:play:tree";
const narrow = matchMedia("(max-width: 820px)");

/** Null for languages whose files have no folders. */
export function treePane(workspace: Workspace, goMod: string): FileTree | null {
  const box = document.querySelector<HTMLElement>("#file-tree");
  const toggle = document.querySelector<HTMLButtonElement>("#files");
  if (!box || !toggle) return null;

  const show = (on: boolean): void => {
    box.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
  };
  const tree = new FileTree(find(".file-list", box), workspace, () => {
    if (narrow.matches) show(false);
  }, goMod);
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
