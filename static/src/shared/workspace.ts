/** The files of an attempt, their tabs, and the editor that shows one of them. */

import type { Diagnostic } from "./data";
import { h } from "./dom";
import { folderOf, nameProblem, type Allowed, type Files } from "./files";
import { Gopls, mildOfOthers, type Finding, type GoplsState, type Module, type Modules } from "./gopls";
import type { Margin } from "./breakpoints";
import type { Breakpoints } from "./debugger";
import type { MonacoSurface } from "./monaco";
import { sleep } from "./http";
import type { Place } from "./places";
import { othersOf } from "./project";
import { preferences } from "./preferences";
import { PlainSurface, type OpenFile, type Surface } from "./surface";
import { select, tabList } from "./tabs";

export interface Hooks {
  changed: (files: Files) => void;
  leaving: (armed: boolean) => void;
  /** Asked for with the editor's own keys. */
  save: () => void;
  /** How the language server is; `percent` while it is being prepared. */
  gopls?: (state: GoplsState, percent: number) => void;
  /** Formats where there is no language server. */
  gofmt?: (text: string) => Promise<string>;
  /** Where code is debugged: breakpoints as they were kept, and who hears of others. */
  breakpoints?: { kept: Breakpoints; changed: (file: string, all: Breakpoints) => void };
}

/** Where a language server has modules of others. */
const MODULES = /^\/modules\/\d+\//;
/** Nobody waits longer for the code to be shaped before it is saved or run. */
const TIDY_MS = 1500;

export class Workspace {
  private surface: Surface;
  private readonly order: OpenFile[] = [];
  private current = "";
  private quiet = false;
  private readonly gopls: Gopls | null;
  private readonly findings = new Map<string, { findings: Finding[]; version: number | null }>();
  /** How it stands with modules of others. */
  private others: Modules | null = null;

  constructor(
    private readonly tabs: HTMLElement,
    private readonly host: HTMLElement,
    area: HTMLTextAreaElement,
    own: Files,
    given: Files,
    private readonly required: string[],
    private readonly hooks: Hooks,
    private readonly may: Allowed = { tests: false },
    module: Module | null = null,
  ) {
    this.surface = new PlainSurface(area, this.watcher);
    // At once: it reads the files while the big editor is on its way.
    this.gopls = module && new Gopls(module, {
      state: (state, percent) => {
        hooks.gopls?.(state, percent);
        // What was found stays while one rests: to forget it would have Monaco look for quick fixes anew.
        if (state === "preparing" || state === "busy" || state === "off") this.forgetFindings();
      },
      findings: (name, findings, version) => {
        this.findings.set(name, { findings, version });
        this.showFindings(name);
      },
      ...(may.modules ? {
        others: () => othersOf(this.files()),
        modules: (modules: Modules) => {
          this.others = modules;
          for (const name of this.findings.keys()) this.showFindings(name);
        },
      } : {}),
    });
    // Whoever comes back to the code has its language server by the time that a key is pressed.
    for (const event of ["focusin", "pointerdown", "keydown"]) {
      host.parentElement?.addEventListener(event, () => this.gopls?.wake(), { capture: true, passive: true });
    }
    for (const [name, text] of Object.entries(own)) this.insert({ name, text, readOnly: false });
    for (const [name, text] of Object.entries(given)) this.insert({ name, text, readOnly: true });
    tabList(tabs, (tab) => this.open(tab.dataset.file ?? ""));
    tabs.addEventListener("click", (event) => {
      const cross = (event.target as Element).closest<HTMLElement>(".remove");
      if (!cross) return;
      event.stopPropagation();
      const name = cross.dataset.file ?? "";
      if (this.order.find((file) => file.name === name)?.library) this.remove(name);
      else if (this.hasFolders()) this.closeTab(name);
      else this.onRemove(name);
    }, { capture: true });
    const first = this.hasFolders() ? this.order.find(({ name }) => name.endsWith("main.go")) : undefined;
    this.open((first ?? this.order[0])?.name ?? "");
  }

  onRemove: (name: string) => void = () => undefined;
  /** After the set of files, or which of them is shown, has changed. */
  onDraw: () => void = () => undefined;

  /** With folders only those files have tabs that were opened; a tree shows the others. */
  private readonly opened = new Set<string>();

  /** Which file is shown. */
  get shown(): string {
    return this.current;
  }

  hasFolders(): boolean {
    return this.may.folders !== undefined && this.own().some(({ name }) => name.includes("/"));
  }

  private closeTab(name: string): void {
    this.opened.delete(name);
    const next = name === this.current ? [...this.opened].at(-1) : this.current;
    this.drawTabs();
    this.open(next ?? this.own().find((file) => file.name !== name)?.name ?? name);
  }

