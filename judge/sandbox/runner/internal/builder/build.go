package builder

import (
	"context"
	"errors"
	"fmt"
	gobuild "go/build"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/suite"
	"judge/runner/internal/wire"
)

// A Plan is what is to be built.
type Plan struct {
	Module   string
	Go       string // language version, "go1.27"
	Solution wire.Files
	// Project says that Solution has all packages of the module, in their folders, and
	// Folder which of them is built: "." or "cmd/x". Whatever fails is the solution's.
	Project bool
	Folder  string
	// Dependencies are packages of others, compiled where the project needs them.
	Dependencies []wire.Dependency
	// Pack are the read-only files of the package, tests not among them.
	Pack wire.Files
	// Tests are the tests' files, hidden ones too, and their data. Nil: a program.
	Tests wire.Files
	Suite *suite.Suite
	// Bench says that the program is what `go test -c` makes of the tests: it takes their flags.
	Bench bool
	// Fuzz is for how long a fuzz target is fuzzed, 0: nothing is. With Bench.
	Fuzz time.Duration
	// Debug says that the program is for a debugger: not optimised, and with all symbols.
	Debug bool
	Vet   bool
	// Stand says that the package is the stand-in of isolated tests, which names what they declare.
	Stand bool
	// Serial says that the submission will share a process with its tests, whose goroutines
	// take turns: also in the middle of loops.
	Serial bool
	// Server is the program that answers isolated tests; the package is built into it.
	Server *Prepared
	// SyntaxOnly: hear what the compiler says of the solution's syntax, no more.
	SyntaxOnly bool
	// Check: hear what the compiler and vet say of the package and its tests, no more.
	Check bool

	Seconds     float64
	MemoryBytes int64
}

// A Result is what came of it.
type Result struct {
	Facts    wire.Build
	Program  string // path of the binary, where Facts.OK
	Warnings []wire.Diagnostic
	// Abnormal says why the container should not be used again, "" where it may.
	Abnormal string
	// Refused says that the tests cannot be isolated, as the diagnostics tell.
	Refused bool
}

// Build builds. An error is a fault of ours. The program is there until
// box.Clean(box.BuildUID).
func (tc *Toolchain) Build(ctx context.Context, plan *Plan) (*Result, error) {
	started := time.Now()
	dir, err := box.NewWorkdir(box.BuildUID)
	if err != nil {
		return nil, err
	}
	j := &job{
		bench: &bench{tc: tc, ctx: ctx, dir: dir, deadline: started.Add(wire.Seconds(plan.Seconds)), memory: plan.MemoryBytes, debug: plan.Debug, counted: plan.Fuzz > 0},
		Plan:  plan, phases: map[string]time.Duration{}, lib: library{}, target: path.Join(plan.Module, plan.Folder),
		context: NewContext(tc.Version),
	}
	result := &Result{Program: j.path("prog")}
	err = j.build(result)
	var limit stopped
	var messages *failed
	switch {
	case err == nil:
		result.Facts.OK = true
	case errors.As(err, &limit):
		result.Facts.Limit = limit.limit
		result.Facts.Culprit = j.blame()
	case errors.As(err, &messages):
		result.Facts.Diagnostics = messages.diagnostics
		result.Facts.Culprit = messages.culprit
	default:
		return nil, err
	}
	result.Abnormal = j.abnormal
	result.Facts.Seconds = time.Since(started).Seconds()
	for _, name := range []string{"compile", "link", "vet"} {
		if took, ok := j.phases[name]; ok {
			result.Facts.Phases = append(result.Facts.Phases, wire.Phase{Name: name, Seconds: took.Seconds()})
		}
	}
	return result, nil
}

// A failed is the error of a build with messages.
type failed struct {
	culprit     string
	diagnostics []wire.Diagnostic
}

func (f *failed) Error() string { return fmt.Sprint(f.diagnostics) }

// Who a failed build is held against.
const (
	solution = "solution"
	tests    = "tests"
)

type job struct {
	*bench
	*Plan
	context *gobuild.Context
	lib     library
	target  string // import path of the package that is built

	mu      sync.Mutex
	phases  map[string]time.Duration
	culprit string // of what is under way
}

func (j *job) blame() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.culprit == "" {
		return solution
	}
	return j.culprit
}

func (j *job) blaming(culprit string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.culprit = culprit
}

// timed adds what f takes to a phase.
func (j *job) timed(phase string, f func() error) error {
	started := time.Now()
	err := f()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.phases[phase] += time.Since(started)
	return err
}

// blamed turns the messages of a tool into those of a failed build.
func (j *job) blamed(err error, culprit string) error {
	var messages told
	if !errors.As(err, &messages) {
		return err
	}
	list := parse(append(messages.stdout, messages.stderr...), j.path("src"))
	if len(list) == 0 {
		list = []wire.Diagnostic{{Message: "the build ended without a message"}}
	}
	return &failed{culprit, list}
}

// packFiles are all files that are the pack's.
func (j *job) packFiles() wire.Files {
	all := maps.Clone(j.Tests)
	if all == nil {
		all = wire.Files{}
	}
	maps.Copy(all, j.Pack)
	if j.Project {
		maps.Copy(all, j.Solution)
	}
	return all
}

