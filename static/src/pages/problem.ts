/** The problem page: statement, editor and results, and what happens between them. */

import "../styles/problem.scss";
import "../styles/results.scss";
import { param, setParam } from "../shared/address";
import { codeActions } from "../shared/actions";
import { drawAttempts, drawStrip } from "../shared/attempts";
import { hueOf, points, type Attempt, type Purpose, type Result } from "../shared/data";
import { askName, showSheet } from "../shared/dialog";
import { button, find, h, pageData, shape } from "../shared/dom";
import { Drafts, type Draft, type SavedState } from "../shared/drafts";
import type { Files } from "../shared/files";
import { call, Refused } from "../shared/http";
import { listen } from "../shared/keys";
import { follow } from "../shared/live";
import { offer } from "../shared/palette";
import { separate } from "../shared/panes";
import { Patience } from "../shared/patience";
import type { Place } from "../shared/places";
import { Progress } from "../shared/progress";
import { drawVerdict, headline } from "../shared/results";
import { Sender } from "../shared/send";
import { drawDifference } from "../shared/table";
import { select, tabList } from "../shared/tabs";
import { ago } from "../shared/time";
import { settings, openSettings } from "../shared/settings";
import { keepWayOut, showGopls, showLeaving } from "../shared/status";
import { toast } from "../shared/toast";
import { Workspace } from "../shared/workspace";

interface Data {
  user: string;
  slug: string;
  starter: Files;
  given: Files;
  extra: boolean;
  language: string;
  extensions: string[];
  module: { path: string; go: string };
  draft: Draft | null;
  attempts: Attempt[];
  urls: { draft: string; submissions: string; attempts: string; git: string };
}

const data = pageData("problem-data") as Data;
const work = find(".work");
const status = find(".run-bar .status");
const results = find(".results-body");
const live = find("#result-live");
const saved = find(".saved");
const conflict = find(".conflict");
const runButton = find<HTMLButtonElement>("#run");
const submitButton = find<HTMLButtonElement>("#submit");

const patience = new Patience([runButton, submitButton], () => showRefused("Not sent", "You can run and submit again now."));
let attempts = data.attempts;
let stopFollowing: () => void = () => undefined;
/** Counts what was handed in here; of two at once only the later is shown. */
let turn = 0;
/** The files that the shown result belongs to, and what it says; null before the first. */
let judged: { files: Files; words: string } | null = null;

// Files and their keeping.

const drafts = new Drafts(`judge:draft:${data.user}:${data.slug}`, data.urls.draft, data.draft, data.starter, showSaved, showConflict);

const workspace = new Workspace(
  find(".file-tabs"), find(".monaco-host"), find<HTMLTextAreaElement>(".plain-code"),
  drafts.open(), data.given, Object.keys(data.starter),
  {
    changed: (files) => {
      drafts.changed(files);
      showStale(files);
    },
    leaving: showLeaving,
    save: () => save(),
    gopls: showGopls,
  },
  { tests: false, extensions: data.extensions },
  data.language === "go" ? data.module : undefined,
);
drafts.onReplaced = (files) => workspace.replaceAll(files);
workspace.onRemove = (name) => {
  const before = workspace.files();
  workspace.remove(name);
  toast(`${name} was removed.`, { label: "Undo", run: () => workspace.replaceAll(before) });
};

function showSaved(state: SavedState, words = ""): void {
  const said: Record<SavedState, string> = {
    saved: "Saved",
    saving: "Saving",
    device: "Saved on this device",
    offline: "Offline. Saved on this device",
    conflict: "Edit conflict",
    refused: words,
  };
  saved.dataset.state = state;
  saved.textContent = said[state];
}

function showConflict(theirs: Draft | null): void {
  conflict.classList.toggle("open", theirs !== null);
  if (theirs === null) return;
  const decide = (which: "mine" | "theirs"): void => {
    const before = workspace.files();
    const files = drafts.resolve(which);
    if (which === "mine") return;
    workspace.replaceAll(files);
    toast("Switched to the other version.", { label: "Undo", run: () => workspace.replaceAll(before) });
  };
  conflict.replaceChildren(
    h("p", {}, "You edited this on another device or in another tab. Which version do you want to keep?"),
    button("See the difference", "btn btn-small", () => showSheet("Other version compared with this one", drawDifference(theirs.files, workspace.files()))),
    button("Use other version", "btn btn-small", () => decide("theirs")),
    button("Keep this version", "btn btn-small btn-primary", () => decide("mine")),
  );
}

function restore(files: Files, words: string): void {
  const before = workspace.files();
  workspace.replaceAll(files);
  setView("code");
  toast(words, { label: "Undo", run: () => workspace.replaceAll(before) });
}

// Running and submitting.

