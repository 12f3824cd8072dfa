/** Submissions: the strip of marks beside the result, and the list with its tools. */

import { hueOf, points, type Attempt } from "./data";
import { button, h, shape } from "./dom";
import { drawVerdict } from "./results";
import { timeElement } from "./time";

const MOST_MARKS = 40;

export function attemptWord(attempt: Attempt): string {
  if (attempt.state !== "done") return attempt.state === "queued" ? "Queued" : "Judging";
  if (attempt.purpose === "trial") return attempt.verdict === "accepted" ? "Run: passed" : `Run: ${attempt.label.toLowerCase()}`;
  return attempt.label;
}

/** Newest last, as time goes; only what counted. */
export function drawStrip(attempts: Attempt[], current: string | null): HTMLElement {
  const counted = attempts.filter((attempt) => attempt.purpose === "submit").slice(0, MOST_MARKS).reverse();
  const marks = counted.map((attempt) => {
    const hue = hueOf(attempt.verdict);
    const score = attempt.score === null ? "" : `, ${points(attempt.score)} points`;
    const label = `${attemptWord(attempt)}${score}, ${timeElement(attempt.received).textContent}`;
    return h(
      "li",
      {},
      h(
        "a",
        {
          href: attempt.url, class: `is-${hue}`, title: label, "aria-label": label,
          "aria-current": attempt.id === current ? "true" : undefined,
        },
        shape(hue),
      ),
    );
  });
  const strip = h("div", { class: "strip" }, h("span", {}, marks.length > 0 ? "Attempts" : "No attempts yet"));
  if (marks.length > 0) strip.append(h("ol", { "aria-label": "Attempts, oldest first" }, ...marks));
  return strip;
}

export interface RowTools {
  compare: (attempt: Attempt) => void;
  restore: (attempt: Attempt) => void;
}

export function drawAttempts(attempts: Attempt[], tools: RowTools): HTMLElement {
  if (attempts.length === 0) {
    return h(
      "div",
      { class: "empty" },
      h("h3", {}, "No attempts yet"),
      h("p", {}, "Each time you run or submit, your code is kept here with its result. You can compare any of them with what you have now."),
    );
  }
  const rows = attempts.map((attempt) => drawRow(attempt, tools));
  return h(
    "table",
    { class: "table attempts" },
    h("thead", {}, h("tr", {}, h("th", {}, "Result"), h("th", { class: "num" }, "Points"), h("th", {}, "When"), h("th", {}, h("span", { class: "visually-hidden" }, "Tools")))),
    h("tbody", {}, ...rows),
  );
}

function drawRow(attempt: Attempt, tools: RowTools): HTMLElement {
  const score = attempt.purpose === "submit" && attempt.score !== null ? points(attempt.score) : "";
  const link = h("a", { href: attempt.url, class: "text-decoration-none" }, drawVerdict(hueOf(attempt.verdict), attemptWord(attempt)));
  return h(
    "tr",
    {},
    h("td", {}, link),
    h("td", { class: "num" }, score),
    h("td", {}, timeElement(attempt.received)),
    h(
      "td",
      {},
      h(
        "div",
        { class: "row-tools" },
        button("Compare", "btn btn-quiet btn-small", () => tools.compare(attempt)),
        button("Restore", "btn btn-quiet btn-small", () => tools.restore(attempt)),
      ),
    ),
  );
}
