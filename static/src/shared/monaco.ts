/** Monaco, with the features and languages we use and no others. Loaded after the page's text. */

import * as monaco from "monaco-editor/editor";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/caretOperations/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codeEditor/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/contextmenu/register";
import "monaco-editor/features/cursorUndo/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/fontZoom/register";
import "monaco-editor/features/gotoError/register";
import "monaco-editor/features/gotoLine/register";
import "monaco-editor/features/hover/register";
import "monaco-editor/features/indentation/register";
import "monaco-editor/features/lineSelection/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/longLinesHelper/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/quickCommand/register";
import "monaco-editor/features/readOnlyMessage/register";
import "monaco-editor/features/smartSelect/register";
import "monaco-editor/features/snippet/register";
// What `features/suggest/register` should name, and names only a part of.
import "monaco-editor/editor/contrib/suggest/browser/suggestController";
import "monaco-editor/features/toggleTabFocusMode/register";
import "monaco-editor/features/unicodeHighlighter/register";
import "monaco-editor/features/unusualLineTerminators/register";
import "monaco-editor/features/wordHighlighter/register";
import "monaco-editor/features/wordOperations/register";
import "monaco-editor/languages/definitions/go/register";
import "monaco-editor/languages/definitions/javascript/register";
import "monaco-editor/languages/definitions/python/register";
import EditorWorker from "monaco-editor/editor/editor.worker?worker";
import { bind, type Bindings } from "./bindings";
import { Margin } from "./breakpoints";
import type { Diagnostic } from "./data";
import type { Breakpoints } from "./debugger";
import { find } from "./dom";
import { explain } from "./explain";
import { forgetFindings, keepTold, markFindings, modelUri, organiseImports, teach } from "./golang";
import type { Finding, Gopls } from "./gopls";
import type { Place } from "./places";
import { family, fontLoaded, heed, lineHeight, preferences, unheed, type Preferences } from "./preferences";
import { wayOut } from "./status";
import type { OpenFile, Surface, Watcher } from "./surface";
import { toast } from "./toast";

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

const LANGUAGES: Record<string, string> = { go: "go", py: "python", js: "javascript", mjs: "javascript", cjs: "javascript" };
const OWNER = "judge";

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** `#abc` or `#aabbcc`, which a minifier takes for the same, always as the latter. */
function colour(name: string): string {
  return token(name).replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
}

const darkSystem = matchMedia("(prefers-color-scheme: dark)");

/** All themes come from the page's own tokens. */
function applyTheme(): void {
  const { theme, contrast } = preferences();
  const dark = theme === "dark" || (theme === "system" && darkSystem.matches);
  const base = contrast ? (dark ? "hc-black" : "hc-light") : dark ? "vs-dark" : "vs";
  const rule = (tokenName: string, property: string, fontStyle = ""): monaco.editor.ITokenThemeRule => ({
    token: tokenName,
    foreground: colour(property).slice(1),
    fontStyle,
  });
  monaco.editor.defineTheme("judge", {
    base,
    inherit: true,
    rules: [
      rule("", "--text"),
      rule("keyword", "--code-keyword"),
      rule("string", "--code-string"),
      rule("number", "--code-number"),
      rule("comment", "--code-comment", "italic"),
      rule("type", "--code-type"),
      rule("annotation", "--code-name"),
      rule("delimiter", "--text"),
    ],
    colors: {
      "editor.background": colour("--surface"),
      "editor.foreground": colour("--text"),
      "editorLineNumber.foreground": colour("--muted"),
      "editorLineNumber.activeForeground": colour("--text"),
      "editorLineNumber.dimmedForeground": colour("--muted"),
      "editor.lineHighlightBackground": colour("--sunken"),
      "editor.lineHighlightBorder": "#00000000",
      "editorCursor.foreground": colour("--accent"),
      "editor.selectionBackground": `${colour("--accent")}40`,
      "editor.inactiveSelectionBackground": `${colour("--accent")}26`,
      "editorIndentGuide.background1": colour("--line"),
      "editorIndentGuide.activeBackground1": colour("--line-strong"),
      "editorWidget.background": colour("--surface"),
      "editorWidget.border": colour("--line"),
      "editorHoverWidget.background": colour("--surface"),
      "editorHoverWidget.border": colour("--line"),
      "editorSuggestWidget.background": colour("--surface"),
      "editorSuggestWidget.border": colour("--line"),
      "editorSuggestWidget.foreground": colour("--text"),
      "editorSuggestWidget.highlightForeground": colour("--accent"),
      "editorSuggestWidget.focusHighlightForeground": colour("--accent"),
      "editorSuggestWidget.selectedBackground": colour("--sunken"),
      "editorSuggestWidget.selectedForeground": colour("--text"),
      "editorSuggestWidget.selectedIconForeground": colour("--text"),
      "list.hoverBackground": colour("--sunken"),
      "textLink.foreground": colour("--accent"),
      "editorError.foreground": colour("--failed"),
      "editorWarning.foreground": colour("--compile"),
      "editorUnnecessaryCode.opacity": "#000000c8",
      "focusBorder": colour("--accent"),
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`editorBracketHighlight.foreground${level}`, colour("--text")])),
    },
  });
  monaco.editor.setTheme("judge");
}

