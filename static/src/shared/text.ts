/** Draws text that a program printed or a test compared: white space visible, differences marked. */

import { pieces, type Piece } from "./difference";
import { h } from "./dom";
import { places, type Place } from "./places";
import { tokens, withoutColours, type Token } from "./whitespace";

const SIGNS: Partial<Record<Token["kind"], string>> = { space: "·", tab: "→", newline: "↵" };

function drawToken(token: Token, marked: boolean): Node {
  if (token.kind === "control") return h("span", { class: "control", title: "A character that cannot be seen" }, token.text);
  if (token.kind === "text") return document.createTextNode(token.text);
  if (token.kind === "newline") {
    return marked ? h("span", {}, h("span", { class: "newline" }), "\n") : document.createTextNode("\n");
  }
  return h("span", { class: token.kind === "tab" ? "white tab" : "white", "data-as": SIGNS[token.kind] }, token.text);
}

/** `text` with blanks at line ends, tabs and controls made visible; where `marked`, every blank. */
export function drawText(text: string, marked = false, ends = true): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const token of tokens(withoutColours(text), marked, ends)) fragment.append(drawToken(token, marked));
  return fragment;
}

function drawPieces(list: Piece[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  list.forEach(({ text, changed }, index) => {
    const ends = index === list.length - 1;
    fragment.append(changed ? h("mark", {}, drawText(text, true, ends)) : drawText(text, false, ends));
  });
  return fragment;
}

export function block(title: string, content: Node | string, className = ""): HTMLElement {
  const body = typeof content === "string" ? drawText(content) : content;
  return h("div", { class: `block ${className}` }, h("h4", {}, title), h("pre", { tabindex: 0 }, body));
}

/** Two values side by side, with what differs marked on both. */
export function compare(expected: string, got: string): HTMLElement {
  const sides = pieces(expected, got);
  return h(
    "div",
    { class: "compare" },
    block("Expected", expected === "" ? "(nothing)" : drawPieces(sides.left), "is-accepted"),
    block("Actual", got === "" ? "(nothing)" : drawPieces(sides.right), "is-failed"),
  );
}

export interface Going {
  known: (file: string) => boolean;
  go: (place: Place) => void;
}

/** A message with each `file.go:12` a button into the editor. */
export function drawMessage(text: string, going: Going | null): DocumentFragment {
  if (!going) return drawText(text);
  const fragment = document.createDocumentFragment();
  const parts = places(text, going.known);
  parts.forEach((part, index) => {
    const ends = index === parts.length - 1;
    fragment.append(typeof part === "string" ? drawText(part, false, ends) : placeButton(part.text, part.place, going));
  });
  return fragment;
}

export function placeButton(label: string, place: Place, going: Going): HTMLButtonElement {
  const element = h("button", { type: "button", class: "place", title: "Show this line" }, label);
  element.addEventListener("click", () => going.go(place));
  return element;
}
