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

/** `NAME=value OTHER="two words"`, or what is wrong with it. */
export function splitVariables(line: string): { env: Record<string, string> } | { wrong: string } {
  const env: Record<string, string> = {};
  for (const word of splitArguments(line)) {
    const at = word.indexOf("=");
    if (at < 0) return { wrong: `${word} is no variable: write ${word}=value` };
    const name = word.slice(0, at);
    if (!/^[A-Za-z_]\w{0,99}$/.test(name)) return { wrong: `${name || "Nothing"} cannot be a variable's name: letters, digits and _, and no digit at the start` };
    env[name] = word.slice(at + 1);
  }
  return { env };
}
