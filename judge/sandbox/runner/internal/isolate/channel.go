package isolate

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// A flow is what the tests do with channels of a type of elements.
type flow struct {
	sends, receives bool
	// looks is where the tests ask what a channel holds at this moment, which says nothing of one
	// that is in another process.
	looks token.Pos
}

func (g *generator) flowOf(c *types.Chan) *flow {
	key := types.TypeString(c.Elem(), nil)
	if g.uses.flows[key] == nil {
		g.uses.flows[key] = &flow{}
	}
	return g.uses.flows[key]
}

// channels notes what the tests do with channels.
func (g *generator) channels(n ast.Node, info *types.Info) {
	on := func(e ast.Expr, f func(*flow)) {
		if c, ok := typeOf(e, info).(*types.Chan); ok {
			f(g.flowOf(c))
		}
	}
	sends, receives := func(f *flow) { f.sends = true }, func(f *flow) { f.receives = true }
	looks := func(f *flow) { f.looks = n.Pos() }
	switch n := n.(type) {
	case *ast.SendStmt:
		on(n.Chan, sends)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			on(n.X, receives)
		}
	case *ast.RangeStmt:
		on(n.X, receives)
	case *ast.SelectStmt:
		if !hasDefault(n) {
			return
		}
		for _, clause := range n.Body.List {
			switch comm := clause.(*ast.CommClause).Comm.(type) {
			case *ast.SendStmt:
				on(comm.Chan, looks)
			case *ast.ExprStmt:
				if u, ok := comm.X.(*ast.UnaryExpr); ok {
					on(u.X, looks)
				}
			case *ast.AssignStmt:
				if u, ok := comm.Rhs[0].(*ast.UnaryExpr); ok {
					on(u.X, looks)
				}
			}
		}
	case *ast.CallExpr:
		if id, ok := n.Fun.(*ast.Ident); ok && info.Types[n.Fun].IsBuiltin() && len(n.Args) == 1 {
			switch id.Name {
			case "close":
				on(n.Args[0], sends)
			case "len":
				on(n.Args[0], looks)
			}
			return
		}
		g.handsOn(n, info)
	}
}

func hasDefault(s *ast.SelectStmt) bool {
	for _, clause := range s.Body.List {
		if clause.(*ast.CommClause).Comm == nil {
			return true
		}
	}
	return false
}

// handsOn notes channels that the tests give to somebody else than the package: what that does
// with them its parameter's direction says.
func (g *generator) handsOn(n *ast.CallExpr, info *types.Info) {
	sig, ok := typeOf(n.Fun, info).(*types.Signature)
	if !ok || g.own(calledObject(n.Fun, info)) {
		return
	}
	for i, arg := range n.Args {
		given, ok := typeOf(arg, info).(*types.Chan)
		param := paramAt(sig, i, n.Ellipsis.IsValid())
		if !ok || param == nil {
			continue
		}
		taken, ok := param.Underlying().(*types.Chan)
		if ok && taken.Dir() == types.SendOnly {
			g.flowOf(given).sends = true
		}
		if ok && taken.Dir() == types.RecvOnly {
			g.flowOf(given).receives = true
		}
	}
}

func calledObject(fun ast.Expr, info *types.Info) types.Object {
	switch f := fun.(type) {
	case *ast.Ident:
		return info.Uses[f]
	case *ast.SelectorExpr:
		return info.Uses[f.Sel]
	case *ast.IndexExpr:
		return calledObject(f.X, info)
	}
	return nil
}

// barredChannel says why a channel cannot cross.
func (g *generator) barredChannel(c *types.Chan, seen map[types.Type]bool) string {
	f := g.flowOf(c)
	switch {
	case f.sends && f.receives:
		return fmt.Sprintf("the tests both send to and receive from channels of %s, and a channel crosses in one direction", g.shown(c.Elem()))
	case f.looks.IsValid():
		return fmt.Sprintf("the tests ask what a channel of %s holds at a moment (line %d), which they cannot know of another process",
			g.shown(c.Elem()), g.fset.Position(f.looks).Line)
	}
	return g.barred(c.Elem(), seen)
}

