/** Running the program, its tests, its benchmarks and fuzz targets, and what is seen of it. */

import { Console } from "../shared/console";
import { hueOf } from "../shared/data";
import { find, h, shape } from "../shared/dom";
import type { Files } from "../shared/files";
import { targetsOf } from "../shared/fuzz";
import { Patience } from "../shared/patience";
import { programs } from "../shared/project";
import { drawDiagnostics, drawResult, drawVerdict } from "../shared/results";
import { Run, type End, type RunMessage } from "../shared/run";
import type { Going } from "../shared/text";
import { toast } from "../shared/toast";
import type { Workspace } from "../shared/workspace";
import { Benchmarks, hasBenchmarks } from "./benchmarks";
import { data } from "./data";
import { Debugging } from "./debugging";
import { drawPackages, epilogue, goingIn, headline, keptNote, resultOf, sentence } from "./end";
import { Fuzzing } from "./fuzzing";
import { offerRequires } from "./requires";
import { isTestFile, testsAlone } from "./tests";
import { Typing } from "./typing";
import { setView } from "./view";
import type { Words } from "./words";

export type Kind = "run" | "test" | "bench" | "fuzz" | "debug";

const WAITS = {
  queued: "Waiting in queue", fetching: "Fetching modules", building: data.language === "go" ? "Building" : "Checking the syntax",
};
const isGo = data.language === "go";
const status = find(".run-bar .status");
const screen = find(".screen");
const runButton = find<HTMLButtonElement>("#run");
const testButton = find<HTMLButtonElement>("#test");
const benchButton = find<HTMLButtonElement>("#bench");
const fuzzButton = find<HTMLButtonElement>("#fuzz");
const stopButton = find<HTMLButtonElement>("#stop");
const chosen = find<HTMLSelectElement>("#program");

export class Runner {
  private readonly going: Going;
  private readonly output: Console;
  private readonly typing: Typing;
  private readonly benchmarks: Benchmarks;
  private readonly fuzzing: Fuzzing;
  private readonly patience = new Patience([runButton, testButton], () => say("new", "You can run again"));
  private run: Run | null = null;
  private running = false;
  private benching = false;
  private fuzzes = false;
  /** Where there is a debugger: for Go. */
  readonly debugging: Debugging | null;

  /** `name` tells under which name the browser keeps the files. */
  constructor(private readonly workspace: Workspace, private readonly words: Words, name: () => string) {
    this.going = {
      known: (file) => workspace.has(file),
      go: (place) => {
        setView("code");
        workspace.reveal(place);
      },
    };
    this.output = new Console(screen, this.going);
    this.typing = new Typing(this.output, () => workspace.focus());
    this.benchmarks = new Benchmarks(name);
    this.fuzzing = new Fuzzing(workspace, this.going);
    this.debugging = isGo ? new Debugging(workspace, name, this.going, {
      say, start: () => void this.start("debug"), stop: () => this.stop(), running: () => this.running,
    }) : null;
    runButton.addEventListener("click", () => void this.start("run"));
    testButton.addEventListener("click", () => void this.start("test"));
    benchButton.addEventListener("click", () => void this.start("bench"));
    fuzzButton.addEventListener("click", () => void this.start("fuzz"));
    stopButton.addEventListener("click", () => this.stop());
  }

  /** `fresh`: a result that is known already will not do. */
  async start(type: Kind, fresh = false): Promise<void> {
    if (this.patience.waiting()) return;
    await this.workspace.tidy("run");
    const files = this.workspace.files();
    const tests = Object.keys(files).some(isTestFile);
    if ((type === "test" && !tests) || (type === "bench" && !hasBenchmarks(files)) || (type === "fuzz" && !fuzzable(files))) return;
    showPrograms(files);
    const test = type === "debug" ? this.debugging?.test() : undefined;
    const kind = type === "run" && testsAlone(files) ? "test" : type;
    const words = this.words.read();
    setView("results");
    if (words === null) {
      this.words.focus();
      return;
    }
    this.clear();
    this.benching = kind === "bench";
    this.fuzzes = kind === "fuzz";
    const fuzzed = this.fuzzes ? this.fuzzing.begin(files) : null;
    this.setRunning(true);
    say("running", "Starting");
    const run = new Run({
      type: kind, language: data.language, files, ...words, fresh,
      ...fuzzed,
      ...(this.benching ? { seconds: this.benchmarks.seconds } : {}),
      ...((kind === "run" || kind === "debug") && !test && !chosen.hidden ? { package: chosen.value } : {}),
      ...(test ? { test: test.name, package: test.folder } : {}),
    }, (message) => this.take(message));
    this.run = run;
    if (kind === "debug") this.debugging?.begin(run);
  }

