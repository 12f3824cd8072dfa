// What node:test reports, as frames of runner/internal/watch on the private channel.

import fs from "node:fs";
import path from "node:path";
import process from "node:process";

const CHANNEL = 3;
const NONCE_BYTES = 16;
const MAX_PAYLOAD = 8 << 10;
const MAX_NAME = 1000;
const folder = process.cwd();

export class Channel {
  #nonce = Buffer.alloc(NONCE_BYTES);
  #last = 0;
  #printed;

  /** `printed` says how many bytes of standard output there have been. */
  constructor(printed) {
    this.#printed = printed;
    for (let at = 0; at < NONCE_BYTES; ) at += fs.readSync(CHANNEL, this.#nonce, at, NONCE_BYTES - at, null);
  }

  start(name) {
    this.#send("S", ++this.#last, Buffer.from(name).subarray(0, MAX_NAME));
    return this.#last;
  }

  log(number, text) {
    const body = Buffer.from(text).subarray(0, 2 * MAX_PAYLOAD);
    for (let at = 0; at < body.length; at += MAX_PAYLOAD) this.#send("L", number, body.subarray(at, at + MAX_PAYLOAD));
  }

  end(number, status, milliseconds) {
    const payload = Buffer.alloc(9);
    payload.write(status);
    payload.writeBigUInt64BE(BigInt(Math.round(milliseconds * 1e6)), 1);
    this.#send("E", number, payload);
  }

  final(code) {
    this.#send("Z", this.#last, Buffer.from([code]));
  }

  #send(kind, number, payload) {
    const head = Buffer.alloc(17);
    head.write(kind);
    head.writeUInt32BE(number, 1);
    head.writeBigUInt64BE(BigInt(this.#printed()), 5);
    head.writeUInt32BE(payload.length, 13);
    const frame = Buffer.concat([this.#nonce, head, payload]);
    for (let at = 0; at < frame.length; ) at += fs.writeSync(CHANNEL, frame, at);
  }
}

/** Tells the channel what node:test reports. */
export class Reporter {
  failed = false;
  /** Why a file could not be read. */
  broken = "";
  seen = new Set();
  #channel;
  #path = [];
  #traceOf;

  /** `traceOf` an error: more to say of it, where there is more. */
  constructor(channel, traceOf = () => undefined) {
    this.#channel = channel;
    this.#traceOf = traceOf;
  }

  begin({ name, nesting, file }) {
    if (isFile(name)) return;
    this.#path.length = nesting;
    this.#path.push({ name: (nesting ? name : this.named(name, file)).replaceAll("/", "|") || "-" });
    const full = this.#path.map((one) => one.name).join("/");
    if (!nesting) this.seen.add(name);
    this.#path[nesting].number = this.#channel.start(full);
  }

  end({ name, nesting, details, skip, todo }) {
    const { passed } = details;
    if (isFile(name)) {
      if (!passed) this.unread(name, this.reason(details.error));
      return;
    }
    const { number } = this.#path[nesting];
    this.#path.length = nesting;
    const excused = skip !== undefined || todo !== undefined;
    if (!passed && !excused && details.error?.failureType !== "subtestsFailed") this.#channel.log(number, this.reason(details.error));
    if (excused && typeof (skip ?? todo) === "string") this.#channel.log(number, skip ?? todo);
    this.#channel.end(number, excused ? "s" : passed ? "p" : "f", details.duration_ms);
    this.failed ||= !passed && !excused;
  }

  /** What a test at the top is called. */
  named(name, _file) {
    return name;
  }

  /** A file of tests could not be read. */
  unread(_file, why) {
    this.broken ||= why;
  }

  /** A test that could not even begin. */
  fail(name, why) {
    const number = this.#channel.start(name.replaceAll("/", "|"));
    this.#channel.log(number, why);
    this.#channel.end(number, "f", 0);
    this.failed = true;
  }

  /** Tests of a file that could not be read fail, and say why. */
  tellMissing(declared) {
    for (const name of declared) {
      if (this.seen.has(name) || !this.broken) continue;
      this.fail(name, this.broken);
    }
  }

  /** What went wrong, with the line of the tests where it did. */
  reason(error) {
    return reason(error, this.#traceOf);
  }
}

const isFile = (name) => path.isAbsolute(name) && name.startsWith(`${folder}/`);

function reason(error, traceOf) {
  const cause = error?.cause ?? error;
  if (typeof cause !== "object" || cause === null) return String(cause);
  const place = new RegExp(`${RegExp.escape ? RegExp.escape(folder) : folder}/([^:\\s]+):(\\d+)`).exec(String(cause.stack ?? ""));
  const kind = cause.name && !String(cause.name).startsWith("AssertionError") && cause.code !== "ERR_ASSERTION" ? `${cause.name}: ` : "";
  const trace = traceOf(cause);
  const told = `${place ? `${place[1]}:${place[2]}: ` : ""}${kind}${String(cause.message).trim()}`;
  return trace ? `${told}\n${trace}` : told;
}

/** Hands what a stream of node:test tells to the reporter, until all is over. */
export async function follow(stream, reporter) {
  // As it happens, not when it is reported: what is printed belongs to the test that runs.
  stream.on("test:dequeue", (data) => reporter.begin(data));
  stream.on("test:complete", (data) => reporter.end(data));
  for await (const _ of stream);
}
