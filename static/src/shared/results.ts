/** Draws a finished result: verdict in words, groups, diagnostics, tests with the first failing one open. */

import {
  bytes, hueOf, points, seconds, STATUS,
  type Diagnostic, type Group, type Hue, type Result, type Test,
} from "./data";
import { h, plural, shape, type Child } from "./dom";
import { explain } from "./explain";
import { dedent, failure, plainName } from "./failure";
import { block, compare, drawMessage, placeButton, type Going } from "./text";

export function drawVerdict(hue: Hue, word: string): HTMLElement {
  return h("span", { class: `verdict is-${hue}` }, shape(hue), word);
}

/** What to call a result: a trial counts for nothing, so it has no verdict of its own when it passes. */
export function headline(result: Result): string {
  if (result.purpose === "trial" && result.verdict === "accepted") return "The visible tests pass";
  return result.label ?? "Done";
}

export function drawResult(result: Result, going: Going | null): HTMLElement {
  const tests = result.tests ?? [];
  return h(
    "div",
    { class: "result" },
    drawOutcome(result),
    drawDiagnostics("This could not be built", result.build?.diagnostics ?? [], going),
    result.purpose === "submit" && drawGroups(result.groups ?? []),
    drawTests(tests, going),
    drawDiagnostics("Warnings", result.warnings ?? [], going, "go vet noticed this; it does not change the verdict"),
    drawFacts(result),
  );
}

function drawOutcome(result: Result): HTMLElement {
  const hue = hueOf(result.verdict);
  const counted = result.purpose === "submit" && result.score !== null && result.score !== undefined;
  return h(
    "div",
    { class: `outcome is-${hue}` },
    h("h2", { class: "verdict" }, shape(hue), headline(result)),
    counted && h("span", { class: "points" }, `${points(result.score ?? 0)} of ${points(result.max_score ?? 0)} points`),
    result.purpose === "trial" && h("span", { class: "muted" }, "Run only: it does not count."),
    drawAdvice(result),
  );
}

function drawAdvice(result: Result): Child {
  const passed = result.verdict === "accepted";
  if (result.purpose === "trial" && passed) return h("p", {}, "Submit to have the hidden tests run as well.");
  // The list of diagnostics says the first of them better.
  const message = result.build?.diagnostics.length ? "" : sentence(result.message ?? "");
  const help = passed || result.help === result.message ? "" : (result.help ?? "");
  const advice = [message, help].filter(Boolean).join(" ");
  return advice !== "" && h("p", {}, advice);
}

