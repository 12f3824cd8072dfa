package gate

import "go/ast"

// opaque are types whose fields nobody outside of their packages sees, and of which all of
// the process shares a value. They are used by their pointers only. To change such a value
// one needs another: so no type of a submission may have one in itself, and nothing is
// assigned to what a pointer of the type points to.
var opaque = map[variable]variable{
	{path: "encoding/base32", name: "Encoding"}: {path: "encoding/base32", name: "StdEncoding"},
	{path: "encoding/base64", name: "Encoding"}: {path: "encoding/base64", name: "StdEncoding"},
	{path: "time", name: "Location"}:            {path: "time", name: "UTC"},
}

// sealed are the packages whose shared variables are all of opaque types.
var sealed = set("encoding/base32", "encoding/base64", "time")

// handed are functions of other packages whose results all of the process shares. A
// function without a package is a method.
var handed = map[variable]variable{
	{name: "Location"}:                      {path: "time", name: "Local"},
	{path: "time", name: "LoadLocation"}:    {path: "time", name: "UTC"},
	{path: "hash/crc32", name: "MakeTable"}: {path: "hash/crc32", name: "IEEETable"},
	{path: "hash/crc64", name: "MakeTable"}: {path: "hash/crc64", name: "MakeTable"},
}

// passing are packages whose functions hand back what they are given.
var passing = set("cmp", "maps", "slices")

// opaqueOf returns the shared variable of an opaque type, if expr names such a type.
func (t *tree) opaqueOf(expr ast.Expr) (none variable) {
	switch e := ast.Unparen(expr).(type) {
	case *ast.SelectorExpr:
		if path := t.packageOf(e.X); path != "" && !t.allowed(path) {
			return opaque[variable{path: path, name: e.Sel.Name}]
		}
	case *ast.Ident:
		if e.Obj == nil {
			for _, path := range t.dots {
				if v := opaque[variable{path: path, name: e.Name}]; v.path != "" && !t.allowed(path) {
					return v
				}
			}
		}
	}
	return none
}

// pointed returns the shared variable of the opaque type that values of type expr point to.
func (t *tree) pointed(expr ast.Expr) (none variable) {
	switch e := ast.Unparen(expr).(type) {
	case *ast.StarExpr:
		return t.opaqueOf(e.X)
	case *ast.Ellipsis:
		return t.pointed(e.Elt).holder()
	case *ast.ArrayType:
		return t.pointed(e.Elt).holder()
	case *ast.MapType:
		return t.pointed(e.Value).holder()
	case *ast.ChanType:
		return t.pointed(e.Value).holder()
	}
	return none
}

// byValue refuses opaque types that stand for their values, and other names for their pointers.
func (t *tree) byValue() {
	pointers := map[ast.Expr]bool{}
	ast.Inspect(t.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StarExpr:
			pointers[ast.Unparen(n.X)] = true
		case *ast.TypeSpec:
			if v := t.pointed(n.Type); v.path != "" {
				t.reject(n.Pos(), "another name for a type of package %s is not allowed here: all of the process shares its values", packageName(v.path))
			}
		case *ast.ParenExpr:
			return true
		case ast.Expr:
			if v := t.opaqueOf(n); v.path != "" && !pointers[n] {
				t.reject(n.Pos(), "values of this type are not available here, only pointers: all of the process shares %s.%s", packageName(v.path), v.name)
			}
			_, isSelector := n.(*ast.SelectorExpr)
			return !isSelector || t.opaqueOf(n).path == ""
		}
		return true
	})
}
