/** A set of files: name to text. */

export type Files = Record<string, string>;

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

export function sameFiles(a: Files, b: Files): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Why `name` cannot be a further file, or null where it can. The server decides again. */
export function nameProblem(name: string, taken: string[], tests = false, extensions = [".go"]): string | null {
  if (!PLAIN.test(name) || !extensions.some((ending) => name.endsWith(ending) && name !== ending)) {
    return `A name has letters, digits, _ and -, and ends in ${extensions.join(" or ")}`;
  }
  if (name.endsWith("_test.go") && !tests) return "Tests come with the problem; pick a name without _test.go";
  if (taken.some((other) => other.toLowerCase() === name.toLowerCase())) return `There is a ${name} already`;
  return null;
}
