// Package suite reads a problem's test files: which tests they declare, which
// identifiers they use, and what hands them to the harness.
package suite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"judge/runner/internal/wire"
)

// A File is a Go source of the pack in the package's folder.
type File struct {
	Name   string
	Text   []byte
	Hidden bool
}

// A Test is a declared test, example or fuzz target.
type Test struct {
	Name     string
	Hidden   bool
	External bool // in package x_test
	// Of examples: the output that is expected, and whether in any order.
	Output    string
	Unordered bool
}

// A Suite is all that the pack's test files declare.
type Suite struct {
	Package  string // the package clause without _test
	Tests    []Test
	Fuzz     []Test
	Examples []Test
	// Benchmarks are not tests: a pack's are never run.
	Benchmarks []Test
	// Main says where TestMain is: "" nowhere, "in" or "ex"ternal.
	Main string
	// Internal and External are the names of the test files by kind.
	Internal, External []string
	// InternalImports and ExternalImports are what they import.
	InternalImports, ExternalImports []string
	// Idents are the identifiers that the internal test files use.
	Idents map[string]bool
	// Problems are what is wrong with the tests: the pack's fault.
	Problems []wire.Diagnostic
}

// Read parses the test files, in the order of their names, as `go test` does, but
// those that students see before those that they don't: what a visible test says
// after a hidden one ran may quote it, and is kept from students.
func Read(files []File) *Suite {
	s := &Suite{Idents: map[string]bool{}}
	slices.SortFunc(files, func(a, b File) int {
		if a.Hidden != b.Hidden {
			return map[bool]int{false: -1, true: 1}[a.Hidden]
		}
		return strings.Compare(a.Name, b.Name)
	})
	fset := token.NewFileSet()
	imports := [2]map[string]bool{{}, {}}
	var ordered [2][3][]Test // internal before external, as in go test
	for _, f := range files {
		tree, err := parser.ParseFile(fset, f.Name, f.Text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			s.Problems = append(s.Problems, wire.Diagnostic{File: f.Name, Message: err.Error()})
		}
		if tree == nil || tree.Name == nil {
			continue
		}
		name, external := strings.CutSuffix(tree.Name.Name, "_test")
		if s.Package == "" {
			s.Package = name
		}
		kind := 0
		if external {
			kind = 1
			s.External = append(s.External, f.Name)
		} else {
			s.Internal = append(s.Internal, f.Name)
			s.use(tree)
		}
		for _, spec := range tree.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil {
				imports[kind][path] = true
			}
		}
		found := s.declared(fset, tree, f, external)
		for i := range found {
			ordered[kind][i] = append(ordered[kind][i], found[i]...)
		}
	}
	s.Tests = append(ordered[0][0], ordered[1][0]...)
	s.Fuzz = append(ordered[0][1], ordered[1][1]...)
	s.Examples = append(ordered[0][2], ordered[1][2]...)
	s.InternalImports = slices.Sorted(maps.Keys(imports[0]))
	s.ExternalImports = slices.Sorted(maps.Keys(imports[1]))
	return s
}

// All returns everything that must run, in the order in which it does.
func (s *Suite) All() []Test { return slices.Concat(s.Tests, s.Fuzz, s.Examples) }

func (s *Suite) use(tree *ast.File) {
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			s.Idents[n.Name] = true
		case *ast.SelectorExpr:
			ast.Inspect(n.X, func(n ast.Node) bool {
				if ident, ok := n.(*ast.Ident); ok {
					s.Idents[ident.Name] = true
				}
				return true
			})
			return false
		}
		return true
	})
}

