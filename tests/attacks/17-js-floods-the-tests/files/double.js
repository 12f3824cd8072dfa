import fs from "node:fs";
const text = Buffer.from(JSON.stringify(["ok", 1e9, "x".repeat(1 << 20), [], 0]));
const head = Buffer.alloc(4);
head.writeUInt32BE(text.length);
const frame = Buffer.concat([head, text]);
export function double() {
  for (;;) {
    for (let at = 0; at < frame.length; ) {
      try {
        at += fs.writeSync(3, frame, at);
      } catch {}
    }
  }
}
