/** What can be run of the files of a Go program; the server decides again. */

import { folderOf, type Files } from "./files";
import type { Module, Others } from "./gopls";

const MODULE = /^(?:[A-Za-z0-9][\w.-]{0,99}\/){0,4}[A-Za-z0-9][\w.-]{0,99}$/;

export function isCode(name: string): boolean {
  return name.endsWith(".go") && !name.split("/").includes("testdata");
}

export function isTest(name: string): boolean {
  return isCode(name) && name.endsWith("_test.go");
}

/** The folders of programs: packages called main. */
export function programs(files: Files): string[] {
  const found = Object.entries(files).filter(([name, text]) => isCode(name) && !isTest(name) && packageOf(text) === "main");
  return [...new Set(found.map(([name]) => folderOf(name)))].sort();
}

function packageOf(text: string): string {
  const clause = /^package[ \t]+(\w+)/m.exec(text);
  return !clause || /^\/\/go:build .*\bignore\b/m.test(text.slice(0, clause.index)) ? "" : (clause[1] ?? "");
}

/** go.mod with modules that it did not require so far. */
export function withRequires(text: string, wanted: { module: string; version: string }[]): string {
  const lines = wanted.map(({ module, version }) => `require ${module} ${version}\n`);
  return `${text.trimEnd()}\n\n${lines.join("")}`;
}

/** What go.mod says, as far as a language server is to know; `otherwise` where it says nothing. */
export function moduleOf(files: Files, otherwise: Module): Module {
  const text = files["go.mod"] ?? "";
  const path = /^\s*module\s+"?([^\s"()]+)/m.exec(text)?.[1] ?? "";
  const go = /^\s*go\s+(1\.\d{1,2})\b/m.exec(text)?.[1] ?? "";
  return MODULE.test(path) ? { path, go: go || (text ? "1.16" : "") } : otherwise;
}

/** A line of a Go file that imports a package of a module of others: its path begins with a domain. */
const IMPORT = /^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"([A-Za-z0-9][\w~-]*\.[\w.~-]*(?:\/[\w.~+-]+)+)"/gm;
const MAX_IMPORTS = 200;
const MAX_PATH = 300;
const MAX_TEXT = 200_000;

/** What a language server is told of modules of others; null where go.mod requires none. */
export function othersOf(files: Files): Others | null {
  const goMod = files["go.mod"] ?? "";
  if (!/^\s*require\b/m.test(goMod)) return null;
  const goSum = files["go.sum"] ?? "";
  const texts = Object.entries(files).filter(([name]) => isCode(name)).map(([, text]) => text);
  const imports = texts.flatMap((text) => [...text.matchAll(IMPORT)].map(([, path = ""]) => path)).filter((path) => path.length <= MAX_PATH);
  return {
    goMod: goMod.slice(0, MAX_TEXT),
    goSum: goSum.length > MAX_TEXT ? "" : goSum,
    imports: [...new Set(imports)].sort().slice(0, MAX_IMPORTS),
  };
}
