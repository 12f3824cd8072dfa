package isolate

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// A function is something of the package that is called from the tests.
type function struct {
	obj  *types.Func      // as it is declared
	sig  *types.Signature // with the types that it is called with
	recv types.Type       // nil: none
	args *types.TypeList  // of a generic function, nil: none
}

// arguments of a function, its receiver first.
func (f *function) arguments() (list []types.Type) {
	if f.recv != nil {
		list = append(list, f.recv)
	}
	return append(list, typesOf(f.sig.Params())...)
}

func (f *function) results() []types.Type { return typesOf(f.sig.Results()) }

// plan sorts what the tests use.
func (g *generator) plan() {
	objects := slices.Collect(maps.Keys(g.uses.objects))
	slices.SortFunc(objects, func(a, b types.Object) int { return int(a.Pos() - b.Pos()) })
	var methods []*types.Func
	for _, obj := range objects {
		pos := g.uses.objects[obj]
		g.inside = g.inside || !obj.Exported()
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
	defer func() {
		if _, ok := g.numbers["context.Context"]; ok && g.uses.withValue.IsValid() {
			g.refuse(g.uses.withValue, "the values of a context cannot cross")
		}
	}()
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
	g.promotedOf(n)
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

// promotedOf adds the methods of a type that are those of what is embedded in it.
func (g *generator) promotedOf(n *types.Named) {
	if _, ok := n.Underlying().(*types.Struct); !ok || n.TypeArgs() != nil || g.class(n) == plain {
		return
	}
	pointer := types.NewPointer(n)
	set := types.NewMethodSet(pointer)
	for i := range set.Len() {
		s := set.At(i)
		m, ok := s.Obj().(*types.Func)
		if !ok || len(s.Index()) == 1 || m.Signature().RecvTypeParams().Len() > 0 || !m.Exported() && m.Pkg() != g.pkg {
			continue
		}
		wanted := g.methods[m.Name()] || slices.Contains(g.uses.promoted, promoted{m.Origin(), n.Obj()})
		for _, other := range g.types {
			if i, ok := types.Unalias(other).Underlying().(*types.Interface); ok && !wanted && i.NumMethods() > 0 {
				obj, _, _ := types.LookupFieldOrMethod(other, false, g.pkg, m.Name())
				wanted = obj != nil && types.Implements(pointer, i)
			}
		}
		if !wanted {
			continue
		}
		var recv types.Type = pointer
		if types.NewMethodSet(n).Lookup(m.Pkg(), m.Name()) != nil {
			recv = n
		}
		g.add(g.uses.objects[m.Origin()], &function{obj: m, sig: m.Signature(), recv: recv})
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
	for _, t := range typesOf(f.sig.Params()) {
		g.directed(pos, t, f.obj.Name(), types.RecvOnly, types.SendOnly)
	}
	for _, t := range f.results() {
		g.directed(pos, t, f.obj.Name(), types.SendOnly, types.RecvOnly)
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