/** `3 of 9 tests failed` as a sentence; what begins with a file or an identifier stays as it is. */
function sentence(text: string): string {
  const capital = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return capital === "" || /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

function drawGroups(groups: Group[]): Child {
  if (groups.length === 0) return null;
  const items = groups.map((group) => {
    const share = group.max_points > 0 ? group.points / group.max_points : 0;
    const hue = share >= 1 ? "accepted" : share > 0 ? "compile" : "failed";
    const bar = h("span", {});
    bar.style.width = `${share * 100}%`;
    return h(
      "li",
      { class: `is-${hue}` },
      h("span", { class: "group-name" }, group.name || "All tests"),
      h("span", { class: "meter", "aria-hidden": "true" }, bar),
      h("span", { class: "points" }, `${points(group.points)} of ${points(group.max_points)}`),
      h("span", { class: "passed" }, `${group.passed} of ${plural(group.total, "test")}`),
      share < 1 && group.hint ? h("p", { class: "hint" }, ...marked(group.hint)) : null,
    );
  });
  return h("ul", { class: "groups", "aria-label": "Points by group" }, ...items);
}

/** A line of the author's with `code` in it. */
export function marked(line: string): Child[] {
  return line.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
}

export function drawDiagnostics(title: string, list: Diagnostic[], going: Going | null, note = ""): HTMLElement | null {
  if (list.length === 0) return null;
  const items = list.map((one) => {
    const sentence = explain(one.message);
    const label = one.line > 0 ? `${one.file}:${one.line}` : one.file;
    const place = { file: one.file, line: Math.max(one.line, 1), column: Math.max(one.column, 1) };
    const known = going?.known(one.file) ? going : null;
    return h(
      "li",
      {},
      known ? placeButton(label, place, known) : h("span", { class: "go-name" }, label),
      h("code", {}, one.message),
      sentence !== null && h("p", {}, sentence),
    );
  });
  return h(
    "section",
    {},
    h("h3", { class: "section-title" }, title, note !== "" && h("small", {}, note)),
    h("ul", { class: "messages" }, ...items),
  );
}

/** Failing tests first, in the order they ran; hidden ones after those that can be read. */
export function ordered(tests: Test[]): Test[] {
  const weight = (test: Test): number => (isBad(test) ? (test.name === null ? 1 : 0) : 2);
  return tests
    .map((test, index) => ({ test, index }))
    .sort((a, b) => weight(a.test) - weight(b.test) || a.index - b.index)
    .map(({ test }) => test);
}

export function isBad(test: Test): boolean {
  return test.status === "fail" || test.status === "error";
}

/** Without the tests that only hold subtests: they pass and fail with those and say nothing themselves. */
export function telling(tests: Test[]): Test[] {
  const parents = new Set(tests.map(({ name }) => name?.slice(0, Math.max(name.lastIndexOf("/"), 0))));
  return tests.filter((test) => test.name === null || !parents.has(test.name) || tells(test));
}

function drawTests(all: Test[], going: Going | null): Child {
  const tests = telling(all);
  if (tests.length === 0) return null;
  const list = ordered(tests);
  const failed = tests.filter(isBad).length;
  const opened = list.find((test) => isBad(test) && tells(test));
  const count = failed > 0 ? `${failed} of ${tests.length} failed` : `all ${tests.length} passed`;
  return h(
    "section",
    {},
    h("h3", { class: "section-title" }, "Tests", h("small", {}, count)),
    h("ol", { class: "tests" }, ...list.map((test) => drawTest(test, going, test === opened))),
  );
}

/** Whether there is anything to open. */
function tells(test: Test): boolean {
  return [test.message, test.output, test.stderr, test.stdin, test.expected].some((text) => !!text);
}

export function drawTest(test: Test, going: Going | null, open = false): HTMLLIElement {
  const { hue, word } = STATUS[test.status];
  const line: Child[] = [drawVerdict(hue, word), ...drawName(test)];
  if (test.seconds !== undefined) line.push(h("span", { class: "seconds" }, seconds(test.seconds)));
  if (test.name === null || !tells(test)) return h("li", {}, h("div", { class: "row-line" }, ...line));
  const details = h("details", open ? { open: true } : {}, h("summary", {}, ...line));
  const fill = (): void => {
    if (!details.querySelector(".test-body")) details.append(drawBody(test, going));
  };
  if (open) fill();
  else details.addEventListener("toggle", fill, { once: true });
  return h("li", {}, details);
}

function drawName(test: Test): Child[] {
  if (test.name === null) {
    return [h("span", { class: "test-name" }, "Hidden test"), h("span", { class: "muted" }, test.group ?? "")];
  }
  const plain = plainName(test.name);
  return [
    h("span", { class: "test-name" }, plain),
    plain !== test.name && h("span", { class: "go-name", title: test.name }, test.name),
    !test.visible && h("span", { class: "muted" }, "hidden"),
  ];
}

function drawBody(test: Test, going: Going | null): HTMLElement {
  const body = h("div", { class: "test-body" });
  if (test.stdin) body.append(block("Input", test.stdin));
  if (test.expected !== undefined && test.expected !== "") {
    body.append(isBad(test) ? compare(test.expected, test.output ?? "") : block("Output", test.output ?? ""));
    if (test.message) body.append(block("What happened", drawMessage(dedent(test.message), going)));
    if (test.stderr) body.append(block("Standard error", drawMessage(test.stderr, going)));
    return body;
  }
  const read = test.message && isBad(test) ? failure(test.message) : null;
  if (read?.about) body.append(h("p", { class: "about" }, read.about));
  if (read) body.append(compare(read.want, read.got));
  if (test.message) body.append(block(read ? "The test said" : "What happened", drawMessage(dedent(test.message), going)));
  if (test.output) body.append(block("Printed", drawMessage(test.output, going)));
  if (test.stderr) body.append(block("Standard error", drawMessage(test.stderr, going)));
  return body;
}

function drawFacts(result: Result): Child {
  const facts: string[] = [];
  if (result.usage) {
    facts.push(`CPU ${seconds(result.usage.cpu_seconds)}`, `Memory ${bytes(result.usage.memory_bytes)}`);
  }
  if (result.build && result.build.seconds > 0) {
    // Of what is interpreted only the syntax is looked at before it runs.
    const done = result.toolchain?.startsWith("go") === true ? "Built" : "Syntax checked";
    facts.push(`${done} in ${seconds(result.build.seconds)}`);
  }
  if (result.toolchain) facts.push(result.toolchain.replace(/^go/, "Go "));
  return facts.length > 0 && h("p", { class: "result-facts" }, ...facts.map((fact) => h("span", {}, fact)));
}
