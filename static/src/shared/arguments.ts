/** A line of arguments as a shell takes it apart: blanks, quotes, backslashes, and nothing else. */
export function splitArguments(line: string): string[] {
  const found: string[] = [];
  let current: string | null = null;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === "\\" && quote !== "'" && at + 1 < line.length) {
      current = (current ?? "") + line.charAt(++at);
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else current = (current ?? "") + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      current ??= "";
    } else if (/\s/.test(character)) {
      if (current !== null) found.push(current);
      current = null;
    } else current = (current ?? "") + character;
  }
  if (current !== null) found.push(current);
  return found;
}
