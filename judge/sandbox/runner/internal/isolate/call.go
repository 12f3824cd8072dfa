package isolate

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// caller writes what makes a call, begun by begin, of arguments a0, a1, … and results o0, ….
// f is the function that is called, nil for any other value.
func (h *half) caller(begin string, arguments, results []types.Type, f *function) {
	h.printf("\tw := %s\n", begin)
	for j, t := range arguments {
		h.printf("\tjudgePut%d(w, a%d)\n", h.codec(t), j)
	}
	for _, k := range h.appended(arguments, results) {
		h.printf("\tw.Uint(uint64(judgelink.Room(a%d)))\n", k)
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
	for _, p := range h.parts(arguments, results) {
		h.printf("\tif at, ok := r.Part(len(o%[1]d), len(a%[2]d)+judgelink.Room(a%[2]d)); ok {\n\t\to%[1]d = judgelink.Joined(o%[1]d, a%[2]d, at)\n\t}\n", p[0], p[1])
	}
	h.share("\t", f)
	h.printf("\tr.End()\n\treturn\n")
}

// callee writes what does a call; call writes the call of arguments a0, a1, … itself.
func (h *half) callee(arguments, results []types.Type, f *function, call func(outs, list string)) {
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
	for _, k := range h.appended(arguments, results) {
		h.printf("\t\ta%[1]d = judgelink.WithRoom(r, a%[1]d)\n", k)
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
	for _, p := range h.parts(arguments, results) {
		h.printf("\t\tw.Int(int64(judgelink.Within(o%d, a%d)))\n", p[0], p[1])
	}
	h.share("\t\t", f)
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
func (h *half) parts(arguments, results []types.Type) (pairs [][2]int) {
	for j, o := range results {
		for k, a := range arguments {
			if _, ok := o.Underlying().(*types.Slice); ok && h.away(o) == plain && types.Identical(o, a) {
				pairs = append(pairs, [2]int{j, k})
			}
		}
	}
	return pairs
}

// appended are the arguments that a result may have been made of by append.
func (h *half) appended(arguments, results []types.Type) (list []int) {
	for _, p := range h.parts(arguments, results) {
		if !slices.Contains(list, p[1]) {
			list = append(list, p[1])
		}
	}
	return list
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

// proxies writes the stand-in of an interface's values.
func (h *half) proxies(n int, i *types.Interface) {
	h.printf("type judgeProxy%d struct{ *judgelink.Proxy }\n\n", n)
	for k := range i.NumMethods() {
		m := i.Method(k)
		arguments, results := typesOf(m.Signature().Params()), typesOf(m.Signature().Results())
		params, outs := h.signature(arguments, results, m.Signature().Variadic())
		h.printf("func (p judgeProxy%d) %s(%s) (%s) {\n", n, m.Name(), strings.Join(params, ", "), outs)
		h.caller(fmt.Sprintf("p.Proxy.Invoke(%d, %d)", n, k), arguments, results, nil)
		h.printf("}\n\n")
	}
	if m := readDir(i); m != nil {
		arguments, results := typesOf(m.Signature().Params()), typesOf(m.Signature().Results())
		params, outs := h.signature(arguments, results, false)
		h.printf("func (p judgeProxy%d) ReadDir(%s) (%s) {\n", n, strings.Join(params, ", "), outs)
		h.caller(fmt.Sprintf("p.Proxy.Invoke(%d, %d)", n, i.NumMethods()), arguments, results, nil)
		h.printf("}\n\n")
	}
}

// readDir is the method that a file may have besides those of fs.File, which i is; nil for any
// other interface. Package fs asks for it when it lists a folder.
func readDir(i *types.Interface) *types.Func {
	for m := range i.Methods() {
		if m.FullName() != "(io/fs.File).Stat" {
			continue
		}
		if dir, ok := m.Pkg().Scope().Lookup("ReadDirFile").Type().Underlying().(*types.Interface); ok {
			obj, _, _ := types.LookupFieldOrMethod(dir, false, nil, "ReadDir")
			return obj.(*types.Func)
		}
	}
	return nil
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
			h.callee(typesOf(m.Signature().Params()), typesOf(m.Signature().Results()), nil, h.plainCall("v."+m.Name(), m.Signature().Variadic()))
		}
		if m := readDir(i); m != nil {
			h.printf("\tcase %d<<16 | %d:\n\t\tv, ok := value.(%s)\n\t\tif !ok {\n\t\t\tr.Broken()\n\t\t}\n", n, i.NumMethods(), h.typ(t))
			results := typesOf(m.Signature().Results())
			h.callee(typesOf(m.Signature().Params()), results, nil, func(string, string) {
				h.printf("\t\tvar o0 %s\n\t\tvar o1 error = &%[2]s.PathError{Op: \"readdir\", Err: %[2]s.ErrInvalid}\n", h.typ(results[0]), h.imported("io/fs"))
				h.printf("\t\tif d, ok := v.(%s.ReadDirFile); ok {\n\t\t\to0, o1 = d.ReadDir(a0)\n\t\t}\n", h.imported("io/fs"))
			})
		}
	}
	h.printf("\tdefault:\n\t\tr.Broken()\n\t}\n}\n\n")
}
