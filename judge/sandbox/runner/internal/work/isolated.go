package work

import (
	"os"
	"path"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/suite"
	"judge/runner/internal/wire"
)

// isolated builds the submission into a server of its functions and runs it beside the
// tests. The tests' program depends on the reference alone, so it is made once and kept:
// by a runner, which nothing that a submission does can reach.
func (t *task) isolated(s *suite.Suite, tests wire.Files, took time.Duration) error {
	plan := &builder.Plan{Module: t.Module, Go: t.lang(), Solution: t.Reference, Pack: t.Support, Tests: tests, Suite: s,
		Seconds: t.Limits.BuildSeconds, MemoryBytes: t.Limits.BuildMemoryMB << 20}
	if t.prepared == nil {
		t.Judge.prepared = map[string]*builder.Prepared{}
	}
	prepared, result, err := t.Toolchain.Prepare(t.ctx, plan, t.prepared)
	if err != nil {
		return err
	}
	if prepared == nil {
		t.facts.Build = &result.Facts
		if limit := result.Facts.Limit; limit != "" { // nothing that the submission can help
			t.facts.Build.Limit = ""
			t.facts.Build.Diagnostics = []wire.Diagnostic{{Message: "building the tests was stopped at a limit: " + limit}}
		}
		t.facts.Build.Diagnostics = capped(t.facts.Build.Diagnostics)
		if result.Abnormal != "" {
			t.abnormal(result.Abnormal)
		}
		return nil
	}
	program, ok, err := t.build(&builder.Plan{Solution: t.Solution, Pack: t.Support, Suite: s, Server: prepared}, took)
	if err != nil || !ok {
		return err
	}
	run := func(program, name string) func(home string) box.Spec {
		return func(home string) box.Spec { return t.withEnv(t.spec(program, home, []string{name})) }
	}
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer nothing.Close()
	name := path.Base(t.Module)
	return t.paired(
		part{files: []wire.Files{sources(t.Solution, t.Support), data(tests)}, spec: run(prepared.Program, name+".test")},
		part{files: []wire.Files{sources(t.Solution, t.Support), data(tests)}, spec: run(program, name), first: nothing},
	)
}
