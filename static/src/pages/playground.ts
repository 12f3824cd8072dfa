/** The playground: code on one side, the program that runs on the other. */

import "../styles/problem.scss";
import "../styles/results.scss";
import "../styles/playground.scss";
import { splitArguments } from "../shared/arguments";
import { Console } from "../shared/console";
import { bytes, hueOf, seconds, type Result } from "../shared/data";
import { askName, showSheet } from "../shared/dialog";
import { button, find, h, pageData, shape } from "../shared/dom";
import type { Files } from "../shared/files";
import { Kept } from "../shared/kept";
import { listen } from "../shared/keys";
import { offer } from "../shared/palette";
import { separate } from "../shared/panes";
import { Patience } from "../shared/patience";
import type { Place } from "../shared/places";
import { drawResult, drawVerdict } from "../shared/results";
import { Run, type End, type RunMessage } from "../shared/run";
import { Keeper, SEEN_BY, type Snippet, type Visibility } from "../shared/snippet";
import { drawDifference } from "../shared/table";
import { codeActions } from "../shared/actions";
import { settings, openSettings } from "../shared/settings";
import { keepWayOut, showGopls, showLeaving } from "../shared/status";
import { select, tabList } from "../shared/tabs";
import { toast } from "../shared/toast";
import { Workspace } from "../shared/workspace";

interface Data {
  /** Under which name the browser keeps what was changed here. */
  key: string;
  files: Files;
  language: string;
  /** How the names of its files may end. */
  extensions: string[];
  title?: string;
  signedIn: boolean;
  snippet?: Snippet & { shown: number };
}

const data = pageData("play-data") as Data;
const work = find(".work");
const status = find(".run-bar .status");
const screen = find(".screen");
const saved = find(".saved");
const runButton = find<HTMLButtonElement>("#run");
const testButton = find<HTMLButtonElement>("#test");
const stopButton = find<HTMLButtonElement>("#stop");
const stdin = find<HTMLTextAreaElement>("#stdin");
const argumentsField = find<HTMLInputElement>("#arguments");

const patience = new Patience([runButton, testButton], () => say("new", "You can run again"));
let run: Run | null = null;
let running = false;

// Files, kept in this browser at every change.

const kept = new Kept(`judge:play:${data.key}`, data.files, {
  kept: (done) => {
    saved.dataset.state = done ? "saved" : "offline";
    saved.textContent = done ? "Kept on this device" : "Not kept: this browser's storage is full or off. Save it, or copy it";
  },
  replaced: (files, mine) => {
    workspace.replaceAll(files);
    toast("What was changed in the other tab is here.", { label: "Undo", run: () => workspace.replaceAll(mine) });
  },
  conflict: showConflict,
});
const found = kept.open();

function showConflict(theirs: Files | null): void {
  const bar = find(".conflict");
  bar.classList.toggle("open", theirs !== null);
  if (theirs === null) return;
  const decide = (which: "mine" | "theirs"): void => {
    const before = workspace.files();
    const files = kept.resolve(which);
    if (which === "mine") return;
    workspace.replaceAll(files);
    toast("The other version is here now.", { label: "Undo", run: () => workspace.replaceAll(before) });
  };
  bar.replaceChildren(
    h("p", {}, "This program was also changed in another tab. Which version do you want to keep?"),
    button("See the difference", "btn btn-small", () => showSheet("The other version, and what is here", drawDifference(theirs, workspace.files()))),
    button("Take the other", "btn btn-small", () => decide("theirs")),
    button("Keep what is here", "btn btn-small btn-primary", () => decide("mine")),
  );
}

const workspace = new Workspace(
  find(".file-tabs"), find(".monaco-host"), find<HTMLTextAreaElement>(".plain-code"), found ?? data.files, {}, [],
  {
    changed: (files) => {
      kept.changed(files);
      showButtons();
    },
    leaving: showLeaving,
    save: () => save(),
    gopls: showGopls,
  },
  { tests: data.language === "go", extensions: data.extensions },
  data.language === "go" && data.signedIn ? { path: "play", go: "" } : null,
);
workspace.onRemove = (name) => {
  if (workspace.names().length === 1) {
    toast("A program needs at least one file.");
    return;
  }
  const before = workspace.files();
  workspace.remove(name);
  toast(`${name} was removed.`, { label: "Undo", run: () => workspace.replaceAll(before) });
};

function startAgain(): void {
  const before = workspace.files();
  workspace.replaceAll(data.files);
  kept.forget();
  toast("What this page came with is back.", { label: "Undo", run: () => workspace.replaceAll(before) });
}

// Saving and sharing.

