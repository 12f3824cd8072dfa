// Package gate decides on the syntax tree what is refused before anything is
// built.
//
// For submissions whose tests run in the same process this is one layer of
// several, and a data race gets around it: it keeps honest mistakes and simple
// attacks away from the process that holds the results. For programs that run
// alone it only keeps away what the build cannot box.
package gate

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"judge/runner/internal/wire"
)

const (
	// MaxFiles is how many files a submission may have.
	MaxFiles = 20
	// MaxBytes is how long they may be together.
	MaxBytes = 128 << 10
	// MaxProjectFiles and MaxProjectBytes are the same of a project's Go files.
	MaxProjectFiles = 50
	MaxProjectBytes = 256 << 10
)

// Rules are what a submission is held against.
type Rules struct {
	// SharesProcess says that the tests run in the submission's process.
	SharesProcess bool
	Allow, Deny   []string
	// Std are the import paths that the toolchain has archives for.
	Std map[string]bool
	// Pack are the names of the pack's own files in the package's folder.
	Pack []string
	// Packages are the import paths of the pack's own packages.
	Packages map[string]bool
	// Extensions are those that names may have; none: that of Go.
	Extensions []string
	// Tests says that tests may be among the files.
	Tests bool
	// Project says that the files are those of a module, in folders, and that whoever
	// wrote them may leave some out of the build and embed others.
	Project bool
	// Module is its path.
	Module string
	// TestIdents are the identifiers that the in-package tests use.
	TestIdents map[string]bool
	// Context has the build constraints.
	Context *build.Context
}

// A Verdict is what the gate has to say. Where Rejected is empty and Unbuildable
// is not, the build would fail with these messages.
type Verdict struct {
	Rejected    []wire.Diagnostic
	Unbuildable []wire.Diagnostic
	// Broken are the parser's messages: such files can only be told what the
	// compiler has to say about them, and must never run.
	Broken []wire.Diagnostic
	// Clauses are the package names by file.
	Clauses map[string]Clause
	// Imports are the import paths of all files.
	Imports map[string]bool
}

// A Clause is a package clause and where its name stands.
type Clause struct {
	Name string
	Diag wire.Diagnostic
}

var (
	plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	// plainModule admits __init__.py; Go would ignore a file that begins so.
	plainModule = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)
)

// CheckFiles looks only at names, sizes and encodings.
func CheckFiles(files wire.Files, rules Rules) []wire.Diagnostic { return checkFiles(files, rules) }

// Check holds files against the rules. It changes no file but for a byte order
// mark at the start, which it removes.
func Check(files wire.Files, rules Rules) Verdict {
	v := Verdict{Clauses: map[string]Clause{}, Imports: map[string]bool{}}
	v.Rejected = checkFiles(files, rules)
	if len(v.Rejected) > 0 {
		return v
	}
	fset := token.NewFileSet()
	var trees []*tree
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if message := excluded(name, files[name], rules.Context); message != "" {
			if rules.Project {
				continue
			}
			v.reject(wire.Diagnostic{File: name, Message: message})
		}
		file, err := parser.ParseFile(fset, name, files[name], parser.ParseComments)
		if err != nil {
			v.Broken = append(v.Broken, wire.Diagnostic{File: name, Message: err.Error()})
		}
		if file == nil {
			continue
		}
		t := &tree{name: name, fset: fset, file: file, rules: &rules, verdict: &v}
		v.Clauses[name] = Clause{file.Name.Name, t.at(file.Name.Pos(), "")}
		trees = append(trees, t)
	}
	declared := declarations(trees)
	for _, t := range trees {
		t.imports()
	}
	var names *aliases
	if rules.SharesProcess {
		names = aliasesOf(trees)
	}
	reflection := rules.SharesProcess && reflects(trees)
	for _, t := range trees {
		t.directives()
		if rules.SharesProcess {
			t.members(reflection)
			t.globals(declared)
			t.byValue()
			t.aliased(names)
			t.predeclared()
		}
	}
	return v
}

func (v *Verdict) reject(d wire.Diagnostic) { v.Rejected = append(v.Rejected, d) }

