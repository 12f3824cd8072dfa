/** What a terminal makes of a program's output: colours, and nothing that could move or hide text. */

export interface Style {
  bold?: boolean;
  faint?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
  /** 0 to 15 of the palette, or "#rrggbb". */
  colour?: number | string;
  back?: number | string;
}

export type Piece = { kind: "text"; text: string; style: Style } | { kind: "clear" };

// One escape sequence: CSI … final, OSC … end, or two characters.
// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/;
// eslint-disable-next-line no-control-regex
const BEGUN = /\u001b(?:\[[0-9;:?<=> -/]*|\][^\u0007\u001b]*)?$/;
const LONGEST_SEQUENCE = 4096;
// Controls, and format characters that turn or hide the text around them.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Reads a stream of output piece by piece; a sequence that is cut in two waits for its rest. */
export class Ansi {
  private style: Style = {};
  private rest = "";

  read(data: string): Piece[] {
    const pieces: Piece[] = [];
    let text = this.rest + data;
    this.rest = "";
    for (;;) {
      const match = SEQUENCE.exec(text);
      const before = match ? text.slice(0, match.index) : this.hold(text);
      this.plain(before, pieces);
      if (!match) return pieces;
      text = text.slice(match.index + match[0].length);
      const [, parameters = "", final] = match;
      if (final === "m") this.style = restyled(this.style, parameters);
      else if (final === "J" && /^[23]$/.test(parameters)) pieces.push({ kind: "clear" });
    }
  }

  /** What is held back at the very end is text after all. */
  end(): Piece[] {
    const pieces: Piece[] = [];
    this.plain(this.rest, pieces);
    this.rest = "";
    return pieces;
  }

  private hold(text: string): string {
    const begun = BEGUN.exec(text);
    if (!begun || text.length - begun.index > LONGEST_SEQUENCE) return text;
    this.rest = text.slice(begun.index);
    return text.slice(0, begun.index);
  }

  private plain(text: string, pieces: Piece[]): void {
    // A form feed clears, as in the Go playground.
    text.split("\f").forEach((part, index) => {
      if (index > 0) pieces.push({ kind: "clear" });
      const shown = part.replaceAll("\r\n", "\n").replace(UNSEEN, visible);
      if (shown !== "") pieces.push({ kind: "text", text: shown, style: this.style });
    });
  }
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (character === "\r") return character;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

function restyled(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next: Style = { ...style };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, at + 1);
      if (code === 38) next.colour = colour;
      else next.back = colour;
      at += used;
    } else next = withCode(next, code);
  }
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== false));
}

function withCode(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, back: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, back: code - 92 };
  const changes: Record<number, Style> = {
    1: { bold: true }, 2: { faint: true }, 3: { italic: true }, 4: { underline: true }, 7: { inverse: true },
    22: { bold: false, faint: false }, 23: { italic: false }, 24: { underline: false }, 27: { inverse: false },
  };
  if (code === 39) return without(style, "colour");
  if (code === 49) return without(style, "back");
  return { ...style, ...changes[code] };
}

function without(style: Style, name: "colour" | "back"): Style {
  return Object.fromEntries(Object.entries(style).filter(([key]) => key !== name));
}

/** `5;N` of 256 colours, or `2;R;G;B`; the colour and how many codes it took. */
function extended(codes: number[], at: number): [number | string, number] {
  const part = (index: number): number => Math.min(255, Math.max(0, codes[at + index] ?? 0));
  if (codes[at] === 2) return [hex(part(1), part(2), part(3)), 4];
  const index = part(1);
  if (index < 16) return [index, 2];
  if (index >= 232) return [hex(...grey(8 + 10 * (index - 232))), 2];
  const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  const cube = index - 16;
  return [hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), 2];
}

function grey(value: number): [number, number, number] {
  return [value, value, value];
}

function hex(...parts: [number, number, number]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
