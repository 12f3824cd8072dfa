/** Finds `file.go:line[:column]`, or as Python's tracebacks say it, in a message, so that it can be clicked. */

export interface Place {
  file: string;
  line: number;
  column: number;
}

/** The beginning of a path: interpreters tell them whole, with the program's files below a `src`. */
const BEGIN = /(?:(?<=\/work\/[\w-]+\/src\/)|(?<![\w./-]))/.source;
const PLACE = new RegExp(
  `([A-Za-z0-9][\\w./-]*\\.go|${BEGIN}\\w[\\w./-]*\\.(?:[cm]?js|py)):(\\d+)(?::(\\d+))?|${BEGIN}(\\w[\\w./-]*\\.py)", line (\\d+)`, "g",
);

export type Part = string | { text: string; place: Place };

export function places(text: string, known: (file: string) => boolean): Part[] {
  const result: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACE)) {
    const [whole] = match;
    const file = match[1] ?? match[4] ?? "";
    const line = match[2] ?? match[5] ?? "1";
    const column = match[3] ?? "1";
    if (!known(file)) continue;
    if (match.index > end) result.push(text.slice(end, match.index));
    result.push({ text: whole, place: { file, line: Number(line), column: Number(column) } });
    end = match.index + whole.length;
  }
  if (end < text.length) result.push(text.slice(end));
  return result;
}
