/**
 * Pictures that a program prints, each as a line of its own: `IMAGE:` and base64, as Go's
 * playground has it, or a `data:` address. PNG, GIF, JPEG and WebP are known by their first
 * bytes; anything else is text that happens to begin so.
 */

import { bytes as amount } from "./data";
import { h, plural } from "./dom";

const LINE = /^(?:IMAGE:|data:image\/(?:png|gif|jpeg|webp);base64,)([A-Za-z0-9+/]+={0,2})\s*$/;
const BEGINNINGS = ["IMAGE:", "data:image/"];
/** Of all pictures of one run: a small file can stand for more than a browser has memory for. */
const MOST_PIXELS = 32_000_000;

interface Picture {
  type: "png" | "gif" | "jpeg" | "webp";
  width: number;
  height: number;
}

/** Whether a line that has not ended yet may become a picture. */
export function couldBePicture(line: string): boolean {
  return BEGINNINGS.some((begin) => line.startsWith(begin) || begin.startsWith(line));
}

export class Gallery {
  private left = MOST_PIXELS;

  /** What is shown for a whole line; null where it is no picture. */
  draw(line: string): HTMLElement | null {
    const base64 = LINE.exec(line)?.[1];
    const data = base64 === undefined ? null : decoded(base64);
    const found = data && recognise(data);
    if (!data || !found || base64 === undefined) return null;
    const { type, width, height } = found;
    const what = `a ${type.toUpperCase()} of ${data.length < 1024 ? plural(data.length, "byte") : amount(data.length)}`;
    if (width === 0 || height === 0) return note(`The program printed a damaged picture, ${what}.`);
    if (width * height > this.left) {
      return note(`The program printed a picture of ${width} × ${height} pixels, ${what}: that is more than is shown.`);
    }
    this.left -= width * height;
    const image = h("img", { src: `data:image/${type};base64,${base64}`, width, height, alt: `A picture that the program printed, ${width} × ${height} pixels` });
    image.addEventListener("error", () => image.replaceWith(note(`The program printed a damaged picture, ${what}.`)));
    return image;
  }
}

function note(words: string): HTMLElement {
  return h("span", { class: "picture-note" }, words);
}

function decoded(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Type and size from the first bytes; a size of 0 is one that cannot be read. */
export function recognise(data: Uint8Array): Picture | null {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const begins = (at: number, text: string): boolean =>
    data.length >= at + text.length && Array.from(text).every((letter, index) => data[at + index] === letter.charCodeAt(0));
  if (begins(0, "\x89PNG\r\n\x1a\n")) return { type: "png", ...size(() => [view.getUint32(16), view.getUint32(20)]) };
  if (begins(0, "GIF87a") || begins(0, "GIF89a")) return { type: "gif", ...size(() => [view.getUint16(6, true), view.getUint16(8, true)]) };
  if (begins(0, "\xff\xd8\xff")) return { type: "jpeg", ...size(() => frameOfJpeg(view)) };
  if (begins(0, "RIFF") && begins(8, "WEBP")) return { type: "webp", ...size(() => frameOfWebp(view, begins)) };
  return null;
}

function size(read: () => [number, number]): { width: number; height: number } {
  try {
    const [width, height] = read();
    return { width, height };
  } catch {
    return { width: 0, height: 0 }; // it ends too early
  }
}

/** Walks the segments to the one that begins a frame (SOF0 to SOF15 without DHT, JPG and DAC). */
function frameOfJpeg(view: DataView): [number, number] {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return [0, 0];
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    else if (marker === 0xd9 || marker === 0xda) return [0, 0];
    else at += 2 + view.getUint16(at + 2);
  }
}

function frameOfWebp(view: DataView, begins: (at: number, text: string) => boolean): [number, number] {
  const three = (at: number): number => 1 + view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (begins(12, "VP8X")) return [three(24), three(27)];
  if (begins(12, "VP8 ")) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (begins(12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
  }
  return [0, 0];
}
