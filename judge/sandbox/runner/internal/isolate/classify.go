package isolate

import (
	"fmt"
	"go/types"
	"strings"
)

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
		// A submission may have a struct in place of a slice or a map that only methods look into.
		if list(u) && n.NumMethods() > 0 && n.TypeParams() == nil && !g.opened && !g.uses.literal[obj] && !g.uses.compared[obj] {
			c = kept
			g.closes = true
		}
	}
	g.classes[obj] = c
	return c
}

// list reports whether a type is a slice or a map.
func list(t types.Type) bool {
	switch t.(type) {
	case *types.Slice, *types.Map:
		return true
	}
	return false
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

// allPlain reports whether a struct and all that it holds can cross as a copy.
func (g *generator) allPlain(n *types.Named) bool {
	g.classes[n.Obj()] = plain
	why := g.barred(n.Underlying(), map[types.Type]bool{n: true})
	g.classes[n.Obj()] = kept
	return why == ""
}

// special names the types that have codecs of their own.
func special(t types.Type) string {
	switch s := types.TypeString(t, nil); s {
	case "time.Time", "*math/big.Int", "error":
		return s
	default:
		if _, ok := adapters[s]; ok {
			return s
		}
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
			g.inside = g.inside || !n.Obj().Exported()
			switch c := g.class(n); {
			case c == plain && isStruct && !open(s) && !g.uses.whole[n.Obj()] && !g.uses.compared[n.Obj()]:
				return fmt.Sprintf("the tests use the fields of %s, which has unexported ones too", n.Obj().Name())
			case c == plain && isStruct && !open(s):
				g.inside = true
			case c == kept && g.uses.compared[n.Obj()] && isStruct && g.allPlain(n):
				g.classes[n.Obj()] = plain
				g.inside = true
			case c == kept && g.uses.compared[n.Obj()]:
				return fmt.Sprintf("the tests compare values of %s, which has unexported fields and cannot be compared with ==", n.Obj().Name())
			case c != plain:
				return ""
			}
		case n.Obj().Pkg() == g.pkg:
			if why := g.ofTests(n); why != "" {
				return why
			}
		case strings.HasSuffix(pathOf(n), "_test"):
			return fmt.Sprintf("the type %s is one of a package of tests", n.Obj().Name())
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
			if !f.Exported() && f.Pkg() != g.pkg {
				return fmt.Sprintf("%s has unexported fields and cannot cross", g.shown(t))
			}
			g.inside = g.inside || !f.Exported()
			if why := g.barred(f.Type(), seen); why != "" {
				return why
			}
		}
		return ""
	case *types.Chan:
		return g.barredChannel(u, seen)
	case *types.Signature:
		return g.barredIn(u, seen)
	case *types.Interface:
		for m := range u.Methods() {
			if !m.Exported() && m.Pkg() != g.pkg {
				return fmt.Sprintf("the interface %s has an unexported method and cannot cross", g.shown(t))
			}
			g.inside = g.inside || !m.Exported()
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

// away is the class of a type that stays with the solution, plain for all others.
func (g *generator) away(t types.Type) class {
	if n, ok := types.Unalias(t).(*types.Named); ok && g.own(n.Obj()) {
		return g.class(n)
	}
	return plain
}

// changes reports whether a callee can change what an argument of type t holds.
func (g *generator) changes(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return false
	}
	seen[t] = true
	switch special(t) {
	case "*math/big.Int":
		return true
	case "time.Time", "error":
		return false
	case "":
	default:
		return adapters[special(t)].set != nil
	}
	if _, ok := t.Underlying().(*types.Signature); ok || types.IsInterface(t) {
		return false
	}
	if g.away(t) != plain {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Slice, *types.Map:
		return true
	case *types.Pointer:
		return g.away(u.Elem()) != kept
	case *types.Array:
		return g.changes(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if g.changes(f.Type(), seen) {
				return true
			}
		}
	}
	return false
}

func (g *generator) alters(t types.Type) bool { return g.changes(t, map[types.Type]bool{}) }

// anInterface is the interface that t is, other than error; nil where it is none.
func anInterface(t types.Type) *types.Interface {
	i, ok := t.Underlying().(*types.Interface)
	if !ok || special(t) != "" {
		return nil
	}
	return i
}

func isBytes(s *types.Slice) bool {
	return types.Identical(s.Elem(), types.Typ[types.Byte])
}
