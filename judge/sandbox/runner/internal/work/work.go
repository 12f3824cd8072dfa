// Package work does jobs: gate, build, run, and the facts of all three.
package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	gobuild "go/build"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/gate"
	"judge/runner/internal/wire"
)

// maxThreads bounds the threads of a run: Go's own scheduler needs about ten, an
// honest goroutine blocked in a system call one each.
const maxThreads = 256

// A Judge does one job at a time.
type Judge struct {
	Toolchain *builder.Toolchain
	// Interpreter is set where the sandbox is for another language than Go; then there
	// is no Toolchain.
	Interpreter *Interpreter
	context     *gobuild.Context
	prepared    map[string]*builder.Prepared // of isolated tests, by what went in
	unisolated  map[string]string            // why tests cannot be isolated, by what went in
	records     map[string][]byte            // of interpreted ones, by what went in
}

// New returns a Judge for a toolchain.
func New(tc *builder.Toolchain) *Judge {
	return &Judge{Toolchain: tc, context: builder.NewContext(tc.Version)}
}

// A Control is what reaches a job from outside while it is under way.
type Control struct {
	Stdin *Input
	// Debugger is what is said to a debugger.
	Debugger *Input
	Signals  chan syscall.Signal
}

// NewControl returns the Control of one job.
func NewControl() *Control {
	return &Control{Stdin: NewInput(), Debugger: NewInput(), Signals: make(chan syscall.Signal, 16)}
}

// An Outcome is the end of a job.
type Outcome struct {
	Facts   *wire.Facts
	Replace string // why the container must not be used again, "" where it may
}

// task is one job under way.
type task struct {
	*Judge
	*wire.Message
	ctx     context.Context
	control *Control
	tell    func(wire.Event)
	facts   *wire.Facts
	uid     int
	// testsUID is who the tests of a pair run as, which no submission ever is.
	testsUID int
	replace  string
}

// Do does the job. tell is called for each event; an error is a fault of ours.
// Whatever the job was, nothing of it is left when Do returns, or Replace says so.
func (j *Judge) Do(ctx context.Context, m *wire.Message, control *Control, tell func(wire.Event)) (*Outcome, error) {
	t := &task{Judge: j, Message: m, ctx: ctx, control: control, tell: tell, uid: box.NextRunUID(),
		testsUID: box.NextRunUID(), facts: &wire.Facts{Toolchain: j.Version()}}
	err := t.do()
	if left := clean(t.uid, t.testsUID, box.BuildUID); left != nil {
		t.abnormal(left.Error())
	}
	if err != nil {
		return nil, err
	}
	return &Outcome{t.facts, t.replace}, nil
}

// clean removes what users left and says what could not be removed.
func clean(uids ...int) error {
	left := make(chan error)
	for _, uid := range uids {
		go func() { left <- box.Clean(uid) }()
	}
	var all error
	for range uids {
		all = errors.Join(all, <-left)
	}
	return all
}

// Version is that of compiler or interpreter.
func (j *Judge) Version() string {
	if j.Interpreter != nil {
		return j.Interpreter.Version
	}
	return j.Toolchain.Version
}

func (t *task) do() error {
	if t.Interpreter != nil {
		return t.script()
	}
	switch t.Kind {
	case "unit":
		return t.unit()
	case "io":
		return t.cases()
	case "program":
		return t.program()
	case "debug":
		return t.debug()
	case "format":
		return t.format()
	case "check":
		return t.checked()
	}
	return fmt.Errorf("a job of unknown kind %q", t.Kind)
}

func (t *task) abnormal(reason string) {
	if t.replace == "" {
		t.replace = reason
	}
}