// checkFiles looks at names, sizes and encodings.
func checkFiles(files wire.Files, rules Rules) (rejected []wire.Diagnostic) {
	reject := func(file, format string, args ...any) {
		rejected = append(rejected, wire.Diagnostic{File: file, Message: fmt.Sprintf(format, args...)})
	}
	if len(files) == 0 {
		reject("", "there is no file")
	}
	most, mostBytes := MaxFiles, MaxBytes
	if rules.Project {
		most, mostBytes = MaxProjectFiles, MaxProjectBytes
	}
	if len(files) > most {
		reject("", "there are %d files; at most %d are taken", len(files), most)
		return rejected
	}
	total := 0
	taken := map[string]string{}
	for _, name := range rules.Pack {
		taken[strings.ToLower(name)] = name
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		total += len(files[name])
		shown := wire.Text([]byte(name), 100)
		if message := badName(name, rules); message != "" {
			reject(shown, "%s", message)
			continue
		}
		lower := strings.ToLower(name)
		if other, ok := taken[lower]; ok && other == name {
			reject(shown, "the problem has a file of this name of its own")
		} else if ok {
			reject(shown, "the name differs from %s only in upper and lower case", other)
		}
		taken[lower] = name
		files[name] = bytes.TrimPrefix(files[name], []byte("\uFEFF"))
		if message := badText(files[name]); message != "" {
			reject(shown, "%s", message)
		}
	}
	if total > mostBytes {
		reject("", "the files are %d bytes long together; at most %d are taken", total, mostBytes)
	}
	return rejected
}

func badName(name string, rules Rules) string {
	lower := strings.ToLower(name)
	plain := plainName
	if len(rules.Extensions) > 0 {
		plain = plainModule
	}
	switch {
	case rules.Project && !plainPath(name, plain):
		return "each part of a name must be plain: letters, digits, '_', '.' and '-'"
	case !rules.Project && !plainName.MatchString(name):
		return "a name must be plain: letters, digits, '_', '.', '-', and no folder"
	case len(rules.Extensions) > 0 && !slices.Contains(rules.Extensions, path.Ext(name)):
		return "only files that end in " + strings.Join(rules.Extensions, " or ") + " can be handed in"
	case len(rules.Extensions) > 0:
		return ""
	case strings.HasSuffix(lower, "_test.go") && !rules.Tests:
		return "tests cannot be handed in; the problem brings its own"
	case !strings.HasSuffix(name, ".go"):
		return "only Go files, NAME.go, can be handed in"
	}
	return ""
}

// plainPath reports whether name is a file's in folders of names that plain matches.
func plainPath(name string, plain *regexp.Regexp) bool {
	return !slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return !plain.MatchString(part) })
}

func badText(text []byte) string {
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return fmt.Sprintf("there is a NUL byte in line %d", line(text, i))
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return fmt.Sprintf("line %d is not UTF-8", line(text, i))
		}
		i += n
	}
	return ""
}

func line(text []byte, offset int) int { return 1 + bytes.Count(text[:offset], []byte("\n")) }

// excluded says why the build would leave the file out, "" where it would not.
func excluded(name string, text []byte, context *build.Context) string {
	ctx := *context
	ctx.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	ctx.CgoEnabled = true // a file is not to be left out silently for its import "C"
	match, err := ctx.MatchFile(".", path.Base(name))
	if err != nil || match {
		return "" // the parser or the compiler says what is wrong
	}
	return fmt.Sprintf("its name or its //go:build line leaves it out on %s/%s, so it would not be built", ctx.GOOS, ctx.GOARCH)
}

// A tree is a file that the gate walks.
type tree struct {
	name    string
	fset    *token.FileSet
	file    *ast.File
	rules   *Rules
	verdict *Verdict
	// packages maps names to import paths, dots are the dot-imported ones.
	packages map[string]string
	dots     []string
}

func (t *tree) at(pos token.Pos, format string, args ...any) wire.Diagnostic {
	p := t.fset.PositionFor(pos, false)
	return wire.Diagnostic{File: t.name, Line: p.Line, Column: p.Column, Message: fmt.Sprintf(format, args...)}
}

