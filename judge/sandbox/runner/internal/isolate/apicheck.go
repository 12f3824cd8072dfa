package isolate

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// maybe reports whether a method is one that a solution need not have.
func (g *generator) maybe(f *function) bool {
	_, named := g.uses.objects[f.obj]
	return f.recv != nil && !named && !g.methods[f.obj.Name()] && asked(f.obj) != ""
}

// held returns the lines that hold the solution's API against the reference's, and what
// each of them wants.
func (h *half) held() (lines []string, items []Item) {
	line := func(name, want, format string, args ...any) {
		lines = append(lines, fmt.Sprintf(format, args...))
		items = append(items, Item{Name: name, Want: want})
	}
	for _, t := range h.types {
		n, ok := t.(*types.Named)
		if !ok || !h.own(n.Obj()) {
			continue
		}
		name := n.Obj().Name()
		s, isStruct := n.Underlying().(*types.Struct)
		switch c := h.class(n); {
		case types.IsInterface(n):
			line(name, "type "+name+" "+h.shown(n.Underlying()), "var _ %s = %s(nil)", h.typ(n.Underlying()), h.typ(n))
		case c == plain && isStruct:
			line(name, "type "+name+" "+h.shown(s), "var _ = %s(%s{})", h.typ(n), h.typ(s))
		case c == plain && list(n.Underlying()):
			line(name, "type "+name+" "+h.shown(n.Underlying()), "var _ = %s(%s(nil))", h.typ(n), h.typ(n.Underlying()))
		case c == compared:
			line(name, "a type "+name+" whose values can be compared with ==", "var _ judgelink.Values[%s]", h.typ(n))
		default:
			line(name, "a type "+name, "var _ %s", h.typ(n))
		}
	}
	for _, t := range h.typed {
		name := h.shown(t)
		line(strings.TrimPrefix(name, "*"), "an error (method Error() string)", "var _ error = *new(%s)", h.typ(t))
	}
	for _, v := range h.sentinels {
		if v.Pkg() == h.pkg {
			line(v.Name(), "var "+v.Name()+" error", "var _ error = %s", h.ours(v.Name()))
		}
	}
	for _, o := range h.values {
		c, isConst := o.(*types.Const)
		if isConst && !h.told(o) {
			line(o.Name(), "const "+o.Name()+" = "+c.Val().String(), "var _ = map[bool]int{false: 0, %s == %s: 1}", h.ours(o.Name()), literal(c.Val()))
			continue
		}
		line(o.Name(), h.shown(o.Type()), "var _ %s = %s", h.typ(o.Type()), h.ours(o.Name()))
	}
	for _, group := range h.distinct() {
		// Equal keys do not compile.
		for i, c := range group {
			begin, end := "", ","
			if i == 0 {
				begin = fmt.Sprintf("var _ = map[%s]int{", h.typ(c.Type()))
			}
			if i == len(group)-1 {
				end = "}"
			}
			line(c.Name(), h.shown(c.Type()), "%s%s: %d%s", begin, h.ours(c.Name()), i, end)
			items[len(items)-1].Differs = names(group[:i])
		}
	}
	for _, f := range h.functions {
		if h.maybe(f) {
			continue
		}
		bare := unnamed(f.sig)
		if f.recv == nil {
			line(f.obj.Name(), h.shown(bare), "var _ %s = %s", h.typ(bare), h.called(f))
			continue
		}
		recv := types.Unalias(f.recv)
		if p, ok := recv.(*types.Pointer); ok {
			recv = p.Elem()
		}
		method := types.NewSignatureType(nil, nil, nil, types.NewTuple(append([]*types.Var{types.NewVar(0, nil, "", types.NewPointer(recv))},
			slices.Collect(bare.Params().Variables())...)...), bare.Results(), bare.Variadic())
		line(h.named(recv).Name()+"."+f.obj.Name(), h.shown(bare), "var _ %s = (*%s).%s", h.typ(method), h.typ(recv), f.obj.Name())
	}
	return lines, items
}

// distinct groups the constants that are told when the solution starts, by their types: of each
// value of the reference one. Those of a group are all different.
func (g *generator) distinct() (groups [][]*types.Const) {
	for _, o := range g.values {
		c, ok := o.(*types.Const)
		if !ok || !g.told(o) {
			continue
		}
		at := slices.IndexFunc(groups, func(group []*types.Const) bool { return types.Identical(group[0].Type(), c.Type()) })
		if at < 0 {
			groups, at = append(groups, nil), len(groups)
		}
		if !slices.ContainsFunc(groups[at], func(o *types.Const) bool { return constant.Compare(o.Val(), token.EQL, c.Val()) }) {
			groups[at] = append(groups[at], c)
		}
	}
	return slices.DeleteFunc(groups, func(group []*types.Const) bool { return len(group) == 1 })
}

func names(list []*types.Const) string {
	var texts []string
	for _, c := range list {
		texts = append(texts, c.Name())
	}
	return strings.Join(texts, ", ")
}

// unnamed is a signature without receiver and names.
func unnamed(sig *types.Signature) *types.Signature {
	tuple := func(t *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range t.Variables() {
			vars = append(vars, types.NewVar(0, nil, "", v.Type()))
		}
		return types.NewTuple(vars...)
	}
	return types.NewSignatureType(nil, nil, nil, tuple(sig.Params()), tuple(sig.Results()), sig.Variadic())
}