// declared returns tests, fuzz targets and examples of one file.
func (s *Suite) declared(fset *token.FileSet, tree *ast.File, f File, external bool) (found [3][]Test) {
	for _, decl := range tree.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Recv != nil {
			continue
		}
		test := Test{Name: fn.Name.Name, Hidden: f.Hidden, External: external}
		switch name := fn.Name.Name; {
		case name == "TestMain" && takes(fn, "M"):
			if s.Main != "" {
				s.problem(fset, f, fn, "multiple definitions of TestMain")
			}
			s.Main = half(external)
		case isTest(name, "Test"):
			if s.signature(fset, f, fn, "T") {
				found[0] = append(found[0], test)
			}
		case isTest(name, "Benchmark") && takes(fn, "B") && fn.Type.TypeParams.NumFields() == 0:
			s.Benchmarks = append(s.Benchmarks, test)
		case isTest(name, "Fuzz"):
			if s.signature(fset, f, fn, "F") {
				found[1] = append(found[1], test)
			}
		}
	}
	for _, e := range sortedExamples(tree) {
		if e.Output == "" && !e.EmptyOutput {
			continue // only compiled
		}
		found[2] = append(found[2], Test{Name: "Example" + e.Name, Hidden: f.Hidden, External: external,
			Output: e.Output, Unordered: e.Unordered})
	}
	return found
}

// sortedExamples returns the examples of a file in the order of their text.
func sortedExamples(tree *ast.File) []*doc.Example {
	examples := doc.Examples(tree)
	slices.SortFunc(examples, func(a, b *doc.Example) int { return a.Order - b.Order })
	return examples
}

func (s *Suite) signature(fset *token.FileSet, f File, fn *ast.FuncDecl, arg string) bool {
	switch {
	case fn.Type.TypeParams.NumFields() > 0:
		s.problem(fset, f, fn, "wrong signature for %s, test functions cannot have type parameters", fn.Name.Name)
	case !takes(fn, arg):
		s.problem(fset, f, fn, "wrong signature for %s, must be: func %s(%s *testing.%s)",
			fn.Name.Name, fn.Name.Name, strings.ToLower(arg), arg)
	default:
		return true
	}
	return false
}

func (s *Suite) problem(fset *token.FileSet, f File, fn *ast.FuncDecl, format string, args ...any) {
	p := fset.PositionFor(fn.Pos(), false)
	s.Problems = append(s.Problems, wire.Diagnostic{File: f.Name, Line: p.Line, Column: p.Column, Message: fmt.Sprintf(format, args...)})
}

// takes reports whether fn takes one argument, a *T or *pkg.T, as cmd/go asks it.
func takes(fn *ast.FuncDecl, name string) bool {
	if fn.Type.Results.NumFields() > 0 || fn.Type.Params.NumFields() != 1 {
		return false
	}
	pointer, ok := fn.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch t := pointer.X.(type) {
	case *ast.Ident:
		return t.Name == name
	case *ast.SelectorExpr:
		return t.Sel.Name == name
	}
	return false
}

// isTest reports whether name is one that go test runs: TestX, not Testify.
func isTest(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	r, _ := utf8.DecodeRuneInString(rest)
	return ok && (rest == "" || !unicode.IsLower(r))
}

// Registers reports whether a half of the tests has anything to register.
func (s *Suite) Registers(external bool) bool {
	if s.Main == half(external) {
		return true
	}
	return slices.ContainsFunc(s.All(), func(t Test) bool { return t.External == external })
}

// half is how Main names the halves.
func half(external bool) string {
	if external {
		return "ex"
	}
	return "in"
}

