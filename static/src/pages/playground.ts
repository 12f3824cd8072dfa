/** The playground: code on one side, the program that runs on the other. */

import "../styles/problem.scss";
import "../styles/results.scss";
import "../styles/playground.scss";
import { Checking } from "../playground/checking";
import { showConflict } from "../playground/conflict";
import { data } from "../playground/data";
import { keptBreakpoints } from "../playground/debugging";
import { importRepository } from "../playground/repository";
import { Runner } from "../playground/runner";
import { Sharing } from "../playground/sharing";
import { treePane } from "../playground/tree";
import { setView } from "../playground/view";
import { Words } from "../playground/words";
import { codeActions } from "../shared/actions";
import { find } from "../shared/dom";
import type { Files } from "../shared/files";
import { Kept } from "../shared/kept";
import { listen } from "../shared/keys";
import { offer } from "../shared/palette";
import { separate } from "../shared/panes";
import { moduleOf } from "../shared/project";
import { gofmt } from "../shared/run";
import { openSettings, settings } from "../shared/settings";
import { SEEN_BY, type Visibility } from "../shared/snippet";
import { keepWayOut, showGopls, showLeaving } from "../shared/status";
import { toast } from "../shared/toast";
import { Workspace } from "../shared/workspace";

const saved = find(".saved");

// Files, kept in this browser at every change.

const kept = new Kept(`judge:play:${data.key}`, data.files, {
  kept: (done) => {
    saved.dataset.state = done ? "saved" : "offline";
    saved.textContent = done ? "Draft saved locally" : "Draft not saved: browser storage is full or disabled";
  },
  replaced: (files, mine) => {
    workspace.replaceAll(files);
    toast("Updated with changes from the other tab.", { label: "Undo", run: () => workspace.replaceAll(mine) });
  },
  conflict: (theirs) => showConflict(theirs, () => workspace.files(), decide),
});
const found = kept.open();

function decide(which: "mine" | "theirs"): void {
  const before = workspace.files();
  const files = kept.resolve(which);
  if (which === "theirs") replace(files, before, "Switched to the other version.");
}

function replace(files: Files, before: Files, words: string): void {
  workspace.replaceAll(files);
  toast(words, { label: "Undo", run: () => workspace.replaceAll(before) });
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
      runner.showButtons();
      checking?.changed();
    },
    leaving: showLeaving,
    save: () => sharing.save(),
    gopls: showGopls,
    gofmt,
    ...(isGo ? { breakpoints: { kept: keptBreakpoints(kept.name), changed: (file, all) => runner.debugging?.changed(file, all) } } : {}),
  },
  { tests: isGo, folders: isGo ? "go" : "plain", extensions: data.extensions, modules: data.modules },
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
  replace(data.files, workspace.files(), "Reset to the original program.");
  kept.forget();
}

const tree = treePane(workspace);
const words = new Words(() => kept.name);
const sharing = new Sharing(workspace, (snippet) => {
  kept.move(`judge:play:snippet:${snippet.id}:${snippet.version}`);
  words.keep();
});
const runner = new Runner(workspace, words, () => kept.name);
const checking = isGo && data.checks ? new Checking(workspace) : null;

// Panes, keys and the palette.

separate({
  handle: find('.separator[aria-orientation="vertical"]'),
  property: "--code-share", key: "judge:pane:play", area: find(".work"), start: 56, least: 25, most: 80,
});
const addFile = (): void => tree.add(tree.folder());
find("#add-file").addEventListener("click", addFile);
const fetchFiles = (): void => importRepository((files, from) => replace(files, workspace.files(), `The files of ${from} are here.`));
document.querySelector("#import")?.addEventListener("click", fetchFiles);
listen([
  { key: ",", run: openSettings },
  { key: "enter", run: () => void runner.start("run") },
  { key: "enter", shift: true, run: () => void runner.start("test") },
  { key: "s", run: () => sharing.save() },
]);
keepWayOut();
settings();
offer(
  { title: "Run the program", hint: "playground", keys: "Ctrl+Enter", run: () => void runner.start("run") },
  { title: "Run its tests", hint: "playground", keys: "Ctrl+Shift+Enter", run: () => void runner.start("test") },
  { title: "Run its benchmarks", hint: "playground", run: () => void runner.start("bench") },
  { title: "Fuzz a target", hint: "playground", run: () => void runner.start("fuzz") },
  { title: "Stop the program", hint: "playground", run: () => runner.stop() },
  { title: "Save", hint: "playground", keys: "Ctrl+S", run: () => sharing.save() },
  { title: "Share", hint: "playground", run: () => sharing.share() },
  { title: "Download as a zip", hint: "playground", run: () => sharing.download("zip") },
  ...(isGo ? [{ title: "Download as a Go module", hint: "playground", run: () => sharing.download("module") }] : []),
  { title: "Download as a git bundle", hint: "playground", run: () => sharing.download("bundle") },
  ...Object.entries(SEEN_BY).map(([visibility, words]) => ({
    title: `Set visibility: ${words.toLowerCase()}`, hint: "snippet", run: () => sharing.setVisibility(visibility as Visibility),
  })),
  ...(isGo ? codeActions(workspace) : []),
  ...(isGo && data.imports ? [{ title: "Import a repository", hint: "playground", run: fetchFiles }] : []),
  { title: "Add a file", hint: "playground", run: addFile },
  { title: "Add a folder", hint: "playground", run: () => tree.addFolder() },
  { title: "Show or hide the files", hint: "playground", run: () => find("#files").click() },
  { title: "Reset to the original program", hint: "playground", run: startAgain },
  { title: "Go to the code", hint: "playground", run: () => { setView("code"); workspace.focus(); } },
);
if (found) toast("Restored your last draft.", { label: "Start again", run: startAgain });
runner.showButtons();

requestAnimationFrame(() => requestAnimationFrame(() => {
  workspace.upgrade().catch((error: unknown) => {
    console.error(error);
    toast("Couldn't load the full editor. You can keep working in the basic one.");
  });
}));
