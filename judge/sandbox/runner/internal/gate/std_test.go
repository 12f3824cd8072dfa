package gate

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"judge/runner/harness/harnesstest"
)

// exports returns the archives of the toolchain's public standard packages.
func exports(t *testing.T) map[string]string {
	t.Helper()
	archives, err := harnesstest.Archives(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	archives["unsafe"] = ""
	return archives
}

func public(path string) bool {
	return !strings.HasPrefix(path, "vendor/") && !strings.Contains("/"+path+"/", "/internal/")
}

func TestEveryStandardPackageIsJudged(t *testing.T) {
	archives := exports(t)
	for path := range archives {
		if public(path) && admitted[path] == (refused[path] != "") {
			t.Errorf("%s must be either admitted or refused", path)
		}
	}
	for path := range admitted {
		if _, ok := archives[path]; !ok {
			t.Errorf("%s is admitted and does not exist", path)
		}
	}
	for path := range refused {
		if _, ok := archives[path]; !ok && path != "runtime/cgo" { // not listed without cgo
			t.Errorf("%s is refused and does not exist", path)
		}
	}
	for path := range barred {
		if !admitted[path] {
			t.Errorf("%s has barred identifiers and is not admitted", path)
		}
	}
}

// TestNothingAdmittedReachesFilesOrMemory looks through all that admitted packages
// export for types that open a way out: an unsafe.Pointer can be converted without
// an import of unsafe, a *os.File can be used without one of os.
func TestNothingAdmittedReachesFilesOrMemory(t *testing.T) {
	archives := exports(t)
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(archives[path])
	})
	for path := range admitted {
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, name := range pkg.Scope().Names() {
			object := pkg.Scope().Lookup(name)
			if !object.Exported() || barred[path][name] != "" || listed[path] != nil && !listed[path][name] {
				continue
			}
			for where, danger := range dangers(object) {
				t.Errorf("%s: %s", where, danger)
			}
		}
	}
}

// dangers returns what about object and its exported members mentions a type of a
// refused package, by where.
func dangers(object types.Object) map[string]string {
	found := map[string]string{}
	where := object.Pkg().Path() + "." + object.Name()
	note := func(where string, typ types.Type) {
		if danger := mentions(typ, map[types.Type]bool{}); danger != "" {
			found[where] = danger
		}
	}
	named, isType := object.Type().(*types.Named)
	if _, ok := object.(*types.TypeName); !ok || !isType {
		note(where, object.Type())
		return found
	}
	methods := types.NewMethodSet(types.NewPointer(named))
	for i := range methods.Len() {
		if method := methods.At(i).Obj(); method.Exported() && barredMembers[method.Name()] == "" {
			note(where+"."+method.Name(), method.Type())
		}
	}
	switch u := named.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if u.Field(i).Exported() {
				note(where+"."+u.Field(i).Name(), u.Field(i).Type())
			}
		}
	default:
		note(where, u)
	}
	return found
}

func mentions(typ types.Type, seen map[types.Type]bool) string {
	if seen[typ] {
		return ""
	}
	seen[typ] = true
	many := func(types ...types.Type) string {
		for _, t := range types {
			if m := mentions(t, seen); m != "" {
				return m
			}
		}
		return ""
	}
	switch t := typ.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return "mentions unsafe.Pointer"
		}
	case *types.Named:
		if p := t.Obj().Pkg(); p != nil && refused[p.Path()] != "" {
			return fmt.Sprintf("mentions %s", t)
		}
	case *types.Alias:
		return many(types.Unalias(t))
	case *types.Pointer:
		return many(t.Elem())
	case *types.Slice:
		return many(t.Elem())
	case *types.Array:
		return many(t.Elem())
	case *types.Chan:
		return many(t.Elem())
	case *types.Map:
		return many(t.Key(), t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			if m := mentions(v.Type(), seen); m != "" {
				return m
			}
		}
	case *types.Signature:
		return many(t.Params(), t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if m := mentions(f.Type(), seen); m != "" && f.Exported() {
				return m
			}
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			if m := mentions(t.Method(i).Type(), seen); m != "" {
				return m
			}
		}
	}
	return ""
}

