package isolate

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
)

// uses are what the tests do with the package that they test.
type uses struct {
	objects map[types.Object]token.Pos // top-level names and methods, and where first
	// literal are the types whose fields, or whose values as literals, the tests use;
	// compared are those that they compare.
	literal, compared map[*types.TypeName]bool
	// whole are the struct types of which the tests write values without naming the fields.
	whole map[*types.TypeName]bool
	// std are the errors of other packages that the tests name.
	std map[*types.Var]bool
	// comparing are the types that some test compares with all that is in them.
	comparing []types.Type
	// instances are the type arguments of generic functions, as the tests use them.
	instances map[types.Object][]*types.TypeList
	// promoted are methods that types of the package have of what is embedded in them.
	promoted []promoted
	// withValue is where the tests first make a context with a value.
	withValue token.Pos
	// boxed are the types of which the tests put values into an interface, or take them out.
	boxed []types.Type
	// flows are what the tests do with channels, by the elements' type.
	flows map[string]*flow
}

// comparers are functions that compare all that their arguments hold.
var comparers = []string{"reflect.DeepEqual", "slices.Equal", "slices.Contains", "slices.Index", "maps.Equal", "slices.Compact"}

// collect walks the test files. own reports whether an object is of the package's API.
func (g *generator) collect(files []*ast.File, info *types.Info) {
	for _, file := range files {
		g.inBenchmark = false
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				g.inBenchmark = n.Recv == nil && strings.HasPrefix(n.Name.Name, "Benchmark")
			case *ast.Ident:
				g.use(n, info)
			case *ast.CompositeLit:
				if len(n.Elts) > 0 {
					g.mark(g.uses.literal, info.TypeOf(n))
				}
				if len(n.Elts) > 0 && !isKeyed(n.Elts[0]) {
					g.mark(g.uses.whole, info.TypeOf(n))
				}
			case *ast.SelectorExpr:
				if s := info.Selections[n]; s != nil {
					g.selects(s)
				}
			case *ast.BinaryExpr:
				g.binary(n, info)
			case *ast.SwitchStmt:
				if n.Tag != nil {
					g.uses.comparing = append(g.uses.comparing, info.TypeOf(n.Tag))
				}
			case *ast.CallExpr:
				g.called(n, info)
			case *ast.AssignStmt:
				for _, left := range n.Lhs {
					g.assign(left, info)
				}
			case *ast.IncDecStmt:
				g.mark(g.uses.literal, info.TypeOf(n.X))
				g.assign(n.X, info)
			case *ast.RangeStmt:
				g.mark(g.uses.literal, info.TypeOf(n.X))
			case *ast.IndexExpr:
				g.mark(g.uses.literal, info.TypeOf(n.X))
				if _, ok := types.Unalias(info.TypeOf(n.X)).Underlying().(*types.Map); !ok && info.TypeOf(n.Index) != nil {
					g.mark(g.uses.literal, info.TypeOf(n.Index))
				}
			}
			g.boxes(n, info)
			g.channels(n, info)
			if e, ok := n.(ast.Expr); ok {
				g.constant(e, info)
				if m, ok := typeOf(e, info).(*types.Map); ok {
					g.uses.comparing = append(g.uses.comparing, m.Key())
				}
			}
			return true
		})
	}
	for _, t := range g.uses.comparing {
		g.compares(t, false)
	}
}

// A promoted method is one that a type has of a field that is embedded in it.
type promoted struct {
	method *types.Func
	of     *types.TypeName
}

// selects notes what is selected of a value.
func (g *generator) selects(s *types.Selection) {
	if s.Kind() == types.FieldVal {
		g.mark(g.uses.literal, s.Recv())
		return
	}
	of := g.named(s.Recv())
	if m, ok := s.Obj().(*types.Func); ok && of != nil && len(s.Index()) > 1 {
		g.uses.promoted = append(g.uses.promoted, promoted{m.Origin(), of})
	}
}

// compares notes what is compared with a value of t: by ==, which stops at pointers, or
// deep.
func (g *generator) compares(t types.Type, deep bool) {
	g.holds(t, deep, map[types.Type]bool{}, func(name *types.TypeName) { g.uses.compared[name] = true })
}

func typeOf(e ast.Expr, info *types.Info) types.Type {
	t := info.TypeOf(e)
	if t == nil {
		return nil
	}
	return types.Unalias(t).Underlying()
}

// use notes a name of the package, or an error of another one.
func (g *generator) use(id *ast.Ident, info *types.Info) {
	obj := info.Uses[id]
	if obj == nil {
		return
	}
	g.oneProcess(id, obj)
	switch o := obj.(type) {
	case *types.Func:
		obj = o.Origin()
	case *types.Var:
		obj = o.Origin()
		if o.Pkg() != nil && o.Parent() == o.Pkg().Scope() && !g.own(o) && o.Pkg() != g.pkg && isError(o.Type()) && !isTestHelper(o) {
			g.uses.std[o] = true
		}
	}
	if !g.own(obj) {
		return
	}
	if v, ok := obj.(*types.Var); ok && v.IsField() {
		return
	}
	if f, ok := obj.(*types.Func); ok && f.Signature().Recv() != nil {
		if types.IsInterface(f.Signature().Recv().Type()) {
			return
		}
	} else if obj.Parent() != g.pkg.Scope() {
		return
	}
	if instance, ok := info.Instances[id]; ok {
		if _, isType := obj.(*types.TypeName); isType {
			g.cross(id.Pos(), instance.Type, obj.Name())
		} else {
			g.uses.instances[obj] = append(g.uses.instances[obj], instance.TypeArgs)
		}
	}
	if _, ok := g.uses.objects[obj]; !ok {
		g.uses.objects[obj] = id.Pos()
	}
}

