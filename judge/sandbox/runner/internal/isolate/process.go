package isolate

import (
	"go/ast"
	"go/types"
	"slices"
)

// ofOneProcess are the names of the standard library that say something about the process that
// uses them, or change it: about its goroutines, its heap, its clock. Tests that use them
// expect the submission in the same process. "*" stands for all names of a package.
var ofOneProcess = map[string][]string{
	"testing/synctest": {"*"},
	"testing":          {"AllocsPerRun", "Benchmark"},
	"runtime": {"NumGoroutine", "Gosched", "GC", "ReadMemStats", "MemStats", "Stack", "GoroutineProfile",
		"SetFinalizer", "AddCleanup"},
	"runtime/debug":   {"*"},
	"runtime/metrics": {"*"},
	"runtime/pprof":   {"*"},
	"runtime/trace":   {"*"},
	"weak":            {"*"},
}

// oneProcess refuses a name that depends on tests and submission sharing a process.
func (g *generator) oneProcess(id *ast.Ident, obj types.Object) {
	if obj.Pkg() == nil || g.inBenchmark {
		return
	}
	names := ofOneProcess[obj.Pkg().Path()]
	if _, isPkg := obj.(*types.PkgName); isPkg || len(names) == 0 {
		return
	}
	if names[0] != "*" && (obj.Parent() != obj.Pkg().Scope() || !slices.Contains(names, obj.Name())) {
		return
	}
	if obj.Pkg().Path() == "testing/synctest" {
		g.refuse(id.Pos(), "synctest.%s has a clock and a scheduler of one process, where the submission would run in another", obj.Name())
		return
	}
	g.refuse(id.Pos(), "%s.%s is about the process that calls it, where the submission would run in another", obj.Pkg().Name(), obj.Name())
}
