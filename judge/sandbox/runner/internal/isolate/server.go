package isolate

import (
	"bytes"
	"fmt"
	"strings"
)

func (g *generator) server(clause string, beside bool) (text []byte, items []Item) {
	h := &half{generator: g, beside: beside, imports: map[string]string{}}
	h.codecs()
	h.broughtTypes()
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

func (h *half) serverBody() {
	start, do := "main", "Serve"
	if h.beside {
		start, do = "init", "Announce"
	}
	h.printf("func %s() {\n\tjudgelink.%s(judgeHello, judgelink.Server{Function: judgeCall, Method: judgeMethod})\n}\n\nfunc judgeHello(w *judgelink.Writer) {\n\tjudgelink.Lasting = %t\n", start, do, h.lasting())
	h.sentinelList()
	h.typedErrors()
	if h.shares.any() {
		h.printf("\tjudgelink.SharesBack = %t\n", h.sharesBack())
	}
	for i, v := range h.sentinels {
		if v.Pkg() == h.pkg {
			h.printf("\tw.Variable(%d, %s)\n", i, h.sentinel(v))
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
	h.callee(f.arguments(), f.results(), f, func(outs, list string) {
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
