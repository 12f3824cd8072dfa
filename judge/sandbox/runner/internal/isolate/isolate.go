// Package isolate makes the two halves of isolated tests out of a problem's reference and
// tests: the stand-in that the tests are compiled against, and the server that a
// submission is linked with. Package judgelink, in the standard library of the sandbox,
// is what they say to each other.
//
// Theory of operation. The reference and the tests are type-checked together, and of the
// names of the package those are taken that the tests use. Every type that can cross then
// is one of:
//
//	plain     a copy: numbers, strings, slices, maps, structs of exported fields, …
//	kept      it stays with the solution, and the stand-in has a number for it; what has
//	          methods and state
//	compared  it stays as well, and equal values have equal numbers, so that ==, maps and
//	          switch work: an enumeration may have any numbering
//
// Which one a type of the package is follows from what the tests do with it. At last the
// tests are type-checked against the stand-in. What does not fit then, or cannot cross at
// all, is told by name and place: such a problem is graded in one process.
package isolate

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// An Input is a problem.
type Input struct {
	Path string // import path of the package
	Go   string // language version, "go1.27"
	// Package are the reference and the pack's own files of the package, Internal and
	// External the test files, by name.
	Package, Internal, External map[string][]byte
	// Others are the pack's packages: import path to files.
	Others map[string]map[string][]byte
	// Archives are those of the standard library: import path to file.
	Archives map[string]string
}

// An Item is a line of the server that holds the package against what the tests use.
type Item struct {
	Line int    `json:"line"`
	Name string `json:"name"` // "IsLeapYear", "Stack.Push"
	Want string `json:"want"` // "func(int) bool", "type struct{…}"
	// Differs are the constants that this one must not be equal to, "" where it is not about that.
	Differs string `json:"differs"`
}

// A Refusal is why a problem cannot be isolated.
type Refusal struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// An Output is what was made, or why nothing was.
type Output struct {
	Stub, Server []byte
	// Beside is the server as a file of the package itself, which saves a compile where
	// the package declares none of the names in Reserved.
	Beside   []byte
	Reserved []string
	// Inside reports that the server can be nothing but a file of the package, since the tests
	// use what that does not export. Server and Items are those of Beside then.
	Inside   bool
	Items    []Item
	Refusals []Refusal
}

type generator struct {
	Input
	fset *token.FileSet
	pkg  *types.Package
	// ours are the files of the package itself.
	ours     map[string]bool
	checked  map[string]*types.Package
	std      types.Importer
	uses     uses
	methods  map[string]bool // names that interfaces of the tests ask for
	refusals []Refusal
	classes  map[*types.TypeName]class

	functions []*function
	types     []types.Type // of which there are codecs
	numbers   map[string]int
	sentinels []*types.Var
	typed     []types.Type
	values    []types.Object // constants and variables that are told at the start
	shares    shares
	pointers  []comparison // of pointers
	// inBenchmark is set while a benchmark is read, which is not graded.
	inBenchmark bool
	brought     []*types.TypeName // types of the tests that the server declares as well
	inside      bool              // what is not exported crosses: the server is a file of the package
	// opened is set where slices and maps with methods are copies, even if no test is seen to look
	// into them; closes where some are not.
	opened, closes bool
}

// Generate makes stand-in and server.
func Generate(in Input) (*Output, error) {
	asked, opened := map[string]bool{}, false
	for range 20 {
		g := &generator{Input: in, opened: opened, fset: token.NewFileSet(), ours: map[string]bool{}, checked: map[string]*types.Package{},
			methods: asked, classes: map[*types.TypeName]class{}, numbers: map[string]int{},
			uses: uses{objects: map[types.Object]token.Pos{}, literal: map[*types.TypeName]bool{}, whole: map[*types.TypeName]bool{},
				compared: map[*types.TypeName]bool{}, std: map[*types.Var]bool{}, flows: map[string]*flow{}, instances: map[types.Object][]*types.TypeList{}}}
		g.std = importer.ForCompiler(g.fset, "gc", func(p string) (io.ReadCloser, error) { return os.Open(g.Archives[p]) })
		out, missing, err := g.generate()
		switch {
		case err == nil && missing != "" && !asked[missing]:
			asked[missing] = true // an interface of the tests asks for this method
		case g.closes && (err != nil || len(out.Refusals) > 0):
			opened = true // the tests use a slice or a map as what it is
		default:
			return out, err
		}
	}
	return nil, fmt.Errorf("%s: more methods are asked for than there can be", in.Path)
}

// own reports whether an object is declared by the package itself, not its tests.
func (g *generator) own(obj types.Object) bool {
	return obj != nil && obj.Pkg() == g.pkg && g.pkg != nil && g.ours[g.fset.Position(obj.Pos()).Filename]
}

func (g *generator) refuse(pos token.Pos, format string, args ...any) {
	p := g.fset.Position(pos)
	r := Refusal{p.Filename, p.Line, p.Column, fmt.Sprintf(format, args...)}
	if !slices.Contains(g.refusals, r) {
		g.refusals = append(g.refusals, r)
	}
}

