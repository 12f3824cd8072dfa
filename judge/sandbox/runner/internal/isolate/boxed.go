package isolate

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
)

// boxes notes the types of values that the tests put into an interface, or take out of one:
// those keep their type when they cross in an interface.
func (g *generator) boxes(n ast.Node, info *types.Info) {
	switch n := n.(type) {
	case *ast.CallExpr:
		sig, ok := typeOf(n.Fun, info).(*types.Signature)
		if !ok || prints(n.Fun, info) {
			return
		}
		for i, arg := range n.Args {
			g.boxed(paramAt(sig, i, n.Ellipsis.IsValid()), arg, info)
		}
	case *ast.CompositeLit:
		for i, e := range n.Elts {
			value := e
			kv, keyed := e.(*ast.KeyValueExpr)
			if keyed {
				value = kv.Value
			}
			switch u := typeOf(n, info).(type) {
			case *types.Struct:
				if id, ok := keyOf(kv).(*ast.Ident); keyed && ok {
					if f, ok := info.Uses[id].(*types.Var); ok {
						g.boxed(f.Type(), value, info)
					}
				} else if !keyed && i < u.NumFields() {
					g.boxed(u.Field(i).Type(), value, info)
				}
			case interface{ Elem() types.Type }: // slices, arrays, maps
				g.boxed(u.Elem(), value, info)
			}
		}
	case *ast.TypeAssertExpr:
		if n.Type != nil {
			g.box(info.TypeOf(n.Type))
		}
	case *ast.CaseClause:
		for _, e := range n.List {
			if info.Types[e].IsType() {
				g.box(info.TypeOf(e))
			}
		}
	case *ast.BinaryExpr:
		g.boxed(info.TypeOf(n.X), n.Y, info)
		g.boxed(info.TypeOf(n.Y), n.X, info)
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if len(n.Rhs) == len(n.Lhs) {
				g.boxed(info.TypeOf(left), n.Rhs[i], info)
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if obj := info.Defs[name]; obj != nil && i < len(n.Values) {
				g.boxed(obj.Type(), n.Values[i], info)
			}
		}
	}
}

func keyOf(kv *ast.KeyValueExpr) ast.Expr {
	if kv == nil {
		return nil
	}
	return kv.Key
}

// prints reports whether a call is one of testing's or fmt's, which only show their arguments.
func prints(fun ast.Expr, info *types.Info) bool {
	s, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	obj := info.Uses[s.Sel]
	return obj != nil && obj.Pkg() != nil && slices.Contains([]string{"testing", "fmt", "log", "errors"}, obj.Pkg().Path())
}

// paramAt is the type of the parameter that argument i is for.
func paramAt(sig *types.Signature, i int, spread bool) types.Type {
	params := sig.Params()
	if sig.Variadic() && i >= params.Len()-1 && !spread {
		if s, ok := params.At(params.Len() - 1).Type().Underlying().(*types.Slice); ok {
			return s.Elem()
		}
		return nil
	}
	if i >= params.Len() {
		return nil
	}
	return params.At(i).Type()
}

// boxed notes the type of value where it goes into an interface.
func (g *generator) boxed(into types.Type, value ast.Expr, info *types.Info) {
	if into == nil || !types.IsInterface(into) {
		return
	}
	if _, ok := types.Unalias(into).(*types.TypeParam); ok {
		return
	}
	g.box(info.TypeOf(value))
}

func (g *generator) box(t types.Type) {
	if t == nil || types.IsInterface(t) {
		return
	}
	t = types.Default(t)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return // nil
	}
	if _, ok := t.(*types.Tuple); ok {
		return
	}
	if !slices.ContainsFunc(g.uses.boxed, func(o types.Type) bool { return types.Identical(o, t) }) {
		g.uses.boxed = append(g.uses.boxed, t)
	}
}

// ofTests says why a type that the tests declare in the package cannot cross, "" where it can: the
// server then declares it as well.
func (g *generator) ofTests(n *types.Named) string {
	name := n.Obj()
	switch {
	case name.Parent() != g.pkg.Scope():
		return fmt.Sprintf("the type %s is declared inside of a function of the tests", name.Name())
	case n.TypeParams() != nil:
		return fmt.Sprintf("the generic type %s is the tests' own", name.Name())
	case n.NumMethods() > 0:
		return fmt.Sprintf("the type %s is the tests' own and has methods", name.Name())
	}
	g.inside = true
	if !slices.Contains(g.brought, name) {
		g.brought = append(g.brought, name)
	}
	return ""
}

func pathOf(n *types.Named) string {
	if n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path()
}

// broughtTypes declares the types of the tests that cross.
func (h *half) broughtTypes() {
	for _, name := range h.brought {
		h.printf("type %s %s\n\n", name.Name(), h.typ(name.Type().Underlying()))
	}
}
