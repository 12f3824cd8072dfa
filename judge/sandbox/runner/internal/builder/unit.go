package builder

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"judge/runner/internal/wire"
)

// Generated files. No file of a submission or pack can have such a name.
const (
	// first makes the harness initialise before the package under test.
	first = "_judge_first.go"
	// Those that hand the tests to the harness.
	registerInternal = "_judge_internal.go"
	registerExternal = "_judge_external.go"
)

// generate writes the generated files; clause is the package's.
func (j *job) generate(clause string) error {
	text := fmt.Sprintf("package %s\n\nimport _ \"internal/judgeharness\"\n", clause)
	return errors.Join(
		j.write("gen/"+first, []byte(text)),
		j.write("gen/"+registerInternal, j.Suite.RegisterText(clause, false)),
		j.write("gen/"+registerExternal, j.Suite.RegisterText(j.Suite.Package+"_test", true)),
	)
}

// unit builds the program that runs a problem's tests.
func (j *job) unit(result *Result, pack wire.Files) error {
	alone := j.alone(j.target)
	if err := j.clauses(alone, j.Suite.Package, "the tests"); err != nil {
		return err
	}
	if len(alone.sources) == 0 && !j.Project {
		return &failed{solution, []wire.Diagnostic{{Message: "there are no Go files to build"}}}
	}
	if !j.Debug {
		if err := j.generate(j.clause(alone)); err != nil {
			return err
		}
	}
	var after []*unit
	err := j.timed("compile", func() (err error) {
		roots := slices.Concat(alone.imports(), j.Suite.InternalImports, j.Suite.ExternalImports)
		units, err := j.packages(pack)
		if err != nil {
			return err
		}
		after, err = j.dependencies(units, roots, j.target, pack)
		return err
	})
	if err != nil {
		return err
	}
	if err := j.noCycle(alone, after); err != nil {
		return err
	}
	if j.target == "main" {
		// Beginners call their module so. Nothing can import such a path, the main of tests
		// neither, and nothing else does: the package gets the name that Go has for nameless ones.
		j.target = "command-line-arguments"
	}
	type check struct {
		ok  bool
		err error
	}
	checked := make(chan check, 1)
	separate := len(j.internal(pack)) > 0 && !j.Project && !j.Stand // there it is clear whose fault it is
	lib := maps.Clone(j.lib)                                        // the graded package is added below; the check never sees it
	go func() {
		var c check
		if (separate || j.Vet) && len(alone.sources) > 0 {
			c.err = j.timed("vet", func() (err error) {
				result.Warnings, c.ok, err = j.vet(alone, j.Go, j.Solution, lib)
				return err
			})
			if !j.Vet {
				result.Warnings = nil
			}
		}
		checked <- c
	}()
	err = j.tested(alone, after, pack)
	c := <-checked
	if c.err != nil {
		return c.err
	}
	failedBuild := errors.As(err, new(*failed))
	if separate && (failedBuild || err == nil && !c.ok) {
		// The compiler has the last word on whose fault it is.
		if err := j.timed("compile", func() error { return j.blamed(j.compileAlone(alone, lib, pack), solution) }); err != nil {
			return err
		}
	}
	return err
}

// clause is the package's name; a folder that has only tests takes it from them.
func (j *job) clause(alone *unit) string {
	if len(alone.sources) == 0 {
		return j.Suite.Package
	}
	return alone.sources[0].clause
}

// noCycle refuses that the package, or its internal tests, import what imports it.
func (j *job) noCycle(alone *unit, after []*unit) error {
	for _, u := range after {
		message := fmt.Sprintf("import cycle not allowed: %s imports %s", u.path, j.target)
		if slices.Contains(alone.imports(), u.path) {
			return &failed{solution, []wire.Diagnostic{{Message: message}}}
		}
		if slices.Contains(j.Suite.InternalImports, u.path) {
			return &failed{tests, []wire.Diagnostic{{Message: message + " in test"}}}
		}
	}
	return nil
}

