package isolate

import (
	"bytes"
	"fmt"
	"go/constant"
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
	out := &Output{Stub: b.Bytes(), Inside: g.inside}
	out.Beside, out.Items = g.server(clause, true)
	out.Server = out.Beside
	if !g.inside {
		out.Server, out.Items = g.server("main", false)
	}
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
	h.printf("\tjudgelink.Typed = []judgelink.TypedError{\n")
	for _, t := range h.typed {
		n, name := h.codec(t), h.typ(t)
		h.printf("\t\t{\n\t\t\tfunc(w *judgelink.Writer, err error) bool {\n\t\t\t\te, ok := err.(%s)\n\t\t\t\tif ok {\n\t\t\t\t\tjudgePut%d(w, e)\n\t\t\t\t}\n\t\t\t\treturn ok\n\t\t\t},\n", name, n)
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
	if h.stub || h.customIs() {
		h.printf("\tjudgelink.CustomIs = true\n")
	}
	if len(h.sentinels) == 0 {
		return
	}
	names := make([]string, len(h.sentinels))
	for i, v := range h.sentinels {
		names[i] = h.sentinel(v)
	}
	h.printf("\tjudgelink.Sentinels = []error{%s}\n", strings.Join(names, ", "))
}

// shown is a type as a student writes it.
func (g *generator) shown(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == g.pkg {
			return ""
		}
		return path.Base(p.Path())
	})
}

// literal is a constant's value as source.
func literal(v constant.Value) string { return v.ExactString() }

// customIs reports whether some type of the reference says by a method Is which errors it is.
func (g *generator) customIs() bool {
	scope := g.pkg.Scope()
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !g.own(obj) {
			continue
		}
		if m, _, _ := types.LookupFieldOrMethod(obj.Type(), true, g.pkg, "Is"); m != nil {
			if f, ok := m.(*types.Func); ok && asked(f) != "" {
				return true
			}
		}
	}
	return false
}
