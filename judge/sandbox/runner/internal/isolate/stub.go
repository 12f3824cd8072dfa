package isolate

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

func (h *half) stubBody() {
	h.stubTypes()
	h.printf("type judgeTold struct {\n")
	for i, o := range h.values {
		if h.told(o) {
			h.printf("\tv%d %s\n", i, h.typ(o.Type()))
		}
	}
	for i := range h.sentinels {
		h.printf("\te%d judgelink.ErrorVariable\n", i)
	}
	h.printf("}\n\nvar judgeHello = func() (t judgeTold) {\n\tjudgelink.Lasting = %t\n\tr := judgelink.Hello(judgelink.Server{Method: judgeMethod})\n", h.lasting())
	for i, v := range h.sentinels {
		if v.Pkg() == h.pkg {
			h.printf("\tt.e%d = r.Variable()\n", i)
		}
	}
	for i, o := range h.values {
		if h.told(o) {
			h.printf("\tt.v%d = judgeGet%d(r)\n", i, h.codec(o.Type()))
		}
	}
	h.printf("\tr.End()\n")
	h.differ()
	h.printf("\treturn t\n}()\n\n")
	for i, v := range h.sentinels {
		if v.Pkg() == h.pkg {
			known := make([]string, len(h.sentinels))
			for j, other := range h.sentinels {
				known[j] = "nil"
				if j < i || other.Pkg() != h.pkg {
					known[j] = h.sentinel(other)
				}
			}
			h.printf("var %s error = judgeHello.e%d.Error(%s)\n\n", v.Name(), i, strings.Join(known, ", "))
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
	begin := "Call"
	if h.shares.any() {
		begin = "Shared"
		h.printf("\tjudgelink.SharesBack, judgelink.SharesApart = %t, %t\n", h.sharesBack(), h.shares.parallel)
	}
	h.printf("\treturn true\n}()\n\nfunc judgeCall(f uint64) *judgelink.Writer {\n\t_ = judgeReady\n\treturn judgelink.%s(f)\n}\n\n", begin)
	for i, f := range h.functions {
		h.stubFunction(i, f)
	}
	h.generics()
}

// differ writes the check that constants which must differ do. Where they are constants of the
// solution too this is found when it is compiled; it may have variables in their place.
func (h *half) differ() {
	for _, group := range h.distinct() {
		for i, c := range group {
			for _, other := range group[:i] {
				h.printf("\tif t.v%d == t.v%d {\n\t\tpanic(%q)\n\t}\n", slices.Index(h.values, types.Object(other)), slices.Index(h.values, types.Object(c)),
					other.Name()+" and "+c.Name()+" are equal, and must differ")
			}
		}
	}
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

func (h *half) stubFunction(i int, f *function) {
	params, outs := h.signature(f.arguments(), f.results(), f.sig.Variadic())
	name, recv := f.obj.Name(), ""
	switch {
	case f.generic():
		name = fmt.Sprintf("judgeInstance%d", i)
	case f.recv != nil:
		recv, params = "("+params[0]+") ", params[1:]
	}
	if f.recv != nil && f.obj.Name() == "Is" && asked(f.obj) != "" && !f.generic() {
		// One that says yes to an error which nobody else has says it of all of them.
		h.printf("func %sIs(a1 error) bool { return a0.judgeIs(a1) && !a0.judgeIs(judgelink.Nobody) }\n\n", recv)
		name = "judgeIs"
	}
	h.printf("func %s%s(%s) (%s) {\n", recv, name, strings.Join(params, ", "), outs)
	h.caller(fmt.Sprintf("judgeCall(%d)", i), f.arguments(), f.results(), f)
	h.printf("}\n\n")
}
