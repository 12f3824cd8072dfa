/** The sheet in which somebody sets the editor up. Each change holds at once. */

import { showSheet } from "./dialog";
import { button, h } from "./dom";
import { offer } from "./palette";
import { BOUNDS, CHOICES, prefer, preferences, USUAL, within, type Preferences } from "./preferences";

const LABELS: Record<keyof Preferences, string> = {
  keys: "Keys", theme: "Theme", font: "Font", fontSize: "Font size", tabWidth: "Tab width",
  screenReader: "Screen reader support", format: "Format code", contrast: "High contrast",
  wrap: "Wrap long lines", minimap: "Minimap",
};

const HELP: Partial<Record<keyof Preferences, string>> = {
  keys: "Ctrl+Enter runs in all three. Vim: Esc in normal mode, then Tab leaves the editor; :w saves. Emacs: in the editor Ctrl+K and Ctrl+S are Emacs’s own, Ctrl+X Ctrl+S saves and Alt+X opens the commands.",
  tabWidth: "Only how it looks: the file keeps its tabs.",
  format: "Uses gofmt.",
};

export function openSettings(): void {
  const kept = h("p", { class: "muted small settings-kept", role: "status" }, "Saved in this browser.");
  const form = h("form", { class: "settings" });
  const set = (changes: Partial<Preferences>): void => {
    kept.textContent = prefer(changes)
      ? "Saved in this browser." : "Can't save: browser storage is full or disabled.";
  };
  const draw = (): void => form.replaceChildren(...(Object.keys(LABELS) as (keyof Preferences)[]).map((name) => field(name, set)));
  draw();
  form.addEventListener("submit", (event) => event.preventDefault());
  const usual = button("Reset to defaults", "btn", () => {
    set(USUAL);
    draw();
  });
  showSheet("Editor settings", form, h("div", { class: "settings-foot" }, kept, usual)).classList.add("settings-sheet");
}

function field(name: keyof Preferences, set: (changes: Partial<Preferences>) => void): HTMLElement {
  const id = `setting-${name}`;
  const help = HELP[name];
  const about = help === undefined ? {} : { "aria-describedby": `${id}-help` };
  const words = help !== undefined && h("small", { class: "muted", id: `${id}-help` }, help);
  const label = h("label", { for: id }, LABELS[name]);
  const value = preferences()[name];
  if (typeof value === "boolean") {
    const box = h("input", { type: "checkbox", class: "form-check-input", id, checked: value, ...about });
    box.addEventListener("change", () => set({ [name]: box.checked }));
    return h("div", { class: "setting is-box" }, box, label, words);
  }
  if (typeof value === "number") {
    const [least, most] = BOUNDS[name as keyof typeof BOUNDS];
    const input = h("input", { type: "number", class: "form-control", id, min: least, max: most, step: 1, value, inputmode: "numeric", ...about });
    input.addEventListener("input", () => {
      const good = within(input.valueAsNumber, [least, most]);
      input.setCustomValidity(good ? "" : `A whole number from ${least} to ${most}`);
      if (good) set({ [name]: input.valueAsNumber });
      else input.reportValidity();
    });
    return h("div", { class: "setting" }, label, input, words);
  }
  const select = h("select", { class: "form-select", id, ...about });
  for (const [choice, text] of Object.entries(CHOICES[name as keyof typeof CHOICES])) {
    select.append(h("option", { value: choice, selected: choice === value }, text));
  }
  select.addEventListener("change", () => set({ [name]: select.value }));
  return h("div", { class: "setting" }, label, select, words);
}

/** The button below the editor, and Mod-, as editors have it; a line in the palette. */
export function settings(): void {
  document.querySelector("#settings")?.addEventListener("click", openSettings);
  offer({ title: "Editor settings", hint: "keys, font, theme", keys: "Ctrl+,", run: openSettings });
}
