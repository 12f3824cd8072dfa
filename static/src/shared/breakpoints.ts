/** Breakpoints in the margin of the big editor: they move with the code, and a dot shows each. */

import * as monaco from "monaco-editor/editor";
import type { Breakpoint, Breakpoints } from "./debugger";
import { askName } from "./dialog";

const STICKY = monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges;

interface Dot {
  id: string;
  condition: string;
  wrong: string;
}

export interface Place {
  file: string;
  line: number;
  /** Whether it is where the program stands, or from where it was called. */
  top: boolean;
}

export class Margin {
  private readonly models = new Map<string, monaco.editor.ITextModel>();
  private readonly dots = new Map<string, Dot[]>();
  private readonly standing: monaco.editor.IEditorDecorationsCollection;
  private place: Place | null = null;

  constructor(
    private readonly editor: monaco.editor.IStandaloneCodeEditor,
    private readonly shown: () => string,
    private readonly kept: Breakpoints,
    private readonly changed: (file: string, all: Breakpoints) => void,
  ) {
    editor.updateOptions({ glyphMargin: true });
    this.standing = editor.createDecorationsCollection();
    const { GUTTER_GLYPH_MARGIN, GUTTER_LINE_NUMBERS } = monaco.editor.MouseTargetType;
    editor.onMouseDown(({ target, event }) => {
      if (!event.leftButton || target.position === null) return;
      if (target.type === GUTTER_GLYPH_MARGIN || target.type === GUTTER_LINE_NUMBERS) this.toggle(target.position.lineNumber);
    });
    editor.onDidChangeModel(() => this.drawPlace());
    editor.addAction({
      id: "judge.breakpoint", label: "Set or remove a breakpoint", keybindings: [monaco.KeyCode.F9],
      run: () => this.toggle(this.caret()),
    });
    editor.addAction({
      id: "judge.condition", label: "Breakpoint with a condition", contextMenuGroupId: "1_modification",
      keybindings: [monaco.KeyMod.Shift | monaco.KeyCode.F9], run: () => this.askCondition(this.shown(), this.caret()),
    });
  }

  attach(file: string, model: monaco.editor.ITextModel): void {
    if (!file.endsWith(".go") || file.startsWith("/")) return;
    this.models.set(file, model);
    const points = this.kept[file] ?? [];
    this.dots.set(file, points.filter(({ line }) => line <= model.getLineCount()).map(({ line, condition = "" }) => this.dot(model, line, condition)));
    let before = JSON.stringify(this.list(file));
    model.onDidChangeContent(() => {
      this.merge(file);
      const now = JSON.stringify(this.list(file));
      if (now !== before) this.tell(file);
      before = now;
    });
  }

  drop(file: string): void {
    this.models.delete(file);
    if (this.dots.delete(file)) this.tell(file);
  }

  all(): Breakpoints {
    return Object.fromEntries([...this.dots.keys()].map((file) => [file, this.list(file)] as const).filter(([, list]) => list.length > 0));
  }

  toggle(line: number, file = this.shown()): void {
    const model = this.models.get(file);
    const dots = this.dots.get(file);
    if (!model || !dots) return;
    const found = dots.findIndex(({ id }) => lineOf(model, id) === line);
    const [old] = found >= 0 ? dots.splice(found, 1) : [];
    if (old) model.deltaDecorations([old.id], []);
    else dots.push(this.dot(model, line, ""));
    this.tell(file);
  }

  /** Asks for the condition of a breakpoint, which is made where there is none yet. */
  askCondition(file: string, line: number): void {
    const model = this.models.get(file);
    if (!model) return;
    const now = this.list(file).find((point) => point.line === line)?.condition ?? "";
    askName("Set the condition", `Stop in line ${line} only if`, (condition) => {
      const dots = this.dots.get(file) ?? [];
      const found = dots.findIndex(({ id }) => lineOf(model, id) === line);
      const [old] = found >= 0 ? dots.splice(found, 1) : [];
      if (old) model.deltaDecorations([old.id], []);
      dots.push(this.dot(model, line, condition));
      this.tell(file);
      return null;
    }, now);
  }

  /** On which lines nothing can stop, and why. */
  mark(file: string, wrong: Map<number, string>): void {
    const model = this.models.get(file);
    for (const dot of this.dots.get(file) ?? []) {
      if (!model) return;
      dot.wrong = wrong.get(lineOf(model, dot.id)) ?? "";
      [dot.id = dot.id] = model.deltaDecorations([dot.id], [look(lineOf(model, dot.id), dot.condition, dot.wrong)]);
    }
  }

  /** Shows where the program stands. */
  stand(place: Place | null): void {
    this.place = place;
    this.drawPlace();
  }

  private drawPlace(): void {
    const { place } = this;
    if (place === null || place.file !== this.shown()) {
      this.standing.clear();
      return;
    }
    const name = place.top ? "debug-line" : "debug-caller";
    this.standing.set([{ range: new monaco.Range(place.line, 1, place.line, 1), options: { isWholeLine: true, className: name, glyphMarginClassName: `${name}-arrow`, stickiness: STICKY } }]);
  }

  private caret(): number {
    return this.editor.getPosition()?.lineNumber ?? 1;
  }

  private list(file: string): Breakpoint[] {
    const model = this.models.get(file);
    if (!model) return [];
    const points = (this.dots.get(file) ?? []).map(({ id, condition }) => ({ line: lineOf(model, id), ...(condition === "" ? {} : { condition }) }));
    return points.filter(({ line }) => line > 0).sort((a, b) => a.line - b.line);
  }

  /** Lines that became one have one breakpoint. */
  private merge(file: string): void {
    const model = this.models.get(file);
    if (!model) return;
    const seen = new Set<number>();
    this.dots.set(file, (this.dots.get(file) ?? []).filter(({ id }) => {
      const line = lineOf(model, id);
      const keep = line > 0 && !seen.has(line);
      seen.add(line);
      if (!keep) model.deltaDecorations([id], []);
      return keep;
    }));
  }

  private tell(file: string): void {
    this.changed(file, this.all());
  }

  private dot(model: monaco.editor.ITextModel, line: number, condition: string): Dot {
    const [id = ""] = model.deltaDecorations([], [look(line, condition, "")]);
    return { id, condition, wrong: "" };
  }
}

function lineOf(model: monaco.editor.ITextModel, id: string): number {
  return model.getDecorationRange(id)?.startLineNumber ?? 0;
}

function look(line: number, condition: string, wrong: string): monaco.editor.IModelDeltaDecoration {
  const kind = wrong !== "" ? " is-wrong" : condition !== "" ? " is-conditional" : "";
  const words = wrong !== "" ? `Nothing stops here: ${wrong}` : condition !== "" ? `Stops if ${condition}` : "Breakpoint";
  return {
    range: new monaco.Range(line, 1, line, 1),
    options: { stickiness: STICKY, glyphMarginClassName: `breakpoint${kind}`, glyphMarginHoverMessage: { value: words } },
  };
}
