// The tests' process: node:test runs them, and each result goes out on the private channel.
//
// Frames are those of runner/internal/watch. Arguments, each a JSON list: the solution's files,
// the test files, the tests' names. A file of the solution is replaced, in the tests' folder, by
// one with the same exports, which stand for the solution's.

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { run } from "node:test";
import { pathToFileURL } from "node:url";
import { tests } from "./standins.mjs";

const CHANNEL = 3;
const NONCE_BYTES = 16;
const MAX_PAYLOAD = 8 << 10;
const MAX_NAME = 1000;
const exit = process.reallyExit.bind(process);
const folder = process.cwd();
const EXPORTS = Symbol.for("judge.exports");
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

class Channel {
  #nonce = Buffer.alloc(NONCE_BYTES);
  #last = 0;

  constructor() {
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
    head.writeBigUInt64BE(BigInt(tests.seenPrinted), 5);
    head.writeUInt32BE(payload.length, 13);
    const frame = Buffer.concat([this.#nonce, head, payload]);
    for (let at = 0; at < frame.length; ) at += fs.writeSync(CHANNEL, frame, at);
  }
}

/** Tells the channel what node:test reports. */
class Reporter {
  failed = false;
  /** Why a file could not be read. */
  broken = "";
  seen = new Set();
  #channel;
  #path = [];

  constructor(channel) {
    this.#channel = channel;
  }

  begin({ name, nesting }) {
    if (isFile(name)) return;
    this.#path.length = nesting;
    this.#path.push({ name: name.replaceAll("/", "|") || "-" });
    const full = this.#path.map((one) => one.name).join("/");
    if (!nesting) this.seen.add(name);
    this.#path[nesting].number = this.#channel.start(full);
  }

  end({ name, nesting, details, skip, todo }) {
    const { passed } = details;
    if (isFile(name)) {
      if (!passed) this.broken ||= reason(details.error);
      return;
    }
    const { number } = this.#path[nesting];
    this.#path.length = nesting;
    const excused = skip !== undefined || todo !== undefined;
    if (!passed && !excused && details.error?.failureType !== "subtestsFailed") this.#channel.log(number, reason(details.error));
    if (excused && typeof (skip ?? todo) === "string") this.#channel.log(number, skip ?? todo);
    this.#channel.end(number, excused ? "s" : passed ? "p" : "f", details.duration_ms);
    this.failed ||= !passed && !excused;
  }

  /** Tests of a file that could not be read fail, and say why. */
  tellMissing(declared) {
    for (const name of declared) {
      if (this.seen.has(name) || !this.broken) continue;
      const number = this.#channel.start(name.replaceAll("/", "|"));
      this.#channel.log(number, this.broken);
      this.#channel.end(number, "f", 0);
      this.failed = true;
    }
  }
}

const isFile = (name) => path.isAbsolute(name) && name.startsWith(`${folder}/`);

/** What went wrong, with the line of the tests where it did. */
function reason(error) {
  const cause = error?.cause ?? error;
  if (typeof cause !== "object" || cause === null) return String(cause);
  const place = new RegExp(`${RegExp.escape ? RegExp.escape(folder) : folder}/([^:\\s]+):(\\d+)`).exec(String(cause.stack ?? ""));
  const kind = cause.name && !String(cause.name).startsWith("AssertionError") && cause.code !== "ERR_ASSERTION" ? `${cause.name}: ` : "";
  const trace = tests.traces.get(cause);
  const told = `${place ? `${path.basename(place[1])}:${place[2]}: ` : ""}${kind}${String(cause.message).trim()}`;
  return trace ? `${told}\n${trace}` : told;
}

/** Put a file of stand-ins where the tests import one of the solution's. */
async function standFor(name, reporter) {
  let exported;
  try {
    exported = await tests.ask("import", 0, name);
  } catch (error) {
    globalThis[EXPORTS].set(name, { error });
    reporter.broken ||= `${name} cannot be imported: ${reason(error)}`;
    return fs.writeFileSync(name, failing(name));
  }
  const { names, common } = tests.ask("exports", tests.theirs.get(exported));
  const found = Object.create(null);
  for (const one of names) found[one] = tests.ask("export", tests.theirs.get(exported), one);
  globalThis[EXPORTS].set(name, { exports: found });
  fs.writeFileSync(name, common || name.endsWith(".cjs") ? commonFile(name, names) : moduleFile(name, names));
}

const found = (name) => `globalThis[Symbol.for("judge.exports")].get(${JSON.stringify(name)})`;

const failing = (name) => `throw ${found(name)}.error;\n`;

function moduleFile(name, names) {
  const lines = names.map((one, i) => `const v${i} = found[${JSON.stringify(one)}];\nexport { v${i} as ${JSON.stringify(one)} };`);
  return `const found = ${found(name)}.exports;\n${lines.join("\n")}\nexport {};\n`;
}

function commonFile(name, names) {
  const known = names.filter((one) => IDENTIFIER.test(one) && one !== "default");
  return `module.exports = ${found(name)}.exports["module.exports"];\n0 && (module.exports = { ${known.join(", ")} });\n`;
}

async function main() {
  const [sources, files, declared] = process.argv.slice(-3).map((text) => JSON.parse(text));
  const channel = new Channel();
  const reporter = new Reporter(channel);
  globalThis[EXPORTS] = new Map();
  tests.listen();
  tests.pending(0);
  const texts = files.map((name) => fs.readFileSync(name, "utf8")).join("\n");
  for (const name of sources) {
    if (texts.includes(name.replace(/\.[cm]?js$/, ""))) await standFor(name, reporter);
  }
  const stream = run({ files: files.map((name) => path.join(folder, name)), isolation: "none", concurrency: false });
  // As it happens, not when it is reported: what is printed belongs to the test that runs.
  stream.on("test:dequeue", (data) => reporter.begin(data));
  stream.on("test:complete", (data) => reporter.end(data));
  for await (const _ of stream);
  reporter.tellMissing(declared);
  const code = reporter.failed ? 1 : 0;
  channel.final(code);
  exit(code);
}

await main();