// directed refuses a channel that the package uses in the direction in which the tests do: receives
// and sends are the directions of a type that mean so of the package. It refuses one of which the
// tests do neither, too: the same channel could go over as another type, and be another one there.
func (g *generator) directed(pos token.Pos, t types.Type, name string, receives, sends types.ChanDir) {
	c, ok := t.Underlying().(*types.Chan)
	if !ok || c.Dir() == types.SendRecv {
		return
	}
	switch f := g.flowOf(c); {
	case f.receives && c.Dir() == receives, f.sends && c.Dir() == sends, !f.receives && !f.sends:
		g.refuse(pos, "%s: the tests do not have the other end of this channel (%s), and it crosses in their direction alone", name, g.shown(t))
	}
}

// outward reports whether values of a channel go from this half to the other.
func (h *half) outward(c *types.Chan) (yes, any bool) {
	f := h.flowOf(c)
	return f.sends == h.stub, f.sends || f.receives
}

func (h *half) putChannel(t types.Type, c *types.Chan) {
	n, e := h.codec(t), h.codec(c.Elem())
	h.printf("\tif !judgeChannels%d.Put(w, v) {\n\t\treturn\n\t}\n\tw.Uint(uint64(cap(v)))\n", n)
	out, flows := h.outward(c)
	switch {
	case !flows:
	case out && c.Dir() != types.SendOnly:
		h.printf("\tw.Function(func(r *judgelink.Reader, w *judgelink.Writer) {\n\t\tr.End()\n\t\te, ok := <-v\n\t\tw.Bool(ok)\n\t\tif ok {\n\t\t\tjudgePut%d(w, e)\n\t\t}\n\t})\n", e)
	case !out && c.Dir() != types.RecvOnly:
		h.printf("\tw.Function(func(r *judgelink.Reader, w *judgelink.Writer) {\n\t\tif !r.Bool() {\n\t\t\tr.End()\n\t\t\tclose(v)\n\t\t\treturn\n\t\t}\n\t\te := judgeGet%d(r)\n\t\tr.End()\n\t\tv <- e\n\t})\n", e)
	default:
		h.printf("\tw.Uint(0)\n") // nobody can use it in the direction of the tests
	}
}

func (h *half) getChannel(t types.Type, c *types.Chan) {
	n, e := h.codec(t), h.codec(c.Elem())
	h.printf("\tv, id := judgeChannels%d.Get(r)\n\tif id == 0 {\n\t\treturn v\n\t}\n\tsize := r.Size()\n", n)
	element, name := h.typ(c.Elem()), h.typ(t)
	out, flows := h.outward(c)
	if !flows {
		h.printf("\treturn judgeChannels%d.Keep(id, func() (%s, func()) { return make(chan %s, size), nil })\n", n, name, element)
		return
	}
	h.printf("\t_ = size\n\tfar, ok := r.Function()\n\tfar = far.Apart()\n\treturn judgeChannels%d.Keep(id, func() (%s, func()) {\n\t\tc := make(chan %s)\n\t\tif !ok {\n\t\t\treturn c, nil\n\t\t}\n\t\treturn c, func() {\n", n, name, element)
	if out {
		h.printf("\t\t\tfor e := range c {\n\t\t\t\tw := far.Call()\n\t\t\t\tw.Bool(true)\n\t\t\t\tjudgePut%d(w, e)\n\t\t\t\tw.Do().End()\n\t\t\t}\n\t\t\tw := far.Call()\n\t\t\tw.Bool(false)\n\t\t\tw.Do().End()\n", e)
	} else {
		h.printf("\t\t\tfor {\n\t\t\t\tr := far.Call().Do()\n\t\t\t\tif !r.Bool() {\n\t\t\t\t\tr.End()\n\t\t\t\t\tclose(c)\n\t\t\t\t\treturn\n\t\t\t\t}\n\t\t\t\te := judgeGet%d(r)\n\t\t\t\tr.End()\n\t\t\t\tc <- e\n\t\t\t}\n", e)
	}
	h.printf("\t\t}\n\t})\n")
}
