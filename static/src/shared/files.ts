/** A set of files: name to text. */

export type Files = Record<string, string>;

const PLAIN_GO = /^[A-Za-z0-9][A-Za-z0-9_.-]*\.go$/;

export function sameFiles(a: Files, b: Files): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Why `name` cannot be a further file, or null where it can. The server decides again. */
export function nameProblem(name: string, taken: string[], tests = false): string | null {
  if (!PLAIN_GO.test(name)) return "A name has letters, digits, _ and -, and ends in .go";
  if (name.endsWith("_test.go") && !tests) return "Tests come with the problem; pick a name without _test.go";
  if (taken.some((other) => other.toLowerCase() === name.toLowerCase())) return `There is a ${name} already`;
  return null;
}
