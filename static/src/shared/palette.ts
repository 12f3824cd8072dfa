/** The command palette: Mod-K, a few letters, Enter. It reaches every page and this page's actions. */

import { find, h } from "./dom";
import { call } from "./http";
import { nameKeys } from "./keys";

export interface Command {
  title: string;
  hint: string;
  keys?: string;
  run: () => void;
}

interface Page {
  title: string;
  hint: string;
  url: string;
}

const MOST_SHOWN = 40;
const actions: Command[] = [];
let pages: Command[] | null = null;
let shown: Command[] = [];
let at = 0;

/** An action of this page. */
export function offer(...commands: Command[]): void {
  actions.push(...commands);
}

export async function openPalette(): Promise<void> {
  const dialog = build();
  if (dialog.open) return;
  const input = find<HTMLInputElement>("input", dialog);
  input.value = "";
  dialog.showModal();
  draw(dialog, "");
  if (pages === null) {
    const list = await call<{ pages: Page[] }>("GET", "/palette.json").catch(() => ({ pages: [] }));
    pages = list.pages.map(({ title, hint, url }) => ({ title, hint, run: () => location.assign(url) }));
    draw(dialog, input.value);
  }
}

function build(): HTMLDialogElement {
  const existing = document.querySelector<HTMLDialogElement>("dialog.palette");
  if (existing) return existing;
  const input = h("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list",
    "aria-label": "Search pages and commands", placeholder: "Search pages and commands", autocomplete: "off",
    spellcheck: "false",
  });
  const list = h("ul", { id: "palette-list", role: "listbox", "aria-label": "Results" });
  const dialog = h("dialog", { class: "palette", "aria-label": "Command palette" }, h("form", { method: "dialog" }, input, list));
  input.addEventListener("input", () => draw(dialog, input.value));
  dialog.addEventListener("keydown", (event) => onKey(dialog, event));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  return dialog;
}

function onKey(dialog: HTMLDialogElement, event: KeyboardEvent): void {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move !== undefined && shown.length > 0) {
    event.preventDefault();
    mark(dialog, (at + move + shown.length) % shown.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    choose(dialog, at);
  }
}

function choose(dialog: HTMLDialogElement, index: number): void {
  const command = shown[index];
  dialog.close();
  command?.run();
}

function draw(dialog: HTMLDialogElement, query: string): void {
  shown = matching([...actions, ...(pages ?? [])], query).slice(0, MOST_SHOWN);
  const items = shown.map((command, index) => {
    const item = h(
      "li",
      { role: "option", id: `palette-${index}` },
      h("span", {}, command.title),
      h("small", {}, command.hint),
      command.keys !== undefined && h("kbd", {}, command.keys),
    );
    item.addEventListener("click", () => choose(dialog, index));
    item.addEventListener("pointermove", () => mark(dialog, index));
    return item;
  });
  const list = find("ul", dialog);
  list.replaceChildren(...items);
  if (items.length === 0) {
    list.append(h("li", { class: "none", role: "presentation" }, pages === null ? "Looking…" : "No results"));
  }
  nameKeys(list);
  mark(dialog, 0);
}

function mark(dialog: HTMLDialogElement, index: number): void {
  at = index;
  const options = dialog.querySelectorAll('[role="option"]');
  options.forEach((option, position) => option.setAttribute("aria-selected", String(position === index)));
  find("input", dialog).setAttribute("aria-activedescendant", options.length > 0 ? `palette-${index}` : "");
  options[index]?.scrollIntoView({ block: "nearest" });
}

/** Every word of the query has to occur; titles that begin with it come first. */
export function matching(commands: Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (command: Command): number => {
    const title = command.title.toLowerCase();
    const whole = `${title} ${command.hint.toLowerCase()}`;
    if (!words.every((word) => whole.includes(word))) return -1;
    return words.filter((word) => title.split(/\W+/).some((part) => part.startsWith(word))).length;
  };
  return commands
    .map((command) => ({ command, score: score(command) }))
    .filter(({ score: value }) => value >= 0)
    .sort((a, b) => b.score - a.score)
    .map(({ command }) => command);
}
