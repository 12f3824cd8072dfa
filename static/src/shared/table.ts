/** Draws the difference of two sets of files as one table for each file. */

import { rows, type Row } from "./difference";
import { h, type Child } from "./dom";
import type { Files } from "./files";

const AROUND = 3;
const SIGN = { same: " ", added: "+", removed: "−" };
const WORD = { same: "", added: "added", removed: "removed" };

export function drawDifference(before: Files, after: Files): HTMLElement {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = names.filter((name) => before[name] !== after[name]);
  const body = h("div", { class: "differences" });
  if (changed.length === 0) body.append(h("p", { class: "muted" }, "The files are the same."));
  for (const name of changed) {
    const note = before[name] === undefined ? " (new)" : after[name] === undefined ? " (gone)" : "";
    body.append(h("h3", { class: "file-name" }, name + note), drawFile(before[name] ?? "", after[name] ?? ""));
  }
  return body;
}

function drawFile(before: string, after: string): HTMLElement {
  const all = rows(before, after);
  const body = h("tbody");
  let hidden = 0;
  all.forEach((row, index) => {
    if (!nearChange(all, index)) {
      hidden++;
      return;
    }
    if (hidden > 0) body.append(drawGap(hidden));
    hidden = 0;
    body.append(drawRow(row));
  });
  if (hidden > 0) body.append(drawGap(hidden));
  return h("div", { class: "code difference", tabindex: 0 }, h("table", {}, body));
}

function nearChange(all: Row[], index: number): boolean {
  return all.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((row) => row.kind !== "same");
}

function drawGap(count: number): HTMLElement {
  return h("tr", { class: "gap" }, h("td", { colspan: 4 }, count === 1 ? "1 line the same" : `${count} lines the same`));
}

function drawRow(row: Row): HTMLElement {
  const parts = row.pieces.map(({ text, changed }): Child => (changed ? h("mark", {}, text) : text));
  return h(
    "tr",
    { class: row.kind },
    h("td", { class: "line-number" }, row.left === null ? "" : String(row.left)),
    h("td", { class: "line-number" }, row.right === null ? "" : String(row.right)),
    h("td", { class: "sign" }, SIGN[row.kind], row.kind !== "same" && h("span", { class: "visually-hidden" }, WORD[row.kind])),
    h("td", {}, ...parts),
  );
}
