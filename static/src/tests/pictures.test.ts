// @vitest-environment node
import { describe, expect, it } from "vitest";
import { couldBePicture, recognise } from "../shared/pictures";

const of = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const text = (words: string): string => Array.from(words).map((letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");

describe("pictures that a program prints", () => {
  it.each([
    ["png", "89504e470d0a1a0a0000000d4948445200000140000000f0", 320, 240],
    ["gif", `${text("GIF89a")}4001f000`, 320, 240],
    ["jpeg", "ffd8ffe000044a46ffc0001108" + "00f0" + "0140", 320, 240],
    ["webp", `${text("RIFF")}00000000${text("WEBPVP8X")}0a00000000000000` + "3f0100" + "ef0000", 320, 240],
    ["webp", `${text("RIFF")}00000000${text("WEBPVP8 ")}0a000000000000` + "9d012a" + "4001" + "f000", 320, 240],
    ["webp", `${text("RIFF")}00000000${text("WEBPVP8L")}0a0000002f` + "3fc13b00", 320, 240],
  ])("%s is known with its size", (type, hex, width, height) => {
    expect(recognise(of(hex))).toEqual({ type, width, height });
  });

  it("one that ends too early has no size, and other data is no picture", () => {
    expect(recognise(of("89504e470d0a1a0a0000"))).toEqual({ type: "png", width: 0, height: 0 });
    expect(recognise(of("ffd8ffe0ffff"))).toEqual({ type: "jpeg", width: 0, height: 0 });
    expect(recognise(of(text("<svg onload=x>")))).toBeNull();
    expect(recognise(of(""))).toBeNull();
  });

  it("a line is held back only while it may become one", () => {
    expect(["", "IM", "IMAGE:iVB", "data:im", "data:image/png;base64,"].every(couldBePicture)).toBe(true);
    expect(["IMAGES", "data: 7", "x"].some(couldBePicture)).toBe(false);
  });
});
