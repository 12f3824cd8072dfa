/** The leaderboard: keeps itself up to date, and rows that change places move there. */

import "../styles/board.scss";
import { find } from "../shared/dom";

const REFRESH_MS = 20_000;
const MOVE_MS = 140;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

function tops(body: HTMLElement): Map<string, number> {
  return new Map([...body.querySelectorAll<HTMLElement>("tr[data-user]")].map((row) => [row.dataset.user ?? "", row.offsetTop]));
}

async function refresh(): Promise<void> {
  if (document.visibilityState !== "visible") return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html").querySelector<HTMLElement>(".board tbody");
  const body = find(".board tbody");
  if (!next || next.textContent === body.textContent) return;
  const before = tops(body);
  body.replaceWith(next);
  if (calm.matches) return;
  for (const row of next.querySelectorAll<HTMLElement>("tr[data-user]")) {
    const from = before.get(row.dataset.user ?? "");
    if (from === undefined || from === row.offsetTop) continue;
    row.animate([{ transform: `translateY(${from - row.offsetTop}px)` }, { transform: "none" }], { duration: MOVE_MS, easing: "ease-out" });
  }
}

if (document.querySelector(".board tbody")) setInterval(() => void refresh(), REFRESH_MS);