func (g *generator) generate() (out *Output, missing string, err error) {
	parsed, err := g.parse(g.Package)
	if err != nil {
		return nil, "", err
	}
	for name := range g.Package {
		g.ours[name] = true
	}
	internal, err := g.parse(g.Internal)
	if err != nil {
		return nil, "", err
	}
	external, err := g.parse(g.External)
	if err != nil {
		return nil, "", err
	}
	info := newInfo()
	if g.pkg, err = g.check(g.Path, slices.Concat(parsed, internal), info, nil); err != nil {
		return nil, "", err
	}
	g.checked[g.Path] = g.pkg
	if _, err := g.check(g.Path+"_test", external, info, nil); err != nil {
		return nil, "", err
	}
	g.collect(slices.Concat(internal, external), info)
	g.shares = g.sharing(slices.Concat(internal, external), info)
	g.plan()
	g.identity()
	if len(g.refusals) > 0 {
		return &Output{Refusals: g.refusals}, "", nil
	}
	out = g.write(parsed[0].Name.Name)
	if len(g.refusals) > 0 {
		return &Output{Refusals: g.refusals}, "", nil
	}
	if out.Reserved, err = reserved(out.Beside); err != nil {
		return nil, "", err
	}
	missing, err = g.prove(out.Stub, internal, external)
	out.Refusals = g.refusals
	return out, missing, err
}

// reserved are the names that mean in a file what they mean in Go or declares itself: a
// package that declares one of them has no room for it.
func reserved(text []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		return nil, fmt.Errorf("the server beside the package: %w\n%s", err, text)
	}
	names := map[string]bool{}
	for name := range file.Scope.Objects {
		names[name] = true
	}
	for _, id := range file.Unresolved {
		if types.Universe.Lookup(id.Name) != nil {
			names[id.Name] = true
		}
	}
	for _, spec := range file.Imports {
		name := path.Base(strings.Trim(spec.Path.Value, `"`))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = true
	}
	return slices.Sorted(maps.Keys(names)), nil
}

func newInfo() *types.Info {
	return &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{}, Implicits: map[ast.Node]types.Object{}}
}

func (g *generator) parse(files map[string][]byte) (parsed []*ast.File, err error) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file, err := parser.ParseFile(g.fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, file)
	}
	return parsed, nil
}

// check type-checks a package. Errors go to report, the first one is returned where
// there is none.
func (g *generator) check(importPath string, files []*ast.File, info *types.Info, report func(types.Error)) (*types.Package, error) {
	var first error
	config := types.Config{GoVersion: g.Go, Importer: finder(g.find),
		Error: func(err error) {
			if first == nil {
				first = err
			}
			if e, ok := err.(types.Error); ok && report != nil {
				report(e)
			}
		}}
	pkg, _ := config.Check(importPath, g.fset, files, info)
	if report != nil {
		return pkg, nil
	}
	return pkg, first
}

type finder func(string) (*types.Package, error)

func (f finder) Import(p string) (*types.Package, error) { return f(p) }

// find imports a package of the pack, or of the standard library.
func (g *generator) find(importPath string) (*types.Package, error) {
	if pkg := g.checked[importPath]; pkg != nil {
		return pkg, nil
	}
	files, ok := g.Others[importPath]
	if !ok {
		pkg, err := g.std.Import(importPath)
		if err == nil {
			g.checked[importPath] = pkg
		}
		return pkg, err
	}
	parsed, err := g.parse(files)
	if err != nil {
		return nil, err
	}
	pkg, err := g.check(importPath, parsed, nil, nil)
	if err == nil {
		g.checked[importPath] = pkg
	}
	return pkg, err
}

// prove type-checks the tests against the stand-in. missing is a method that an
// interface of theirs asks for.
func (g *generator) prove(stub []byte, internal, external []*ast.File) (missing string, err error) {
	file, err := parser.ParseFile(g.fset, "judge_stub.go", stub, parser.SkipObjectResolution)
	if err != nil {
		return "", fmt.Errorf("the stand-in: %w\n%s", err, stub)
	}
	delete(g.checked, g.Path)
	report := func(e types.Error) {
		if _, method, ok := strings.Cut(e.Msg, "missing method "); ok {
			missing = strings.TrimRight(strings.Fields(method)[0], ")")
		}
		if e.Soft {
			return
		}
		place := g.fset.Position(e.Pos)
		if place.Filename == file.Name.Name || place.Filename == "judge_stub.go" {
			err = fmt.Errorf("the stand-in: %s\n%s", e.Error(), stub)
			return
		}
		g.refuse(e.Pos, "the tests cannot be told apart from the package: %s", e.Msg)
	}
	pkg, _ := g.check(g.Path, append([]*ast.File{file}, internal...), newInfo(), report)
	g.checked[g.Path] = pkg
	if err == nil {
		_, _ = g.check(g.Path+"_test", external, newInfo(), report)
	}
	return missing, err
}
