package isolate

import (
	"bytes"
	"fmt"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The server's name for the package.
const solution = "solution"

// A half is one of the two files that are written.
type half struct {
	*generator
	stub    bool
	beside  bool // the server as a file of the package itself
	body    bytes.Buffer
	imports map[string]string // import path to name
}

func (h *half) printf(format string, args ...any) { fmt.Fprintf(&h.body, format, args...) }

// typ is a type as this half writes it.
func (h *half) typ(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p != h.pkg {
			return h.imported(p.Path())
		}
		if h.stub || h.beside {
			return ""
		}
		return solution
	})
}

// ours is a name of the package as the server writes it.
func (h *half) ours(name string) string {
	if h.beside {
		return name
	}
	return solution + "." + name
}

// imported is the name that a package is imported under.
func (h *half) imported(importPath string) string {
	if name, ok := h.imports[importPath]; ok {
		return name
	}
	name := "x" + strconv.Itoa(len(h.imports)) + path.Base(importPath)
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '.' {
			return '_'
		}
		return r
	}, name)
	h.imports[importPath] = name
	return name
}

// write writes both halves; clause is the package's name.
func (g *generator) write(clause string) *Output {
	s := &half{generator: g, stub: true, imports: map[string]string{}}
	s.codecs()
	s.stubBody()
	b := s.head(clause)
	fmt.Fprintf(b, ")\n\n%s", s.body.Bytes())
	out := &Output{Stub: b.Bytes()}
	out.Server, out.Items = g.server("main", false)
	out.Beside, _ = g.server(clause, true)
	return out
}

// head is how a half begins, as far as its imports.
func (h *half) head(clause string) *bytes.Buffer {
	var b bytes.Buffer
	// Whatever the problem's language version, ours is this at least.
	fmt.Fprintf(&b, "//go:build go1.22\n\npackage %s\n\nimport (\n\t\"internal/judgelink\"\n", clause)
	for _, p := range slices.Sorted(maps.Keys(h.imports)) {
		fmt.Fprintf(&b, "\t%s %q\n", h.imports[p], p)
	}
	return &b
}

func (g *generator) server(clause string, beside bool) (text []byte, items []Item) {
	h := &half{generator: g, beside: beside, imports: map[string]string{}}
	h.codecs()
	h.serverBody()
	lines, items := h.held()
	b := h.head(clause)
	switch {
	case beside:
	case len(lines) == 0:
		fmt.Fprintf(b, "\t_ %q\n", g.Path) // the tests use nothing of it
	default:
		fmt.Fprintf(b, "\t%s %q\n", solution, g.Path)
	}
	b.WriteString(")\n\n")
	at := bytes.Count(b.Bytes(), []byte("\n"))
	for i, line := range lines {
		items[i].Line = at + i + 1
		b.WriteString(line + "\n")
	}
	fmt.Fprintf(b, "\n%s", h.body.Bytes())
	return b.Bytes(), items
}

// kinds of basic types, by the methods of judgelink that cross them.
func basic(b *types.Basic) (method, wide string) {
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		return "Bool", "bool"
	case info&types.IsString != 0:
		return "String", "string"
	case info&types.IsUnsigned != 0:
		return "Uint", "uint64"
	case info&types.IsInteger != 0:
		return "Int", "int64"
	case info&types.IsFloat != 0:
		return "Float", "float64"
	default:
		return "Complex", "complex128"
	}
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

func (h *half) codecs() {
	for n := 0; n < len(h.types); n++ {
		t := h.types[n]
		name := h.typ(t)
		h.tables(n, t, name)
		if i := anInterface(t); i != nil {
			h.proxies(n, i)
		}
		h.printf("func judgePut%d(w *judgelink.Writer, v %s) {\n", n, name)
		h.put(t)
		h.printf("}\n\nfunc judgeGet%d(r *judgelink.Reader) (v %s) {\n", n, name)
		h.get(t, name)
		h.printf("\treturn v\n}\n\n")
		if h.alters(t) {
			h.printf("func judgeSet%d(r *judgelink.Reader, p *%s) {\n", n, name)
			h.set(t, name)
			h.printf("}\n\nfunc judgeBack%d(w *judgelink.Writer, v %s) {\n", n, name)
			if p, ok := t.Underlying().(*types.Pointer); ok && !h.stub && special(t) == "" && h.away(p.Elem()) == compared {
				e := h.codec(p.Elem())
				h.printf("\tjudgeCells%d.Back(w, v, judgeValues%d.Ref)\n", e, e)
			} else {
				h.printf("\tjudgePut%d(w, v)\n", n)
			}
			h.printf("}\n\n")
		}
	}
	h.methodCalls()
}

