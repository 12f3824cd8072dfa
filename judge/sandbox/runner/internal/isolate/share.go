package isolate

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

// Shared values. A slice, a map or a pointer that crosses is a copy, where in one process both
// sides would have the same. It makes a difference where a test keeps one, the package is
// called again, and
//
//	the test has changed it in between: the call may see that;
//	the test looks at it afterwards: the call may have changed it.
//
// The functions of which tests do that with a result or an argument are found here. Their
// values are shared: before a call the tests send what they have changed of them, and the
// reply begins with what the solution has. Values of all other functions cost nothing.

// shares are the functions whose results or arguments are shared.
type shares struct {
	results, arguments map[*types.Func]bool
	// parallel is set where tests run beside each other: each goroutine then shares what it
	// got itself, and nothing changes under its hands.
	parallel bool
}

func (s *shares) any() bool { return len(s.results)+len(s.arguments) > 0 }

// A span is where something stands in the tests.
type span struct{ from, to token.Pos }

// A binding is a call whose result a variable takes, or of which it is an argument.
type binding struct {
	span
	f      *types.Func
	result bool
}

// A sharer reads the tests.
type sharer struct {
	g     *generator
	info  *types.Info
	loops []span
	calls []span // of the package
	// Of each variable: the variable that stands for all that share what it holds.
	same     map[types.Object]types.Object
	bindings map[types.Object][]binding
	uses     map[types.Object][]span
	writes   map[types.Object][]span
	found    shares
	keys     map[types.Object]ast.Expr // of maps, the first that is used
	pairs    []comparison
	compared [][2]ast.Expr
}

// A comparison of two pointers. once is set where both come out of one call at most.
type comparison struct {
	pos  token.Pos
	t    types.Type // what one of them points to
	once bool
}

// mutators are functions that change their first argument, by package; "" all of it.
var mutators = map[string][]string{
	"sort":   {""},
	"slices": {"Sort", "SortFunc", "SortStableFunc", "Reverse", "Delete", "DeleteFunc", "Replace", "Insert", "Compact", "CompactFunc"},
	"maps":   {"Copy", "DeleteFunc", "Insert"},
}

func (g *generator) sharing(files []*ast.File, info *types.Info) shares {
	s := &sharer{g: g, info: info, same: map[types.Object]types.Object{}, bindings: map[types.Object][]binding{},
		keys: map[types.Object]ast.Expr{}, uses: map[types.Object][]span{}, writes: map[types.Object][]span{},
		found: shares{results: map[*types.Func]bool{}, arguments: map[*types.Func]bool{}}}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool { s.visit(n); return true })
	}
	for v, list := range s.bindings {
		for _, b := range list {
			if s.matters(s.root(v), b) {
				s.mark(b)
			}
		}
	}
	for i, p := range s.compared {
		s.pairs[i].once = s.once(p)
	}
	g.pointers = s.pairs
	return s.found
}

// comparison notes that pointers are compared.
func (s *sharer) comparison(x, y ast.Expr) {
	for _, e := range []ast.Expr{x, y} {
		if tv := s.info.Types[e]; tv.IsNil() {
			return
		}
	}
	s.pair(x, y, s.info.TypeOf(x))
}

// pair notes that x and y are compared with all pointers in values of t.
func (s *sharer) pair(x, y ast.Expr, t types.Type) {
	if t == nil {
		return
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Pointer:
		s.pairs = append(s.pairs, comparison{pos: y.Pos(), t: u.Elem()})
		s.compared = append(s.compared, [2]ast.Expr{x, y})
	case *types.Array:
		s.pair(x, y, u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			s.pair(x, y, f.Type())
		}
	}
}

// key notes that the key of a map is compared with the first one that the tests use of it.
func (s *sharer) key(n *ast.IndexExpr, t types.Type) {
	of, _ := s.origin(n.X)
	if of == nil {
		s.pair(n.X, n.Index, t) // which has no origin
		return
	}
	first := s.keys[of]
	if first == nil {
		first = n.Index
		s.keys[of] = first
	}
	s.pair(first, n.Index, t)
}

