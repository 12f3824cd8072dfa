/** Dialogs of our own: one that shows something, one that asks for a name. */

import { button, h } from "./dom";

function open(title: string, wide: boolean, ...children: Node[]): HTMLDialogElement {
  const close = button("Close", "btn btn-quiet btn-small", () => dialog.close());
  const dialog = h(
    "dialog",
    { class: wide ? "sheet wide" : "sheet", "aria-label": title },
    h("header", {}, h("h2", {}, title), close),
    h("div", { class: "sheet-body" }, ...children),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function showSheet(title: string, ...children: Node[]): HTMLDialogElement {
  return open(title, true, ...children);
}

/** `take` says what is wrong with the name, or null once it took it. */
export function askName(title: string, label: string, take: (name: string) => string | null, value = ""): void {
  const input = h("input", { class: "form-control", id: "asked-name", autocomplete: "off", spellcheck: "false", "aria-describedby": "asked-wrong" });
  const wrong = h("p", { class: "form-wrong", id: "asked-wrong", role: "alert" });
  const form = h(
    "form",
    {},
    h("label", { class: "form-label", for: "asked-name" }, label),
    input,
    wrong,
    h("div", { class: "sheet-foot" }, h("button", { class: "btn btn-primary" }, title)),
  );
  const dialog = open(title, false, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const problem = take(input.value.trim());
    wrong.textContent = problem;
    if (problem === null) dialog.close();
  });
  input.value = value;
  input.focus();
  // The name without folder and ending is what most want to change.
  const start = value.lastIndexOf("/") + 1;
  const end = value.lastIndexOf(".");
  input.setSelectionRange(start, end > start ? end : value.length);
}
