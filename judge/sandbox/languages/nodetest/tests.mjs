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
import { Channel, follow, Reporter } from "./reporting.mjs";
import { tests } from "./standins.mjs";

const exit = process.reallyExit.bind(process);
const folder = process.cwd();
const EXPORTS = Symbol.for("judge.exports");
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Put a file of stand-ins where the tests import one of the solution's. */
async function standFor(name, reporter) {
  let exported;
  try {
    exported = await tests.ask("import", 0, name);
  } catch (error) {
    globalThis[EXPORTS].set(name, { error });
    reporter.broken ||= `${name} cannot be imported: ${reporter.reason(error)}`;
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
  const [sources, files, declared, how] = process.argv.slice(-4).map((text) => JSON.parse(text));
  const channel = new Channel(() => tests.seenPrinted);
  const reporter = new Reporter(channel, (error) => tests.traces.get(error));
  globalThis[EXPORTS] = new Map();
  tests.listen();
  tests.pending(0);
  const texts = files.map((name) => fs.readFileSync(name, "utf8")).join("\n");
  for (const name of sources) {
    if (texts.includes(name.replace(/\.[cm]?js$/, ""))) await standFor(name, reporter);
  }
  const stream = run({ files: files.map((name) => path.join(folder, name)), isolation: "none", concurrency: false });
  await follow(stream, reporter);
  reporter.tellMissing(declared);
  if (how.mode === "record") fs.writeFileSync("../judge/recorded", "{}");
  const code = reporter.failed ? 1 : 0;
  channel.final(code);
  exit(code);
}

await main();
