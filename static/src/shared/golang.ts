/** What Monaco asks about Go code, answered by gopls, or where there is none by ourselves. */

import * as monaco from "monaco-editor/editor";
import "monaco-editor/features/codeAction/register";
import "monaco-editor/features/format/register";
import "monaco-editor/features/gotoSymbol/register";
import "monaco-editor/features/parameterHints/register";
import "monaco-editor/features/rename/register";
import { explain } from "./explain";
import { Gopls, nameOf, uriOf, type Finding, type Position, type Range } from "./gopls";
import { suggest, type Suggestion } from "./suggest";
import { toast } from "./toast";

const OWNER = "gopls";
const SCHEME = "inmemory://work/";
const LIBRARY = "inmemory://go";

interface Markup {
  value: string;
}

interface TextEdit {
  range: Range;
  newText: string;
}

interface Completion {
  label: string;
  kind?: number;
  tags?: number[];
  detail?: string;
  documentation?: string | Markup;
  preselect?: boolean;
  sortText?: string;
  filterText?: string;
  insertTextFormat?: 1 | 2;
  textEdit?: TextEdit;
  additionalTextEdits?: TextEdit[];
}

interface WorkspaceEdit {
  documentChanges?: { textDocument: { uri: string }; edits: TextEdit[] }[];
}

interface Action {
  title: string;
  kind: string;
  isPreferred?: boolean;
  edit?: WorkspaceEdit;
  /** What resolving it needs, where it has no edit yet. */
  handle?: number;
}

interface Location {
  uri: string;
  range: Range;
}

/** What the providers know of a page: its server, its files, and how to show one. */
export interface Home {
  /** Null where there is none, as for who is not signed in. */
  gopls: Gopls | null;
  /** Does the same as gopls' formatting where there is none; null: nobody does. */
  gofmt: ((text: string) => Promise<string>) | null;
  writable: (name: string) => boolean;
  show: (name: string, range: monaco.IRange | null) => void;
  /** Shows a file of the standard library or of a module. */
  showLibrary: (name: string, text: string, range: monaco.IRange | null) => void;
}

let home: Home | null = null;

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same without what is undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

export function modelUri(name: string): monaco.Uri {
  return monaco.Uri.parse(name.startsWith("/") ? LIBRARY + name : SCHEME + name);
}

function nameOfModel(uri: monaco.Uri): string {
  const text = uri.toString(true);
  return text.startsWith(SCHEME) ? text.slice(SCHEME.length) : text.slice(LIBRARY.length);
}

function toPosition(position: monaco.IPosition): Position {
  return { line: position.lineNumber - 1, character: position.column - 1 };
}

function toRange(range: monaco.IRange): Range {
  return {
    start: { line: range.startLineNumber - 1, character: range.startColumn - 1 },
    end: { line: range.endLineNumber - 1, character: range.endColumn - 1 },
  };
}

function fromRange({ start, end }: Range): monaco.IRange {
  return {
    startLineNumber: start.line + 1,
    startColumn: start.character + 1,
    endLineNumber: end.line + 1,
    endColumn: end.character + 1,
  };
}

function fromEdit({ range, newText }: TextEdit): monaco.languages.TextEdit {
  return { range: fromRange(range), text: newText };
}

/** Keeps gopls told of a model's changes until the model is disposed of. */
export function keepTold(gopls: Gopls, name: string, model: monaco.editor.ITextModel): void {
  gopls.open(name, model.getValue(), model.getVersionId());
  model.onDidChangeContent((event) => {
    const changes = event.isFlush || event.isEolChange
      ? [{ text: model.getValue() }]
      : event.changes.map(({ range, text }) => ({ range: toRange(range), text }));
    gopls.change(name, changes, model.getValue(), model.getVersionId());
  });
  model.onWillDispose(() => gopls.close(name));
}

const SEVERITIES: Record<number, monaco.MarkerSeverity> = {
  1: monaco.MarkerSeverity.Error,
  2: monaco.MarkerSeverity.Warning,
  3: monaco.MarkerSeverity.Info,
  4: monaco.MarkerSeverity.Hint,
};

