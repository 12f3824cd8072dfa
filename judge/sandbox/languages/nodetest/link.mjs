// The link between tests and solution: frames of four bytes of length, big-endian, then JSON.
//
// A thread reads (reader.mjs), so that the program can wait for a message in the middle of a
// call, and its timers and promises go on while it has nothing to do.

import fs from "node:fs";
import { MessageChannel, Worker, receiveMessageOnPort } from "node:worker_threads";

export const MAX_FRAME = 16 * 1024 * 1024;
const write = fs.writeSync;
const wait = Atomics.wait;
const stringify = JSON.stringify;
const parse = JSON.parse;

/** The other side is gone, or said what makes no sense. */
export class LinkLost extends Error {}

export class Link {
  #descriptor;
  #port;
  /** How many messages have arrived, and the length of those that nobody has read. */
  #arrived = new Int32Array(new SharedArrayBuffer(8));

  constructor(descriptor) {
    this.#descriptor = descriptor;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    new Worker(new URL("./reader.mjs", import.meta.url), {
      workerData: { descriptor, maxFrame: MAX_FRAME, port: port2, arrived: this.#arrived },
      transferList: [port2],
      env: {},
      execArgv: [],
    }).unref();
  }

  send(message) {
    const body = Buffer.from(stringify(message));
    if (body.length > MAX_FRAME) {
      throw new RangeError("a value that is too large cannot cross between tests and solution");
    }
    const frame = Buffer.allocUnsafe(4 + body.length);
    frame.writeUInt32BE(body.length);
    body.copy(frame, 4);
    for (let at = 0; at < frame.length; ) {
      try {
        at += write(this.#descriptor, frame, at);
      } catch (error) {
        if (error.code !== "EAGAIN") throw new LinkLost(error.message);
        wait(this.#arrived, 0, this.#arrived[0], 1);
      }
    }
  }

  /** The next message, waited for. */
  receive() {
    for (;;) {
      const seen = Atomics.load(this.#arrived, 0);
      const found = receiveMessageOnPort(this.#port);
      if (found) return this.#read(found.message);
      wait(this.#arrived, 0, seen);
    }
  }

  /** Has `handle` called with a function that returns it for each message that nobody waits for. */
  listen(handle) {
    this.#port.on("message", (text) => handle(() => this.#read(text)));
  }

  #read(text) {
    Atomics.sub(this.#arrived, 1, text?.length ?? 0);
    return read(text);
  }

  /** Whether the process goes on because a message may come. */
  keepAlive(on) {
    if (on) this.#port.ref();
    else this.#port.unref();
  }
}

function read(text) {
  if (text === null) throw new LinkLost("the other side is gone");
  try {
    const message = parse(text);
    if (Array.isArray(message) && typeof message[0] === "string") return message;
  } catch {
    // Said below.
  }
  throw new LinkLost("what came is no message");
}
