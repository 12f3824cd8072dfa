/** Finds `file.go:line[:column]` in a message, so that it can be clicked. */

export interface Place {
  file: string;
  line: number;
  column: number;
}

export type Part = string | { text: string; place: Place };

export function places(text: string, known: (file: string) => boolean): Part[] {
  const result: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(/([A-Za-z0-9][\w.-]*\.go):(\d+)(?::(\d+))?/g)) {
    const [whole, file = "", line = "1", column = "1"] = match;
    if (!known(file)) continue;
    if (match.index > end) result.push(text.slice(end, match.index));
    result.push({ text: whole, place: { file, line: Number(line), column: Number(column) } });
    end = match.index + whole.length;
  }
  if (end < text.length) result.push(text.slice(end));
  return result;
}
