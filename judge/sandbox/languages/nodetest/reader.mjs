// The thread that reads the link. Each frame goes to the program as text, the end as null.

import net from "node:net";
import { workerData } from "node:worker_threads";

const { descriptor, maxFrame, port, arrived } = workerData;
const MAX_WAITING = 4 * maxFrame;
const LONG = 1 << 16; // bytes
const MAX_LISTS = 1_000_000;
const MAX_ITEMS = 2_000_000;
const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = Buffer.from('"\\,[{');
let chunks = [];
let have = 0;

function tell(text) {
  // Whoever floods is not read any more: what waits lies in the memory of the tests.
  if (Atomics.add(arrived, 1, text?.length ?? 0) > MAX_WAITING) {
    text = null;
    socket.destroy();
  }
  port.postMessage(text);
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
}

/** The next `length` bytes after the first `skipped`, which are dropped. */
function take(skipped, length) {
  const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  chunks = [all.subarray(skipped + length)];
  have = chunks[0].length;
  return all.subarray(skipped, skipped + length);
}

/**
 * Whether a long frame holds more containers or items than the process has memory for: read as
 * JSON, two bytes of text can become a hundred.
 */
function tooMuch(body) {
  if (body.length < LONG) return false;
  let lists = 0;
  let items = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      for (at++; at < body.length && body[at] !== QUOTE; at++) if (body[at] === BACKSLASH) at++;
    } else if (byte === COMMA) items++;
    else if (byte === BRACKET || byte === BRACE) lists++;
  }
  return lists > MAX_LISTS || items > MAX_ITEMS;
}

function head() {
  if (chunks[0].length < 4) chunks = [Buffer.concat(chunks)];
  return chunks[0].readUInt32BE();
}

// Not by a blocking read: a process cannot end while a thread of it is in one.
const socket = new net.Socket({ fd: descriptor, readable: true, writable: false });
socket.on("data", (data) => {
  chunks.push(data);
  have += data.length;
  while (have >= 4) {
    const length = head();
    if (length > maxFrame) {
      socket.destroy();
      tell(null);
      return;
    }
    if (have < 4 + length) return;
    const body = take(4, length);
    if (tooMuch(body)) {
      socket.destroy();
      tell(null);
      return;
    }
    tell(body.toString());
  }
});
socket.on("end", () => tell(null));
socket.on("error", () => tell(null));
