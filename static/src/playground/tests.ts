/** Which files are tests, in the language of this page. */

import type { Files } from "../shared/files";
import { isTest } from "../shared/project";
import { data } from "./data";

const PATTERN = data.tests === "" ? null : new RegExp(data.tests);

export function isTestFile(name: string): boolean {
  return PATTERN ? PATTERN.test(name) : isTest(name);
}

/** As in Go's own playground: where there is no main function, the tests are what runs. */
export function testsAlone(files: Files): boolean {
  if (!Object.keys(files).some(isTestFile)) return false;
  if (PATTERN === null) return !Object.values(files).some((text) => /^func main\(\)/m.test(text));
  const code = Object.keys(files).filter((name) => data.extensions.some((ending) => name.endsWith(ending)));
  return code.every(isTestFile);
}