// once reports whether both of a pair come out of one call, or out of the tests themselves.
func (s *sharer) once(pair [2]ast.Expr) bool {
	var from []span
	for _, e := range pair {
		if lit, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && lit.Op == token.AND {
			if _, ok := ast.Unparen(lit.X).(*ast.CompositeLit); ok {
				continue
			}
		}
		v, call := s.origin(e)
		switch {
		case call != nil && s.ours(call) != nil:
			from = append(from, span{call.Pos(), call.End()})
		case v == nil:
			return false
		case v.Parent() == s.g.pkg.Scope():
			return false // a variable of the package
		default:
			for o, list := range s.bindings {
				for _, b := range list {
					if s.root(o) == s.root(v) && !s.repeats(v, b.span, span{e.Pos(), e.End()}) {
						from = append(from, b.span)
					} else if s.root(o) == s.root(v) {
						return false
					}
				}
			}
		}
	}
	for _, c := range from {
		if c != from[0] {
			return false
		}
	}
	return true
}

// lasting reports whether pointers keep what they are from one call to the next: where the tests
// compare some, and what the solution has changed may come back.
func (g *generator) lasting() bool {
	return g.sharesBack() && slices.ContainsFunc(g.pointers, func(c comparison) bool { return g.node(c.t) })
}

// identity refuses comparisons of pointers that would come out otherwise.
func (g *generator) identity() {
	if g.sharesBack() {
		return
	}
	for _, c := range g.pointers {
		if g.node(c.t) && !c.once {
			g.refuse(c.pos, "the tests compare pointers to %s that come out of several calls: they are copies where tests run in parallel, or have functions or methods that are called back", g.shown(c.t))
		}
	}
}

func (s *sharer) mark(b binding) {
	if b.result {
		s.found.results[b.f] = true
	} else {
		s.found.arguments[b.f] = true
	}
}

func (s *sharer) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.GoStmt:
		s.found.parallel = true
	case *ast.ForStmt:
		s.loops = append(s.loops, span{n.Pos(), n.End()})
	case *ast.RangeStmt:
		s.loops = append(s.loops, span{n.Pos(), n.End()})
		s.bind(n.Value, n.X)
	case *ast.Ident:
		if v, ok := s.info.Uses[n].(*types.Var); ok && !v.IsField() {
			s.uses[v] = append(s.uses[v], span{n.Pos(), n.End()})
		}
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			s.comparison(n.X, n.Y)
		}
	case *ast.IndexExpr:
		if m, ok := typeOf(n.X, s.info).(*types.Map); ok {
			s.key(n, m.Key())
		}
	case *ast.SwitchStmt:
		if n.Tag != nil {
			for _, c := range n.Body.List {
				for _, e := range c.(*ast.CaseClause).List {
					s.comparison(n.Tag, e)
				}
			}
		}
	case *ast.IncDecStmt:
		s.write(n.X)
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			s.write(left)
			if len(n.Lhs) == len(n.Rhs) {
				s.bind(left, n.Rhs[i])
			} else {
				s.bind(left, n.Rhs[0])
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if len(n.Names) == len(n.Values) {
				s.bind(name, n.Values[i])
			} else if len(n.Values) > 0 {
				s.bind(name, n.Values[0])
			}
		}
	case *ast.CallExpr:
		s.call(n)
	}
}

// bind notes that left holds what right gave.
func (s *sharer) bind(left, right ast.Expr) {
	id, ok := left.(*ast.Ident)
	if !ok || !s.refers(s.info.TypeOf(id)) {
		return
	}
	v := s.info.Defs[id]
	if v == nil {
		v = s.info.Uses[id]
	}
	if v == nil {
		return
	}
	from, call := s.origin(right)
	if from != nil {
		s.same[s.root(from)] = s.root(v)
	}
	if call != nil {
		if f := s.ours(call); f != nil {
			s.bindings[v] = append(s.bindings[v], binding{span{call.Pos(), call.End()}, f, true})
		}
	}
}

// write notes that what an expression is a part of is changed.
func (s *sharer) write(e ast.Expr) {
	if _, ok := ast.Unparen(e).(*ast.Ident); ok {
		return // the variable, not what it holds
	}
	s.change(e)
}

