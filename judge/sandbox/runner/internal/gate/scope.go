package gate

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// members refuses the identifiers of admitted packages that are barred or not listed, and,
// where values of package reflect are at hand, the members that write, call or reach memory.
func (t *tree) members(reflects bool) {
	for _, path := range t.dots {
		if (barred[path] != nil || listed[path] != nil) && !t.allowed(path) {
			t.reject(t.file.Name.Pos(), "%q cannot be imported with a dot here", path)
		}
	}
	ast.Inspect(t.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name := selector.Sel.Name
		if path := t.packageOf(selector.X); path != "" && !t.allowed(path) {
			why := barred[path][name]
			if listed[path] != nil && !listed[path][name] {
				why = unlisted[path]
			}
			if why != "" {
				t.reject(selector.Pos(), "%s.%s is not available here: %s", packageName(path), name, why)
			}
		} else if why := barredMembers[name]; why != "" && path == "" && reflects && !t.allowed("reflect") && !t.allowed("unsafe") {
			t.reject(selector.Sel.Pos(), "%s is not available here: %s", name, why)
		}
		return true
	})
	t.records()
}

// allowed reports whether the problem admits what the package has.
func (t *tree) allowed(path string) bool { return matches(t.rules.Allow, path) }

// records refuses to give a record of log/slog an address: a handler would tell which
// function is there.
func (t *tree) records() {
	if !t.verdict.Imports["log/slog"] || t.allowed("log/slog") {
		return
	}
	ast.Inspect(t.file, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok && name.Name == "PC" {
			t.reject(name.Pos(), "PC is not available here: a log record would tell the names of the program's functions")
		}
		return true
	})
}

// imported are the paths of the file's imports.
func (t *tree) imported() []string {
	return slices.Concat(t.dots, slices.Collect(maps.Values(t.packages)))
}

// packageOf returns the path of the package that expr names, "" where it is none.
// The parser resolves what is declared in the file, so a name that it could not
// resolve and that is an import's is the import.
func (t *tree) packageOf(expr ast.Expr) string {
	ident, ok := ast.Unparen(expr).(*ast.Ident)
	if !ok || ident.Obj != nil {
		return ""
	}
	return t.packages[ident.Name]
}

// globals refuses to change variables of other packages: io.EOF = nil changes what
// a test compares with.
func (t *tree) globals(declared map[string]bool) {
	check := func(expr ast.Expr, what string) {
		if path, name := t.foreign(expr, declared); path != "" && t.rules.Std[path] && !t.allowed(path) {
			t.reject(expr.Pos(), "%s %s.%s is not allowed here: all of the process shares it", what, packageName(path), name)
		}
	}
	ast.Inspect(t.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				if n.Tok != token.DEFINE {
					check(left, "changing")
				}
			}
		case *ast.IncDecStmt:
			check(n.X, "changing")
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				check(n.Key, "changing")
				if n.Value != nil {
					check(n.Value, "changing")
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				check(n.X, "taking the address of")
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && (f.Name == "clear" || f.Name == "copy" || f.Name == "delete") {
				check(n.Args[0], "changing")
			}
		}
		return true
	})
}

// foreign returns path and name of the other package's variable that expr is part of.
func (t *tree) foreign(expr ast.Expr, declared map[string]bool) (path, name string) {
	for {
		switch e := expr.(type) {
		case *ast.ParenExpr:
			expr = e.X
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.SliceExpr:
			expr = e.X
		case *ast.SelectorExpr:
			if path := t.packageOf(e.X); path != "" {
				return path, e.Sel.Name
			}
			expr = e.X
		case *ast.Ident:
			if e.Obj == nil && e.IsExported() && !declared[e.Name] {
				for _, path := range t.dots {
					if t.rules.Std[path] {
						return path, e.Name
					}
				}
			}
			return "", ""
		default:
			return "", ""
		}
	}
}

// declarations are the package-level names of all files.
func declarations(trees []*tree) map[string]bool {
	names := map[string]bool{}
	for _, t := range trees {
		for _, ident := range t.declared() {
			names[ident.Name] = true
		}
	}
	return names
}

// declared returns the identifiers that the file declares at package level.
func (t *tree) declared() (idents []*ast.Ident) {
	for _, decl := range t.file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				idents = append(idents, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					idents = append(idents, s.Name)
				case *ast.ValueSpec:
					idents = append(idents, s.Names...)
				}
			}
		}
	}
	return idents
}

// predeclared refuses to declare anew what the tests of the package use: with a len
// of its own a submission would change what they count.
func (t *tree) predeclared() {
	for _, ident := range t.declared() {
		if t.rules.TestIdents[ident.Name] && types.Universe.Lookup(ident.Name) != nil {
			t.reject(ident.Pos(), "%s is predeclared and the tests use it: give yours another name", ident.Name)
		}
	}
}
