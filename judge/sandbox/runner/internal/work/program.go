package work

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/gate"
	"judge/runner/internal/suite"
	"judge/runner/internal/wire"
)

// cases builds a program and runs it once for each case.
func (t *task) cases() error {
	var took time.Duration
	if !t.admit(t.Solution, gate.Rules{Pack: packNames(t.Support)}, &took) {
		return nil
	}
	program, ok, err := t.build(&builder.Plan{Solution: t.Solution, Pack: t.Support}, took)
	if err != nil || !ok {
		return err
	}
	t.tell(wire.Event{Kind: "running"})
	failures := 0
	for _, c := range t.Cases {
		home, err := t.folder(sources(t.Solution, t.Support))
		if err != nil {
			return err
		}
		spec := t.spec(program, home, []string{path.Base(t.Module)})
		spec.Stdin = bytes.NewReader(c.Stdin)
		run, err := t.run(t.ctx, c.Name, spec)
		if err != nil {
			return err
		}
		if left := box.Clean(t.uid); left != nil {
			t.abnormal(left.Error())
		}
		t.facts.Runs = append(t.facts.Runs, *run)
		t.tell(wire.Event{Kind: "test", Name: c.Name, Run: run})
		if run.ExitCode == nil || *run.ExitCode != 0 || run.Limit != "" || run.Violation != "" {
			failures++
		}
		if t.StopAfterFailures != nil && failures >= *t.StopAfterFailures {
			return nil
		}
	}
	return nil
}

// program builds a program and runs it once, with what comes from outside where it
// is interactive.
func (t *task) program() error {
	var took time.Duration
	gated, rules := t.Source, gate.Rules{}
	if t.benches() {
		gated, rules = maps.Clone(t.Source), gate.Rules{Tests: true}
		maps.Copy(gated, t.Tests)
	}
	if !t.Trusted && !t.admit(gated, rules, &took) {
		return nil
	}
	plan := &builder.Plan{Solution: t.Source}
	if t.Package != nil {
		plan.Pack = t.Files // what can be embedded
	}
	if t.benches() {
		plan.Tests, plan.Suite, plan.Bench = t.Tests, t.suite(), true
		plan.Fuzz = wire.Seconds(t.FuzzSeconds)
		if missing := t.missing(plan.Suite); missing != nil {
			t.facts.Build = &wire.Build{Diagnostics: missing, Culprit: "solution"}
			return nil
		}
	}
	if t.Trusted {
		plan = &builder.Plan{Pack: t.Source}
	}
	program, ok, err := t.build(plan, took)
	if err != nil || !ok {
		return err
	}
	home, err := t.folder(t.Source, t.Files)
	if err != nil {
		return err
	}
	spec := t.spec(program, home, append([]string{path.Base(path.Join(t.Module, t.folderOf()))}, t.Args...))
	spec = t.withEnv(spec)
	spec.Ordered = !t.benches()
	spec.Stdin = bytes.NewReader(t.Stdin)
	if t.Interactive {
		spec.Stdin = t.control.Stdin
		spec.Stdout = &teller{t, "stdout"}
		spec.Stderr = &teller{t, "stderr"}
	}
	t.tell(wire.Event{Kind: "running"})
	if t.Fuzz != "" {
		spec.Args = []string{spec.Args[0], "-test.run=^$", "-test.fuzz=^" + t.Fuzz + "$", "-test.fuzzcachedir=.", "-test.paniconexit0"}
		defer t.control.Stdin.Close()
		return t.fuzzed(spec)
	}
	run, err := t.run(t.ctx, "", spec)
	t.control.Stdin.Close()
	if err != nil {
		return err
	}
	t.facts.Runs = []wire.Run{*run}
	return nil
}

// missing says that what is to be run of the tests is not there.
func (t *task) missing(s *suite.Suite) []wire.Diagnostic {
	message := ""
	switch {
	case t.Fuzz == "" && len(s.Benchmarks) == 0:
		message = "there is no benchmark: write func BenchmarkName(b *testing.B) in a file of tests"
	case t.Fuzz != "" && len(s.Problems) > 0:
		return capped(s.Problems)
	case t.Fuzz != "" && !slices.ContainsFunc(s.Fuzz, func(target suite.Test) bool { return target.Name == t.Fuzz }):
		message = fmt.Sprintf("there is no fuzz target %s: write func %[1]s(f *testing.F) in a file of tests", t.Fuzz)
	default:
		return nil
	}
	return []wire.Diagnostic{{Message: message}}
}

// benches reports whether the program is one that runs benchmarks, or fuzzes.
func (t *task) benches() bool { return t.Kind == "program" && len(t.Tests) > 0 }

// A teller tells what a program prints, as it comes.
type teller struct {
	task *task
	kind string
}

func (w *teller) Write(p []byte) (int, error) {
	w.task.tell(wire.Event{Kind: w.kind, Data: p})
	return len(p), nil
}

// tee writes to w and, where there is one, to other.
func tee(w, other io.Writer) io.Writer {
	if other == nil {
		return w
	}
	return io.MultiWriter(w, other)
}