/** Marks what gopls found, unless the text has changed since. */
export function markFindings(model: monaco.editor.ITextModel, findings: Finding[], version: number | null): void {
  if (version !== null && version !== model.getVersionId()) return;
  monaco.editor.setModelMarkers(model, OWNER, findings.map((one) => {
    const sentence = one.severity === 1 ? explain(one.message) : null;
    return given({
      ...fromRange(one.range),
      severity: SEVERITIES[one.severity ?? 1] ?? monaco.MarkerSeverity.Error,
      message: sentence === null ? one.message : `${one.message}\n${sentence}`,
      source: one.source === "compiler" ? "go" : one.source,
      tags: one.tags,
    });
  }));
}

export function forgetFindings(model: monaco.editor.ITextModel): void {
  monaco.editor.setModelMarkers(model, OWNER, []);
}

/** LSP's kinds of completions, from 1 on. */
const Kind = monaco.languages.CompletionItemKind;
const KINDS = [
  Kind.Text, Kind.Text, Kind.Method, Kind.Function, Kind.Constructor, Kind.Field, Kind.Variable, Kind.Class,
  Kind.Interface, Kind.Module, Kind.Property, Kind.Unit, Kind.Value, Kind.Enum, Kind.Keyword, Kind.Snippet,
  Kind.Color, Kind.File, Kind.Reference, Kind.Folder, Kind.EnumMember, Kind.Constant, Kind.Struct, Kind.Event,
  Kind.Operator, Kind.TypeParameter,
];

function markdown(text: string | Markup | undefined): monaco.IMarkdownString | undefined {
  return text === undefined ? undefined : { value: typeof text === "string" ? text : text.value };
}

function completion(item: Completion, fallback: monaco.IRange): monaco.languages.CompletionItem {
  const insertText = item.textEdit?.newText ?? item.label;
  const snippet = item.insertTextFormat === 2;
  return given({
    label: item.label,
    kind: KINDS[item.kind ?? 1] ?? Kind.Text,
    tags: item.tags,
    detail: item.detail,
    documentation: markdown(item.documentation),
    preselect: item.preselect,
    sortText: item.sortText,
    filterText: item.filterText,
    insertText,
    insertTextRules: snippet ? monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet : undefined,
    range: item.textEdit ? fromRange(item.textEdit.range) : fallback,
    additionalTextEdits: item.additionalTextEdits?.map(fromEdit),
    command: insertText.includes("(${1:")
      ? { id: "editor.action.triggerParameterHints", title: "Show the parameters" }
      : undefined,
  });
}

const OWN_KINDS: Record<Suggestion["kind"], monaco.languages.CompletionItemKind> = {
  keyword: Kind.Keyword, name: Kind.Text, package: Kind.Module,
};

/** Keywords, names that occur and packages: what can be said without gopls. */
function ownSuggestions(model: monaco.editor.ITextModel, position: monaco.Position, range: monaco.IRange): monaco.languages.CompletionItem[] {
  const before = model.getValueInRange({ startLineNumber: 1, startColumn: 1, endLineNumber: position.lineNumber, endColumn: position.column });
  const others = monaco.editor.getModels().filter((other) => other.getLanguageId() === "go").map((other) => other.getValue());
  return suggest(before, others.join("\n"), model.getValue()).map(({ kind, label, insert, importAt }) => given({
    label,
    kind: OWN_KINDS[kind],
    insertText: insert ?? label,
    range,
    additionalTextEdits: importAt
      ? [{ range: { startLineNumber: importAt.line, startColumn: 1, endLineNumber: importAt.line, endColumn: 1 }, text: importAt.text }]
      : undefined,
  }));
}