// caller writes what makes a call, begun by begin, of arguments a0, a1, … and results o0, ….
func (h *half) caller(begin string, arguments, results []types.Type) {
	h.printf("\tw := %s\n", begin)
	for j, t := range arguments {
		h.printf("\tjudgePut%d(w, a%d)\n", h.codec(t), j)
	}
	h.printf("\tr := w.Do()\n")
	for j, t := range results {
		h.printf("\to%d = judgeGet%d(r)\n", j, h.codec(t))
	}
	for j, t := range arguments {
		if h.alters(t) {
			h.printf("\tif r.Changed() {\n\t\tjudgeSet%d(r, &a%d)\n\t}\n", h.codec(t), j)
		}
	}
	for _, p := range parts(arguments, results) {
		h.printf("\tif at, ok := r.Part(len(o%d), len(a%d)); ok {\n\t\to%d = a%d[at : at+len(o%d)]\n\t}\n", p[0], p[1], p[0], p[1], p[0])
	}
	h.printf("\tr.End()\n\treturn\n")
}

// callee writes what does a call; call writes the call of arguments a0, a1, … itself.
func (h *half) callee(arguments, results []types.Type, call func(outs, list string)) {
	names, outs := make([]string, len(arguments)), make([]string, len(results))
	for j, t := range arguments {
		names[j] = fmt.Sprintf("a%d", j)
		if h.alters(t) {
			h.printf("\t\tp%d := r.Pos()\n", j)
		}
		h.printf("\t\ta%d := judgeGet%d(r)\n", j, h.codec(t))
		if h.alters(t) {
			h.printf("\t\tq%d := r.From(p%d)\n", j, j)
		}
	}
	for j := range results {
		outs[j] = fmt.Sprintf("o%d", j)
	}
	h.printf("\t\tr.End()\n")
	call(strings.Join(outs, ", "), strings.Join(names, ", "))
	for j, t := range results {
		h.printf("\t\tjudgePut%d(w, o%d)\n", h.codec(t), j)
	}
	for j, t := range arguments {
		if h.alters(t) {
			h.printf("\t\tb%d := w.Back()\n\t\tjudgeBack%d(w, a%d)\n\t\tw.Unless(b%d, q%d)\n", j, h.codec(t), j, j, j)
		}
	}
	for _, p := range parts(arguments, results) {
		h.printf("\t\tw.Int(int64(judgelink.Within(o%d, a%d)))\n", p[0], p[1])
	}
}

// plainCall writes the call of f.
func (h *half) plainCall(f string, variadic bool) func(outs, list string) {
	return func(outs, list string) {
		if variadic {
			list += "..."
		}
		if outs != "" {
			outs += " := "
		}
		h.printf("\t\t%s%s(%s)\n", outs, f, list)
	}
}

// parts are the pairs of results and arguments where one slice may be a part of the other.
func parts(arguments, results []types.Type) (pairs [][2]int) {
	for j, o := range results {
		for k, a := range arguments {
			if _, ok := o.Underlying().(*types.Slice); ok && types.Identical(o, a) {
				pairs = append(pairs, [2]int{j, k})
			}
		}
	}
	return pairs
}

// signature is the text of parameters and results.
func (h *half) signature(arguments, results []types.Type, variadic bool) (params []string, outs string) {
	for j, t := range arguments {
		name := h.typ(t)
		if variadic && j == len(arguments)-1 {
			name = "..." + h.typ(t.Underlying().(*types.Slice).Elem())
		}
		params = append(params, fmt.Sprintf("a%d %s", j, name))
	}
	list := make([]string, len(results))
	for j, t := range results {
		list[j] = fmt.Sprintf("o%d %s", j, h.typ(t))
	}
	return params, strings.Join(list, ", ")
}

func typesOf(t *types.Tuple) (list []types.Type) {
	for v := range t.Variables() {
		list = append(list, v.Type())
	}
	return list
}

// anInterface is the interface that t is, other than error; nil where it is none.
func anInterface(t types.Type) *types.Interface {
	i, ok := t.Underlying().(*types.Interface)
	if !ok || special(t) != "" {
		return nil
	}
	return i
}