  /** Loads the big editor; where that fails, the textarea stays and is good enough. */
  async upgrade(): Promise<void> {
    const { MonacoSurface } = await import("./monaco");
    const plain = this.surface;
    if (!(plain instanceof PlainSurface)) return;
    const { start, end, focused } = plain.selection();
    const page = {
      gopls: this.gopls,
      gofmt: this.hooks.gofmt ?? null,
      open: (name: string) => this.open(name),
      openLibrary: (name: string, text: string) => this.openLibrary(name, text),
      save: () => this.hooks.save(),
      breakpoints: this.hooks.breakpoints ?? null,
    };
    const monaco = new MonacoSurface(this.host, this.watcher, page);
    for (const file of this.order) monaco.add({ ...file, text: plain.text(file.name) });
    this.surface = monaco;
    monaco.show(this.current);
    monaco.take(start, end, focused);
    plain.dispose();
    this.monaco = monaco;
    for (const name of this.findings.keys()) this.showFindings(name);
    this.host.closest(".editor-body")?.setAttribute("data-ready", "");
  }

  private monaco: MonacoSurface | null = null;

  /** Breakpoints, once the big editor is there. */
  get margin(): Margin | null {
    return this.monaco?.margin ?? null;
  }

  /** Shapes the code as gofmt does; whether there was anything to do. */
  format(): Promise<boolean> {
    return this.surface.format();
  }

  /** Shapes the open file where that is wished; where it fails or takes long, the code stays as it is. */
  async tidy(occasion: "save" | "run"): Promise<void> {
    const wish = preferences().format;
    if (wish !== "run" && wish !== occasion) return;
    await Promise.race([this.format().catch(() => false), sleep(TIDY_MS)]);
  }

  /** Sorts, adds and removes imports; whether there was anything to do. */
  organise(): Promise<boolean> {
    return this.surface.organise();
  }

  /** Runs one of the big editor's own actions where the caret is. */
  async run(action: string): Promise<void> {
    await this.monaco?.run(action);
  }

  files(): Files {
    return Object.fromEntries(this.own().map(({ name }) => [name, this.surface.text(name)]));
  }

  names(): string[] {
    return this.order.map(({ name }) => name);
  }

  has(name: string): boolean {
    return this.order.some((file) => file.name === name);
  }

