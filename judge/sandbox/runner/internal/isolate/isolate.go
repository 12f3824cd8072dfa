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
	"go/constant"
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
}

// Generate makes stand-in and server.
func Generate(in Input) (*Output, error) {
	asked := map[string]bool{}
	for range 20 {
		g := &generator{Input: in, fset: token.NewFileSet(), ours: map[string]bool{}, checked: map[string]*types.Package{},
			methods: asked, classes: map[*types.TypeName]class{}, numbers: map[string]int{},
			uses: uses{objects: map[types.Object]token.Pos{}, literal: map[*types.TypeName]bool{},
				compared: map[*types.TypeName]bool{}, std: map[*types.Var]bool{}, instances: map[types.Object][]*types.TypeList{}}}
		g.std = importer.ForCompiler(g.fset, "gc", func(p string) (io.ReadCloser, error) { return os.Open(g.Archives[p]) })
		out, missing, err := g.generate()
		if err != nil {
			return nil, err
		}
		if missing == "" || asked[missing] {
			return out, nil
		}
		asked[missing] = true // an interface of the tests asks for this method
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
	g.plan()
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

// A function is something of the package that is called from the tests.
type function struct {
	obj  *types.Func      // as it is declared
	sig  *types.Signature // with the types that it is called with
	recv types.Type       // nil: none
	args *types.TypeList  // of a generic function, nil: none
}

// plan sorts what the tests use.
func (g *generator) plan() {
	objects := slices.Collect(maps.Keys(g.uses.objects))
	slices.SortFunc(objects, func(a, b types.Object) int { return int(a.Pos() - b.Pos()) })
	var methods []*types.Func
	for _, obj := range objects {
		pos := g.uses.objects[obj]
		switch o := obj.(type) {
		case *types.Func:
			switch {
			case o.Signature().Recv() != nil:
				methods = append(methods, o)
			case o.Signature().TypeParams() != nil:
				for _, args := range g.uses.instances[o] {
					g.instance(pos, o, args)
				}
			default:
				g.add(pos, &function{obj: o, sig: o.Signature()})
			}
		case *types.TypeName:
			if n, ok := types.Unalias(o.Type()).(*types.Named); !ok || n.TypeParams() == nil {
				g.cross(pos, o.Type(), o.Name())
			}
		case *types.Const:
			g.cross(pos, o.Type(), o.Name())
			g.values = append(g.values, o)
		case *types.Var:
			if isError(o.Type()) {
				g.sentinels = append(g.sentinels, o)
				continue
			}
			g.cross(pos, o.Type(), o.Name())
			g.values = append(g.values, o)
		}
	}
	for _, v := range slices.SortedFunc(maps.Keys(g.uses.std), func(a, b *types.Var) int {
		return strings.Compare(a.Pkg().Path()+"."+a.Name(), b.Pkg().Path()+"."+b.Name())
	}) {
		if v.Exported() {
			g.sentinels = append(g.sentinels, v)
		}
	}
	defer g.foreignErrors()
	// Methods bring types, and types bring methods.
	for before := -1; before != len(g.types)+len(g.functions); {
		before = len(g.types) + len(g.functions)
		for i := 0; i < len(g.types); i++ {
			g.methodsOf(g.types[i], methods)
		}
	}
}

// foreignErrors adds the errors of packages whose interfaces cross: io.EOF with io.Reader.
func (g *generator) foreignErrors() {
	for _, t := range g.types {
		n, ok := types.Unalias(t).(*types.Named)
		if !ok || !types.IsInterface(n) || n.Obj().Pkg() == nil || n.Obj().Pkg() == g.pkg {
			continue
		}
		scope := n.Obj().Pkg().Scope()
		for _, name := range scope.Names() {
			v, ok := scope.Lookup(name).(*types.Var)
			if ok && v.Exported() && isError(v.Type()) && !slices.Contains(g.sentinels, v) {
				g.sentinels = append(g.sentinels, v)
			}
		}
	}
}

// instance adds a generic function with its type arguments.
func (g *generator) instance(pos token.Pos, f *types.Func, args *types.TypeList) {
	t, err := types.Instantiate(nil, f.Signature(), slices.Collect(args.Types()), false)
	if err != nil {
		g.refuse(pos, "%s: %s", f.Name(), err)
		return
	}
	for a := range args.Types() {
		if p, ok := types.Unalias(a).(*types.TypeParam); ok {
			g.refuse(pos, "%s is used with a type parameter of the tests (%s), which cannot cross", f.Name(), p)
			return
		}
		g.cross(pos, a, f.Name())
	}
	g.add(pos, &function{obj: f, sig: t.(*types.Signature), args: args})
}

// methodsOf adds the methods of a type of the package that the tests call, that printing
// and package errors ask for, or that make it one of an interface that crosses.
func (g *generator) methodsOf(t types.Type, called []*types.Func) {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !g.own(n.Obj()) || types.IsInterface(n) {
		return
	}
	for m := range n.Methods() {
		if !g.own(m) {
			continue // the tests' own
		}
		wanted := slices.Contains(called, m.Origin()) || g.methods[m.Name()] || m.Name() == "Error" || asked(m) != ""
		for _, other := range g.types {
			if i, ok := types.Unalias(other).Underlying().(*types.Interface); ok && !wanted && i.NumMethods() > 0 {
				obj, _, _ := types.LookupFieldOrMethod(other, false, g.pkg, m.Name())
				wanted = obj != nil && (types.Implements(t, i) || types.Implements(types.NewPointer(t), i))
			}
		}
		if wanted {
			g.add(g.uses.objects[m.Origin()], &function{obj: m.Origin(), sig: m.Signature(), recv: m.Signature().Recv().Type()})
		}
	}
	for _, e := range []types.Type{t, types.NewPointer(t)} {
		if types.AssignableTo(e, types.Universe.Lookup("error").Type()) {
			if !slices.ContainsFunc(g.typed, func(o types.Type) bool { return types.Identical(o, e) }) {
				g.typed = append(g.typed, e)
				g.codec(e)
			}
			break
		}
	}
}

// asked is the interface of a method that printing and package errors ask for, "" where
// it is none: a solution need not have it.
func asked(m *types.Func) string {
	sig := types.TypeString(unnamed(m.Signature()), nil)
	switch m.Name() + strings.TrimPrefix(sig, "func") {
	case "String() string", "Unwrap() error", "Is(error) bool":
		return "interface{ " + m.Name() + strings.TrimPrefix(sig, "func") + " }"
	}
	return ""
}

// add adds a function or method, and what it takes and gives.
func (g *generator) add(pos token.Pos, f *function) {
	same := func(o *function) bool {
		return o.obj == f.obj && types.Identical(o.sig, f.sig) && (f.recv == nil || types.Identical(o.recv, f.recv))
	}
	if slices.ContainsFunc(g.functions, same) {
		return
	}
	if !pos.IsValid() {
		pos = f.obj.Pos()
	}
	for _, t := range slices.Concat(f.arguments(), f.results()) {
		g.cross(pos, t, f.obj.Name())
	}
	g.functions = append(g.functions, f)
}

// cross has a codec made for t, or refuses it on behalf of name.
func (g *generator) cross(pos token.Pos, t types.Type, name string) {
	if why := g.barred(t, map[types.Type]bool{}); why != "" {
		g.refuse(pos, "%s: %s", name, why)
		return
	}
	if b, ok := types.Unalias(t).(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return
	}
	g.codec(t)
}

// codec numbers the codec of t, and of all that it is made of.
func (g *generator) codec(t types.Type) int {
	t = types.Unalias(t)
	key := types.TypeString(t, nil)
	if n, ok := g.numbers[key]; ok {
		return n
	}
	n := len(g.types)
	g.numbers[key] = n
	g.types = append(g.types, t)
	if name, ok := t.(*types.Named); ok && (g.own(name.Obj()) && g.class(name) != plain || isError(t) || special(t) != "") {
		return n
	}
	if special(t) != "" {
		return n
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		g.codec(u.Elem())
	case *types.Slice:
		g.codec(u.Elem())
	case *types.Array:
		g.codec(u.Elem())
	case *types.Map:
		g.codec(u.Key())
		g.codec(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			g.codec(f.Type())
		}
	case *types.Signature:
		g.codecs(u)
	case *types.Interface:
		for m := range u.Methods() {
			g.codecs(m.Signature())
		}
		if u.NumMethods() == 0 {
			g.anything()
		}
	}
	return n
}

func (g *generator) codecs(sig *types.Signature) {
	for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tuple.Variables() {
			g.codec(v.Type())
		}
	}
}

// anything makes codecs for what an `any` mostly holds.
func (g *generator) anything() {
	empty := types.Universe.Lookup("any").Type()
	for _, kind := range []types.BasicKind{types.Bool, types.String, types.Int, types.Int64, types.Uint, types.Uint64, types.Uint8, types.Int32, types.Float64, types.Float32} {
		g.codec(types.Typ[kind])
	}
	for _, t := range []types.Type{types.NewSlice(empty), types.NewSlice(types.Typ[types.Int]), types.NewSlice(types.Typ[types.String]),
		types.NewMap(types.Typ[types.String], empty)} {
		g.codec(t)
	}
}

// A class is how a type of the package crosses.
type class int

const (
	plain class = iota
	kept
	compared
)

// class of a type of the package.
func (g *generator) class(n *types.Named) class {
	obj := n.Obj()
	n = n.Origin()
	if c, ok := g.classes[obj]; ok {
		return c
	}
	c := kept
	switch u := n.Underlying().(type) {
	case *types.Struct:
		switch {
		case g.uses.literal[obj]:
			c = plain
		case g.uses.compared[obj] && types.Comparable(n):
			c = compared
		case g.uses.compared[obj] && open(u):
			c = plain
		}
	case *types.Basic:
		c = compared
		if g.uses.literal[obj] {
			c = plain
		}
	default:
		c = plain
	}
	g.classes[obj] = c
	return c
}

// open reports whether a struct has only exported fields.
func open(s *types.Struct) bool {
	for f := range s.Fields() {
		if !f.Exported() {
			return false
		}
	}
	return true
}

// special names the types that have codecs of their own.
func special(t types.Type) string {
	switch s := types.TypeString(t, nil); s {
	case "time.Time", "*math/big.Int", "error":
		return s
	}
	return ""
}

// barred says why a type cannot cross, "" where it can.
func (g *generator) barred(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] || special(t) != "" {
		return ""
	}
	seen[t] = true
	if n, ok := t.(*types.Named); ok {
		switch {
		case g.own(n.Obj()):
			s, isStruct := n.Underlying().(*types.Struct)
			for a := range n.TypeArgs().Types() {
				if why := g.barred(a, seen); why != "" {
					return why
				}
			}
			if !n.Obj().Exported() {
				return fmt.Sprintf("the type %s is not exported", n.Obj().Name())
			}
			switch c := g.class(n); {
			case c == plain && isStruct && !open(s):
				return fmt.Sprintf("the tests use the fields of %s, which has unexported ones too", n.Obj().Name())
			case c == kept && g.uses.compared[n.Obj()]:
				return fmt.Sprintf("the tests compare values of %s, which has unexported fields and cannot be compared with ==", n.Obj().Name())
			case c != plain:
				return ""
			}
		case n.Obj().Pkg() == g.pkg:
			return fmt.Sprintf("the type %s is the tests' own", n.Obj().Name())
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Kind() == types.UnsafePointer {
			return "unsafe.Pointer cannot cross"
		}
		return ""
	case *types.Pointer:
		return g.barred(u.Elem(), seen)
	case *types.Slice:
		return g.barred(u.Elem(), seen)
	case *types.Array:
		return g.barred(u.Elem(), seen)
	case *types.Map:
		return cmpOr(g.barred(u.Key(), seen), g.barred(u.Elem(), seen))
	case *types.Struct:
		for f := range u.Fields() {
			if !f.Exported() {
				return fmt.Sprintf("%s has unexported fields and cannot cross", g.shown(t))
			}
			if why := g.barred(f.Type(), seen); why != "" {
				return why
			}
		}
		return ""
	case *types.Chan:
		return fmt.Sprintf("a channel (%s) cannot cross", g.shown(t))
	case *types.Signature:
		return g.barredIn(u, seen)
	case *types.Interface:
		for m := range u.Methods() {
			if !m.Exported() {
				return fmt.Sprintf("the interface %s has an unexported method and cannot cross", g.shown(t))
			}
			if why := g.barredIn(m.Signature(), seen); why != "" {
				return fmt.Sprintf("%s (in method %s of %s)", why, m.Name(), g.shown(t))
			}
		}
		if !u.IsMethodSet() {
			return fmt.Sprintf("the constraint %s cannot cross", g.shown(t))
		}
		return ""
	case *types.TypeParam:
		return fmt.Sprintf("the type parameter %s cannot cross", g.shown(t))
	}
	return fmt.Sprintf("%s cannot cross", g.shown(t))
}

// barredIn says which type of a signature cannot cross.
func (g *generator) barredIn(sig *types.Signature, seen map[types.Type]bool) string {
	for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tuple.Variables() {
			if why := g.barred(v.Type(), seen); why != "" {
				return why
			}
		}
	}
	return ""
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// shown is a type as a student writes it.
func (g *generator) shown(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == g.pkg {
			return ""
		}
		return path.Base(p.Path())
	})
}

// literal is a constant's value as source.
func literal(v constant.Value) string { return v.ExactString() }
