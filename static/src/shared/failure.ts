/**
 * Reads what a Go test says when it fails. Tests have no fixed form, but nearly all
 * name what they got and what they wanted in one of a few ways; those are taken
 * apart so that the difference can be marked. Anything else is shown as it is.
 */

export interface Failure {
  /** What stands before the two values, such as `Leap(1900)`. */
  about: string;
  got: string;
  want: string;
}

const WANT = "(?:want(?:ed)?|expect(?:ed)?|should be|must be)";
const GOT = "(?:got|have|actual|returned|was|but got)";
const IS = "(?:\\s*[:=]\\s*|\\s+)";

const FORMS = [
  // Examples: got:\n…\nwant:\n…
  /^(?<about>[\s\S]*?)got:\n(?<got>[\s\S]*?)\nwant:\n(?<want>[\s\S]*)$/i,
  // f(x) = a, want b
  new RegExp(`^(?<about>.*?) =\\s+(?<got>[\\s\\S]+?)[,;]\\s+(?:but )?${WANT}${IS}(?<want>[\\s\\S]+)$`, "i"),
  // got a, want b
  new RegExp(`^(?<about>[\\s\\S]*?)\\b${GOT}${IS}(?<got>[\\s\\S]+?)[,;\\n]\\s*(?:but )?${WANT}${IS}(?<want>[\\s\\S]+)$`, "i"),
  // want a, got b
  new RegExp(`^(?<about>[\\s\\S]*?)\\b${WANT}${IS}(?<want>[\\s\\S]+?)[,;\\n]\\s*(?:but )?${GOT}${IS}(?<got>[\\s\\S]+)$`, "i"),
];

/** What is longer is no sentence, and the forms would take too long over it. */
const LONGEST_READ = 2000;

/** `    leap_test.go:12: ` at the start of what testing writes. */
const PLACE = /^\s*[\w.-]+\.go:\d+:\s?/;

/** The first of a test's complaints that can be taken apart. */
export function failure(message: string): Failure | null {
  for (const complaint of complaints(message)) {
    const read = apart(complaint);
    if (read) return read;
  }
  return null;
}

/** A test may complain several times; each complaint begins with its place. */
function complaints(message: string): string[] {
  const result: string[] = [];
  for (const line of message.split("\n")) {
    if (PLACE.test(line) || result.length === 0) result.push(line.replace(PLACE, ""));
    else result.push(`${result.pop() ?? ""}\n${line}`);
  }
  return result;
}

function apart(complaint: string): Failure | null {
  const text = complaint.trimEnd();
  if (text.length > LONGEST_READ) return null;
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (!groups) continue;
    const { about = "", got = "", want = "" } = groups;
    return { about: about.trim().replace(/[:,=]$/, "").trim(), got: unindent(got), want: unindent(want) };
  }
  return null;
}

/**
 * A message without the four blanks that testing puts before each of its lines. Where a line of a
 * complaint has none, the blanks of the others are the test's own.
 */
export function dedent(message: string): string {
  const parts = message.split(/^(?=[ \t]*[\w./-]+:\d+: )/m);
  return parts.map((part) => (/\n(?! {4}|\n|$)/.test(part) ? part : part.replace(/^ {4}/gm, ""))).join("").trimEnd();
}

function unindent(text: string): string {
  return text.includes("\n") ? text.replace(/^ {4}/gm, "") : text.trim();
}

/** Of Python: "tests.test_basket.test_empty", where the file or the class comes before the test. */
const OF_PYTHON = /^(?:\w+\.)*(\w+)\.(test\w*)$/;
/** Of JavaScript: what is said of a file, in whose path bars are for slashes. */
const OF_A_FILE = /^([\w.|-]+\.(?:py|[cm]?js))(: |$)/;

/** `TestLeap/year_1900` in plain words: `Leap › year 1900`. What is in words stays as it is. */
export function plainName(name: string): string {
  const file = OF_A_FILE.exec(name)?.[0] ?? "";
  if (file !== "" || /\s/.test(name)) return file.replaceAll("|", "/") + name.slice(file.length).split("/").join(" › ");
  const [top = "", ...rest] = name.split("/");
  const [, within = "", test = top] = OF_PYTHON.exec(top) ?? [];
  return [...(within === "" ? [] : [inWords(within.replace(/_test$/, ""))]), inWords(test), ...rest.map((part) => part.replace(/_/g, " "))].join(" › ");
}

function inWords(name: string): string {
  const words = name
    .replace(/^(?:(?:Test|Example|Fuzz)_?|test_)(?=.)/, "")
    .replace(/_/g, " ")
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .trim();
  return words || name;
}
