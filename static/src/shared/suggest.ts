/** What can be completed without knowing Go's types: keywords, names that occur, packages. */

export interface Suggestion {
  kind: "keyword" | "name" | "package";
  label: string;
  insert?: string;
  /** What has to be put before a line (from 1) for the package to be known. */
  importAt?: { line: number; text: string } | undefined;
}

const KEYWORDS = (
  "break case chan const continue default defer else fallthrough for func go goto if import interface map package " +
  "range return select struct switch type var " +
  "any append bool byte cap clear close comparable complex copy delete error false float32 float64 imag int int8 " +
  "int16 int32 int64 iota len make max min new nil panic print println real recover rune string true uint uint8 " +
  "uint16 uint32 uint64 uintptr"
).split(" ");

/** Packages that a program of a course may want; the rest of the library comes after an import's quote as well. */
export const PACKAGES = (
  "bufio bytes cmp compress/gzip container/heap container/list container/ring context crypto/md5 crypto/rand " +
  "crypto/sha1 crypto/sha256 crypto/sha512 encoding/base64 encoding/binary encoding/csv encoding/hex encoding/json " +
  "encoding/xml errors flag fmt hash/crc32 hash/fnv hash/maphash html html/template image image/color image/png io " +
  "io/fs iter log log/slog maps math math/big math/bits math/cmplx math/rand math/rand/v2 net net/http " +
  "net/http/httptest net/netip net/url os os/signal path path/filepath reflect regexp runtime runtime/debug slices " +
  "sort strconv strings sync sync/atomic testing testing/fstest testing/iotest testing/quick text/scanner " +
  "text/tabwriter text/template time unicode unicode/utf16 unicode/utf8 unique"
).split(" ");

const IN_IMPORT = /(?:^|\n)import\s*(?:\((?:[^()]*\n)?\s*)?(?:[\w.]+\s+)?"([^"\n]*)$/;

/** `before`: the file up to the caret; `texts`: all files, for names; `whole`: the file. */
export function suggest(before: string, texts: string, whole: string): Suggestion[] {
  const quoted = IN_IMPORT.exec(before);
  if (quoted) return afterQuote(quoted[1] ?? "");
  const line = before.slice(before.lastIndexOf("\n") + 1).replace(/"(?:\\.|[^"\\])*"/g, '""');
  const code = line.replaceAll('""', "");
  if (code.includes("//") || code.includes('"')) return [];
  // After a dot only gopls knows what there is.
  if (/\.\w*$/.test(line)) return [];
  const typed = /\w*$/.exec(before)?.[0] ?? "";
  const taken = new Set([...KEYWORDS, typed]);
  const names = new Set(texts.match(/[\p{L}_][\p{L}\p{N}_]+/gu)?.filter((name) => !taken.has(name)));
  return [
    ...KEYWORDS.map((label): Suggestion => ({ kind: "keyword", label })),
    ...[...names].map((label): Suggestion => ({ kind: "name", label })),
    ...packages(whole, names),
  ];
}

function afterQuote(typed: string): Suggestion[] {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  return PACKAGES.filter((path) => path.startsWith(folder))
    .map((label) => ({ kind: "package", label, insert: label.slice(folder.length) }));
}

function packages(whole: string, names: Set<string>): Suggestion[] {
  const found: Suggestion[] = [];
  for (const path of PACKAGES) {
    const label = path.replace(/\/v\d+$/, "").split("/").at(-1) ?? path;
    if (whole.includes(`"${path}"`)) {
      if (!names.has(label)) found.push({ kind: "package", label });
    } else if (!names.has(label)) found.push({ kind: "package", label, importAt: importOf(path, whole) });
  }
  return found;
}

/** A line of an import block that is there, or an import of its own after the package clause. */
function importOf(path: string, whole: string): Suggestion["importAt"] {
  const lines = whole.split("\n");
  const block = lines.findIndex((line) => /^import\s*\(/.test(line));
  if (block >= 0) return { line: block + 2, text: `\t"${path}"\n` };
  const clause = lines.findIndex((line) => /^package\s/.test(line));
  return clause < 0 ? undefined : { line: clause + 2, text: `\nimport "${path}"\n` };
}