function signalOf(token: monaco.CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

async function ask<Answer>(
  method: string, model: monaco.editor.ITextModel, position: monaco.IPosition, token?: monaco.CancellationToken, more: object = {},
): Promise<Answer | null> {
  if (!home?.gopls) return null;
  const params = { ...Gopls.at(nameOfModel(model.uri), toPosition(position)), ...more };
  return (await home.gopls.ask(method, params, token && signalOf(token))) as Answer | null;
}

/** The edit for Monaco, or why it cannot be made. */
function workspaceEdit(edit: WorkspaceEdit): monaco.languages.WorkspaceEdit | string {
  const edits: monaco.languages.IWorkspaceTextEdit[] = [];
  for (const { textDocument, edits: changes } of edit.documentChanges ?? []) {
    const name = nameOf(textDocument.uri);
    if (home?.writable(name) !== true) return `This would change ${name}, which comes with the problem.`;
    for (const change of changes) {
      edits.push({ resource: modelUri(name), textEdit: fromEdit(change), versionId: undefined });
    }
  }
  return { edits };
}

async function resolved(action: Action): Promise<monaco.languages.WorkspaceEdit | null> {
  let edit = action.edit;
  if (!edit && action.handle !== undefined) {
    const full = (await home?.gopls?.ask("codeAction/resolve", { handle: action.handle })) as { edit?: WorkspaceEdit } | null;
    edit = full?.edit;
  }
  const made = edit ? workspaceEdit(edit) : null;
  return typeof made === "string" ? null : made;
}

/** A file of the standard library or of a module, in which nothing can be mended. */
function isLibrary(model: monaco.editor.ITextModel): boolean {
  return nameOfModel(model.uri).startsWith("/");
}

async function actionsFor(model: monaco.editor.ITextModel, range: monaco.IRange, only: string[] | undefined): Promise<Action[]> {
  if (isLibrary(model)) return [];
  const found = await home?.gopls?.ask("textDocument/codeAction", {
    textDocument: { uri: uriOf(nameOfModel(model.uri)) }, range: toRange(range), context: { only },
  });
  return (found as Action[] | null | undefined) ?? [];
}

/** Sorts, adds and removes imports; whether there was anything to do. */
export async function organiseImports(editor: monaco.editor.ICodeEditor): Promise<boolean> {
  const model = editor.getModel();
  if (!model) return false;
  const [action] = await actionsFor(model, model.getFullModelRange(), ["source.organizeImports"]);
  const edit = action ? await resolved(action) : null;
  const here = (edit?.edits ?? []).filter((one): one is monaco.languages.IWorkspaceTextEdit => "textEdit" in one);
  editor.pushUndoStop();
  editor.executeEdits(OWNER, here.map(({ textEdit }) => ({ range: textEdit.range, text: textEdit.text })));
  editor.pushUndoStop();
  return here.length > 0;
}

/** Where a definition is; a file that is not the page's own is fetched first. */
async function located({ uri, range }: Location): Promise<monaco.languages.Location | null> {
  const name = nameOf(uri);
  if (name.startsWith("/") && !monaco.editor.getModel(modelUri(name))) {
    const source = (await home?.gopls?.ask("judge/source", { uri })) as { text: string } | null;
    if (!source) return null;
    monaco.editor.createModel(source.text, "go", modelUri(name));
  }
  return { uri: modelUri(name), range: fromRange(range) };
}

/** From now on Monaco asks here; called once, with what the page has. */
export function teach(page: Home): void {
  const first = home === null;
  home = page;
  if (!first) return;
  const languages = monaco.languages;

  languages.registerCompletionItemProvider("go", {
    triggerCharacters: [".", '"', "/"],
    provideCompletionItems: async (model, position, context, token) => {
      const word = model.getWordUntilPosition(position);
      const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, position.column);
      const quoted = context.triggerCharacter === '"' || context.triggerCharacter === "/";
      const inImport = /^\s*(import\s+)?(\w+\s+)?"[^"]*$/.test(model.getLineContent(position.lineNumber).slice(0, position.column - 1));
      if (quoted && !inImport) return { suggestions: [] };
      type Found = { isIncomplete: boolean; items: Completion[] };
      const found = await ask<Found>("textDocument/completion", model, position, token);
      if (token.isCancellationRequested) return { suggestions: [] };
      if (found === null && home?.gopls?.ready !== true) return { suggestions: ownSuggestions(model, position, range) };
      const suggestions = (found?.items ?? []).map((item) => completion(item, range));
      return { suggestions, incomplete: found?.isIncomplete ?? false };
    },
  });

  languages.registerHoverProvider("go", {
    provideHover: async (model, position, token) => {
      type Found = { contents: Markup; range?: Range };
      const found = await ask<Found>("textDocument/hover", model, position, token);
      return found && given({ contents: [{ value: found.contents.value }], range: found.range && fromRange(found.range) });
    },
  });

  languages.registerSignatureHelpProvider("go", {
    signatureHelpTriggerCharacters: ["(", ","],
    signatureHelpRetriggerCharacters: [")"],
    provideSignatureHelp: async (model, position, token) => {
      type Signature = { label: string; documentation?: string | Markup; parameters?: { label: string }[]; activeParameter?: number };
      type Found = { signatures: Signature[]; activeSignature?: number; activeParameter?: number };
      const found = await ask<Found>("textDocument/signatureHelp", model, position, token);
      if (!found) return null;
      const signatures = found.signatures.map(({ label, documentation, parameters }) => given({
        label, documentation: markdown(documentation), parameters: parameters ?? [],
      }));
      const activeParameter = found.activeParameter ?? found.signatures[0]?.activeParameter ?? 0;
      return { value: { signatures, activeSignature: found.activeSignature ?? 0, activeParameter }, dispose: () => undefined };
    },
  });

  languages.registerDefinitionProvider("go", {
    provideDefinition: async (model, position, token) => {
      const found = await ask<Location[]>("textDocument/definition", model, position, token);
      const places = await Promise.all((found ?? []).map(located));
      return places.filter((place) => place !== null);
    },
  });

  languages.registerRenameProvider("go", {
    resolveRenameLocation: async (model, position, token) => {
      const found = await ask<{ range: Range; placeholder: string }>("textDocument/prepareRename", model, position, token);
      const nowhere = { range: new monaco.Range(position.lineNumber, position.column, position.lineNumber, position.column), text: "" };
      if (!found) return { ...nowhere, rejectReason: "This cannot be renamed." };
      return { range: fromRange(found.range), text: found.placeholder };
    },
    provideRenameEdits: async (model, position, newName, token) => {
      const found = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(newName)
        ? await ask<WorkspaceEdit>("textDocument/rename", model, position, token, { newName })
        : null;
      const edit = found ? workspaceEdit(found) : `It cannot be renamed to ${newName}.`;
      if (typeof edit !== "string") return edit;
      // What Monaco is told as a reason it only logs.
      toast(edit);
      return { edits: [] };
    },
  });

  const offered = new WeakMap<monaco.languages.CodeAction, Action>();
  languages.registerCodeActionProvider("go", {
    provideCodeActions: async (model, range, context) => {
      // The light bulb: nobody is at work for it to be worth a language server.
      if (context.trigger === languages.CodeActionTriggerType.Auto && home?.gopls?.ready !== true) {
        return { actions: [], dispose: () => undefined };
      }
      const found = await actionsFor(model, range, context.only === undefined ? undefined : [context.only]);
      const actions = found.map((action) => {
        const shown: monaco.languages.CodeAction = given({
          title: action.title,
          kind: action.kind,
          isPreferred: action.isPreferred,
          diagnostics: action.kind === "quickfix" ? context.markers : undefined,
        });
        offered.set(shown, action);
        return shown;
      });
      return { actions, dispose: () => undefined };
    },
    resolveCodeAction: async (shown) => {
      const action = offered.get(shown);
      return given({ ...shown, edit: (action && (await resolved(action))) ?? undefined });
    },
  });

  languages.registerDocumentFormattingEditProvider("go", {
    displayName: "gopls",
    provideDocumentFormattingEdits: async (model, _options, token) => {
      if (isLibrary(model)) return [];
      const params = { textDocument: { uri: uriOf(nameOfModel(model.uri)) } };
      const found = (await home?.gopls?.ask("textDocument/formatting", params, signalOf(token))) as TextEdit[] | null | undefined;
      if (found) return found.map(fromEdit);
      const text = await home?.gofmt?.(model.getValue()).catch((error: unknown) => {
        toast(error instanceof Error ? error.message : "This cannot be formatted.");
      });
      return text === undefined ? [] : [{ range: model.getFullModelRange(), text }];
    },
  });

  monaco.editor.registerEditorOpener({
    openCodeEditor: (_source, resource, selection) => {
      const range = selection === undefined ? null : "column" in selection
        ? new monaco.Range(selection.lineNumber, selection.column, selection.lineNumber, selection.column)
        : selection;
      const name = nameOfModel(resource);
      if (!name.startsWith("/")) home?.show(name, range);
      else home?.showLibrary(name, monaco.editor.getModel(resource)?.getValue() ?? "", range);
      return true;
    },
  });
}