func (s *sharer) change(e ast.Expr) {
	v, call := s.origin(e)
	if v != nil {
		s.writes[v] = append(s.writes[v], span{e.Pos(), e.End()})
	}
	if call != nil {
		if f := s.ours(call); f != nil {
			s.found.results[f] = true
		}
	}
}

// origin is the variable or the call that an expression takes its value out of.
func (s *sharer) origin(e ast.Expr) (types.Object, *ast.CallExpr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := s.info.ObjectOf(e).(*types.Var); ok {
			return v, nil
		}
	case *ast.IndexExpr:
		return s.origin(e.X)
	case *ast.SliceExpr:
		return s.origin(e.X)
	case *ast.StarExpr:
		return s.origin(e.X)
	case *ast.TypeAssertExpr:
		return s.origin(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return s.origin(e.X)
		}
	case *ast.SelectorExpr:
		if s.info.Selections[e] != nil {
			return s.origin(e.X)
		}
	case *ast.CallExpr:
		if s.info.Types[e.Fun].IsType() && len(e.Args) == 1 {
			return s.origin(e.Args[0])
		}
		if id, ok := e.Fun.(*ast.Ident); ok && id.Name == "append" && s.info.Types[e.Fun].IsBuiltin() {
			return s.origin(e.Args[0])
		}
		return nil, e
	}
	return nil, nil
}

// ours is the function of the package that is called, nil for any other.
func (s *sharer) ours(call *ast.CallExpr) *types.Func {
	f, ok := s.callee(call).(*types.Func)
	if !ok || !s.g.own(f.Origin()) {
		return nil
	}
	return f.Origin()
}

func (s *sharer) callee(call *ast.CallExpr) types.Object {
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return s.info.Uses[fun]
	case *ast.SelectorExpr:
		return s.info.Uses[fun.Sel]
	}
	return nil
}

func (s *sharer) call(n *ast.CallExpr) {
	obj := s.callee(n)
	if f, ok := obj.(*types.Func); ok && f.Name() == "Parallel" && f.Pkg() != nil && f.Pkg().Path() == "testing" {
		s.found.parallel = true
	}
	if b, ok := obj.(*types.Builtin); ok && len(n.Args) > 0 && slices.Contains([]string{"copy", "delete", "clear"}, b.Name()) {
		s.change(n.Args[0])
	}
	if f, ok := obj.(*types.Func); ok && f.Pkg() != nil && len(n.Args) > 0 && f.Signature().Recv() == nil {
		if names := mutators[f.Pkg().Path()]; slices.Contains(names, f.Name()) || slices.Contains(names, "") {
			s.change(n.Args[0])
		}
	}
	if f, ok := obj.(*types.Func); ok && f.Pkg() != nil && f.Pkg().Path() == "slices" && slices.Contains([]string{"Contains", "Index", "Equal", "Compact"}, f.Name()) {
		if list, ok := typeOf(n.Args[0], s.info).(*types.Slice); ok {
			s.pair(n.Args[0], n.Args[len(n.Args)-1], list.Elem())
		}
	}
	f := s.ours(n)
	if f == nil {
		return
	}
	s.calls = append(s.calls, span{n.Pos(), n.End()})
	for _, arg := range n.Args {
		s.argument(arg, binding{span{n.Pos(), n.End()}, f, false})
	}
}

// argument notes the variables whose values an argument holds.
func (s *sharer) argument(arg ast.Expr, b binding) {
	if lit, ok := ast.Unparen(arg).(*ast.CompositeLit); ok {
		for _, e := range lit.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				e = pair.Value
			}
			s.argument(e, b)
		}
		return
	}
	if u, ok := ast.Unparen(arg).(*ast.UnaryExpr); ok && u.Op == token.AND {
		if _, ok := ast.Unparen(u.X).(*ast.CompositeLit); ok {
			s.argument(u.X, b)
			return
		}
	}
	if v, _ := s.origin(arg); v != nil && s.refers(s.info.TypeOf(arg)) {
		s.bindings[v] = append(s.bindings[v], b)
	}
}

