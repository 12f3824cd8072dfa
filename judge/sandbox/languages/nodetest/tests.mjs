// The tests' process: node:test runs them, and each result goes out on the private channel.
//
// Frames are those of runner/internal/watch. Arguments, each a JSON list: the solution's files,
// the test files, the tests' names; then an object, which pair.go explains. A file of the solution
// is replaced, in the tests' folder, by one with stand-ins for its exports. Which exports those
// can be is read from the record of the reference or from the tests' own source, never from what
// the solution says it has.

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { run } from "node:test";
import { Interface } from "./interface.mjs";
import { Channel, follow, Reporter } from "./reporting.mjs";
import { exportedFunctions, Names } from "./source.mjs";
import { tests } from "./standins.mjs";

const exit = process.reallyExit.bind(process);
const folder = process.cwd();
const beside = path.join(folder, "../judge");
const EXPORTS = Symbol.for("judge.exports");
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]{0,199}$/u;
const write = fs.writeFileSync;

/** Put a file of stand-ins where the tests import one of the solution's. */
async function standFor(name, reporter) {
  try {
    await standForExports(name);
  } catch (error) {
    globalThis[EXPORTS].set(name, { error });
    reporter.broken ||= `${name} cannot be imported: ${reporter.reason(error)}`;
    write(name, failing(name));
  }
}

async function standForExports(name) {
  const loaded = tests.theirs.get(await tests.ask("import", 0, name, [], undefined, "import"));
  const told = tests.ask("exports", loaded);
  const theirs = Array.isArray(told?.names) ? told.names.filter((one) => typeof one === "string") : [];
  const { names, callable } = expected(name, theirs, told?.callable === true);
  const common = told?.common === true;
  const found = Object.create(null);
  for (const [one, source] of exportedFunctions(path.join(beside, "solution", name))) {
    tests.sources.set(`${name}:${one === "module.exports" ? "default" : one}`, source);
  }
  for (const one of theirs) {
    if (!names.has(one) || (common && (one === "default") !== callable)) continue;
    found[one] = tests.run("export", loaded, one, [], undefined, `${name}:${one}`);
  }
  globalThis[EXPORTS].set(name, { exports: found });
  const listed = Object.keys(found);
  write(name, common || name.endsWith(".cjs") ? commonFile(name, listed, common && callable) : moduleFile(name, listed));
}

/** The names that the tests may import of a file. */
function expected(file, theirs, callable) {
  const { mode, modules, names } = tests.interface;
  if (mode === "record") modules[file] = { names: theirs.filter((one) => IDENTIFIER.test(one)), callable };
  const known = modules[file] ?? { names: [], callable };
  const imported = names.of(file);
  const named = [...known.names, ...imported, ...(imported.has("*") && mode === "strict" ? [...names.members, "default"] : [])];
  if (callable) named.push("default");
  return { names: new Set(named.filter((one) => IDENTIFIER.test(one))), callable };
}

const found = (name) => `globalThis[Symbol.for("judge.exports")].get(${JSON.stringify(name)})`;

const failing = (name) => `throw ${found(name)}.error;\n`;

function moduleFile(name, names) {
  const lines = names.map((one, i) => `const v${i} = found[${JSON.stringify(one)}];\nexport { v${i} as ${JSON.stringify(one)} };`);
  return `const found = ${found(name)}.exports;\n${lines.join("\n")}\nexport {};\n`;
}

function commonFile(name, names, callable) {
  if (callable) return `module.exports = ${found(name)}.exports.default;\n`;
  return `module.exports = { ...${found(name)}.exports };\n0 && (module.exports = { ${names.filter((one) => one !== "default").join(", ")} });\n`;
}

async function main() {
  const [sources, files, declared, how] = process.argv.slice(-4).map((text) => JSON.parse(text));
  const channel = new Channel(() => tests.seenPrinted);
  const reporter = new Reporter(channel, (error) => tests.traces.get(error));
  globalThis[EXPORTS] = new Map();
  const record = how.mode === "replay" ? fs.readFileSync(path.join(beside, "record"), "utf8") : "";
  const texts = files.map((name) => fs.readFileSync(name, "utf8"));
  tests.interface = new Interface(how.mode, new Names(texts), record);
  tests.listen();
  tests.pending(0);
  for (const name of sources) {
    if (texts.some((text) => text.includes(name.replace(/\.[cm]?js$/, "")))) await standFor(name, reporter);
  }
  const stream = run({ files: files.map((name) => path.join(folder, name)), isolation: "none", concurrency: false });
  await follow(stream, reporter);
  reporter.tellMissing(declared);
  if (how.mode === "record") write(path.join(beside, "recorded"), tests.interface.text());
  const code = reporter.failed ? 1 : 0;
  channel.final(code);
  exit(code);
}

await main();