  stop(): void {
    this.run?.stop();
  }

  /** What can be pressed now. */
  showButtons(): void {
    const tests = this.workspace.names().some(isTestFile);
    if (!this.running) showPrograms(this.workspace.files());
    const focused = document.activeElement === stopButton || document.activeElement === runButton;
    stopButton.hidden = !this.running;
    runButton.hidden = this.running;
    testButton.hidden = this.running || !tests;
    benchButton.hidden = this.running || !tests || !hasBenchmarks(this.workspace.files());
    fuzzButton.hidden = this.running || !tests || !fuzzable(this.workspace.files());
    this.debugging?.showButtons(this.workspace.files());
    if (focused) (this.running ? stopButton : runButton).focus();
  }

  private clear(): void {
    this.run?.abandon();
    this.workspace.mark([], []);
    this.output.clear();
    this.benchmarks.clear();
    this.fuzzing.hide();
  }

  private take(message: RunMessage): void {
    switch (message.type) {
      case "queued":
      case "fetching":
      case "building":
        say("running", WAITS[message.type]);
        break;
      case "fuzz":
        this.fuzzing.take(message);
        break;
      case "running":
        say("running", this.fuzzes ? "Fuzzing" : "Running");
        this.typing.to(this.run);
        break;
      case "preparing":
        say("running", `Preparing: ${message.step}, ${message.percent} %`);
        break;
      case "dap":
        this.debugging?.take(message.message);
        break;
      case "output":
        this.output.write(message.stream, message.data);
        if (this.benching && message.stream === "stdout") this.benchmarks.take(message.data);
        break;
      case "test":
        if (message.test.status) say("running", `${message.test.name} ${message.test.status}`);
        break;
      case "ignored":
        toast(message.message);
        break;
      case "refused":
        this.finish("compile", "Not run");
        this.patience.take(message.retry_after);
        this.output.end(sentence(message.message));
        break;
      case "end":
        this.ended(message);
    }
  }

  private ended(end: End): void {
    const failedToBuild = (end.diagnostics?.length ?? 0) > 0;
    const tested = (end.tests?.length ?? 0) > 0 || end.packages !== undefined || end.verdict === "wrong_answer";
    const words = (this.fuzzes ? this.fuzzing.headline() : null) ?? headline(end, tested);
    this.workspace.mark(end.diagnostics ?? [], end.warnings ?? []);
    this.finish(end.verdict === "stopped" ? "new" : hueOf(end.verdict), words);
    const table = this.benching ? this.benchmarks.draw() : null;
    if (table) this.showTable(table, end);
    else if (end.packages) {
      screen.replaceChildren(end.message !== "" ? h("p", {}, h("strong", {}, sentence(end.message))) : "", drawPackages(end.packages, this.going));
    } else if (failedToBuild || (tested && !this.fuzzes)) {
      screen.replaceChildren(drawResult(resultOf(end, words), goingIn(end.folder ?? "", this.going)));
      if (end.requires?.length) screen.prepend(offerRequires(this.workspace, end.requires, () => void this.start("run")));
    } else this.showEnd(end);
    if (end.kept_seconds !== undefined) this.output.add(keptNote(end.kept_seconds, () => void this.start("run", true)));
  }

  /** The table, then what was printed: a benchmark that failed says why there. */
  private showTable(table: HTMLElement, end: End): void {
    this.output.end(epilogue(end));
    // The console draws once a frame; the table stands above what it drew.
    requestAnimationFrame(() => screen.prepend(table));
  }

  private showEnd(end: End): void {
    const noticed = drawDiagnostics("Warnings", end.warnings ?? [], this.going, "go vet noticed this");
    this.output.end(epilogue(end));
    if (noticed) this.output.add(noticed);
  }

  private finish(hue: string, words: string): void {
    this.run = null;
    this.debugging?.end();
    if (this.fuzzes) this.fuzzing.end();
    this.setRunning(false);
    say(hue, words);
  }

  private setRunning(on: boolean): void {
    this.running = on;
    if (!on) this.typing.to(null);
    this.showButtons();
  }
}

function fuzzable(files: Files): boolean {
  return isGo && targetsOf(files).length > 0;
}

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

function say(hue: string, words: string): void {
  status.replaceChildren(drawVerdict(hue as "running", words));
  find('.views [data-view="results"] .glyph').replaceChildren(h("span", { class: `verdict is-${hue}`, title: words }, shape(hue)));
}