// root stands for all variables that share what v holds.
func (s *sharer) root(v types.Object) types.Object {
	for s.same[v] != nil && s.same[v] != v {
		v = s.same[v]
	}
	return v
}

// refers reports whether a copy of a value is another one than the value.
func (s *sharer) refers(t types.Type) bool {
	return t != nil && s.g.reference(t, map[types.Type]bool{})
}

func (g *generator) reference(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Slice, *types.Map, *types.Pointer:
		return true
	case *types.Array:
		return g.reference(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if g.reference(f.Type(), seen) {
				return true
			}
		}
	}
	return false
}

// matters reports whether a call after b can see, or can make, a change of what v holds.
func (s *sharer) matters(v types.Object, b binding) bool {
	group := []types.Object{}
	for o := range s.uses {
		if s.root(o) == v {
			group = append(group, o)
		}
	}
	for _, c := range s.calls {
		again := s.repeats(v, b.span, c)
		if c.from < b.to && !again {
			continue
		}
		for _, o := range group {
			for _, w := range s.writes[o] {
				if !within(w, b.span) && (w.from >= b.to && w.to <= c.from || again && s.repeats(v, b.span, w)) {
					return true
				}
			}
			for _, u := range s.uses[o] {
				if !within(u, b.span) && !within(u, c) && (u.from >= c.to && c.from >= b.to || again && s.repeats(v, c, u)) {
					return true
				}
			}
		}
	}
	return false
}

func within(a, b span) bool { return a.from >= b.from && a.to <= b.to }

// repeats reports whether a and b are in a loop that v outlives.
func (s *sharer) repeats(v types.Object, a, b span) bool {
	return slices.ContainsFunc(s.loops, func(l span) bool {
		return within(a, l) && within(b, l) && (v.Pos() < l.from || v.Pos() > l.to)
	})
}

// shared reports whether values of t can be shared: data that is written the same way each
// time, and that both sides can change.
func (g *generator) shared(t types.Type) bool {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok && g.away(p.Elem()) != plain {
		return false
	}
	return g.alters(t) && g.pure(t, map[types.Type]bool{})
}

func (g *generator) pure(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] || special(t) == "time.Time" || special(t) == "*math/big.Int" {
		return true
	}
	seen[t] = true
	if special(t) != "" {
		return false
	}
	if g.away(t) != plain {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return true
	case *types.Slice:
		return g.pure(u.Elem(), seen)
	case *types.Array:
		return g.pure(u.Elem(), seen)
	case *types.Pointer:
		return g.pure(u.Elem(), seen)
	case *types.Map:
		return g.pure(u.Key(), seen) && g.pure(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if !g.pure(f.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}

// sharesBack reports whether the tests take what the solution has changed. Where goroutines of
// the tests run beside each other, or the solution calls them back, it could change something
// while they look at it.
func (g *generator) sharesBack() bool {
	return !g.shares.parallel && !slices.ContainsFunc(g.types, func(t types.Type) bool {
		if special(t) != "" {
			return false
		}
		switch u := types.Unalias(t).Underlying().(type) {
		case *types.Signature:
			return true
		case *types.Interface:
			return u.NumMethods() > 0
		}
		return false
	})
}

// share writes that results and arguments of a function are shared from now on; h.printf
// writes the same on both sides.
func (h *half) share(indent string, f *function) {
	if f == nil {
		return
	}
	note := func(k int, name string, t types.Type) {
		if !h.shared(t) {
			return
		}
		n := h.codec(t)
		h.printf("%[1]sr.Share(%[2]d, func(w *judgelink.Writer) { judgePut%[3]d(w, %[4]s) }, func(r *judgelink.Reader) { judgeSet%[3]d(r, &%[4]s) })\n",
			indent, k, n, name)
	}
	k := 0
	if h.shares.results[f.obj] {
		for j, t := range f.results() {
			note(k, "o"+strconv.Itoa(j), t)
			k++
		}
	}
	if h.shares.arguments[f.obj] {
		for j, t := range f.arguments() {
			if j > 0 || f.recv == nil {
				note(k, "a"+strconv.Itoa(j), t)
				k++
			}
		}
	}
}
