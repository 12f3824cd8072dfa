package isolate

import (
	"go/types"
	"slices"
	"strings"
)

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
	if name, ok := t.(*types.Named); ok && (g.own(name.Obj()) && g.class(name) != plain || isError(t)) {
		return n
	}
	if kind := special(t); kind != "" {
		if a, ok := adapters[kind]; ok {
			for _, needed := range a.needs(t) {
				g.codec(needed)
			}
		}
		return n
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		g.codec(u.Elem())
	case *types.Slice:
		g.codec(u.Elem())
	case *types.Array:
		g.codec(u.Elem())
	case *types.Chan:
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
		if m := readDir(u); m != nil {
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
	for _, t := range g.uses.boxed {
		inside := g.inside
		if g.barred(t, map[types.Type]bool{}) == "" {
			g.codec(t)
		} else {
			g.inside = inside
		}
	}
	for _, t := range []types.Type{types.NewSlice(empty), types.NewSlice(types.Typ[types.Int]), types.NewSlice(types.Typ[types.String]),
		types.NewMap(types.Typ[types.String], empty)} {
		g.codec(t)
	}
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

func (h *half) codecs() {
	for n := 0; n < len(h.types); n++ {
		t := h.types[n]
		name := h.typ(t)
		h.tables(n, t, name)
		if a, ok := adapters[special(t)]; ok && a.declare != nil {
			a.declare(h, t)
		}
		if i := anInterface(t); i != nil {
			h.proxies(n, i)
		}
		if h.node(t) {
			h.nodeOf(n, t, name)
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
			if a, ok := adapters[special(t)]; ok {
				a.back(h, t)
			} else if p, ok := t.Underlying().(*types.Pointer); ok && !h.stub && special(t) == "" && h.away(p.Elem()) == compared {
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

// node reports whether pointers to t keep what they are: a struct of the package that crosses as
// a copy.
func (g *generator) node(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !g.own(n.Obj()) || special(t) != "" || special(types.NewPointer(t)) != "" || g.class(n) != plain {
		return false
	}
	_, ok = n.Underlying().(*types.Struct)
	return ok
}

// nodeOf writes what judgelink does with pointers to t.
func (h *half) nodeOf(n int, t types.Type, name string) {
	h.printf("func judgeNewNode%d() any { return new(%s) }\n\n", n, name)
	h.printf("func judgeAsNode%d(r *judgelink.Reader, p any) *%s {\n\tv, ok := p.(*%s)\n\tif !ok {\n\t\tr.Broken()\n\t}\n\treturn v\n}\n\n", n, name, name)
	h.printf("func judgePutNode%d(w *judgelink.Writer, p any) { judgePut%d(w, *p.(*%s)) }\n\n", n, n, name)
	h.printf("func judgeFillNode%d(r *judgelink.Reader, p any, fresh bool) {\n\tv := judgeAsNode%d(r, p)\n", n, n)
	if h.alters(t) {
		h.printf("\tif !fresh {\n\t\tjudgeSet%d(r, v)\n\t\treturn\n\t}\n", n)
	}
	h.printf("\t*v = judgeGet%d(r)\n}\n\n", n)
}

// dynamic are the types, by their numbers, that values of an interface keep when they cross.
func (g *generator) dynamic(i *types.Interface) (numbers []int) {
	for n, t := range g.types {
		if types.IsInterface(t) {
			continue
		}
		if i.NumMethods() > 0 && (g.named(t) == nil || !types.Implements(t, i)) {
			continue
		}
		if !slices.ContainsFunc(numbers, func(m int) bool { return types.Identical(g.types[m], t) }) {
			numbers = append(numbers, n)
		}
	}
	if i.NumMethods() > 0 {
		return numbers
	}
	// Any other value is at least what the package's interfaces ask of it, so that a type switch
	// of the other side finds it.
	for n, t := range g.types {
		named, ok := types.Unalias(t).(*types.Named)
		if ok && g.own(named.Obj()) && types.IsInterface(t) && t.Underlying().(*types.Interface).NumMethods() > 0 {
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
		h.printf("\tcase judgelink.ValueTyped + %d:\n\t\tr.In()\n\t\tv = judgeGet%d(r)\n\t\tr.Out()\n\t\treturn v\n", m, m)
	}
	h.printf("\tdefault:\n\t\tr.Broken()\n\t}\n\tif proxy != nil {\n\t\treturn judgeProxy%d{proxy}\n\t}\n", n)
	h.printf("\tif value == nil {\n\t\treturn nil\n\t}\n\tv, ok := value.(%s)\n\tif !ok {\n\t\tr.Broken()\n\t}\n", name)
}

// tables are where values that stay with the solution are kept, and their stand-ins.
func (h *half) tables(n int, t types.Type, name string) {
	if _, ok := t.Underlying().(*types.Chan); ok {
		h.printf("var judgeChannels%d judgelink.Channels[%s]\n\n", n, name)
	}
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
	if a, ok := adapters[special(t)]; ok {
		a.put(h, t)
		return
	}
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
		h.callee(typesOf(u.Params()), typesOf(u.Results()), nil, h.plainCall("v", u.Variadic()))
		h.printf("\t})\n")
	case *types.Slice:
		if isBytes(u) {
			h.printf("\tw.Bytes(v)\n")
			return
		}
		h.printf("\tw.Len(len(v), v == nil)\n\tw.In()\n\tfor i := range v {\n\t\tjudgePut%d(w, v[i])\n\t}\n\tw.Out()\n", h.codec(u.Elem()))
	case *types.Chan:
		h.putChannel(t, u)
	case *types.Array:
		h.printf("\tw.Len(len(v), false)\n\tfor i := range v {\n\t\tjudgePut%d(w, v[i])\n\t}\n", h.codec(u.Elem()))
	case *types.Map:
		h.printf("\tw.Len(len(v), v == nil)\n\tw.In()\n\ts := w.Sorted()\n\tfor k, e := range v {\n\t\tjudgePut%d(w, k)\n\t\tjudgePut%d(w, e)\n\t\ts.Next()\n\t}\n\ts.Done()\n\tw.Out()\n",
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
	case h.node(u.Elem()):
		h.printf("\tif v == nil {\n\t\tw.Uint(0)\n\t\treturn\n\t}\n\tw.Node((*%s)(v), judgePutNode%d, judgeFillNode%d)\n", h.typ(u.Elem()), e, e)
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
	if a, ok := adapters[special(t)]; ok {
		a.get(h, t)
		return
	}
	switch special(t) {
	case "error":
		h.printf("\tv = r.Err()\n")
		return
	case "time.Time":
		x := h.imported("time")
		h.printf("\tseconds, nano, offset, place := r.Int(), r.Int(), int(r.Int()), r.String()\n\tv = %s.Unix(seconds, nano)\n", x)
		h.printf("\tif zone, err := %s.LoadLocation(place); err == nil {\n\t\tv = v.In(zone)\n\t}\n", x)
		// A zone may have the name of another one.
		h.printf("\tif _, found := v.Zone(); found != offset || v.Location().String() != place {\n\t\tv = v.In(%s.FixedZone(place, offset))\n\t}\n", x)
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
		h.caller("f.Call()", arguments, results, nil)
		h.printf("\t}\n")
	case *types.Basic:
		method, _ := basic(u)
		h.printf("\tv = (%s)(r.%s())\n", name, method)
	case *types.Pointer:
		e := h.codec(u.Elem())
		switch {
		case h.node(u.Elem()):
			h.printf("\tp := r.Node(judgeNewNode%d, judgePutNode%d, judgeFillNode%d)\n\tif p == nil {\n\t\treturn nil\n\t}\n\treturn judgeAsNode%d(r, p)\n", e, e, e, e)
		case h.away(u.Elem()) == plain:
			h.printf("\tif r.Bool() {\n\t\tr.In()\n\t\tv = new(%s)\n\t\t*v = judgeGet%d(r)\n\t\tr.Out()\n\t}\n", h.typ(u.Elem()), e)
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
		h.printf("\tif n, none := r.Len(); !none {\n\t\tr.In()\n\t\tv = make(%s, n)\n\t\tfor i := range v {\n\t\t\tv[i] = judgeGet%d(r)\n\t\t}\n\t\tr.Out()\n\t}\n", name, h.codec(u.Elem()))
	case *types.Chan:
		h.getChannel(t, u)
	case *types.Array:
		h.printf("\tr.Exactly(len(v))\n\tfor i := range v {\n\t\tv[i] = judgeGet%d(r)\n\t}\n", h.codec(u.Elem()))
	case *types.Map:
		h.printf("\tif n, none := r.Len(); !none {\n\t\tr.In()\n\t\tv = make(%s, n)\n\t\tfor range n {\n\t\t\tk := judgeGet%d(r)\n\t\t\tv[k] = judgeGet%d(r)\n\t\t}\n\t\tr.Out()\n\t}\n",
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
	if a, ok := adapters[special(t)]; ok {
		a.set(h, t)
		return
	}
	n := h.codec(t)
	if special(t) != "" { // *big.Int
		h.printf("\tif v := judgeGet%d(r); v != nil && *p != nil {\n\t\t(*p).Set(v)\n\t} else {\n\t\t*p = v\n\t}\n", n)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		e := h.codec(u.Elem())
		if h.node(u.Elem()) { // what it points to is read where it is
			h.printf("\t*p = judgeGet%d(r)\n", n)
			return
		}
		if h.away(u.Elem()) != plain {
			given := "(*p).judge = v.judge"
			if !h.stub {
				given = "**p = *v"
			}
			h.printf("\tif v := judgeGet%d(r); v != nil && *p != nil {\n\t\t%s\n\t} else {\n\t\t*p = v\n\t}\n", n, given)
			return
		}
		h.printf("\tif !r.Bool() {\n\t\t*p = nil\n\t\treturn\n\t}\n\tif *p == nil {\n\t\t*p = new(%s)\n\t}\n\tr.In()\n", h.typ(u.Elem()))
		h.setElement(u.Elem(), e, "*p", "**p")
		h.printf("\tr.Out()\n")
	case *types.Slice:
		if isBytes(u) {
			h.printf("\tif v := r.Bytes(); len(v) == len(*p) {\n\t\tcopy(*p, v)\n\t} else {\n\t\t*p = v\n\t}\n")
			return
		}
		e := h.codec(u.Elem())
		h.printf("\tn, none := r.Len()\n\tif none {\n\t\t*p = nil\n\t\treturn\n\t}\n\tif n != len(*p) || *p == nil {\n\t\t*p = make(%s, n)\n\t}\n\tfor i := range *p {\n", name)
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