// dynamic are the types, by their numbers, that values of an interface keep when they cross.
func (g *generator) dynamic(i *types.Interface) (numbers []int) {
	for n, t := range g.types {
		if _, isFunc := t.Underlying().(*types.Signature); isFunc || types.IsInterface(t) {
			continue
		}
		if i.NumMethods() > 0 && (g.named(t) == nil || !types.Implements(t, i)) {
			continue
		}
		if !slices.ContainsFunc(numbers, func(m int) bool { return types.Identical(g.types[m], t) }) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func (h *half) putInterface(i *types.Interface) {
	h.printf("\tif any(v) == nil {\n\t\tw.Nil()\n\t\treturn\n\t}\n\tif w.Held(v) {\n\t\treturn\n\t}\n")
	if list := h.dynamic(i); len(list) > 0 {
		h.printf("\tswitch e := any(v).(type) {\n")
		for _, n := range list {
			h.printf("\tcase %s:\n\t\tw.Uint(judgelink.ValueTyped + %d)\n\t\tjudgePut%d(w, e)\n\t\treturn\n", h.typ(h.types[n]), n, n)
		}
		h.printf("\t}\n")
	}
	if i.NumMethods() == 0 {
		h.printf("\tif e, ok := v.(error); ok {\n\t\tw.Error(e)\n\t\treturn\n\t}\n")
	}
	h.printf("\tw.Object(v)\n")
}

func (h *half) getInterface(t types.Type, i *types.Interface, name string) {
	n := h.codec(t)
	h.printf("\tvalue, proxy, typed := r.Interface()\n\tswitch typed {\n\tcase 0:\n")
	for _, m := range h.dynamic(i) {
		h.printf("\tcase judgelink.ValueTyped + %d:\n\t\treturn judgeGet%d(r)\n", m, m)
	}
	h.printf("\tdefault:\n\t\tr.Broken()\n\t}\n\tif proxy != nil {\n\t\treturn judgeProxy%d{proxy}\n\t}\n", n)
	h.printf("\tif value == nil {\n\t\treturn nil\n\t}\n\tv, ok := value.(%s)\n\tif !ok {\n\t\tr.Broken()\n\t}\n", name)
}

// proxies writes the stand-in of an interface's values.
func (h *half) proxies(n int, i *types.Interface) {
	h.printf("type judgeProxy%d struct{ *judgelink.Proxy }\n\n", n)
	for k := range i.NumMethods() {
		m := i.Method(k)
		arguments, results := typesOf(m.Signature().Params()), typesOf(m.Signature().Results())
		params, outs := h.signature(arguments, results, m.Signature().Variadic())
		h.printf("func (p judgeProxy%d) %s(%s) (%s) {\n", n, m.Name(), strings.Join(params, ", "), outs)
		h.caller(fmt.Sprintf("p.Proxy.Invoke(%d, %d)", n, k), arguments, results)
		h.printf("}\n\n")
	}
}

// methodCalls writes what calls the methods of values that the other side has proxies of.
func (h *half) methodCalls() {
	h.printf("func judgeMethod(iface uint64, value any, method uint64, r *judgelink.Reader, w *judgelink.Writer) {\n\tswitch iface<<16 | method {\n")
	for n, t := range h.types {
		i := anInterface(t)
		if i == nil {
			continue
		}
		for k := range i.NumMethods() {
			m := i.Method(k)
			h.printf("\tcase %d<<16 | %d:\n\t\tv, ok := value.(%s)\n\t\tif !ok {\n\t\t\tr.Broken()\n\t\t}\n", n, k, h.typ(t))
			h.callee(typesOf(m.Signature().Params()), typesOf(m.Signature().Results()), h.plainCall("v."+m.Name(), m.Signature().Variadic()))
		}
	}
	h.printf("\tdefault:\n\t\tr.Broken()\n\t}\n}\n\n")
}

// tables are where values that stay with the solution are kept, and their stand-ins.
func (h *half) tables(n int, t types.Type, name string) {
	c := h.away(t)
	if c == plain {
		return
	}
	if h.stub {
		h.printf("var judgeObjects%d judgelink.Objects[%s]\n\nfunc judgeRef%d(v *%s) *judgelink.Ref { return &v.judge }\n\n", n, name, n, name)
		return
	}
	h.printf("var judgeCells%d judgelink.Cells[%s]\n\n", n, name)
	if c == compared {
		h.printf("var judgeValues%d judgelink.Values[%s]\n\n", n, name)
	}
	h.printf("func judgeValue%d(ref judgelink.Ref) %s {\n", n, name)
	if c == compared {
		h.printf("\tif !ref.HasAddress() {\n\t\treturn judgeValues%d.At(ref)\n\t}\n", n)
	}
	h.printf("\treturn judgeCells%d.Value(ref)\n}\n\n", n)
}

func (h *half) put(t types.Type) {
	switch special(t) {
	case "error":
		h.printf("\tw.Err(v)\n")
		return
	case "time.Time":
		h.printf("\t_, offset := v.Zone()\n\tw.Int(v.Unix())\n\tw.Int(int64(v.Nanosecond()))\n\tw.Int(int64(offset))\n\tw.String(v.Location().String())\n")
		return
	case "*math/big.Int":
		h.printf("\tw.Bool(v != nil)\n\tif v != nil {\n\t\tw.Int(int64(v.Sign()))\n\t\tw.Bytes(v.Bytes())\n\t}\n")
		return
	}
	n := h.codec(t)
	switch c := h.away(t); {
	case c != plain && h.stub:
		h.printf("\tw.Ref(v.judge)\n")
		return
	case c == kept:
		h.printf("\tp := new(%s)\n\t*p = v\n\tw.Ref(judgeCells%d.Ref(p))\n", h.typ(t), n)
		return
	case c == compared:
		h.printf("\tw.Ref(judgeValues%d.Ref(v))\n", n)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		method, wide := basic(u)
		h.printf("\tw.%s(%s(v))\n", method, wide)
	case *types.Pointer:
		h.putPointer(u)
	case *types.Interface:
		h.putInterface(u)
	case *types.Signature:
		h.printf("\tif v == nil {\n\t\tw.Uint(0)\n\t\treturn\n\t}\n\tw.Function(func(r *judgelink.Reader, w *judgelink.Writer) {\n")
		h.callee(typesOf(u.Params()), typesOf(u.Results()), h.plainCall("v", u.Variadic()))
		h.printf("\t})\n")
	case *types.Slice:
		if isBytes(u) {
			h.printf("\tw.Bytes(v)\n")
			return
		}
		h.printf("\tw.Len(len(v), v == nil)\n\tw.In()\n\tfor i := range v {\n\t\tjudgePut%d(w, v[i])\n\t}\n\tw.Out()\n", h.codec(u.Elem()))
	case *types.Array:
		h.printf("\tw.Len(len(v), false)\n\tfor i := range v {\n\t\tjudgePut%d(w, v[i])\n\t}\n", h.codec(u.Elem()))
	case *types.Map:
		h.printf("\tw.Len(len(v), v == nil)\n\tw.In()\n\tfor k, e := range v {\n\t\tjudgePut%d(w, k)\n\t\tjudgePut%d(w, e)\n\t}\n\tw.Out()\n",
			h.codec(u.Key()), h.codec(u.Elem()))
	case *types.Struct:
		if u.NumFields() == 0 {
			h.printf("\tw.Bool(true)\n")
		}
		for f := range u.Fields() {
			h.printf("\tjudgePut%d(w, v.%s)\n", h.codec(f.Type()), f.Name())
		}
	}
}

func (h *half) putPointer(u *types.Pointer) {
	e := h.codec(u.Elem())
	switch c := h.away(u.Elem()); {
	case c == plain:
		h.printf("\tw.Bool(v != nil)\n\tif v != nil {\n\t\tw.In()\n\t\tjudgePut%d(w, *v)\n\t\tw.Out()\n\t}\n", e)
	case !h.stub:
		h.printf("\tjudgeCells%d.Put(w, v)\n", e)
	default:
		method := map[class]string{kept: "Address", compared: "Value"}[c]
		h.printf("\tif v == nil {\n\t\tw.%s(nil)\n\t\treturn\n\t}\n\tw.%s(&v.judge)\n\tjudgeObjects%d.Keep(v, v.judge)\n", method, method, e)
	}
}

func (h *half) get(t types.Type, name string) {
	switch special(t) {
	case "error":
		h.printf("\tv = r.Err()\n")
		return
	case "time.Time":
		x := h.imported("time")
		h.printf("\tseconds, nano, offset, place := r.Int(), r.Int(), int(r.Int()), r.String()\n\tv = %s.Unix(seconds, nano)\n", x)
		h.printf("\tif zone, err := %s.LoadLocation(place); err == nil {\n\t\tv = v.In(zone)\n\t} else {\n\t\tv = v.In(%s.FixedZone(place, offset))\n\t}\n", x, x)
		return
	case "*math/big.Int":
		h.printf("\tif r.Bool() {\n\t\tsign := r.Int()\n\t\tv = new(%s.Int).SetBytes(r.Bytes())\n\t\tif sign < 0 {\n\t\t\tv.Neg(v)\n\t\t}\n\t}\n", h.imported("math/big"))
		return
	}
	n := h.codec(t)
	switch c := h.away(t); {
	case c != plain && h.stub:
		h.printf("\tv.judge = r.Ref()\n")
		return
	case c != plain:
		h.printf("\tv = judgeValue%d(r.Ref())\n", n)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		h.getInterface(t, u, name)
	case *types.Signature:
		arguments, results := typesOf(u.Params()), typesOf(u.Results())
		params, outs := h.signature(arguments, results, u.Variadic())
		h.printf("\tf, ok := r.Function()\n\tif !ok {\n\t\treturn nil\n\t}\n\tv = func(%s) (%s) {\n", strings.Join(params, ", "), outs)
		h.caller("f.Call()", arguments, results)
		h.printf("\t}\n")
	case *types.Basic:
		method, _ := basic(u)
		h.printf("\tv = (%s)(r.%s())\n", name, method)
	case *types.Pointer:
		e := h.codec(u.Elem())
		switch {
		case h.away(u.Elem()) == plain:
			h.printf("\tif r.Bool() {\n\t\tv = new(%s)\n\t\t*v = judgeGet%d(r)\n\t}\n", h.typ(u.Elem()), e)
		case h.stub:
			h.printf("\tv = judgeObjects%d.Get(r, judgeRef%d)\n", e, e)
		default:
			h.printf("\tv = judgeCells%d.Get(r, judgeValue%d)\n", e, e)
		}
	case *types.Slice:
		if isBytes(u) {
			h.printf("\tv = r.Bytes()\n")
			return
		}
		h.printf("\tif n, none := r.Len(); !none {\n\t\tv = make(%s, n)\n\t\tfor i := range v {\n\t\t\tv[i] = judgeGet%d(r)\n\t\t}\n\t}\n", name, h.codec(u.Elem()))
	case *types.Array:
		h.printf("\tr.Exactly(len(v))\n\tfor i := range v {\n\t\tv[i] = judgeGet%d(r)\n\t}\n", h.codec(u.Elem()))
	case *types.Map:
		h.printf("\tif n, none := r.Len(); !none {\n\t\tv = make(%s, n)\n\t\tfor range n {\n\t\t\tk := judgeGet%d(r)\n\t\t\tv[k] = judgeGet%d(r)\n\t\t}\n\t}\n",
			name, h.codec(u.Key()), h.codec(u.Elem()))
	case *types.Struct:
		if u.NumFields() == 0 {
			h.printf("\tr.Bool()\n")
		}
		for f := range u.Fields() {
			h.printf("\tv.%s = judgeGet%d(r)\n", f.Name(), h.codec(f.Type()))
		}
	}
}

// set reads a value that comes back into where the tests have it.
func (h *half) set(t types.Type, name string) {
	n := h.codec(t)
	if special(t) != "" { // *big.Int
		h.printf("\tif v := judgeGet%d(r); v != nil && *p != nil {\n\t\t(*p).Set(v)\n\t} else {\n\t\t*p = v\n\t}\n", n)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		e := h.codec(u.Elem())
		if h.away(u.Elem()) != plain {
			given := "(*p).judge = v.judge"
			if !h.stub {
				given = "**p = *v"
			}
			h.printf("\tif v := judgeGet%d(r); v != nil && *p != nil {\n\t\t%s\n\t} else {\n\t\t*p = v\n\t}\n", n, given)
			return
		}
		h.printf("\tif !r.Bool() {\n\t\t*p = nil\n\t\treturn\n\t}\n\tif *p == nil {\n\t\t*p = new(%s)\n\t}\n", h.typ(u.Elem()))
		h.setElement(u.Elem(), e, "*p", "**p")
	case *types.Slice:
		if isBytes(u) {
			h.printf("\tif v := r.Bytes(); len(v) == len(*p) {\n\t\tcopy(*p, v)\n\t} else {\n\t\t*p = v\n\t}\n")
			return
		}
		e := h.codec(u.Elem())
		h.printf("\tn, none := r.Len()\n\tif none {\n\t\t*p = nil\n\t\treturn\n\t}\n\tif n != len(*p) {\n\t\t*p = make(%s, n)\n\t}\n\tfor i := range *p {\n", name)
		h.setElement(u.Elem(), e, "&(*p)[i]", "(*p)[i]")
		h.printf("\t}\n")
	case *types.Array:
		h.printf("\tr.Exactly(len(*p))\n\tfor i := range *p {\n")
		h.setElement(u.Elem(), h.codec(u.Elem()), "&(*p)[i]", "(*p)[i]")
		h.printf("\t}\n")
	case *types.Map:
		h.printf("\tn, none := r.Len()\n\tif none {\n\t\t*p = nil\n\t\treturn\n\t}\n\tif *p == nil {\n\t\t*p = make(%s, n)\n\t}\n\tclear(*p)\n\tfor range n {\n\t\tk := judgeGet%d(r)\n\t\t(*p)[k] = judgeGet%d(r)\n\t}\n",
			name, h.codec(u.Key()), h.codec(u.Elem()))
	case *types.Struct:
		for f := range u.Fields() {
			h.setElement(f.Type(), h.codec(f.Type()), "&p."+f.Name(), "p."+f.Name())
		}
	}
}

func (h *half) setElement(t types.Type, n int, address, place string) {
	if h.alters(t) {
		h.printf("\tjudgeSet%d(r, %s)\n", n, address)
		return
	}
	h.printf("\t%s = judgeGet%d(r)\n", place, n)
}

func isBytes(s *types.Slice) bool {
	return types.Identical(s.Elem(), types.Typ[types.Byte])
}

// told reports whether a constant or variable is told when the solution starts; a
// constant of one of Go's own types is a constant over here too.
func (g *generator) told(o types.Object) bool {
	if _, ok := o.(*types.Const); !ok {
		return true
	}
	n, ok := types.Unalias(o.Type()).(*types.Named)
	return ok && g.own(n.Obj())
}

// typedErrors writes the list of the types of errors.
func (h *half) typedErrors() {
	if len(h.typed) == 0 {
		return
	}
	x := h.imported("errors")
	h.printf("\tjudgelink.Typed = []judgelink.TypedError{\n")
	for _, t := range h.typed {
		n, name := h.codec(t), h.typ(t)
		h.printf("\t\t{\n\t\t\tfunc(w *judgelink.Writer, err error) (found, itself bool) {\n\t\t\t\tif e, ok := err.(%s); ok {\n\t\t\t\t\tjudgePut%d(w, e)\n\t\t\t\t\treturn true, true\n\t\t\t\t}\n", name, n)
		h.printf("\t\t\t\tvar e %s\n\t\t\t\tif %s.As(err, &e) {\n\t\t\t\t\tjudgePut%d(w, e)\n\t\t\t\t\treturn true, false\n\t\t\t\t}\n\t\t\t\treturn false, false\n\t\t\t},\n", name, x, n)
		h.printf("\t\t\tfunc(r *judgelink.Reader) error { return judgeGet%d(r) },\n\t\t},\n", n)
	}
	h.printf("\t}\n")
}

// sentinel is the name of an error that both sides know.
func (h *half) sentinel(v *types.Var) string {
	switch {
	case v.Pkg() != h.pkg:
		return h.imported(v.Pkg().Path()) + "." + v.Name()
	case h.stub:
		return v.Name()
	}
	return h.ours(v.Name())
}

func (h *half) sentinelList() {
	if len(h.sentinels) == 0 {
		return
	}
	names := make([]string, len(h.sentinels))
	for i, v := range h.sentinels {
		names[i] = h.sentinel(v)
	}
	h.printf("\tjudgelink.Sentinels = []error{%s}\n", strings.Join(names, ", "))
}

func (h *half) stubBody() {
	h.stubTypes()
	h.printf("type judgeTold struct {\n")
	for i, o := range h.values {
		if h.told(o) {
			h.printf("\tv%d %s\n", i, h.typ(o.Type()))
		}
	}
	for i := range h.sentinels {
		h.printf("\te%d string\n", i)
	}
	h.printf("}\n\nvar judgeHello = func() (t judgeTold) {\n\tr := judgelink.Hello(judgelink.Server{Method: judgeMethod})\n")
	for i, v := range h.sentinels {
		if v.Pkg() == h.pkg {
			h.printf("\tt.e%d = r.String()\n", i)
		}
	}
	for i, o := range h.values {
		if h.told(o) {
			h.printf("\tt.v%d = judgeGet%d(r)\n", i, h.codec(o.Type()))
		}
	}
	h.printf("\tr.End()\n\treturn t\n}()\n\n")
	for i, v := range h.sentinels {
		if v.Pkg() == h.pkg {
			h.printf("var %s error = judgelink.NewError(judgeHello.e%d)\n\n", v.Name(), i)
		}
	}
	for i, o := range h.values {
		switch c, isConst := o.(*types.Const); {
		case h.told(o):
			h.printf("var %s %s = judgeHello.v%d\n\n", o.Name(), h.typ(o.Type()), i)
		case isConst:
			h.printf("const %s%s = %s\n\n", o.Name(), typed(c, h), literal(c.Val()))
		}
	}
	h.printf("var judgeReady = func() bool {\n")
	h.sentinelList()
	h.typedErrors()
	h.printf("\treturn true\n}()\n\nfunc judgeCall(f uint64) *judgelink.Writer {\n\t_ = judgeReady\n\treturn judgelink.Call(f)\n}\n\n")
	for i, f := range h.functions {
		h.stubFunction(i, f)
	}
	h.generics()
}

// stubTypes declares the package's types.
func (h *half) stubTypes() {
	declared := map[*types.TypeName]bool{}
	declare := func(n *types.Named) {
		n = n.Origin()
		if declared[n.Obj()] {
			return
		}
		declared[n.Obj()] = true
		head := "type " + n.Obj().Name() + h.typeParams(n.TypeParams())
		if !types.IsInterface(n) && h.class(n) != plain {
			h.printf("%s struct{ judge judgelink.Ref }\n\n", head)
			return
		}
		h.printf("%s %s\n\n", head, h.typ(n.Underlying()))
	}
	constraints := func(list *types.TypeParamList) {
		for p := range list.TypeParams() {
			if n, ok := types.Unalias(p.Constraint()).(*types.Named); ok && h.own(n.Obj()) {
				declare(n)
			}
		}
	}
	for _, t := range h.types {
		if n, ok := t.(*types.Named); ok && h.own(n.Obj()) {
			declare(n)
			constraints(n.Origin().TypeParams())
		}
	}
	for _, f := range h.functions {
		constraints(f.obj.Signature().TypeParams())
	}
}

// typeParams is a list of type parameters with their constraints, "" where there are none.
func (h *half) typeParams(list *types.TypeParamList) string {
	if list.Len() == 0 {
		return ""
	}
	var texts []string
	for p := range list.TypeParams() {
		texts = append(texts, p.Obj().Name()+" "+h.typ(p.Constraint()))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// generic reports whether a function, or the type that it is a method of, is generic.
func (f *function) generic() bool {
	return f.args != nil || f.obj.Signature().RecvTypeParams().Len() > 0
}

// generics writes the generic functions of the stand-in: each finds the instance that it is.
func (h *half) generics() {
	done := map[*types.Func]bool{}
	most := 0
	for _, f := range h.functions {
		if !f.generic() || done[f.obj] {
			continue
		}
		done[f.obj] = true
		sig := f.obj.Signature()
		origin := &function{obj: f.obj, sig: sig}
		if sig.Recv() != nil {
			origin.recv = sig.Recv().Type()
		}
		params, outs := h.signature(origin.arguments(), origin.results(), sig.Variadic())
		recv, key := "", "a0"
		if origin.recv != nil {
			recv, params = "("+params[0]+") ", params[1:]
		} else {
			var names []string
			for p := range sig.TypeParams().TypeParams() {
				names = append(names, p.Obj().Name())
			}
			most = max(most, len(names))
			key = fmt.Sprintf("(*judgeTuple%d[%s])(nil)", len(names), strings.Join(names, ", "))
		}
		h.printf("func %s%s%s(%s) (%s) {\n\tswitch any(%s).(type) {\n", recv, f.obj.Name(), h.typeParams(sig.TypeParams()), strings.Join(params, ", "), outs, key)
		for i, instance := range h.functions {
			if instance.obj == f.obj {
				h.instanceCase(i, instance, origin)
			}
		}
		h.printf("\t}\n\tpanic(\"%s is not used with these types by the tests that it was made for\")\n}\n\n", f.obj.Name())
	}
	for n := 1; n <= most; n++ {
		names := make([]string, n)
		for i := range names {
			names[i] = "T" + strconv.Itoa(i)
		}
		h.printf("type judgeTuple%d[%s any] struct{}\n\n", n, strings.Join(names, ", "))
	}
}

func (h *half) instanceCase(i int, f, origin *function) {
	if f.recv != nil {
		h.printf("\tcase %s:\n", h.typ(f.recv))
	} else {
		var names []string
		for a := range f.args.Types() {
			names = append(names, h.typ(a))
		}
		h.printf("\tcase *judgeTuple%d[%s]:\n", len(names), strings.Join(names, ", "))
	}
	var given []string
	for j, t := range f.arguments() {
		given = append(given, fmt.Sprintf("judgelink.As[%s](any(a%d))", h.typ(t), j))
	}
	list := strings.Join(given, ", ")
	if f.sig.Variadic() {
		list += "..."
	}
	var outs, results []string
	for j, t := range origin.results() {
		outs = append(outs, fmt.Sprintf("x%d", j))
		results = append(results, fmt.Sprintf("judgelink.As[%s](any(x%d))", h.typ(t), j))
	}
	if len(outs) > 0 {
		h.printf("\t\t%s := judgeInstance%d(%s)\n", strings.Join(outs, ", "), i, list)
	} else {
		h.printf("\t\tjudgeInstance%d(%s)\n", i, list)
	}
	h.printf("\t\treturn %s\n", strings.Join(results, ", "))
}

func typed(c *types.Const, h *half) string {
	if b, ok := c.Type().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return ""
	}
	return " " + h.typ(c.Type())
}

// arguments of a function, its receiver first.
func (f *function) arguments() (list []types.Type) {
	if f.recv != nil {
		list = append(list, f.recv)
	}
	return append(list, typesOf(f.sig.Params())...)
}

func (f *function) results() []types.Type { return typesOf(f.sig.Results()) }

func (h *half) stubFunction(i int, f *function) {
	params, outs := h.signature(f.arguments(), f.results(), f.sig.Variadic())
	name, recv := f.obj.Name(), ""
	switch {
	case f.generic():
		name = fmt.Sprintf("judgeInstance%d", i)
	case f.recv != nil:
		recv, params = "("+params[0]+") ", params[1:]
	}
	h.printf("func %s%s(%s) (%s) {\n", recv, name, strings.Join(params, ", "), outs)
	h.caller(fmt.Sprintf("judgeCall(%d)", i), f.arguments(), f.results())
	h.printf("}\n\n")
}

func (h *half) serverBody() {
	start, do := "main", "Serve"
	if h.beside {
		start, do = "init", "Announce"
	}
	h.printf("func %s() {\n\tjudgelink.%s(judgeHello, judgelink.Server{Function: judgeCall, Method: judgeMethod})\n}\n\nfunc judgeHello(w *judgelink.Writer) {\n", start, do)
	h.sentinelList()
	h.typedErrors()
	for _, v := range h.sentinels {
		if v.Pkg() == h.pkg {
			h.printf("\tw.Text(%s)\n", h.sentinel(v))
		}
	}
	for _, o := range h.values {
		if h.told(o) {
			h.printf("\tjudgePut%d(w, %s)\n", h.codec(o.Type()), h.ours(o.Name()))
		}
	}
	h.printf("}\n\nfunc judgeCall(function uint64, r *judgelink.Reader, w *judgelink.Writer) {\n\tswitch function {\n")
	for i, f := range h.functions {
		h.serverFunction(i, f)
	}
	h.printf("\tdefault:\n\t\tr.Broken()\n\t}\n}\n")
}

// called is what a function is called by on the server.
func (h *half) called(f *function) string {
	if f.recv != nil {
		return "a0." + f.obj.Name()
	}
	name := h.ours(f.obj.Name())
	if f.args == nil {
		return name
	}
	var list []string
	for a := range f.args.Types() {
		list = append(list, h.typ(a))
	}
	return name + "[" + strings.Join(list, ", ") + "]"
}

func (h *half) serverFunction(i int, f *function) {
	h.printf("\tcase %d:\n", i)
	call := h.plainCall(h.called(f), f.sig.Variadic())
	h.callee(f.arguments(), f.results(), func(outs, list string) {
		if f.recv != nil {
			_, list, _ = strings.Cut(list, ", ")
			if len(f.arguments()) == 1 {
				list = ""
			}
		}
		if !h.maybe(f) {
			call(outs, list)
			return
		}
		h.printf("\t\tvar o0 %s\n\t\tif m, ok := any(&a0).(%s); ok {\n\t\t\to0 = m.%s(%s)\n\t\t} else if m, ok := any(a0).(%s); ok {\n\t\t\to0 = m.%s(%s)\n\t\t}\n",
			h.typ(f.results()[0]), asked(f.obj), f.obj.Name(), list, asked(f.obj), f.obj.Name(), list)
	})
}

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