const going = {
  known: (file: string) => workspace.has(file),
  go: (place: Place) => {
    setFull(null);
    setView("code");
    workspace.reveal(place);
  },
};
const progress = new Progress(live, going, (words) => {
  status.replaceChildren(drawVerdict("running", words));
  mobileMark("running", words);
}, data.language === "go");
const sender = new Sender(`judge:sending:${data.user}:${data.slug}`, data.urls.submissions, () => {
  progress.start("You're offline. We'll submit when you reconnect. Your code is safe.", "Waiting for the server");
  live.append(button("Cancel submission", "btn btn-small", () => {
    sender.cancel();
    busy(false);
    showIdle();
  }));
});

async function hand(purpose: Purpose): Promise<void> {
  if (patience.waiting()) return;
  await workspace.tidy("run");
  await judge(purpose, workspace.files());
}

function save(): void {
  void workspace.tidy("save").then(() => drafts.flush());
}

async function judge(purpose: Purpose, files: Files): Promise<void> {
  const own = ++turn;
  stopFollowing();
  workspace.mark([], []);
  busy(true);
  setView("results");
  progress.start(purpose === "trial" ? "Sending your code to run" : "Sending your code");
  try {
    void drafts.flush();
    const sent = await sender.send(files, purpose);
    if (sent && own === turn) watch(sent.id, files);
  } catch (error) {
    if (own !== turn) return;
    busy(false);
    patience.take(error instanceof Refused ? error.retryAfter : null);
    showRefused("Not sent", error instanceof Refused ? error.message : "Something went wrong on this page. Your code is safe; try again.");
  }
}

function watch(id: string, files: Files | null): void {
  setParam("result", id);
  stopFollowing = follow(id, (message) => {
    progress.take(message);
    if (message.type === "state" && message.state === "done") finished(message, files);
  }, (why) => {
    busy(false);
    setParam("result", null);
    showRefused("Can't show this result", why);
  });
}

function finished(result: Result, files: Files | null): void {
  busy(false);
  const hue = hueOf(result.verdict);
  const words = headline(result);
  const score = result.purpose === "submit" && typeof result.score === "number";
  status.replaceChildren(
    drawVerdict(hue, words),
    h("span", { class: "muted" }, score ? `${points(result.score ?? 0)} of ${points(result.max_score ?? 0)} points` : ""),
  );
  mobileMark(hue, words);
  workspace.mark(result.build?.diagnostics ?? [], result.warnings ?? []);
  judged = files ? { files, words } : null;
  void refreshAttempts(result.id);
}

function busy(on: boolean): void {
  runButton.setAttribute("aria-busy", String(on));
  submitButton.setAttribute("aria-busy", String(on));
}

function showIdle(): void {
  status.replaceChildren(h("span", { class: "muted" }, "Not run yet"));
  live.replaceChildren(
    h("div", { class: "empty" }, h("h3", {}, "Run your code to see test results"),
      h("p", {}, "Run checks your code against the visible tests. Submit also runs the hidden tests and records your score.")),
  );
}

function showRefused(title: string, words: string): void {
  status.replaceChildren(drawVerdict("compile", title));
  mobileMark("compile", title);
  live.replaceChildren(h("div", { class: "outcome is-compile", role: "alert" }, h("h2", { class: "verdict" }, shape("compile"), title), h("p", {}, words)));
}

function showStale(files: Files): void {
  if (judged === null) return;
  const same = Object.entries(files).every(([name, text]) => judged?.files[name] === text);
  const note = status.querySelector(".stale");
  if (same) note?.remove();
  else if (!note) status.append(h("span", { class: "muted stale" }, "for earlier code"));
}

// Submissions.

async function refreshAttempts(current: string): Promise<void> {
  try {
    attempts = (await call<{ attempts: Attempt[] }>("GET", data.urls.attempts)).attempts;
  } catch {
    // The strip keeps what it shows; the next result brings the rest.
  }
  drawHistory(current);
}

async function filesOf(attempt: Attempt): Promise<Files | null> {
  try {
    return (await call<{ files: Files }>("GET", `/submissions/${attempt.id}.json`)).files;
  } catch (error) {
    toast(error instanceof Error ? error.message : "Can't load this submission right now.");
    return null;
  }
}

function drawHistory(current: string | null): void {
  find("#strip").replaceChildren(drawStrip(attempts, current));
  find("#attempts").replaceChildren(
    h("p", { class: "small" }, h("a", { href: data.urls.submissions }, "View all submissions")),
    drawAttempts(attempts, {
      compare: (attempt) => void filesOf(attempt).then((files) => {
        if (files) showSheet("Compare with current code", drawDifference(files, workspace.files()));
      }),
      restore: (attempt) => void filesOf(attempt).then((files) => {
        if (files) restore(files, `Restored code from ${ago(attempt.received)}.`);
      }),
    }),
  );
}

// Panes, tabs and views.

type View = "problem" | "code" | "results";

function setView(view: View): void {
  work.dataset.view = view;
  const tab = document.querySelector<HTMLElement>(`.views [data-view="${view}"]`);
  if (tab) select(find(".views"), tab);
  setParam("view", view === "problem" ? null : view);
}

