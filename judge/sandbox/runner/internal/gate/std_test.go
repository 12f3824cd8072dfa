package gate

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
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
			if !object.Exported() || barred[path][name] != "" {
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