const keeper = new Keeper(data.snippet ?? null, data.signedIn, data.language, () => workspace.files(), (snippet) => {
  kept.move(`judge:play:snippet:${snippet.id}:${snippet.version}`);
  history.replaceState(null, "", new URL(snippet.url).pathname);
  document.title = `${snippet.title} · judge`;
  saved.textContent = `Saved as version ${snippet.version}`;
  find(".play-title").textContent = snippet.title;
  showMenu();
}, (seconds) => savePatience.take(seconds));

function showMenu(): void {
  const { snippet } = keeper;
  for (const item of document.querySelectorAll<HTMLElement>("[data-needs]")) {
    item.hidden = item.dataset.needs === "own" ? !snippet?.own : !snippet;
  }
  for (const item of document.querySelectorAll<HTMLElement>("[data-visibility]")) {
    item.setAttribute("aria-checked", String(snippet?.visibility === item.dataset.visibility));
  }
}

const menu: Record<string, () => void> = {
  share: () => keeper.share(),
  rename: () => keeper.rename(),
  versions: () => void keeper.showVersions(),
  embed: () => keeper.showEmbedding(),
  remove: () => keeper.remove(),
};
for (const item of document.querySelectorAll<HTMLElement>("[data-act]")) {
  item.addEventListener("click", () => menu[item.dataset.act ?? ""]?.());
}
for (const item of document.querySelectorAll<HTMLElement>("[data-visibility]")) {
  item.addEventListener("click", () => keeper.setVisibility(item.dataset.visibility as Visibility));
}
const savePatience = new Patience([find("#save")]);
const save = (): void => {
  if (!savePatience.waiting()) void workspace.tidy("save").then(() => keeper.save());
};
find("#save").addEventListener("click", save);
showMenu();

// Running.

const going = {
  known: (file: string) => workspace.has(file),
  go: (place: Place) => {
    setView("code");
    workspace.reveal(place);
  },
};
const output = new Console(screen, going);

async function start(type: "run" | "test"): Promise<void> {
  if (patience.waiting()) return;
  await workspace.tidy("run");
  const files = workspace.files();
  const tests = Object.keys(files).some((name) => name.endsWith("_test.go"));
  if (type === "test" && !tests) return;
  // As in Go's own playground: where there is no main function, the tests are what runs.
  const kind = tests && !Object.values(files).some((text) => /^func main\(\)/m.test(text)) ? "test" : type;
  run?.abandon();
  workspace.mark([], []);
  output.clear();
  setView("results");
  setRunning(true);
  say("running", "Starting");
  run = new Run({ type: kind, language: data.language, files, args: splitArguments(argumentsField.value) }, take);
}

function take(message: RunMessage): void {
  switch (message.type) {
    case "queued":
    case "building":
      say("running", message.type === "queued" ? "Waiting for a place" : "Building");
      break;
    case "running":
      say("running", "Running");
      setTyping(true);
      break;
    case "output":
      output.write(message.stream, message.data);
      break;
    case "test":
      if (message.test.status) say("running", `${message.test.name} ${message.test.status}`);
      break;
    case "ignored":
      toast(message.message);
      break;
    case "refused":
      finish("compile", "Not run");
      patience.take(message.retry_after);
      output.end(sentence(message.message));
      break;
    case "end":
      ended(message);
  }
}

function ended(end: End): void {
  const stopped = end.verdict === "stopped";
  const failedToBuild = (end.diagnostics?.length ?? 0) > 0;
  const tested = (end.tests?.length ?? 0) > 0;
  workspace.mark(end.diagnostics ?? [], end.warnings ?? []);
  const hue = stopped ? "new" : hueOf(end.verdict);
  const words = headline(end, tested);
  finish(hue, words);
  if (failedToBuild || tested) {
    const result: Result = {
      id: "", state: "done", purpose: "submit", verdict: end.verdict, label: words,
      message: failedToBuild ? "" : end.message, groups: [],
      tests: (end.tests ?? []).map((test) => ({ ...test, visible: true })),
      build: { ok: !failedToBuild, seconds: end.build_seconds ?? 0, diagnostics: end.diagnostics ?? [] },
      warnings: end.warnings ?? [],
    };
    screen.replaceChildren(drawResult(result, going));
    return;
  }
  output.end(epilogue(end));
}

function headline(end: End, tested: boolean): string {
  if (end.verdict === "accepted") return tested ? "Tests pass" : "Finished";
  if (end.verdict === "wrong_answer") return "Tests fail";
  if (end.verdict === "compile_error") return data.language === "go" ? "Build failed" : "Syntax error";
  if (end.verdict === "internal_error") return "Not run";
  if (end.verdict === "runtime_error" && end.run?.exit_code) return `Exit code ${end.run.exit_code}`;
  return end.label ?? "Finished";
}