// folder is that of the package that is built, as path.Dir has it.
func (j *job) folder() string { return path.Clean(j.Folder) }

// packages returns the packages beside the one that is built.
func (j *job) packages(pack wire.Files) (map[string]*unit, error) {
	if !j.Project {
		return packages(pack, j.Module, j.context), nil
	}
	units := modulePackages(j.Solution, j.Module, j.context)
	if err := j.addDependencies(units); err != nil {
		return nil, err
	}
	err := j.checkProject(units)
	delete(units, j.target)
	return units, err
}

// keep says whether archives are kept for later builds: those of packs, which come
// again, and not those of somebody's own module.
func (j *job) keep() bool { return !j.Project }

func (j *job) build(result *Result) error {
	pack := j.packFiles()
	for _, files := range []wire.Files{pack, j.Solution} {
		for name, text := range files {
			if err := j.write("src/"+name, text); err != nil {
				return err
			}
		}
	}
	if j.SyntaxOnly {
		u := &unit{path: "main", sources: j.alone("main").sources}
		return j.timed("compile", func() error {
			return j.blamed(j.compile("main", j.Go, "main.a", names(u.sources), j.lib, "-complete"), solution)
		})
	}
	if j.Check {
		return j.check(result, pack)
	}
	if j.Server != nil {
		return j.server(result, pack)
	}
	if j.Tests == nil {
		return j.program(result, pack)
	}
	return j.unit(result, pack)
}

// alone returns the package that is graded, without tests: the submission's files
// and the pack's.
func (j *job) alone(importPath string) *unit {
	u := &unit{path: importPath}
	for _, files := range []wire.Files{j.Solution, j.Pack} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if isSource(name, j.folder()) && Built(j.context, name, files[name]) {
				u.sources = append(u.sources, newSource(name, files[name]))
			}
		}
	}
	slices.SortFunc(u.sources, func(a, b source) int { return strings.Compare(a.name, b.name) })
	return u
}

// clauses checks that all files are of one package, as the go command does.
func (j *job) clauses(u *unit, want string, wanting string) error {
	for _, s := range u.sources {
		if s.clause == "" || s.clause == want {
			continue
		}
		if want == "" {
			want, wanting = s.clause, s.name
			continue
		}
		culprit := solution
		if j.Solution[s.name] == nil && j.Solution[wanting] == nil {
			culprit = tests
		}
		return &failed{culprit, []wire.Diagnostic{{File: s.name, Line: clauseLine(s.text), Column: 9,
			Message: fmt.Sprintf("package %s; expected package %s, as in %s", s.clause, want, wanting)}}}
	}
	return nil
}

// clauseLine is the line of the package clause.
func clauseLine(text []byte) int {
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "package ") {
			return i + 1
		}
	}
	return 1
}

// dependencies compiles the packages of the pack that do not need the graded one
// and returns those that do.
func (j *job) dependencies(units map[string]*unit, roots []string, target string, files wire.Files) (after []*unit, err error) {
	before, after, err := order(units, roots, target)
	if err != nil {
		return nil, &failed{tests, []wire.Diagnostic{{Message: err.Error()}}}
	}
	j.blaming(tests)
	defer j.blaming(solution)
	return after, j.compileAll(before, files, j.lib, j.keep())
}

func (j *job) compileAll(units []*unit, files wire.Files, lib library, keep bool) error {
	for _, u := range units {
		archive, _, err := j.dependency(u, j.Go, files, lib, keep)
		if err != nil {
			return j.blamed(err, map[bool]string{false: tests, true: solution}[j.Project])
		}
		lib[u.path] = archive
	}
	return nil
}

// program builds a main package and links it.
func (j *job) program(result *Result, pack wire.Files) error {
	u := j.alone("main")
	if err := j.clauses(u, "main", "a program"); err != nil {
		return err
	}
	err := j.timed("compile", func() error {
		units, err := j.packages(pack)
		if err != nil {
			return err
		}
		_, err = j.dependencies(units, u.imports(), j.target, pack)
		return err
	})
	if err != nil {
		return err
	}
	warned := make(chan error, 1)
	go func() { warned <- j.warn(u, result) }()
	err = j.timed("compile", func() error {
		_, embed, err := j.embedded(u.sources, j.Folder, pack, "embed-main")
		if err != nil {
			return err
		}
		return j.blamed(j.compile("main", j.Go, "main.a", names(u.sources), j.lib, append(embed, "-complete")...), solution)
	})
	if err == nil {
		err = j.timed("link", func() error { return j.blamed(j.link(j.path("main.a"), "prog", j.lib), solution) })
	}
	return errors.Join(err, <-warned)
}

// warn has vet look at the package, where it is wanted.
func (j *job) warn(u *unit, result *Result) error {
	if !j.Vet {
		return nil
	}
	return j.timed("vet", func() (err error) {
		result.Warnings, _, err = j.vet(u, j.Go, j.Solution, j.lib)
		return err
	})
}