func isTestHelper(v *types.Var) bool { return strings.HasSuffix(v.Pkg().Path(), "_test") }

// mark notes the named type of the package behind t.
func (g *generator) mark(set map[*types.TypeName]bool, t types.Type) {
	if name := g.named(t); name != nil {
		set[name] = true
	}
}

// named is the type of the package that t is, or points to; nil where there is none.
func (g *generator) named(t types.Type) *types.TypeName {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok && g.own(n.Obj()) {
		return n.Obj()
	}
	return nil
}

func (g *generator) binary(n *ast.BinaryExpr, info *types.Info) {
	if n.Op != token.EQL && n.Op != token.NEQ {
		g.mark(g.uses.literal, info.TypeOf(n.X))
		g.mark(g.uses.literal, info.TypeOf(n.Y))
		return
	}
	for _, e := range []ast.Expr{n.X, n.Y} {
		if id, ok := e.(*ast.Ident); ok && id.Name == "nil" {
			return
		}
	}
	g.uses.comparing = append(g.uses.comparing, info.TypeOf(n.X), info.TypeOf(n.Y))
}

// called notes conversions, what is compared by a function, and measured by len.
func (g *generator) called(n *ast.CallExpr, info *types.Info) {
	if info.Types[n.Fun].IsType() && len(n.Args) == 1 {
		g.mark(g.uses.literal, info.TypeOf(n.Fun))
		g.mark(g.uses.literal, info.TypeOf(n.Args[0]))
		return
	}
	if info.Types[n.Fun].IsBuiltin() {
		if id, ok := n.Fun.(*ast.Ident); !ok || id.Name != "new" {
			for _, arg := range n.Args {
				g.mark(g.uses.literal, info.TypeOf(arg))
			}
		}
		return
	}
	g.printed(n, info)
	fun := n.Fun
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	selector, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	f, ok := info.Uses[selector.Sel].(*types.Func)
	if ok && f.FullName() == "context.WithValue" && !g.uses.withValue.IsValid() {
		g.uses.withValue = n.Pos()
	}
	if !ok || f.Pkg() == nil || g.inBenchmark || !slices.Contains(comparers, path.Base(f.Pkg().Path())+"."+f.Name()) {
		return
	}
	for _, arg := range n.Args {
		g.compares(info.TypeOf(arg), true)
	}
}

// printed notes the values that a function of the standard library takes as what they are: fmt
// prints a number where the stand-in has one of its own. What is printed in a test's messages
// alone is no verdict's business, and a submission may choose another type.
func (g *generator) printed(n *ast.CallExpr, info *types.Info) {
	sig, ok := typeOf(n.Fun, info).(*types.Signature)
	selector, selected := n.Fun.(*ast.SelectorExpr)
	if !ok || !selected || g.inBenchmark {
		return
	}
	f, ok := info.Uses[selector.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg() == g.pkg || f.Pkg().Path() == "testing" || strings.HasSuffix(f.Pkg().Path(), "_test") {
		return
	}
	for i, arg := range n.Args {
		name := g.named(info.TypeOf(arg))
		if name == nil {
			continue
		}
		if _, isBasic := name.Type().Underlying().(*types.Basic); !isBasic && !list(name.Type().Underlying()) {
			continue
		}
		param := sig.Params().At(min(i, sig.Params().Len()-1)).Type()
		if s, ok := param.(*types.Slice); ok && sig.Variadic() && i >= sig.Params().Len()-1 {
			param = s.Elem()
		}
		if m, _, _ := types.LookupFieldOrMethod(name.Type(), true, g.pkg, "String"); m == nil && types.IsInterface(param) {
			g.mark(g.uses.literal, name.Type())
		}
	}
}

// constant notes that a constant which is none of the package's is of a type of it.
func (g *generator) constant(e ast.Expr, info *types.Info) {
	tv := info.Types[e]
	if tv.Value == nil {
		return
	}
	id, ok := e.(*ast.Ident)
	if s, selected := e.(*ast.SelectorExpr); selected {
		id, ok = s.Sel, true
	}
	if ok {
		if c, isConst := info.Uses[id].(*types.Const); isConst && g.own(c) {
			return
		}
	}
	g.mark(g.uses.literal, tv.Type)
}

// assign notes that a variable of the package is assigned to.
func (g *generator) assign(e ast.Expr, info *types.Info) {
	id, ok := e.(*ast.Ident)
	if s, selected := e.(*ast.SelectorExpr); selected {
		id, ok = s.Sel, true
	}
	if !ok {
		return
	}
	if v, isVar := info.Uses[id].(*types.Var); isVar && !v.IsField() && g.own(v) && v.Parent() == g.pkg.Scope() {
		g.refuse(e.Pos(), "the tests assign to %s, a variable of the package: such an assignment cannot cross", v.Name())
	}
}

// holds calls f with the types of the package that a value of t holds.
func (g *generator) holds(t types.Type, deep bool, seen map[types.Type]bool, f func(*types.TypeName)) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok {
		if !g.own(n.Obj()) {
			if n.Obj().Pkg() == nil || n.Obj().Pkg() != g.pkg {
				return
			}
		} else {
			f(n.Obj())
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if deep {
			g.holds(u.Elem(), deep, seen, f)
		}
	case *types.Slice:
		g.holds(u.Elem(), deep, seen, f)
	case *types.Array:
		g.holds(u.Elem(), deep, seen, f)
	case *types.Map:
		g.holds(u.Key(), deep, seen, f)
		g.holds(u.Elem(), deep, seen, f)
	case *types.Struct:
		for i := range u.NumFields() {
			g.holds(u.Field(i).Type(), deep, seen, f)
		}
	}
}

func isKeyed(e ast.Expr) bool {
	_, ok := e.(*ast.KeyValueExpr)
	return ok
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }
