/** A set of files: name to text. */

export type Files = Record<string, string>;

/** What may be added to a set of files. */
export interface Allowed {
  tests: boolean;
  extensions?: string[];
  /** Folders, and beside code the texts that it reads: those of a Go module, or as they are. */
  folders?: "go" | "plain";
  /** Imports of others' modules, of which a language server knows those that can be fetched. */
  modules?: boolean;
}

const MAX_PARTS = 6;
const BUILT = /\.(?:s|sx|syso|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|for|f90|swig|swigcxx)$/i;

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
/** Python's packages have an `__init__.py`; Go would ignore such a file. */
const PLAIN_MODULE = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

export function sameFiles(a: Files, b: Files): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Why `name` cannot be a further file, or null where it can. The server decides again. */
export function nameProblem(name: string, taken: string[], { tests, extensions = [".go"], folders }: Allowed = { tests: false }): string | null {
  if (folders) return pathProblem(name, taken, folders === "go");
  if (!PLAIN.test(name) || !extensions.some((ending) => name.endsWith(ending) && name !== ending)) {
    return `A name has letters, digits, _ and -, and ends in ${extensions.join(" or ")}`;
  }
  if (name.endsWith("_test.go") && !tests) return "Tests come with the problem; pick a name without _test.go";
  if (taken.some((other) => other.toLowerCase() === name.toLowerCase())) return `There is a ${name} already`;
  return null;
}

function pathProblem(name: string, taken: string[], isGo: boolean): string | null {
  const parts = name.split("/");
  const plain = isGo ? PLAIN : PLAIN_MODULE;
  if (name.endsWith("/") || name === "") return "A file needs a name behind the folder";
  if (!parts.every((part) => plain.test(part) && part.length <= 100)) return "A name has letters, digits, _, . and -, in folders of such names";
  if (parts.length > MAX_PARTS) return `At most ${MAX_PARTS - 1} folders can be inside each other`;
  return (isGo ? moduleProblem(name, parts) : null) ?? collision(name, taken);
}

function moduleProblem(name: string, parts: string[]): string | null {
  if (parts.slice(0, -1).includes("vendor")) return "A vendor folder is not taken";
  if (parts.at(-1) === "go.work" || (parts.at(-1) === "go.mod" && parts.length > 1)) return "There is one module here, with its go.mod outside of all folders";
  if (BUILT.test(name) && !parts.includes("testdata")) return "Only Go can be built here, neither C nor assembly";
  return null;
}

function collision(name: string, taken: string[]): string | null {
  for (const other of taken) {
    if (other.toLowerCase() === name.toLowerCase()) return `There is a ${other} already`;
    if (other.toLowerCase().startsWith(`${name.toLowerCase()}/`)) return `${name} is a folder already`;
    if (name.toLowerCase().startsWith(`${other.toLowerCase()}/`)) return `${other} is a file already`;
  }
  const folders = new Map(taken.flatMap(foldersOf).map((folder) => [folder.toLowerCase(), folder]));
  for (const folder of foldersOf(name)) {
    const other = folders.get(folder.toLowerCase());
    if (other !== undefined && other !== folder) return `There is a folder ${other} already, spelled in another way`;
  }
  return null;
}

/** `a` and `a/b` of `a/b/c.go`. */
export function foldersOf(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

export function folderOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf("/"), 0));
}