func (t *tree) reject(pos token.Pos, format string, args ...any) {
	t.verdict.reject(t.at(pos, format, args...))
}

func (t *tree) imports() {
	t.packages = map[string]string{}
	for _, spec := range t.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the compiler says what is wrong
		}
		t.verdict.Imports[path] = true
		if message, known := t.rules.importable(path); message != "" {
			t.reject(spec.Path.Pos(), "%s", message)
		} else if !known && t.rules.own(path) {
			t.verdict.Unbuildable = append(t.verdict.Unbuildable, t.at(spec.Path.Pos(), "main module (%s) does not contain package %s", t.rules.Module, path))
		} else if !known {
			t.verdict.Unbuildable = append(t.verdict.Unbuildable, t.at(spec.Path.Pos(), "package %s is not in std", path))
		}
		switch name := spec.Name; {
		case name == nil:
			t.packages[packageName(path)] = path
		case name.Name == ".":
			t.dots = append(t.dots, path)
		default:
			t.packages[name.Name] = path
		}
	}
}

// packageName guesses the name of the package at path; it is right for all of std.
func packageName(path string) string {
	elements := strings.Split(path, "/")
	last := elements[len(elements)-1]
	if len(elements) > 1 && regexp.MustCompile(`^v[0-9]+$`).MatchString(last) {
		return elements[len(elements)-2]
	}
	return last
}

// importable returns why path may not be imported ("" where it may), and whether
// there is such a package.
func (r *Rules) importable(path string) (message string, known bool) {
	quoted := strconv.Quote(path)
	switch {
	case path == "C":
		return "cgo is not available here", true
	case r.Packages[path]:
		return "", true
	case r.own(path) && !r.Std[path]:
		return "", false
	case matches(r.Deny, path):
		return "this problem is to be solved without " + quoted, true
	case strings.HasPrefix(path, ".") || strings.HasPrefix(path, "/"):
		return "relative import of " + quoted + ": packages are imported by their path", true
	case internal(path) && r.Std[path]:
		return quoted + " is internal to the standard library", true
	case matches(r.Allow, path):
		return "", r.Std[path] || path == "unsafe"
	case never[path]:
		return quoted + " is not available here: " + refused[path], true
	case r.SharesProcess && refused[path] != "":
		return quoted + " is not available here: " + refused[path], true
	case strings.Contains(strings.Split(path, "/")[0], "."):
		return quoted + " is not available here: only the standard library is", true
	case !r.Std[path]:
		return "", false
	case r.SharesProcess && !admitted[path]:
		return quoted + " is not available here", true
	}
	return "", true
}

// own reports whether the path is one of the project's module.
func (r *Rules) own(path string) bool {
	return r.Module != "" && (path == r.Module || strings.HasPrefix(path, r.Module+"/"))
}

func internal(path string) bool {
	return strings.HasPrefix(path, "vendor/") || strings.Contains("/"+path+"/", "/internal/")
}

// matches reports whether one of the patterns, import paths or "path/...", is for path.
func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		prefix, wild := strings.CutSuffix(p, "/...")
		return p == path || wild && (path == prefix || strings.HasPrefix(path, prefix+"/"))
	})
}

// harmless directives say nothing to compiler or linker that could be misused.
var harmless = set("build", "generate", "noinline", "fix")

var (
	directive = regexp.MustCompile(`^//go:(\w*)`)
	lineLine  = regexp.MustCompile(`^(//line |/\*line ).*:[0-9]+\s*(\*/)?$`)
)

func (t *tree) directives() {
	for _, group := range t.file.Comments {
		for _, comment := range group.List {
			text := strings.TrimRight(comment.Text, "\r")
			if m := directive.FindStringSubmatch(text); m != nil && !harmless[m[1]] && (m[1] != "embed" || !t.rules.Project) {
				t.reject(comment.Pos(), "the directive //go:%s is not allowed here", m[1])
			}
			if lineLine.MatchString(text) {
				t.reject(comment.Pos(), "the directive line is not allowed here: it would make messages name other places")
			}
			if strings.HasPrefix(text, "//export ") {
				t.reject(comment.Pos(), "the directive //export is not allowed here")
			}
		}
	}
}