function setTab(name: string): void {
  const list = find(".statement-tabs");
  select(list, find(`[data-tab="${name}"]`, list));
  find("#tab-problem").hidden = name !== "problem";
  find("#tab-submissions").hidden = name !== "submissions";
  setParam("tab", name === "problem" ? null : name);
}

function setFull(pane: string | null): void {
  if (pane === null) delete work.dataset.full;
  else work.dataset.full = pane;
  for (const toggle of document.querySelectorAll<HTMLElement>(".full")) {
    const on = toggle.dataset.pane === pane;
    toggle.setAttribute("aria-pressed", String(on));
    toggle.textContent = on ? "Side by side" : "Full screen";
  }
}

function mobileMark(hue: string, words: string): void {
  find('.views [data-view="results"] .glyph').replaceChildren(h("span", { class: `verdict is-${hue}`, title: words }, shape(hue)));
}

for (const [selector, property, key, start, least, most] of [
  ['[aria-orientation="vertical"]', "--statement-share", "judge:pane:statement", 42, 15, 75],
  ['.separator[aria-orientation="horizontal"]', "--results-share", "judge:pane:results", 40, 12, 80],
] as const) {
  separate({ handle: find(selector), property, key, area: work, start, least, most });
}
tabList(find(".views"), (tab) => setView(tab.dataset.view as View));
tabList(find(".statement-tabs"), (tab) => setTab(tab.dataset.tab ?? "problem"));
for (const toggle of document.querySelectorAll<HTMLElement>(".full")) {
  toggle.addEventListener("click", () => setFull(work.dataset.full === toggle.dataset.pane ? null : (toggle.dataset.pane ?? null)));
}

const startAgain = (): void => restore(data.starter, "Reset to starter code.");
const addFile = (): void => askName("Add a file", "Name of the file", (name) => workspace.add(name));
document.querySelector("#restore-starter")?.addEventListener("click", startAgain);
document.querySelector("#show-attempts")?.addEventListener("click", () => {
  setFull(null);
  setView("problem");
  setTab("submissions");
});
document.querySelector("#add-file")?.addEventListener("click", addFile);
runButton.addEventListener("click", () => void hand("trial"));
submitButton.addEventListener("click", () => void hand("submit"));
listen([
  { key: ",", run: openSettings },
  { key: "enter", run: () => void hand("trial") },
  { key: "enter", shift: true, run: () => void hand("submit") },
  { key: "s", run: save },
]);
keepWayOut();
settings();
offer(
  { title: "Run the visible tests", hint: "this problem", keys: "Ctrl+Enter", run: () => void hand("trial") },
  { title: "Submit", hint: "this problem", keys: "Ctrl+Shift+Enter", run: () => void hand("submit") },
  { title: "Work on it with git", hint: "this problem", run: () => location.assign(data.urls.git) },
  { title: "View all submissions", hint: "this problem", run: () => location.assign(data.urls.submissions) },
  { title: "Show submissions", hint: "this problem", run: () => { setFull(null); setView("problem"); setTab("submissions"); } },
  ...codeActions(workspace),
  { title: "Reset to starter code", hint: "this problem", run: startAgain },
  { title: "Editor in full screen", hint: "this problem", run: () => setFull(work.dataset.full === "editor" ? null : "editor") },
  { title: "Statement in full screen", hint: "this problem", run: () => setFull(work.dataset.full === "statement" ? null : "statement") },
  { title: "Results in full screen", hint: "this problem", run: () => setFull(work.dataset.full === "results" ? null : "results") },
  { title: "Go to the code", hint: "this problem", run: () => { setView("code"); workspace.focus(); } },
  ...(data.extra ? [{ title: "Add a file", hint: "this problem", run: addFile }] : []),
);

// Hints open one after the other.
const hints = [...document.querySelectorAll<HTMLDetailsElement>(".hints details")];
hints.forEach((hint, index) => hint.addEventListener("toggle", () => {
  const next = hints[index + 1];
  if (hint.open && next) next.hidden = false;
}));

// The start: what the address says, what was left unfinished, then the big editor.
drawHistory(param("result"));
setTab(param("tab") === "submissions" ? "submissions" : "problem");
const view = param("view");
setView(view === "code" || view === "results" ? view : "problem");
const unfinished = sender.unfinished();
const shown = param("result");
if (unfinished) void judge(unfinished.purpose, unfinished.files);
else if (shown !== null && /^[0-9a-f-]{36}$/.test(shown)) watch(shown, null);
else showIdle();
results.removeAttribute("aria-busy");

// After two frames the page's text is on the screen.
requestAnimationFrame(() => requestAnimationFrame(() => {
  workspace.upgrade().catch((error: unknown) => {
    console.error(error);
    toast("Couldn't load the full editor. You can keep working in the basic one.");
  });
}));