function epilogue(end: End): HTMLElement {
  const usage = end.run;
  const facts = usage
    ? [`${seconds(usage.wall_seconds)} on the clock`, `${seconds(usage.cpu_seconds)} CPU`, bytes(usage.memory_bytes)]
    : [];
  if (usage?.signal) facts.unshift(`ended by ${usage.signal}`);
  else if (typeof usage?.exit_code === "number") facts.unshift(`exit code ${usage.exit_code}`);
  const quiet = usage?.output_bytes === 0 && end.verdict === "accepted" ? "It printed nothing. " : "";
  // A crash has printed its own reason.
  const said = end.verdict === "accepted" || end.verdict === "runtime_error" ? "" : sentence(end.message);
  return h("span", {}, quiet, said !== "" && h("strong", {}, said, " "), h("span", { class: "muted" }, facts.join(" · ")));
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital === "" || /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

function finish(hue: string, words: string): void {
  run = null;
  setRunning(false);
  say(hue, words);
}

function say(hue: string, words: string): void {
  status.replaceChildren(drawVerdict(hue as "running", words));
  find('.views [data-view="results"] .glyph').replaceChildren(h("span", { class: `verdict is-${hue}`, title: words }, shape(hue)));
}

function setRunning(on: boolean): void {
  running = on;
  if (!on) setTyping(false);
  showButtons();
}

function showButtons(): void {
  const tests = workspace.names().some((name) => name.endsWith("_test.go"));
  const focused = document.activeElement === stopButton || document.activeElement === runButton;
  stopButton.hidden = !running;
  runButton.hidden = running;
  testButton.hidden = running || !tests;
  if (focused) (running ? stopButton : runButton).focus();
}

// Typing.

function setTyping(on: boolean): void {
  const leave = !on && document.activeElement === stdin;
  for (const id of ["#stdin", "#send", "#eof"]) find<HTMLButtonElement | HTMLTextAreaElement>(id).disabled = !on;
  if (leave) workspace.focus();
}

function send(): void {
  const text = `${stdin.value}\n`;
  run?.stdin(text);
  output.typed(text);
  stdin.value = "";
}

function endInput(): void {
  if (stdin.value !== "") {
    run?.stdin(stdin.value);
    output.typed(stdin.value);
    stdin.value = "";
  }
  run?.eof();
  toast("The input has ended for the program.");
}

stdin.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (key === "enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  } else if (event.ctrlKey && key === "d") {
    event.preventDefault();
    endInput();
  } else if (event.ctrlKey && key === "c" && stdin.selectionStart === stdin.selectionEnd) {
    event.preventDefault();
    run?.interrupt();
    output.typed("^C\n");
  }
});
find(".console-in").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
  stdin.focus();
});
find("#eof").addEventListener("click", endInput);

// Panes, keys and the palette.

function setView(view: "code" | "results"): void {
  work.dataset.view = view;
  select(find(".views"), find(`.views [data-view="${view}"]`));
}

separate({
  handle: find('.separator[aria-orientation="vertical"]'),
  property: "--code-share", key: "judge:pane:play", area: work, start: 56, least: 25, most: 80,
});
tabList(find(".views"), (tab) => setView(tab.dataset.view === "results" ? "results" : "code"));
const addFile = (): void => askName("Add a file", "Name of the file", (name) => workspace.add(name));
find("#add-file").addEventListener("click", addFile);
runButton.addEventListener("click", () => void start("run"));
testButton.addEventListener("click", () => void start("test"));
stopButton.addEventListener("click", () => run?.stop());
listen([
  { key: ",", run: openSettings },
  { key: "enter", run: () => void start("run") },
  { key: "enter", shift: true, run: () => void start("test") },
  { key: "s", run: save },
]);
keepWayOut();
settings();
offer(
  { title: "Run the program", hint: "playground", keys: "Ctrl+Enter", run: () => void start("run") },
  { title: "Run its tests", hint: "playground", keys: "Ctrl+Shift+Enter", run: () => void start("test") },
  { title: "Stop the program", hint: "playground", run: () => run?.stop() },
  { title: "Save", hint: "playground", keys: "Ctrl+S", run: save },
  { title: "Share", hint: "playground", run: () => keeper.share() },
  ...Object.entries(SEEN_BY).map(([visibility, words]) => ({
    title: `Let it be seen by: ${words.toLowerCase()}`, hint: "snippet", run: () => keeper.setVisibility(visibility as Visibility),
  })),
  ...(data.language === "go" ? codeActions(workspace) : []),
  { title: "Add a file", hint: "playground", run: addFile },
  { title: "Restore what this page came with", hint: "playground", run: startAgain },
  { title: "Go to the code", hint: "playground", run: () => { setView("code"); workspace.focus(); } },
);
if (found) toast("What you wrote here before is back.", { label: "Start again", run: startAgain });
showButtons();

requestAnimationFrame(() => requestAnimationFrame(() => {
  workspace.upgrade().catch((error: unknown) => {
    console.error(error);
    toast("The big editor could not be loaded. You can go on in this plain one.");
  });
}));
