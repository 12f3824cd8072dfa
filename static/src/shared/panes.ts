/** Separators between panes: by pointer, by arrow keys, and remembered. */

import { write } from "./store";

const STEP_PERCENT = 2;

export interface Separator {
  handle: HTMLElement;
  /** The custom property of `area` that holds the share in percent. */
  property: string;
  key: string;
  area: HTMLElement;
  start: number;
  least: number;
  most: number;
}

export function separate({ handle, property, key, area, start, least, most }: Separator): void {
  const vertical = handle.getAttribute("aria-orientation") === "vertical";
  let share = Number.parseFloat(getComputedStyle(area).getPropertyValue(property)) || start;
  const set = (next: number): void => {
    share = Math.min(most, Math.max(least, next));
    area.style.setProperty(property, `${share.toFixed(2)}%`);
    handle.setAttribute("aria-valuenow", String(Math.round(share)));
    write(key, share);
  };
  handle.setAttribute("aria-valuemin", String(least));
  handle.setAttribute("aria-valuemax", String(most));
  handle.setAttribute("aria-valuenow", String(Math.round(share)));
  handle.addEventListener("pointerdown", (down) => {
    handle.setPointerCapture(down.pointerId);
    handle.classList.add("dragging");
    down.preventDefault();
  });
  handle.addEventListener("pointermove", (move) => {
    if (!handle.hasPointerCapture(move.pointerId)) return;
    const box = area.getBoundingClientRect();
    // The vertical separator sizes the pane before it, the horizontal one the pane below.
    set(vertical ? ((move.clientX - box.left) / box.width) * 100 : ((box.bottom - move.clientY) / box.height) * 100);
  });
  handle.addEventListener("lostpointercapture", () => handle.classList.remove("dragging"));
  handle.addEventListener("dblclick", () => set(start));
  handle.addEventListener("keydown", (event) => {
    const more = vertical ? "ArrowRight" : "ArrowUp";
    const less = vertical ? "ArrowLeft" : "ArrowDown";
    const targets: Record<string, number> = {
      [more]: share + STEP_PERCENT,
      [less]: share - STEP_PERCENT,
      Home: least,
      End: most,
      Enter: start,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    set(target);
  });
}
