package gate

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// shared are the variables of admitted packages that lead to what all of the process
// shares: pointers, maps and slices. Of package unicode it is all of them.
var shared = map[string]map[string]bool{
	"encoding/asn1":       set("NullBytes"),
	"encoding/base32":     set("HexEncoding", "StdEncoding"),
	"encoding/base64":     set("RawStdEncoding", "RawURLEncoding", "StdEncoding", "URLEncoding"),
	"go/doc":              set("IllegalPrefixes"),
	"encoding/xml":        set("HTMLAutoClose", "HTMLEntity"),
	"go/types":            set("Typ", "Universe", "Unsafe"),
	"hash/crc32":          set("IEEETable"),
	"image":               set("Black", "Opaque", "Transparent", "White"),
	"image/color/palette": set("Plan9", "WebSafe"),
	"time":                set("Local", "UTC"),
}

// A variable of another package, or what has such a one among its elements.
type variable struct {
	path, name string
	holds      bool
}

// holder is something that v is an element of; element is what a holder has.
func (v variable) holder() variable  { v.holds = v.path != ""; return v }
func (v variable) element() variable { v.holds = false; return v }

// shared is v, unless only an element of it is shared.
func (v variable) shared() (none variable) {
	if v.holds {
		return none
	}
	return v
}

// aliases follow shared variables through the files: what they are assigned to, passed as
// and returned by. They go by names and by what the parser resolves, in any order.
type aliases struct {
	trees     []*tree
	objects   map[*ast.Object]variable
	names     map[string]variable // of the package's own variables
	fields    map[string]variable
	others    map[string]bool // fields that are of some type which is no pointer of an opaque one
	results   map[string]variable
	functions map[string][]*ast.FieldList // parameters, by names of functions and methods
	receivers map[string][]*ast.FieldList
	changed   bool
	depth     int  // of the expression that source is in
	lost      bool // they lead too far to be followed
}

const (
	// maxRounds bounds how often the files are gone through, and maxNested how deep
	// expressions are: who needs more has it refused.
	maxRounds = 50
	maxNested = 200
)

func aliasesOf(trees []*tree) *aliases {
	a := &aliases{trees: trees, objects: map[*ast.Object]variable{}, names: map[string]variable{}, fields: map[string]variable{}, others: map[string]bool{},
		results: map[string]variable{}, functions: map[string][]*ast.FieldList{}, receivers: map[string][]*ast.FieldList{}}
	for _, t := range trees {
		ast.Inspect(t.file, func(n ast.Node) bool { a.declare(t, n); return true })
	}
	for round := 0; a.changed || round == 0; round++ {
		if a.changed = false; round == maxRounds {
			a.lost = true
			return a
		}
		for _, t := range trees {
			a.follow(t, t.file, "")
		}
	}
	return a
}

func (a *aliases) declare(t *tree, n ast.Node) {
	switch n := n.(type) {
	case *ast.StructType:
		for _, field := range n.Fields.List {
			for _, name := range field.Names {
				a.others[name.Name] = a.others[name.Name] || t.pointed(field.Type).path == ""
			}
		}
	case *ast.FuncDecl:
		a.functions[n.Name.Name] = append(a.functions[n.Name.Name], n.Type.Params)
		if n.Recv != nil {
			a.receivers[n.Name.Name] = append(a.receivers[n.Name.Name], n.Recv)
		}
	case *ast.AssignStmt:
		for i, right := range n.Rhs {
			if lit, ok := right.(*ast.FuncLit); ok && len(n.Lhs) == len(n.Rhs) {
				if id, ok := n.Lhs[i].(*ast.Ident); ok {
					a.functions[id.Name] = append(a.functions[id.Name], lit.Type.Params)
				}
			}
		}
	case *ast.ValueSpec:
		for i, right := range n.Values {
			if lit, ok := right.(*ast.FuncLit); ok && i < len(n.Names) {
				a.functions[n.Names[i].Name] = append(a.functions[n.Names[i].Name], lit.Type.Params)
			}
		}
	}
}

// follow marks what shared variables reach in a node of the function called within.
func (a *aliases) follow(t *tree, node ast.Node, within string) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			a.follow(t, n.Type, n.Name.Name)
			if n.Body != nil {
				a.follow(t, n.Body, n.Name.Name)
			}
			return false
		case *ast.AssignStmt:
			a.assign(t, n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			left := make([]ast.Expr, len(n.Names))
			for i, name := range n.Names {
				left[i] = name
				if n.Type != nil {
					a.mark(name, t.pointed(n.Type))
				}
			}
			a.assign(t, left, n.Values)
		case *ast.RangeStmt:
			if v := a.source(t, n.X); v.path != "" {
				a.mark(n.Key, v.element())
				a.mark(n.Value, v.element())
			}
		case *ast.Field:
			for _, name := range n.Names {
				a.mark(name, t.pointed(n.Type))
			}
		case *ast.StructType:
			for _, field := range n.Fields.List {
				for _, name := range field.Names {
					if !a.others[name.Name] {
						a.keep(a.fields, name.Name, t.pointed(field.Type))
					}
				}
			}
		case *ast.TypeSwitchStmt:
			a.cases(t, n)
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				a.keep(a.fields, key.Name, a.source(t, n.Value))
			}
		case *ast.ReturnStmt:
			for _, result := range n.Results {
				a.keep(a.results, within, a.source(t, result))
			}
		case *ast.SendStmt:
			a.mark(n.Chan, a.source(t, n.Value).holder())
		case *ast.CallExpr:
			a.pass(t, n)
		}
		return true
	})
}

