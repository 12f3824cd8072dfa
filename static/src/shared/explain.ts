/** A sentence for the compiler messages that students meet most. */

const SENTENCES: [RegExp, string][] = [
  [/^declared and not used: (\S+)/, "Go does not allow a local variable that nothing reads. Use $1 or remove it; to ignore a value, assign it to _."],
  [/^"(.+)" imported and not used/, "Nothing in this file uses the package $1. Remove the import."],
  [/^undefined: (\S+)/, "$1 is not defined here. Check its spelling and capital letters; if it belongs to a package, write the package's name before it and import it."],
  [/^missing return/, "The function promises a result, but one way through it ends without return."],
  [/cannot use (.+?) \((?:.*?)type (.+?)\) as (.+?) value in/, "A $2 was given where a $3 is needed. Convert it, or change one of the two types."],
  [/mismatched types .*untyped string and |mismatched types .* and untyped string|mismatched types string and |mismatched types .* and string\)/, "Go doesn't convert a number to text for you. Use strconv.Itoa(n) or fmt.Sprint(x) to make it a string."],
  [/mismatched types (.+?) and (.+?)\)?$/, "Go doesn't convert types automatically: $1 and $2 can't be mixed. Convert one of them, for example float64(x)."],
  [/^non-boolean condition/, "A condition has to be a bool. Go takes no number or string for true or false: compare it with something."],
  [/^no new variables on left side of :=/, "All these variables exist already. Write = to assign to them; := is for new ones."],
  [/^assignment mismatch: (.+?) but (.+)$/, "The numbers on the two sides differ: $1, but $2. Take each result, and put _ where you need none."],
  [/^not enough arguments in call to (\S+)/, "$1 needs more arguments than it was given; the lines below show what it has and what it wants."],
  [/^too many arguments in call to (\S+)/, "$1 takes fewer arguments than it was given."],
  [/^not enough return values/, "The return statement gives fewer results than the function promises."],
  [/^too many return values/, "The return statement gives more results than the function promises."],
  [/(\S+) redeclared in this block/, "The name $1 is taken already in this scope or in another of your files. Rename one of them."],
  [/^expected 'package'|^syntax error: package statement must be first/, "Every Go file begins with its package line."],
  [/^syntax error: unexpected newline, expected/, "The line ends too early. Often a bracket is missing, or an opening { stands on a line of its own: in Go it ends the line before."],
  [/^syntax error: unexpected \{/, "Look at the line above: something there is not finished."],
  [/^syntax error: unexpected semicolon or newline before \{/, "In Go the opening { must stand at the end of the same line."],
  [/^syntax error: non-declaration statement outside function body/, "Outside of functions there are only declarations. Move this statement into a function; := works only inside one."],
  [/^syntax error: unexpected (EOF|end of file)/, "The file ends inside a block: a closing } is missing somewhere above."],
  [/^syntax error:/, "Go could not read this line. Look here and at the end of the line before for a missing bracket, comma or quote."],
  [/does not implement (\S+) \((?:missing method (\S+))/, "To be a $1, the type needs the method $2 with just that signature. Watch for pointer receivers and spelling."],
  [/has no field or method (\S+?)[,)]/, "There is no $1 on this type. Check the spelling: a capital letter makes a name visible to other packages."],
  [/^invalid operation: (.+?) \(variable of type (.+?)\) cannot be indexed|cannot index/, "Only arrays, slices, strings, maps and pointers to arrays have an index."],
  [/invalid operation: operator (\S+) not defined on/, "$1 does not work on values of this type."],
  [/^cannot assign to/, "This cannot be changed in place. Elements of a string are read-only, and a struct in a map has to be stored again as a whole."],
  [/is not used$/, "The value is computed and then dropped. Assign it, return it or call a function with it."],
  [/^missing function body|^func \S+ must have a body/, "The function has no { … } of its own."],
  [/^package (\S+) is not in std/, "The standard library has no package $1."],
  [/^cannot infer (\S+)/, "Go cannot tell what $1 is. Write the type in square brackets after the function's name."],
  [/(\S+) overflows (\S+)|constant .+ overflows/, "The number does not fit into this type. Take a larger one, such as int64."],
  [/^invalid recursive type/, "A type cannot contain itself directly. Use a pointer, a slice or a map of it."],
  [/^import cycle/, "Packages cannot import each other in a circle."],
];

export function explain(message: string): string | null {
  for (const [pattern, sentence] of SENTENCES) {
    const match = pattern.exec(message);
    if (match) return sentence.replace(/\$(\d)/g, (_, index: string) => match[Number(index)] ?? "it");
  }
  return null;
}