// RegisterText returns the file that a half of the tests, of package name, gets: it
// hands its tests to the harness.
func (s *Suite) RegisterText(name string, external bool) []byte {
	var b bytes.Buffer
	fuzz := slices.ContainsFunc(s.Fuzz, func(t Test) bool { return t.External == external })
	fmt.Fprintf(&b, "package %s\n\nimport judge_testing \"testing\"\n", name)
	if fuzz {
		b.WriteString("import judge_fuzz \"internal/fuzz\"\n")
	}
	b.WriteString("\nfunc init() {\n")
	for _, t := range s.Tests {
		if t.External == external {
			fmt.Fprintf(&b, "\tjudge_testing.JudgeTest(%q, %s)\n", t.Name, t.Name)
		}
	}
	for _, t := range s.Fuzz {
		if t.External == external {
			fmt.Fprintf(&b, "\tjudge_testing.JudgeFuzz(%q, %s)\n", t.Name, t.Name)
		}
	}
	for _, t := range s.Examples {
		if t.External == external {
			fmt.Fprintf(&b, "\tjudge_testing.JudgeExample(%q, %s, %q, %t)\n", t.Name, t.Name, t.Output, t.Unordered)
		}
	}
	if s.Main == half(external) {
		b.WriteString("\tjudge_testing.JudgeTestMain(TestMain)\n")
	}
	if fuzz {
		b.WriteString("\tjudge_testing.JudgeCorpus(judge_fuzz.ReadCorpus, judge_fuzz.CheckCorpus)\n")
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// MainText returns the main that `go test -c` makes: it runs tests, examples, seeds of fuzz
// targets and benchmarks as its flags say; the package is at importPath.
func (s *Suite) MainText(importPath string) []byte {
	return s.mainText(importPath, "testdeps.TestDeps{}", "")
}

// FuzzText is MainText of a program that fuzzes for so long, in its one process.
func (s *Suite) FuzzText(importPath string, limit time.Duration) []byte {
	return s.mainText(importPath, "fuzzer{}", fmt.Sprintf(`type fuzzer struct{ testdeps.TestDeps }

func (fuzzer) JudgeFuzz(seeds []fuzz.CorpusEntry, types []reflect.Type, run func(fuzz.CorpusEntry) error) error {
	return fuzz.JudgeFuzz(seeds, types, run, %d)
}

`, limit))
}

func (s *Suite) mainText(importPath, deps, declared string) []byte {
	used := map[string]bool{}
	name := func(external bool) string {
		half := map[bool]string{false: "_test", true: "_xtest"}[external]
		used[half] = true
		return half
	}
	var lists bytes.Buffer
	list := func(variable, kind string, tests []Test) {
		fmt.Fprintf(&lists, "var %s = []testing.%s{\n", variable, kind)
		for _, one := range tests {
			more := ""
			if kind == "InternalExample" {
				more = fmt.Sprintf(", %q, %t", one.Output, one.Unordered)
			}
			fmt.Fprintf(&lists, "\t{%q, %s.%s%s},\n", one.Name, name(one.External), one.Name, more)
		}
		lists.WriteString("}\n\n")
	}
	list("tests", "InternalTest", s.Tests)
	list("benchmarks", "InternalBenchmark", s.Benchmarks)
	list("targets", "InternalFuzzTarget", s.Fuzz)
	list("examples", "InternalExample", s.Examples)
	end := "os.Exit(m.Run())"
	if s.Main != "" {
		end = name(s.Main == half(true)) + ".TestMain(m)\n\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))"
	}
	var b bytes.Buffer
	b.WriteString("package main\n\nimport (\n\t\"os\"\n\t\"reflect\"\n\t\"testing\"\n\t\"testing/internal/testdeps\"\n\n")
	for _, half := range []string{"_test", "_xtest"} {
		path := importPath
		if half == "_xtest" {
			path += "_test"
		}
		if used[half] {
			fmt.Fprintf(&b, "\t%s %q\n", half, path)
		}
	}
	if declared != "" {
		b.WriteString("\t\"internal/fuzz\"\n")
	}
	fmt.Fprintf(&b, ")\n\nvar _ = reflect.ValueOf\n\n%s%s", declared, lists.Bytes())
	fmt.Fprintf(&b, "func main() {\n\ttestdeps.ImportPath = %q\n", importPath)
	fmt.Fprintf(&b, "\tm := testing.MainStart(%s, tests, benchmarks, targets, examples)\n\t%s\n}\n", deps, end)
	return b.Bytes()
}