// cases marks what a type switch declares, where one of its cases is a pointer of an opaque type.
func (a *aliases) cases(t *tree, n *ast.TypeSwitchStmt) {
	declared, ok := n.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	for _, clause := range n.Body.List {
		if clause, ok := clause.(*ast.CaseClause); ok {
			for _, typ := range clause.List {
				a.mark(declared.Lhs[0], t.pointed(typ))
			}
		}
	}
}

func (a *aliases) assign(t *tree, left, right []ast.Expr) {
	for i, expr := range left {
		switch {
		case len(right) == len(left):
			a.mark(expr, a.source(t, right[i]))
		case len(right) == 1:
			a.mark(expr, a.source(t, right[0]))
		}
	}
}

// pass marks the parameters of a function of the submission's own, and a method's receiver.
func (a *aliases) pass(t *tree, call *ast.CallExpr) {
	name := called(call)
	for _, params := range a.functions[name] {
		i := 0
		for _, field := range params.List {
			for _, param := range field.Names {
				for j := i; j < len(call.Args) && (j == i || isVariadic(field)); j++ {
					a.mark(param, a.source(t, call.Args[j]))
				}
				i++
			}
		}
	}
	if selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		for _, receiver := range a.receivers[name] {
			for _, field := range receiver.List {
				for _, param := range field.Names {
					a.mark(param, a.source(t, selector.X))
				}
			}
		}
	}
}

func isVariadic(field *ast.Field) bool {
	_, ok := field.Type.(*ast.Ellipsis)
	return ok
}

// called is the name of what is called, without its package or receiver.
func called(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	switch generic := fun.(type) {
	case *ast.IndexExpr:
		fun = generic.X
	case *ast.IndexListExpr:
		fun = generic.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// mark notes that an expression which is assigned to leads to v from now on.
func (a *aliases) mark(expr ast.Expr, v variable) {
	if v.path == "" {
		return
	}
	switch e := expr.(type) {
	case *ast.Ident:
		if e.Name == "_" {
			return
		}
		if e.Obj == nil {
			a.keep(a.names, e.Name, v)
		} else if _, known := a.objects[e.Obj]; !known {
			a.objects[e.Obj], a.changed = v, true
			if _, isPackage := e.Obj.Decl.(*ast.ValueSpec); isPackage {
				a.keep(a.names, e.Name, v) // for the other files
			}
		}
	case *ast.SelectorExpr:
		a.keep(a.fields, e.Sel.Name, v)
	case *ast.IndexExpr:
		a.mark(e.X, v.holder())
	case *ast.StarExpr:
		a.mark(e.X, v)
	case *ast.ParenExpr:
		a.mark(e.X, v)
	}
}

func (a *aliases) keep(in map[string]variable, name string, v variable) {
	if _, known := in[name]; !known && v.path != "" && name != "" {
		in[name], a.changed = v, true
	}
}

// source returns the shared variable that an expression leads to, if it does to one.
func (a *aliases) source(t *tree, expr ast.Expr) (none variable) {
	if a.depth++; a.depth > maxNested {
		a.lost = true
	}
	defer func() { a.depth-- }()
	if a.depth > maxNested {
		return none
	}
	switch e := expr.(type) {
	case *ast.Ident:
		if e.Obj != nil {
			return a.objects[e.Obj]
		}
		for _, path := range t.dots {
			if isShared(path, e.Name) {
				return variable{path: path, name: e.Name}
			}
		}
		return a.names[e.Name]
	case *ast.SelectorExpr:
		if path := t.packageOf(e.X); path != "" {
			if isShared(path, e.Sel.Name) && !t.allowed(path) {
				return variable{path: path, name: e.Sel.Name}
			}
			return none
		}
		if v := a.fields[e.Sel.Name]; v.path != "" {
			return v
		}
		return a.source(t, e.X).element()
	case *ast.ParenExpr:
		return a.source(t, e.X)
	case *ast.StarExpr:
		return a.source(t, e.X)
	case *ast.UnaryExpr:
		if e.Op == token.ARROW {
			return a.source(t, e.X).element()
		}
		return a.source(t, e.X)
	case *ast.IndexExpr:
		return a.source(t, e.X).element()
	case *ast.SliceExpr:
		return a.source(t, e.X)
	case *ast.TypeAssertExpr:
		if e.Type != nil {
			if v := t.pointed(e.Type); v.path != "" {
				return v
			}
		}
		return a.source(t, e.X)
	case *ast.CompositeLit:
		_, isName := e.Type.(*ast.Ident)
		for _, element := range e.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				if isName {
					continue // a struct's: its fields are known by their names
				}
				element = pair.Value
			}
			if v := a.source(t, element); v.path != "" {
				return v.holder()
			}
		}
	case *ast.CallExpr:
		if called(e) == "append" {
			for i, arg := range e.Args {
				if v := a.source(t, arg); v.path != "" && (i == 0 || e.Ellipsis.IsValid()) {
					return v
				} else if v.path != "" {
					return v.holder()
				}
			}
		}
		if v := a.results[called(e)]; v.path != "" {
			return v
		}
		if v := a.handed(t, e); v.path != "" {
			return v
		}
		// A conversion; what looks like one of a function's calls hands back its own.
		if _, ok := e.Fun.(*ast.ParenExpr); ok && len(e.Args) == 1 {
			return a.source(t, e.Args[0])
		}
	}
	return none
}

