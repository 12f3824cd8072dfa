/** The files of a program in their folders: opened, added, renamed and deleted here. */

import { askName } from "./dialog";
import { button, h, plural } from "./dom";
import { folderOf, foldersOf, type Files } from "./files";
import { toast } from "./toast";
import type { Workspace } from "./workspace";

interface Folder {
  path: string;
  folders: Map<string, Folder>;
  files: string[];
}

export class FileTree {
  private readonly closed = new Set<string>();
  private drawn = "";

  constructor(
    private readonly list: HTMLElement,
    private readonly workspace: Workspace,
    private readonly opened: () => void,
    /** The name of a folder's first file. */
    private readonly first: (folder: string) => string,
    /** The go.mod of a program that gets its first folder; null where folders need none. */
    private readonly goMod: string | null,
  ) {
    list.addEventListener("keydown", (event) => this.onKey(event));
    this.draw();
  }

  draw(): void {
    const state = JSON.stringify([this.workspace.names(), this.workspace.shown, [...this.closed]]);
    if (state === this.drawn) return;
    this.drawn = state;
    const focused = this.list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.path : undefined;
    this.list.replaceChildren(...this.drawInside(this.root()));
    if (focused !== undefined) this.row(focused)?.focus();
  }

  /** The folder of the file that is shown. */
  folder(): string {
    return folderOf(this.workspace.shown);
  }

  /** Asks for a file below `folder`. */
  add(folder = ""): void {
    askName("Add a file", "Name of the file", (name) => this.take(name), folder === "" ? "" : `${folder}/`);
  }

  /** A folder is there with its first file, as its package is. */
  addFolder(): void {
    askName("Add a folder", "Name of the folder", (name) => {
      const path = name.replace(/\/+$/, "");
      return this.take(`${path}/${this.first(path)}`);
    });
  }

  private take(name: string): string | null {
    const before = this.workspace.files();
    const problem = this.workspace.add(name);
    if (problem !== null) return problem;
    if (this.goMod !== null && name.includes("/") && name.endsWith(".go") && !this.workspace.has("go.mod") && !name.split("/").includes("testdata")) {
      this.workspace.replaceAll({ ...this.workspace.files(), "go.mod": this.goMod });
      toast("A go.mod was added: code in folders belongs to a module.", this.undo(before));
    }
    this.opened();
    return null;
  }

  private rename(path: string): void {
    const before = this.workspace.files();
    askName("Rename", this.workspace.has(path) ? "Name of the file" : "Name of the folder", (name) => {
      const problem = this.workspace.rename(path, name.replace(/\/+$/, ""));
      if (problem === null && name !== path) toast(`${path} is ${name} now. Imports stay as they are.`, this.undo(before));
      return problem;
    }, path);
  }

  private remove(path: string): void {
    const before = this.workspace.files();
    const gone = Object.keys(before).filter((name) => name === path || name.startsWith(`${path}/`));
    if (gone.length === Object.keys(before).length) {
      toast("A program needs at least one file.");
      return;
    }
    this.workspace.replaceAll(Object.fromEntries(Object.entries(before).filter(([name]) => !gone.includes(name))));
    toast(this.workspace.has(path) || gone[0] === path ? `${path} was removed.` : `${path}, ${plural(gone.length, "file")}, was removed.`, this.undo(before));
  }

  private undo(before: Files): { label: string; run: () => void } {
    return { label: "Undo", run: () => this.workspace.replaceAll(before) };
  }

  private root(): Folder {
    const root: Folder = { path: "", folders: new Map(), files: [] };
    const own = this.workspace.names().filter((name) => !name.startsWith("/"));
    for (const name of own.sort()) {
      let folder = root;
      for (const path of foldersOf(name)) {
        const next = folder.folders.get(path) ?? { path, folders: new Map<string, Folder>(), files: [] };
        folder.folders.set(path, next);
        folder = next;
      }
      folder.files.push(name);
    }
    return root;
  }

  private drawInside(folder: Folder): HTMLElement[] {
    return [
      ...[...folder.folders.values()].map((one) => this.drawFolder(one)),
      ...folder.files.map((name) => this.drawFile(name)),
    ];
  }

  private drawFolder(folder: Folder): HTMLElement {
    const isOpen = !this.closed.has(folder.path);
    const name = h(
      "button",
      { type: "button", class: "name folder", "data-path": folder.path, "aria-expanded": String(isOpen) },
      last(folder.path),
    );
    name.addEventListener("click", () => this.toggle(folder.path, !isOpen));
    return h(
      "li",
      {},
      h("div", { class: "row-line" }, name, this.act("+", `Add a file to ${folder.path}`, () => this.add(folder.path)), ...this.acts(folder.path)),
      isOpen && h("ul", {}, ...this.drawInside(folder)),
    );
  }

  private drawFile(name: string): HTMLElement {
    const open = h(
      "button",
      { type: "button", class: "name", "data-path": name, "aria-current": name === this.workspace.shown ? "true" : undefined },
      last(name),
    );
    open.addEventListener("click", () => {
      this.workspace.open(name);
      this.opened();
    });
    return h("li", {}, h("div", { class: "row-line" }, open, ...this.acts(name)));
  }

  private acts(path: string): HTMLElement[] {
    return [
      this.act("✎", `Rename ${path}`, () => this.rename(path)),
      this.act("×", `Delete ${path}`, () => this.remove(path)),
    ];
  }

  private act(sign: string, words: string, run: () => void): HTMLElement {
    const element = button(sign, "act", run);
    element.title = words;
    element.setAttribute("aria-label", words);
    return element;
  }

  private toggle(path: string, open: boolean): void {
    if (open) this.closed.delete(path);
    else this.closed.add(path);
    this.draw();
    this.row(path)?.focus();
  }

  private row(path: string): HTMLElement | null {
    return this.list.querySelector<HTMLElement>(`.name[data-path="${CSS.escape(path)}"]`);
  }

  private onKey(event: KeyboardEvent): void {
    const path = (event.target as HTMLElement).dataset.path;
    if (path === undefined) return;
    const rows = [...this.list.querySelectorAll<HTMLElement>(".name")];
    const at = rows.findIndex((row) => row.dataset.path === path);
    const isFolder = !this.workspace.has(path);
    const acts: Record<string, () => void> = {
      ArrowDown: () => rows[at + 1]?.focus(),
      ArrowUp: () => rows[at - 1]?.focus(),
      Home: () => rows[0]?.focus(),
      End: () => rows.at(-1)?.focus(),
      ArrowRight: () => isFolder && this.toggle(path, true),
      ArrowLeft: () => (isFolder && !this.closed.has(path) ? this.toggle(path, false) : this.row(folderOf(path))?.focus()),
      F2: () => this.rename(path),
      Delete: () => this.remove(path),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

function last(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
