/** The playground: code on one side, the program that runs on the other. */

import "../styles/problem.scss";
import "../styles/results.scss";
import "../styles/playground.scss";
import { drawBenchmarks, readBenchmarks, type Measured } from "../shared/bench";
import { splitArguments, splitVariables } from "../shared/arguments";
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
import { isTest, moduleOf, programs } from "../shared/project";
import { drawDiagnostics, drawResult, drawVerdict } from "../shared/results";
import { gofmt, Run, type End, type RunMessage } from "../shared/run";
import { Keeper, SEEN_BY, type Form, type Snippet, type Visibility } from "../shared/snippet";
import { read, remove, write } from "../shared/store";
import { drawDifference } from "../shared/table";
import { codeActions } from "../shared/actions";
import { settings, openSettings } from "../shared/settings";
import { keepWayOut, showGopls, showLeaving } from "../shared/status";
import { select, tabList } from "../shared/tabs";
import { toast } from "../shared/toast";
import { FileTree } from "../shared/tree";
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
  /** The go.mod of a program that gets its first folder. */
  goMod: string;
}

const data = pageData("play-data") as Data;
const work = find(".work");
const status = find(".run-bar .status");
const screen = find(".screen");
const saved = find(".saved");
const runButton = find<HTMLButtonElement>("#run");
const testButton = find<HTMLButtonElement>("#test");
const benchButton = find<HTMLButtonElement>("#bench");
const stopButton = find<HTMLButtonElement>("#stop");
const stdin = find<HTMLTextAreaElement>("#stdin");
const argumentsField = find<HTMLInputElement>("#arguments");
const variablesField = find<HTMLInputElement>("#variables");

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

const isGo = data.language === "go";
/** The module that a language server is told of where there is no go.mod. */
const FLAT = { path: "play", go: "" };
const workspace = new Workspace(
  find(".file-tabs"), find(".monaco-host"), find<HTMLTextAreaElement>(".plain-code"), found ?? data.files, {}, [],
  {
    changed: (files) => {
      kept.changed(files);
      workspace.enterModule(moduleOf(files, FLAT));
      showButtons();
    },
    leaving: showLeaving,
    save: () => save(),
    gopls: showGopls,
    gofmt,
  },
  { tests: isGo, folders: isGo, extensions: data.extensions },
  isGo && data.signedIn ? moduleOf(found ?? data.files, FLAT) : null,
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

// The tree of files, beside the code or on a phone over it.

const treeBox = document.querySelector<HTMLElement>("#file-tree");
const treeButton = document.querySelector<HTMLButtonElement>("#files");
const TREE_KEY = "judge:play:tree";
const narrow = matchMedia("(max-width: 820px)");

function showTree(on: boolean): void {
  if (!treeBox || !treeButton) return;
  treeBox.hidden = !on;
  treeButton.setAttribute("aria-expanded", String(on));
}

const tree = treeBox && new FileTree(find(".file-list", treeBox), workspace, () => {
  if (narrow.matches) showTree(false);
}, data.goMod);
if (tree) {
  workspace.onDraw = () => tree.draw();
  treeButton?.addEventListener("click", () => {
    showTree(treeBox.hidden !== false);
    if (!narrow.matches) write(TREE_KEY, !treeBox.hidden);
    if (!treeBox.hidden) treeBox.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
  });
  treeBox.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches) return;
    showTree(false);
    treeButton?.focus();
  });
  find("#tree-file").addEventListener("click", () => tree.add());
  find("#tree-folder").addEventListener("click", () => tree.addFolder());
  const wanted = read(TREE_KEY);
  showTree(!narrow.matches && (typeof wanted === "boolean" ? wanted : workspace.hasFolders()));
}

// Arguments and environment, kept in this browser beside the files.

function keepWords(): void {
  const words = { args: argumentsField.value, env: variablesField.value };
  if (words.args === "" && words.env === "") remove(`${kept.name}:words`);
  else write(`${kept.name}:words`, words);
}

const words = read(`${kept.name}:words`) as { args?: unknown; env?: unknown } | null;
if (typeof words?.args === "string") argumentsField.value = words.args;
if (typeof words?.env === "string") variablesField.value = words.env;
find<HTMLDetailsElement>(".arguments").open = argumentsField.value !== "" || variablesField.value !== "";
for (const field of [argumentsField, variablesField]) field.addEventListener("input", keepWords);

