/**
 * What changed between two texts: Myers' O(ND) over lines, then over the characters
 * of the lines that changed. Pure; the pages only draw what comes out.
 */

export type Kind = "same" | "added" | "removed";

export interface Step<T> {
  kind: Kind;
  items: T[];
}

export interface Piece {
  text: string;
  changed: boolean;
}

export interface Row {
  kind: Kind;
  /** 1-based line numbers; null on the side that has no such line. */
  left: number | null;
  right: number | null;
  pieces: Piece[];
}

/** Beyond this many edits the texts have nothing to tell each other: all removed, all added. */
const MOST_EDITS = 1000;

export function steps<T>(a: readonly T[], b: readonly T[]): Step<T>[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const result: Step<T>[] = [];
  push(result, "same", a.slice(0, start));
  for (const step of middle(a.slice(start, a.length - end), b.slice(start, b.length - end))) {
    push(result, step.kind, step.items);
  }
  push(result, "same", a.slice(a.length - end));
  return result;
}

function push<T>(result: Step<T>[], kind: Kind, items: T[]): void {
  if (!items.length) return;
  const last = result.at(-1);
  if (last?.kind === kind) last.items.push(...items);
  else result.push({ kind, items: [...items] });
}

function middle<T>(a: T[], b: T[]): Step<T>[] {
  const trace = furthest(a, b);
  if (!trace) {
    const whole: Step<T>[] = [];
    push(whole, "removed", a);
    push(whole, "added", b);
    return whole;
  }
  return walkBack(a, b, trace);
}

/** For each number of edits, how far along `a` each diagonal got; null past MOST_EDITS. */
function furthest<T>(a: T[], b: T[]): Int32Array[] | null {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const offset = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(reach.slice(offset - edits - 1, offset + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const below = reach[offset + diagonal + 1] ?? 0;
      const above = reach[offset + diagonal - 1] ?? 0;
      let x = diagonal === -edits || (diagonal !== edits && above < below) ? below : above + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reach[offset + diagonal] = x;
      if (x >= a.length && x - diagonal >= b.length) return trace;
    }
  }
  return null;
}

function walkBack<T>(a: T[], b: T[], trace: Int32Array[]): Step<T>[] {
  const single: { kind: Kind; item: T }[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reach = trace[edits] ?? new Int32Array();
    const at = (diagonal: number): number => reach[diagonal + edits + 1] ?? 0;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const before = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(before);
    const fromY = edits === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      single.push({ kind: "same", item: a[x] as T });
    }
    if (edits === 0) break;
    if (down) single.push({ kind: "added", item: b[--y] as T });
    else single.push({ kind: "removed", item: a[--x] as T });
  }
  const result: Step<T>[] = [];
  for (const { kind, item } of single.reverse()) push(result, kind, [item]);
  return result;
}

/** The changed characters of two texts, for each side. */
export function pieces(left: string, right: string): { left: Piece[]; right: Piece[] } {
  const sides = { left: [] as Piece[], right: [] as Piece[] };
  for (const step of steps(words(left), words(right))) {
    const text = step.items.join("");
    if (step.kind !== "added") addPiece(sides.left, text, step.kind !== "same");
    if (step.kind !== "removed") addPiece(sides.right, text, step.kind !== "same");
  }
  return sides;
}

function addPiece(side: Piece[], text: string, changed: boolean): void {
  side.push({ text, changed });
}

/** Words change as a whole, which reads better than letters; anything else by itself. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|[\s\S]/gu) ?? [];
}

/** Line by line, with the changed parts of lines that were changed in place. */
export function rows(left: string, right: string): Row[] {
  const result: Row[] = [];
  let leftLine = 0;
  let rightLine = 0;
  const all = steps(lines(left), lines(right));
  for (let index = 0; index < all.length; index++) {
    const step = all[index] as Step<string>;
    const next = all[index + 1];
    if (step.kind === "removed" && next?.kind === "added") {
      const pairs = step.items.map((text, at) => pieces(text, next.items[at] ?? ""));
      step.items.forEach((text, at) => {
        const own = at < next.items.length ? (pairs[at]?.left ?? []) : [{ text, changed: false }];
        result.push({ kind: "removed", left: ++leftLine, right: null, pieces: own });
      });
      next.items.forEach((text, at) => {
        const own = pairs[at]?.right ?? [{ text, changed: false }];
        result.push({ kind: "added", left: null, right: ++rightLine, pieces: own });
      });
      index++;
      continue;
    }
    for (const text of step.items) {
      result.push({
        kind: step.kind,
        left: step.kind === "added" ? null : ++leftLine,
        right: step.kind === "removed" ? null : ++rightLine,
        pieces: [{ text, changed: false }],
      });
    }
  }
  return result;
}

function lines(text: string): string[] {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  return all;
}