// lang is the language version for the compiler.
func (t *task) lang() string {
	if t.Go != nil && *t.Go != "" {
		return "go" + *t.Go
	}
	parts := strings.SplitN(t.Toolchain.Version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// admit holds the submission against the gate. It returns false where that is the
// end of the job.
func (t *task) admit(solution wire.Files, rules gate.Rules, took *time.Duration) bool {
	started := time.Now()
	rules.Allow, rules.Deny = t.Imports.Allow, t.Imports.Deny
	rules.Std, rules.Context = t.Toolchain.Std, t.context
	if t.Package != nil {
		rules.Project, rules.Module = true, t.Module
		rules.Packages = builder.ModulePaths(solution, t.Module, t.context)
		for _, one := range t.Dependencies {
			rules.Packages[one.Path] = true
		}
	} else {
		rules.Packages = builder.ImportPaths(t.Support, t.Module, t.context)
	}
	if rules.Tests && t.Package == nil {
		rules.Packages[t.Module] = true // tests of package x_test import it
	}
	verdict := gate.Check(solution, rules)
	*took = time.Since(started)
	if len(verdict.Rejected) > 0 {
		t.facts.Rejected = capped(verdict.Rejected)
		return false
	}
	if len(verdict.Broken) == 0 && len(verdict.Unbuildable) > 0 {
		t.facts.Build = &wire.Build{Seconds: took.Seconds(), Diagnostics: capped(verdict.Unbuildable), Culprit: "solution"}
		return false
	}
	if len(verdict.Broken) > 0 {
		t.broken(solution, verdict)
		return false
	}
	return true
}

// broken has the compiler tell what is wrong with files that do not parse. What it
// may make of them is never run: the gate could not see all of it.
func (t *task) broken(solution wire.Files, verdict gate.Verdict) {
	// One folder after the other, as far as the compiler is concerned.
	folder := strings.TrimSuffix(path.Dir(verdict.Broken[0].File)+"/", "./")
	result, err := t.Toolchain.Build(t.ctx, &builder.Plan{Module: "main", Go: t.lang(), Solution: solution,
		Project: t.Package != nil, Folder: strings.TrimSuffix(folder, "/"),
		Seconds: t.Limits.BuildSeconds, MemoryBytes: t.Limits.BuildMemoryMB << 20, SyntaxOnly: true})
	if err != nil || result.Facts.OK || len(result.Facts.Diagnostics) == 0 && result.Facts.Limit == "" {
		t.facts.Build = &wire.Build{Diagnostics: capped(verdict.Broken), Culprit: "solution"}
		return
	}
	if result.Abnormal != "" {
		t.abnormal(result.Abnormal)
	}
	t.facts.Build = &result.Facts
}

// folderOf is the folder of the package that is run or tested, "" for the root.
func (t *task) folderOf() string {
	if t.Package == nil {
		return ""
	}
	return *t.Package
}

func capped(list []wire.Diagnostic) []wire.Diagnostic { return list[:min(len(list), 100)] }

// build builds the plan; false where that is the end of the job.
func (t *task) build(plan *builder.Plan, gateTook time.Duration) (program string, ok bool, err error) {
	t.tell(wire.Event{Kind: "building"})
	plan.Module, plan.Go, plan.Vet = t.Module, t.lang(), t.Vet
	plan.Project, plan.Folder = t.Package != nil, t.folderOf()
	plan.Dependencies = t.Dependencies
	if plan.Project && t.Toolchain.Newer(plan.Go) {
		message := fmt.Sprintf("go.mod requires go >= %s (running %s)", strings.TrimPrefix(plan.Go, "go"), t.Toolchain.Version)
		t.facts.Build = &wire.Build{Diagnostics: []wire.Diagnostic{{File: "go.mod", Message: message}}, Culprit: "solution"}
		return "", false, nil
	}
	plan.Seconds, plan.MemoryBytes = t.Limits.BuildSeconds, t.Limits.BuildMemoryMB<<20
	result, err := t.Toolchain.Build(t.ctx, plan)
	if err != nil {
		return "", false, err
	}
	if result.Abnormal != "" {
		t.abnormal(result.Abnormal)
	}
	result.Facts.Phases = append([]wire.Phase{{Name: "gate", Seconds: gateTook.Seconds()}}, result.Facts.Phases...)
	t.facts.Build, t.facts.Warnings = &result.Facts, result.Warnings
	return result.Program, result.Facts.OK, nil
}

// folder makes the working folder of a run: files in its "src", beside it "tmp".
func (t *task) folder(files ...wire.Files) (home string, err error) {
	return t.folderFor(t.uid, files...)
}

// folderFor is folder for another user.
func (t *task) folderFor(uid int, files ...wire.Files) (home string, err error) {
	home, err = box.NewWorkdir(uid)
	if err != nil {
		return "", err
	}
	f := filler{uid: uid, home: home, made: map[string]bool{}}
	if err := errors.Join(f.mkdir(filepath.Join(home, "src", filepath.FromSlash(t.folderOf()))), f.mkdir(filepath.Join(home, "tmp"))); err != nil {
		return "", err
	}
	if uid == t.uid {
		if err := box.SetTmp(uid, filepath.Join(home, "tmp")); err != nil {
			return "", err
		}
	}
	return home, f.put("src", files...)
}

// putBeside puts files beside the working folder of a run.
func (t *task) putBeside(uid int, home string, files wire.Files) error {
	f := filler{uid: uid, home: home, made: map[string]bool{}}
	return errors.Join(f.mkdir(filepath.Join(home, besideFolder)), f.put(besideFolder, files))
}

// A filler puts files into the folder of a run.
type filler struct {
	uid  int
	home string
	made map[string]bool
}

func (f *filler) mkdir(dir string) error {
	var missing []string
	for ; !f.made[dir] && dir != f.home; dir = filepath.Dir(dir) {
		missing = append(missing, dir)
		f.made[dir] = true
	}
	for _, dir := range slices.Backward(missing) {
		if err := errors.Join(os.Mkdir(dir, 0o755), box.Give(f.uid, dir)); err != nil {
			return err
		}
	}
	return nil
}

// put writes files below a folder that is there.
func (f *filler) put(folder string, files ...wire.Files) error {
	top := filepath.Join(f.home, folder)
	for _, set := range files {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			target := filepath.Join(top, filepath.FromSlash(name))
			if !strings.HasPrefix(target, top+"/") {
				return fmt.Errorf("the file %q lies outside of the folder", name)
			}
			err := errors.Join(f.mkdir(filepath.Dir(target)), os.WriteFile(target, set[name], 0o644), box.Give(f.uid, target))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// spec is what runs share.
func (t *task) spec(program, home string, args []string) box.Spec {
	zones := ""
	if t.Toolchain != nil {
		zones = t.Toolchain.ZoneInfo()
	}
	dir := filepath.Join(home, "src")
	if t.Kind == "unit" || t.Kind != "io" && len(t.Tests) > 0 {
		dir = filepath.Join(dir, filepath.FromSlash(t.folderOf())) // as go test has it
	}
	env := []string{"HOME=" + home, "TMPDIR=" + box.TmpName(filepath.Join(home, "tmp")), "PWD=" + dir, "PATH=", "ZONEINFO=" + zones}
	if t.Toolchain != nil {
		// Garbage is collected before it is taken for what a program needs, and a stack without
		// end is found before the memory is (harness/std/runtime).
		env = append(env, fmt.Sprintf("GOMEMLIMIT=%d", t.Limits.MemoryMB<<20/10*9))
	}
	return box.Spec{
		Path: program, Args: args, Dir: dir, UID: t.uid,
		Env: env,
		Limits: box.Limits{
			CPU: wire.Seconds(t.Limits.CPUSeconds), Wall: wire.Seconds(t.Limits.WallSeconds),
			MemoryBytes: t.Limits.MemoryMB << 20, OutputBytes: t.Limits.OutputKB << 10,
			Processes: maxThreads, CPUs: t.Limits.CPUs,
		},
		Profile: box.ProfileRun,
		Signals: t.control.Signals,
	}
}

// withEnv adds the variables that were asked for to those of a run, or puts them in
// their place.
func (t *task) withEnv(spec box.Spec) box.Spec {
	spec.Env = with(spec.Env, t.Env)
	return spec
}

// with is an environment with variables added or replaced.
func with(env []string, variables map[string]string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(one string) bool {
		name, _, _ := strings.Cut(one, "=")
		_, own := variables[name]
		return own
	})
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		env = append(env, name+"="+variables[name])
	}
	return env
}

// run runs spec and returns what was seen.
func (t *task) run(ctx context.Context, name string, spec box.Spec) (*wire.Run, error) {
	p, err := t.start(name, spec)
	if err != nil {
		return nil, err
	}
	run := p.wait(ctx)
	t.note(run)
	return run, nil
}

// note sees to it that a container is replaced after a run that was stopped.
func (t *task) note(run *wire.Run) {
	switch {
	case run.Violation != "":
		t.abnormal("a run tried a forbidden system call: " + run.Violation)
	case run.Limit != "":
		t.abnormal("a run was stopped at its limit: " + run.Limit)
	}
}

// A process is a run under way.
type process struct {
	name           string
	program        *box.Program
	stdout, stderr bytes.Buffer
	order          order
	killed         bool // because the context of wait ended; known once that returns
}

// start starts a run; wait must follow.
func (t *task) start(name string, spec box.Spec) (*process, error) {
	p := &process{name: name}
	spec.Stdout, spec.Stderr = tee(&p.stdout, spec.Stdout), tee(&p.stderr, spec.Stderr)
	if spec.Ordered {
		spec.Stdout, spec.Stderr = tee(p.order.of(0), spec.Stdout), tee(p.order.of(1), spec.Stderr)
	}
	var err error
	p.program, err = box.Start(spec)
	return p, err
}

// wait returns what was seen of the run when it is over.
func (p *process) wait(ctx context.Context) *wire.Run {
	usage := p.program.Wait(ctx)
	p.killed = usage.Killed
	run := &wire.Run{
		Name: p.name, CPUSeconds: usage.CPU.Seconds(), WallSeconds: usage.Wall.Seconds(), MemoryBytes: usage.MemoryBytes,
		Stdout: p.stdout.Bytes(), Stderr: p.stderr.Bytes(), OutputBytes: usage.OutputBytes,
		Limit: usage.Limit, Violation: usage.Violation, Complete: true, Order: p.order.lengths,
	}
	if usage.Signal != 0 {
		run.Signal = unix.SignalName(usage.Signal)
	} else {
		run.ExitCode = &usage.ExitCode
	}
	return run
}

// sources are the files of solution and pack that a run may see: all but Go tests,
// of which it sees only what lies in testdata.
func sources(sets ...wire.Files) wire.Files {
	seen := wire.Files{}
	for _, set := range sets {
		for name, text := range set {
			inData := slices.Contains(strings.Split(path.Dir(name), "/"), "testdata")
			if inData || !strings.HasSuffix(strings.ToLower(name), "_test.go") {
				seen[name] = text
			}
		}
	}
	return seen
}

// data are the files of tests that a run may see: no Go source outside of testdata.
func data(set wire.Files) wire.Files {
	seen := sources(set)
	maps.DeleteFunc(seen, func(name string, _ []byte) bool {
		inData := slices.Contains(strings.Split(path.Dir(name), "/"), "testdata")
		return !inData && strings.EqualFold(path.Ext(name), ".go")
	})
	return seen
}
