/** Text as it is, with what cannot be seen made visible. Pure: tokens in, the pages draw them. */

export interface Token {
  kind: "text" | "space" | "tab" | "newline" | "control";
  /** What is copied; for "control" what is shown instead, such as ESC or U+202E. */
  text: string;
}

/** C0 and C1 controls, bidirectional overrides, zero-width characters, BOM, soft hyphen, replacement. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]/;

const NAMES: Record<string, string> = { "\u0000": "NUL", "\u001b": "ESC", "\r": "CR", "\u0007": "BEL", "\u00a0": "NBSP" };

/** `ends`: whether a line ends where the text does; false for a part that more follows on. */
export function tokens(text: string, everySpace = false, ends = true): Token[] {
  const result: Token[] = [];
  const add = (kind: Token["kind"], part: string): void => {
    const last = result.at(-1);
    if (kind === "text" && last?.kind === "text") last.text += part;
    else result.push({ kind, text: part });
  };
  const trailing = lineEnds(text, ends);
  let at = 0;
  for (const character of text) {
    const index = at;
    at += character.length;
    if (character === "\n") add("newline", character);
    else if (character === "\t") add("tab", character);
    else if (CONTROL.test(character) || character === "\u00a0") add("control", nameOf(character));
    else if (character === " " && (everySpace || trailing[index] === 1)) add("space", character);
    else add("text", character);
  }
  return result;
}

export function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return NAMES[character] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** For each position whether only blanks follow on its line: such a space is invisible and often the mistake. */
function lineEnds(text: string, ends: boolean): Uint8Array {
  const result = new Uint8Array(text.length);
  let blank = ends;
  for (let at = text.length - 1; at >= 0; at--) {
    const character = text[at];
    if (character === "\n") blank = true;
    result[at] = Number(blank);
    if (!" \t\r\n".includes(character ?? "")) blank = false;
  }
  return result;
}

/** Terminal colours are no content: select-graphic-rendition sequences go, other controls stay visible. */
export function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