// internal returns what the tests add to the package: the internal test files, and
// other Go files that are beside them.
func (j *job) internal(pack wire.Files) (sources []source) {
	for _, name := range slices.Sorted(maps.Keys(j.Tests)) {
		if isSource(name, j.folder()) && Built(j.context, name, pack[name]) {
			sources = append(sources, newSource(name, pack[name]))
		}
	}
	for _, name := range j.Suite.Internal {
		sources = append(sources, newSource(name, pack[name]))
	}
	return sources
}

// compileAlone compiles the package without its tests, only to hear whether it can.
func (j *job) compileAlone(alone *unit, lib library, pack wire.Files) error {
	_, embed, err := j.embedded(alone.sources, j.Folder, pack, "embed-alone")
	if err != nil {
		return err
	}
	return j.compile(j.target, j.Go, "alone.a", names(alone.sources), lib, append(embed, "-complete")...)
}

// tested compiles the package with its internal tests, then what needs it, the
// external tests and main, and links them.
func (j *job) tested(alone *unit, after []*unit, pack wire.Files) error {
	added := j.internal(pack)
	var external []source
	for _, name := range j.Suite.External {
		external = append(external, newSource(name, pack[name]))
	}
	// Where there are no internal tests this is the package alone.
	culprit := solution
	if len(added) > 0 {
		culprit = tests
	}
	main := make(chan mainArchive, 1)
	if !j.Bench {
		go func() { main <- j.main(j.testMain(len(external) > 0)) }()
	}
	err := j.timed("compile", func() error {
		var generated []string
		if !j.Debug {
			generated = append(generated, j.path("gen", first))
		}
		if !j.Bench && j.Suite.Registers(false) {
			generated = append(generated, j.path("gen", registerInternal))
		}
		if err := j.compileHalf(j.target, "pkg.a", slices.Concat(alone.sources, added), pack, generated...); err != nil {
			return j.blamed(err, culprit)
		}
		j.lib[j.target] = j.path("pkg.a")
		if err := j.compileAll(after, pack, j.lib, false); err != nil {
			return err
		}
		if len(external) == 0 {
			return nil
		}
		generated = nil
		if !j.Bench && j.Suite.Registers(true) {
			generated = append(generated, j.path("gen", registerExternal))
		}
		j.lib[j.target+"_test"] = j.path("xtest.a")
		return j.blamed(j.compileHalf(j.target+"_test", "xtest.a", external, pack, generated...), tests)
	})
	if j.Bench {
		if err == nil {
			err = j.timed("compile", j.benchMain)
		}
		main <- mainArchive{path: j.path("bench.a")}
	}
	m := <-main
	if err = errors.Join(err, m.err); err != nil {
		return err
	}
	return j.timed("link", func() error {
		return j.blamed(j.link(m.path, "prog", j.lib, "-X", "testing.testBinary=1"), solution)
	})
}

// benchMain compiles the main that runs tests and benchmarks, or fuzzes, as its flags say.
func (j *job) benchMain() error {
	text := j.Suite.MainText(j.target)
	if j.Fuzz > 0 {
		text = j.Suite.FuzzText(j.target, j.Fuzz)
	}
	if err := j.write("gen/_judge_bench.go", text); err != nil {
		return err
	}
	return j.blamed(j.compile("main", j.Go, "bench.a", []string{j.path("gen", "_judge_bench.go")}, j.lib), solution)
}

func (j *job) compileHalf(importPath, out string, sources []source, pack wire.Files, more ...string) error {
	_, embed, err := j.embedded(sources, j.Folder, pack, out+".embed")
	if err != nil {
		return err
	}
	if j.Serial {
		embed = append(embed, "-d=ssa/insert_resched_checks/on")
	}
	return j.compile(importPath, j.Go, out, append(names(sources), more...), j.lib, append(embed, "-complete")...)
}