// Saving and sharing.

const keeper = new Keeper(data.snippet ?? null, data.signedIn, data.language, () => workspace.files(), (snippet) => {
  kept.move(`judge:play:snippet:${snippet.id}:${snippet.version}`);
  keepWords();
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
  format: () => void workspace.format(),
};
for (const item of document.querySelectorAll<HTMLElement>("[data-act]")) {
  item.addEventListener("click", () => menu[item.dataset.act ?? ""]?.());
}
for (const item of document.querySelectorAll<HTMLElement>("[data-visibility]")) {
  item.addEventListener("click", () => keeper.setVisibility(item.dataset.visibility as Visibility));
}
const download = (form: Form): void => void keeper.download(form, data.title ?? "");
for (const item of document.querySelectorAll<HTMLElement>("[data-download]")) {
  item.addEventListener("click", () => download(item.dataset.download as Form));
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

const chosen = find<HTMLSelectElement>("#program");

/** Several programs in one module: which of them is run. */
function showPrograms(files: Files): void {
  const found = isGo ? programs(files) : [];
  const names = [...chosen.options].map(({ value }) => value);
  chosen.hidden = found.length < 2;
  if (names.join() === found.join()) return;
  const before = chosen.value;
  chosen.replaceChildren(...found.map((folder) => h("option", { value: folder }, folder === "" ? "main" : folder)));
  chosen.value = found.includes(before) ? before : (found[0] ?? "");
}

type Kind = "run" | "test" | "bench";

async function start(type: Kind): Promise<void> {
  if (patience.waiting()) return;
  await workspace.tidy("run");
  const files = workspace.files();
  const tests = Object.keys(files).some(isTest);
  if ((type === "test" && !tests) || (type === "bench" && !hasBenchmarks(files))) return;
  showPrograms(files);
  // As in Go's own playground: where there is no main function, the tests are what runs.
  const kind = type === "run" && tests && !Object.values(files).some((text) => /^func main\(\)/m.test(text)) ? "test" : type;
  const variables = splitVariables(variablesField.value);
  find("#variables-wrong").textContent = "wrong" in variables ? `${variables.wrong}.` : "";
  if ("wrong" in variables) {
    setView("results");
    find<HTMLDetailsElement>(".arguments").open = true;
    variablesField.focus();
    return;
  }
  run?.abandon();
  workspace.mark([], []);
  output.clear();
  printed = "";
  benching = kind === "bench";
  setView("results");
  setRunning(true);
  say("running", "Starting");
  run = new Run({
    type: kind, language: data.language, files, args: splitArguments(argumentsField.value), env: variables.env,
    ...(benching ? { seconds: benchSeconds } : {}),
    ...(kind === "run" && !chosen.hidden ? { package: chosen.value } : {}),
  }, take);
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
      if (benching && message.stream === "stdout") printed += message.data;
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

// Benchmarks.

let benching = false;
let printed = "";
let benchSeconds = 0.2;

function hasBenchmarks(files: Files): boolean {
  return Object.entries(files).some(([name, text]) => isTest(name) && /^func Benchmark/m.test(text));
}

/** The table, then what was printed: a benchmark that failed says why there. */
function showBenchmarks(end: End): void {
  const now = readBenchmarks(printed);
  const key = `${kept.name}:bench`;
  const before = read(key);
  const table = drawBenchmarks(now, Array.isArray(before) ? (before as Measured[]) : []);
  write(key, now);
  const times = h("select", { class: "form-select form-select-sm", "aria-label": "How long each benchmark is measured" },
    ...[0.05, 0.2, 1, 2].map((time) => h("option", { value: time, selected: time === benchSeconds }, `${time} s each`)));
  times.addEventListener("change", () => {
    benchSeconds = Number(times.value);
  });
  output.end(epilogue(end));
  // The console draws once a frame; the table stands above what it drew.
  requestAnimationFrame(() => screen.prepend(h("div", { class: "benchmarks" }, table, h("p", { class: "muted" }, "Measured in a container that others share: look at ratios rather than at times.", times))));
}

/** The tests of each package, one below the other. */
function drawPackages(ends: End[]): HTMLElement {
  return h("div", {}, ...ends.map((end) => h(
    "section",
    { class: "tested-package" },
    h("h2", { class: "package-name" }, end.folder || "The module's own folder"),
    drawResult(resultOf(end, headline(end, true)), goingIn(end.folder ?? "")),
  )));
}

/** Tests name files without their folder. */
function goingIn(folder: string): typeof going {
  const full = (file: string): string => (folder !== "" && going.known(`${folder}/${file}`) ? `${folder}/${file}` : file);
  return { known: (file) => going.known(full(file)), go: (place) => going.go({ ...place, file: full(place.file) }) };
}

function resultOf(end: End, words: string): Result {
  const failed = (end.diagnostics?.length ?? 0) > 0;
  return {
    id: "", state: "done", purpose: "submit", verdict: end.verdict, label: words,
    message: failed ? "" : end.message, groups: [],
    tests: (end.tests ?? []).map((test) => ({ ...test, visible: true })),
    build: { ok: !failed, seconds: end.build_seconds ?? 0, diagnostics: end.diagnostics ?? [] },
    warnings: end.warnings ?? [],
  };
}

function ended(end: End): void {
  const stopped = end.verdict === "stopped";
  const failedToBuild = (end.diagnostics?.length ?? 0) > 0;
  const tested = (end.tests?.length ?? 0) > 0 || end.packages !== undefined;
  workspace.mark(end.diagnostics ?? [], end.warnings ?? []);
  const hue = stopped ? "new" : hueOf(end.verdict);
  const words = headline(end, tested);
  finish(hue, words);
  if (benching && readBenchmarks(printed).length > 0) {
    showBenchmarks(end);
    return;
  }
  if (end.packages) {
    screen.replaceChildren(end.message !== "" ? h("p", {}, h("strong", {}, sentence(end.message))) : "", drawPackages(end.packages));
    return;
  }
  if (failedToBuild || tested) {
    screen.replaceChildren(drawResult(resultOf(end, words), goingIn(end.folder ?? "")));
    return;
  }
  const noticed = drawDiagnostics("Worth a look", end.warnings ?? [], going, "go vet noticed this");
  output.end(epilogue(end));
  if (noticed) output.add(noticed);
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
  const tests = workspace.names().some(isTest);
  if (!running) showPrograms(workspace.files());
  const focused = document.activeElement === stopButton || document.activeElement === runButton;
  stopButton.hidden = !running;
  runButton.hidden = running;
  testButton.hidden = running || !tests;
  benchButton.hidden = running || !tests || !hasBenchmarks(workspace.files());
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
const addFile = (): void => tree ? tree.add(tree.folder()) : askName("Add a file", "Name of the file", (name) => workspace.add(name));
find("#add-file").addEventListener("click", addFile);
runButton.addEventListener("click", () => void start("run"));
testButton.addEventListener("click", () => void start("test"));
benchButton.addEventListener("click", () => void start("bench"));
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
  { title: "Run its benchmarks", hint: "playground", run: () => void start("bench") },
  { title: "Stop the program", hint: "playground", run: () => run?.stop() },
  { title: "Save", hint: "playground", keys: "Ctrl+S", run: save },
  { title: "Share", hint: "playground", run: () => keeper.share() },
  { title: "Download as a zip", hint: "playground", run: () => download("zip") },
  ...(isGo ? [{ title: "Download as a Go module", hint: "playground", run: () => download("module") }] : []),
  { title: "Download as a git bundle", hint: "playground", run: () => download("bundle") },
  ...Object.entries(SEEN_BY).map(([visibility, words]) => ({
    title: `Let it be seen by: ${words.toLowerCase()}`, hint: "snippet", run: () => keeper.setVisibility(visibility as Visibility),
  })),
  ...(data.language === "go" ? codeActions(workspace) : []),
  { title: "Add a file", hint: "playground", run: addFile },
  ...(tree ? [
    { title: "Add a folder", hint: "playground", run: () => tree.addFolder() },
    { title: "Show or hide the files", hint: "playground", run: () => treeButton?.click() },
  ] : []),
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
