/** Times in words, with the exact one at hand. */

import { h } from "./dom";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function ago(iso: string, now = Date.now()): string {
  const difference = (Date.parse(iso) - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(difference) >= length) return relative.format(Math.round(difference / length), unit);
  }
  return "just now";
}

export function timeElement(iso: string): HTMLTimeElement {
  return h("time", { datetime: iso, title: exact.format(new Date(iso)) }, ago(iso));
}

export function wordTimes(root: ParentNode = document): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    element.textContent = ago(element.dateTime);
    element.title = exact.format(new Date(element.dateTime));
  }
}