/** What the providers may ask of the page. */
export interface Host {
  gopls: Gopls | null;
  gofmt: ((text: string) => Promise<string>) | null;
  open: (name: string) => void;
  openLibrary: (name: string, text: string) => void;
  save: () => void;
  /** Where code is debugged: breakpoints as they were kept, and who hears of others. */
  breakpoints: { kept: Breakpoints; changed: (file: string, all: Breakpoints) => void } | null;
}

export class MonacoSurface implements Surface {
  private readonly editor: monaco.editor.IStandaloneCodeEditor;
  private readonly models = new Map<string, { model: monaco.editor.ITextModel; readOnly: boolean }>();
  private readonly views = new Map<string, monaco.editor.ICodeEditorViewState>();
  private shown = "";
  private armed = false;
  private keys: Preferences["keys"] = "plain";
  private bindings: Bindings | null = null;
  readonly margin: Margin | null;

  constructor(host: HTMLElement, private readonly watcher: Watcher, private readonly page: Host) {
    applyTheme();
    darkSystem.addEventListener("change", applyTheme);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.editor = monaco.editor.create(host, {
      model: null,
      automaticLayout: true,
      fixedOverflowWidgets: true,
      fontLigatures: false,
      padding: { top: 12, bottom: 12 },
      scrollBeyondLastLine: false,
      renderWhitespace: "selection",
      lineNumbersMinChars: 4,
      lineDecorationsWidth: 8,
      glyphMargin: false,
      renderLineHighlightOnlyWhenFocus: true,
      hideCursorInOverviewRuler: true,
      overviewRulerBorder: false,
      scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
      stickyScroll: { enabled: false },
      cursorBlinking: calm ? "solid" : "blink",
      smoothScrolling: false,
      insertSpaces: false,
      detectIndentation: false,
      wordBasedSuggestions: "off",
      quickSuggestionsDelay: 30,
      suggest: { showStatusBar: false, preview: false },
      readOnlyMessage: { value: "This file comes with the problem and cannot be changed." },
      theme: "judge",
    });
    this.editor.onKeyDown((event) => this.onKey(event));
    heed(this.dress);
    this.editor.onDidBlurEditorWidget(() => this.arm(false));
    this.learn(page);
    const { breakpoints } = page;
    this.margin = breakpoints && new Margin(this.editor, () => this.shown, breakpoints.kept, breakpoints.changed);
  }

  show(name: string): void {
    const file = this.models.get(name);
    if (!file || name === this.shown) return;
    const view = this.editor.saveViewState();
    if (view && this.shown !== "") this.views.set(this.shown, view);
    this.shown = name;
    this.editor.setModel(file.model);
    this.editor.updateOptions({
      readOnly: file.readOnly,
      ariaLabel: `${name}${file.readOnly ? ", read only" : ""}. ${wayOut()}.`,
    });
    this.editor.restoreViewState(this.views.get(name) ?? null);
  }

  text(name: string): string {
    return this.models.get(name)?.model.getValue() ?? "";
  }

