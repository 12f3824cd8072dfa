/** The same program was changed in another tab: which version stays? */

import { button, find, h } from "../shared/dom";
import { showSheet } from "../shared/dialog";
import type { Files } from "../shared/files";
import { drawDifference } from "../shared/table";

/** Null: the question is answered. */
export function showConflict(theirs: Files | null, ours: () => Files, decide: (which: "mine" | "theirs") => void): void {
  const bar = find(".conflict");
  bar.classList.toggle("open", theirs !== null);
  if (theirs === null) return;
  bar.replaceChildren(
    h("p", {}, "You edited this in another tab. Which version do you want to keep?"),
    button("See the difference", "btn btn-small", () => showSheet("Other version compared with this one", drawDifference(theirs, ours()))),
    button("Use other version", "btn btn-small", () => decide("theirs")),
    button("Keep this version", "btn btn-small btn-primary", () => decide("mine")),
  );
}
