// A program and its tests in one process, run by node:test. What is told goes the way of
// isolated tests.
//
// Arguments, JSON lists: the files of tests, which whoever wrote the program wrote too; or what
// tests.mjs gets, of a problem whose author has accepted that a submission can forge results.

import path from "node:path";
import process from "node:process";
import { run } from "node:test";
import { Channel, follow, Reporter } from "./reporting.mjs";

/** A file that cannot be read is a test that fails, and no two have the same name. */
class Own extends Reporter {
  #times = new Map();

  named(name, file) {
    const full = files.length > 1 && file ? `${path.relative(".", file)}: ${name}` : name;
    const times = (this.#times.get(full) ?? 0) + 1;
    this.#times.set(full, times);
    return times > 1 ? `${full} (${times})` : full;
  }

  unread(file, why) {
    this.fail(path.relative(".", file), why);
  }
}

let printed = 0;
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (chunk, encoding, done) => {
  printed += typeof chunk === "string" ? Buffer.byteLength(chunk, typeof encoding === "string" ? encoding : "utf8") : chunk.length;
  return write(chunk, encoding, done);
};
const lists = process.argv.slice(2).map((text) => JSON.parse(text));
const own = lists.length === 1;
const exit = process.reallyExit.bind(process);
const files = (own ? lists[0] : lists[1]).map((name) => path.resolve(name));
const channel = new Channel(() => printed);
const reporter = own ? new Own(channel) : new Reporter(channel);
await follow(run({ files, isolation: "none", concurrency: false }), reporter);
if (!own) reporter.tellMissing(lists[2]);
const code = reporter.failed ? 1 : 0;
channel.final(code);
exit(code);