  add({ name, text, readOnly }: OpenFile): void {
    const language = LANGUAGES[name.split(".").at(-1) ?? ""] ?? "plaintext";
    const uri = modelUri(name);
    const model = monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, language, uri);
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    model.updateOptions({ insertSpaces: false, tabSize: preferences().tabWidth });
    model.onDidChangeContent(() => {
      monaco.editor.setModelMarkers(model, OWNER, []);
      this.watcher.changed(name);
    });
    this.models.set(name, { model, readOnly });
    this.margin?.attach(name, model);
    if (this.page.gopls && !name.startsWith("/")) keepTold(this.page.gopls, name, model);
  }

  drop(name: string): void {
    this.models.get(name)?.model.dispose();
    this.models.delete(name);
    this.margin?.drop(name);
    this.views.delete(name);
    if (name === this.shown) this.shown = "";
  }

  replace(name: string, text: string): void {
    const model = this.models.get(name)?.model;
    if (!model || model.getValue() === text) return;
    model.pushStackElement();
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    model.pushStackElement();
  }

  mark(errors: Diagnostic[], warnings: Diagnostic[], hints: Diagnostic[]): void {
    for (const [name, { model }] of this.models) {
      const here = (one: Diagnostic): boolean => one.file === name && one.line > 0;
      monaco.editor.setModelMarkers(model, OWNER, [
        ...errors.filter(here).map((one) => marker(model, one, monaco.MarkerSeverity.Error)),
        ...warnings.filter(here).map((one) => marker(model, one, monaco.MarkerSeverity.Warning)),
        ...hints.filter(here).map((one) => marker(model, one, monaco.MarkerSeverity.Hint)),
      ]);
    }
  }

  reveal({ file, line, column }: Place): void {
    this.show(file);
    const position = { lineNumber: line, column };
    this.editor.setPosition(position);
    this.editor.revealLineInCenterIfOutsideViewport(line);
    this.editor.focus();
    const flash = this.editor.createDecorationsCollection([
      { range: new monaco.Range(line, 1, line, 1), options: { isWholeLine: true, className: "place-flash" } },
    ]);
    setTimeout(() => flash.clear(), 1500);
  }

  focus(): void {
    this.editor.focus();
  }

  async format(): Promise<boolean> {
    const before = this.editor.getModel()?.getVersionId();
    await this.editor.getAction("editor.action.formatDocument")?.run();
    return this.editor.getModel()?.getVersionId() !== before;
  }

  async organise(): Promise<boolean> {
    return organiseImports(this.editor);
  }

  /** Runs one of Monaco's own actions where the caret is. */
  async run(action: string): Promise<void> {
    this.editor.focus();
    await this.editor.getAction(action)?.run();
  }

  /** What gopls found in a file. */
  found(name: string, findings: Finding[], version: number | null): void {
    const file = this.models.get(name);
    if (file) markFindings(file.model, findings, version);
  }

  /** gopls has gone: what it found may be true no more. */
  forget(): void {
    for (const { model } of this.models.values()) forgetFindings(model);
  }

  private learn(page: Host): void {
    const place = (range: monaco.IRange | null): void => {
      if (range) {
        this.editor.setSelection(range);
        this.editor.revealRangeInCenterIfOutsideViewport(range);
      }
      this.editor.focus();
    };
    teach({
      gopls: page.gopls,
      gofmt: page.gofmt,
      writable: (name) => this.models.get(name)?.readOnly === false,
      show: (name, range) => {
        page.open(name);
        place(range);
      },
      showLibrary: (name, text, range) => {
        page.openLibrary(name, text);
        place(range);
      },
    });
    this.editor.addAction({
      id: "judge.format",
      label: "Format code",
      keybindings: [monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF],
      precondition: "!editorReadonly",
      run: () => this.format().then(() => undefined),
    });
    this.editor.addAction({
      id: "judge.organiseImports",
      label: "Organise imports",
      keybindings: [monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyO],
      contextMenuGroupId: "1_modification",
      precondition: "!editorReadonly",
      run: () => this.organise().then(() => undefined),
    });
  }

  /** Takes over caret and focus from the textarea. */
  take(start: number, end: number, focused: boolean): void {
    const model = this.editor.getModel();
    if (!model || !focused) return;
    const from = model.getPositionAt(start);
    const to = model.getPositionAt(end);
    this.editor.setSelection(new monaco.Range(from.lineNumber, from.column, to.lineNumber, to.column));
    this.editor.focus();
  }

  dispose(): void {
    unheed(this.dress);
    darkSystem.removeEventListener("change", applyTheme);
    this.bindings?.dispose();
    this.editor.dispose();
    for (const { model } of this.models.values()) model.dispose();
  }

  /** What somebody prefers, now and whenever it changes. */
  private readonly dress = (now: Preferences): void => {
    applyTheme();
    this.editor.updateOptions({
      fontFamily: family(),
      fontSize: now.fontSize,
      lineHeight: lineHeight(),
      minimap: { enabled: now.minimap },
      wordWrap: now.wrap ? "on" : "off",
      accessibilitySupport: now.screenReader,
    });
    for (const { model } of this.models.values()) model.updateOptions({ tabSize: now.tabWidth });
    void fontLoaded().then(() => monaco.editor.remeasureFonts());
    void this.bind(now.keys);
  };

  private async bind(keys: Preferences["keys"]): Promise<void> {
    if (keys === this.keys) return;
    this.keys = keys;
    this.bindings?.dispose();
    this.bindings = null;
    try {
      const made = await bind(keys, this.editor, find(".editor-foot"), () => this.page.save());
      if (this.keys === keys) this.bindings = made;
      else made?.dispose();
    } catch (error) {
      console.error(error);
      toast("These keys could not be loaded. The usual ones work; reload the page to try again.");
    }
  }

  private onKey(event: monaco.IKeyboardEvent): void {
    if (event.keyCode === monaco.KeyCode.Escape) this.arm(this.bindings?.usesEscape() !== true);
    else if (event.keyCode !== monaco.KeyCode.Tab && event.keyCode !== monaco.KeyCode.Shift) this.arm(false);
  }

  private arm(armed: boolean): void {
    if (armed === this.armed) return;
    this.armed = armed;
    this.editor.updateOptions({ tabFocusMode: armed });
    this.watcher.leaving(armed);
  }
}

/** From the column to the end of the word there, as a compiler means it. */
function marker(model: monaco.editor.ITextModel, one: Diagnostic, severity: monaco.MarkerSeverity): monaco.editor.IMarkerData {
  const line = Math.min(Math.max(one.line, 1), model.getLineCount());
  const column = Math.min(Math.max(one.column, 1), model.getLineMaxColumn(line));
  const word = model.getWordAtPosition({ lineNumber: line, column });
  const sentence = explain(one.message);
  return {
    severity,
    message: sentence === null ? one.message : `${one.message}\n${sentence}`,
    source: "go",
    startLineNumber: line,
    endLineNumber: line,
    startColumn: column,
    endColumn: word && word.endColumn > column ? word.endColumn : model.getLineMaxColumn(line),
  };
}