// handed returns the shared variable that a function of another package hands out, or back.
func (a *aliases) handed(t *tree, call *ast.CallExpr) (none variable) {
	fun := ast.Unparen(call.Fun)
	switch generic := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(generic.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(generic.X)
	}
	selector, ok := fun.(*ast.SelectorExpr)
	if !ok || a.functions[selector.Sel.Name] != nil && t.packageOf(selector.X) == "" {
		return none
	}
	path := t.packageOf(selector.X)
	if v := handed[variable{path: path, name: selector.Sel.Name}]; v.path != "" && !t.allowed(v.path) {
		return v
	}
	if passing[path] {
		for _, arg := range call.Args {
			if v := a.source(t, arg); v.path != "" {
				return v
			}
		}
	}
	return none
}

func isShared(path, name string) bool {
	return shared[path][name] || path == "unicode" && token.IsExported(name) && !unicodeFunctions[name]
}

var unicodeFunctions = set("In", "Is", "IsControl", "IsDigit", "IsGraphic", "IsLetter", "IsLower", "IsMark", "IsNumber",
	"IsOneOf", "IsPrint", "IsPunct", "IsSpace", "IsSymbol", "IsTitle", "IsUpper", "SimpleFold", "To", "ToLower", "ToTitle", "ToUpper")

// written returns the shared variable that is changed where something is assigned to expr.
func (a *aliases) written(t *tree, expr ast.Expr) (none variable) {
	switch e := ast.Unparen(expr).(type) {
	case *ast.StarExpr:
		return a.source(t, e.X).shared()
	case *ast.IndexExpr:
		return a.source(t, e.X).shared()
	case *ast.SelectorExpr:
		// What is sealed has no field to assign to: something else has the same name.
		if v := a.source(t, e.X); t.packageOf(e.X) == "" && !sealed[v.path] {
			return v
		}
	}
	return none
}

// changers are functions of other packages that change what they are given.
var changers = map[string]func(name string) bool{
	"encoding/asn1":    hasPrefix("Unmarshal"),
	"encoding/binary":  hasPrefix("Read", "Decode"),
	"encoding/json":    hasPrefix("Unmarshal", "Decode"),
	"encoding/json/v2": hasPrefix("Unmarshal"),
	"encoding/xml":     hasPrefix("Unmarshal"),
	"fmt":              hasPrefix("Scan", "Sscan", "Fscan"),
	"maps":             hasPrefix("Copy", "Delete", "Insert"),
	"slices":           hasPrefix("Sort", "Reverse", "Delete", "Replace", "Compact"),
	"sort":             hasPrefix("Sort", "Slice", "Stable"),
}

func hasPrefix(prefixes ...string) func(string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	}
}

// changedBy returns the shared variable that a call changes.
func (a *aliases) changedBy(t *tree, call *ast.CallExpr) (none variable) {
	args := call.Args
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if len(args) == 0 || f.Name != "clear" && f.Name != "copy" && f.Name != "delete" {
			return none
		}
		args = args[:1]
	case *ast.SelectorExpr:
		// Also the methods of decoders, which go by their names.
		path := t.packageOf(f.X)
		if changes := changers[path]; (changes == nil || !changes(f.Sel.Name)) && (path != "" || f.Sel.Name != "Decode") {
			return none
		}
	default:
		return none
	}
	for _, arg := range args {
		if v := a.source(t, arg).shared(); v.path != "" {
			return v
		}
	}
	return none
}

// aliased refuses to change through another name what a variable of another package leads to.
func (t *tree) aliased(a *aliases) {
	if a.lost {
		t.reject(t.file.Name.Pos(), "the values are passed on too often, or nested too deeply, to be followed here")
		return
	}
	refuse := func(pos token.Pos, v variable) {
		if v.path != "" && !t.allowed(v.path) {
			t.reject(pos, "changing what %s.%s leads to is not allowed here: all of the process shares it", packageName(v.path), v.name)
		}
	}
	ast.Inspect(t.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				refuse(left.Pos(), a.written(t, left))
			}
		case *ast.IncDecStmt:
			refuse(n.Pos(), a.written(t, n.X))
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				refuse(n.Pos(), a.written(t, n.Key))
				if n.Value != nil {
					refuse(n.Pos(), a.written(t, n.Value))
				}
			}
		case *ast.CallExpr:
			refuse(n.Pos(), a.changedBy(t, n))
		}
		return true
	})
}