// TestEveryMemberOfReflectIsJudged looks at what values and types of package reflect have.
func TestEveryMemberOfReflectIsJudged(t *testing.T) {
	archives := exports(t)
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(archives[path])
	})
	for path, names := range listed {
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		for name := range names {
			if object := pkg.Scope().Lookup(name); object == nil || !object.Exported() {
				t.Errorf("%s.%s is listed and does not exist", path, name)
			}
		}
	}
	pkg, _ := imp.Import("reflect")
	for _, name := range pkg.Scope().Names() {
		object, isType := pkg.Scope().Lookup(name).(*types.TypeName)
		if !isType || !object.Exported() {
			continue
		}
		typ := object.Type()
		if _, isInterface := typ.Underlying().(*types.Interface); !isInterface {
			typ = types.NewPointer(typ)
		}
		for method := range types.NewMethodSet(typ).Methods() {
			name := method.Obj().Name()
			if method.Obj().Exported() && (barredMembers[name] != "") == safeMembers[name] {
				t.Errorf("reflect's %s must be either barred or safe", name)
			}
		}
	}
}

// TestEveryCarrierOfReflectionIsKnown looks for admitted packages that hand out values of
// package reflect to those who do not import it.
func TestEveryCarrierOfReflectionIsKnown(t *testing.T) {
	archives := exports(t)
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(archives[path])
	})
	for path := range admitted {
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, name := range pkg.Scope().Names() {
			object := pkg.Scope().Lookup(name)
			if !object.Exported() || carriers[path][""] || carriers[path][name] {
				continue
			}
			for _, typ := range parts(object) {
				if reflection := mentionsPackage(typ, "reflect", map[types.Type]bool{}); reflection {
					t.Errorf("%s.%s carries values of package reflect", path, name)
				}
			}
		}
	}
}

// parts are the types of an object and of its exported fields and methods.
func parts(object types.Object) (all []types.Type) {
	named, isNamed := object.Type().(*types.Named)
	if _, isType := object.(*types.TypeName); !isType || !isNamed {
		return []types.Type{object.Type()}
	}
	for method := range types.NewMethodSet(types.NewPointer(named)).Methods() {
		if method.Obj().Exported() {
			all = append(all, method.Obj().Type())
		}
	}
	if u, ok := named.Underlying().(*types.Struct); ok {
		for field := range u.Fields() {
			if field.Exported() {
				all = append(all, field.Type())
			}
		}
		return all
	}
	return append(all, named.Underlying())
}

func mentionsPackage(typ types.Type, path string, seen map[types.Type]bool) bool {
	if seen[typ] {
		return false
	}
	seen[typ] = true
	many := func(all ...types.Type) bool {
		return slices.ContainsFunc(all, func(t types.Type) bool { return mentionsPackage(t, path, seen) })
	}
	switch t := typ.(type) {
	case *types.Named:
		return t.Obj().Pkg() != nil && t.Obj().Pkg().Path() == path
	case *types.Alias:
		return many(types.Unalias(t))
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels; and maps
		if m, isMap := typ.(*types.Map); isMap && many(m.Key()) {
			return true
		}
		return many(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			if many(v.Type()) {
				return true
			}
		}
	case *types.Signature:
		return many(t.Params(), t.Results())
	case *types.Interface:
		for method := range t.Methods() {
			if many(method.Type()) {
				return true
			}
		}
	}
	return false
}

// TestEverySharedVariableIsKnown looks for exported variables that lead to what changes for
// all of the process where it is changed.
func TestEverySharedVariableIsKnown(t *testing.T) {
	archives := exports(t)
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(archives[path])
	})
	for path := range admitted {
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, name := range pkg.Scope().Names() {
			v, isVariable := pkg.Scope().Lookup(name).(*types.Var)
			leads := false
			if isVariable {
				switch v.Type().Underlying().(type) {
				case *types.Pointer, *types.Map, *types.Slice:
					leads = v.Exported()
				}
			}
			if _, isFunction := pkg.Scope().Lookup(name).(*types.Func); path == "unicode" && isFunction == isShared(path, name) && token.IsExported(name) && (isVariable || isFunction) {
				t.Errorf("unicode.%s: a function or not?", name)
			}
			if path != "unicode" && leads != isShared(path, name) {
				t.Errorf("%s.%s leads to what is shared: %t", path, name, leads)
			}
		}
	}
}