  open(name: string): void {
    if (!this.has(name)) return;
    this.current = name;
    if (!this.opened.has(name)) {
      this.opened.add(name);
      if (this.hasFolders()) this.drawTabs();
    }
    this.surface.show(name);
    const tab = this.tabs.querySelector<HTMLElement>(`[data-file="${CSS.escape(name)}"]`);
    if (tab) {
      select(this.tabs, tab);
      tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    this.onDraw();
  }

  /** Why there can be no file of that name, or null. */
  problemOf(name: string): string | null {
    return nameProblem(name, this.names(), this.may);
  }

  /** Why it cannot be added, or null once it is. */
  add(name: string): string | null {
    const problem = this.problemOf(name);
    if (problem !== null) return problem;
    this.insert({ name, text: name.endsWith(".go") ? `${this.clauseFor(name)}\n` : "", readOnly: false });
    this.open(name);
    this.surface.focus();
    this.hooks.changed(this.files());
    return null;
  }

  /** The package clause that the other files of the folder have, or what it is most likely to be. */
  private clauseFor(name: string): string {
    const folder = folderOf(name);
    const beside = this.own().filter((file) => file.name.endsWith(".go") && folderOf(file.name) === folder);
    const clause = /^package\s+\w+/m.exec(beside.map((file) => this.surface.text(file.name)).join("\n"))?.[0];
    const last = folder.slice(folder.lastIndexOf("/") + 1).replace(/\W|^\d+/g, "").toLowerCase();
    return clause ?? (folder === "" || folder.startsWith("cmd/") ? "package main" : `package ${last || "main"}`);
  }

  /** Gives a file, or all that is in a folder, another name. Why it cannot be, or null once it is. */
  rename(from: string, to: string): string | null {
    if (from === to) return null;
    const moved = this.names().filter((name) => name === from || name.startsWith(`${from}/`));
    const others = this.names().filter((name) => !moved.includes(name));
    const names = moved.map((name) => to + name.slice(from.length));
    const problem = names.map((name) => nameProblem(name, others, this.may)).find((one) => one !== null);
    if (problem !== undefined) return problem;
    const shown = moved.indexOf(this.current);
    const next: Files = {};
    for (const [name, text] of Object.entries(this.files())) next[moved.includes(name) ? to + name.slice(from.length) : name] = text;
    for (const [index, name] of moved.entries()) if (this.opened.has(name)) this.opened.add(names[index] ?? "");
    this.replaceAll(next);
    if (shown >= 0) this.open(names[shown] ?? "");
    return null;
  }

  remove(name: string): void {
    const index = this.order.findIndex((file) => file.name === name);
    if (index < 0) return;
    this.order.splice(index, 1);
    this.opened.delete(name);
    this.surface.drop(name);
    this.drawTabs();
    this.open(this.order[0]?.name ?? "");
    this.hooks.changed(this.files());
  }

  /** Shows other files instead; the caller keeps what was there for undo. */
  replaceAll(files: Files): void {
    this.quiet = true;
    for (const { name } of this.own()) if (!(name in files)) this.dropQuietly(name);
    for (const [name, text] of Object.entries(files)) {
      const file = this.order.find((one) => one.name === name);
      if (file?.readOnly) continue;
      if (file) this.surface.replace(name, text);
      else this.insert({ name, text, readOnly: false });
    }
    this.quiet = false;
    this.drawTabs();
    this.open(this.has(this.current) ? this.current : (this.order[0]?.name ?? ""));
    this.hooks.changed(this.files());
  }

  mark(errors: Diagnostic[], warnings: Diagnostic[], hints: Diagnostic[] = []): void {
    this.surface.mark(errors, warnings, hints);
  }

  reveal(place: Place): void {
    this.open(place.file);
    this.surface.reveal(place);
  }

  focus(): void {
    this.surface.focus();
  }

  /** go.mod says something else now. */
  enterModule(module: Module): void {
    this.gopls?.enterModule(module);
  }

  private readonly watcher = {
    changed: (name: string): void => {
      if (this.quiet || this.order.find((file) => file.name === name)?.readOnly !== false) return;
      this.hooks.changed(this.files());
    },
    leaving: (armed: boolean): void => this.hooks.leaving(armed),
  };

  private own(): OpenFile[] {
    return this.order.filter((file) => !file.readOnly);
  }

  private dropQuietly(name: string): void {
    if (this.required.includes(name)) return;
    this.order.splice(this.order.findIndex((file) => file.name === name), 1);
    this.opened.delete(name);
    this.surface.drop(name);
  }

  private insert(file: OpenFile): void {
    const ownCount = this.own().length;
    if (file.readOnly) this.order.push(file);
    else this.order.splice(ownCount, 0, file);
    this.surface.add(file);
    // The plain editor tells nobody of changes; the big one does, and begins with its own.
    if (!file.library && !this.monaco) this.gopls?.open(file.name, file.text);
    this.drawTabs();
  }

  /** Shows a line of the standard library, where there is somebody to ask for its text. */
  async showLibrary(file: string, line: number): Promise<boolean> {
    const path = `/usr/local/go/src/${file}`;
    if (!this.has(path)) {
      const found = (await this.gopls?.ask("judge/source", { uri: `file://${path}` })) as { text: string } | null | undefined;
      if (!found) return false;
      this.openLibrary(path, found.text);
    }
    this.reveal({ file: path, line, column: 1 });
    return true;
  }

  /** A file of the standard library or of a module, in a tab that can be closed. */
  private openLibrary(name: string, text: string): void {
    if (!this.has(name)) this.insert({ name, text, readOnly: true, library: true });
    this.open(name);
  }

  private showFindings(name: string): void {
    const { findings, version } = this.findings.get(name) ?? { findings: [], version: null };
    this.monaco?.found(name, this.may.modules ? mildOfOthers(findings, this.others) : findings, version);
  }

  private forgetFindings(): void {
    this.others = null;
    this.findings.clear();
    this.monaco?.forget();
  }

  private drawTabs(): void {
    const folders = this.hasFolders();
    const shown = this.order.filter(({ name }) => !folders || this.opened.has(name));
    this.tabs.replaceChildren(...shown.map((file) => this.drawTab(file)));
    this.onDraw();
  }

  private drawTab({ name, readOnly, library }: OpenFile): HTMLElement {
    const extra = library === true || (!readOnly && !this.required.includes(name));
    const label = name.slice(name.lastIndexOf("/") + 1);
    return h(
      "button",
      {
        type: "button", role: "tab", "data-file": name, "aria-selected": String(name === this.current),
        "aria-controls": "editor-body", tabindex: name === this.current ? 0 : -1,
      },
      h("span", { class: "label", "data-label": library ? label : this.hasFolders() ? this.shortened(name) : name, title: library ? name.replace(MODULES, "") : undefined }, library ? label : this.hasFolders() ? this.shortened(name) : name),
      readOnly && h("span", { class: "lock" }, library ? "library" : "read-only"),
      extra && h("span", { class: "remove", "data-file": name, title: `${this.hasFolders() ? "Close" : "Remove"} ${name}` }, "×"),
    );
  }

  /** The name without its folder, where no other opened file is called the same. */
  private shortened(name: string): string {
    const short = name.slice(name.lastIndexOf("/") + 1);
    const same = [...this.opened].filter((other) => other === short || other.endsWith(`/${short}`));
    return same.length > 1 ? name : short;
  }
}
