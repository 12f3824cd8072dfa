package work

import (
	"fmt"
	"os"
	"path"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/suite"
	"judge/runner/internal/wire"
)

// maxTogether bounds how many problems are remembered whose tests cannot be isolated.
const maxTogether = 1000

// plan is what isolated tests are prepared from.
func (t *task) plan(s *suite.Suite, tests wire.Files) *builder.Plan {
	return &builder.Plan{Module: t.Module, Go: t.lang(), Solution: t.Reference, Pack: t.Support, Tests: tests, Suite: s,
		Seconds: t.Limits.BuildSeconds, MemoryBytes: t.Limits.BuildMemoryMB << 20}
}

// shares reports whether the tests run in the submission's process, since they cannot be
// isolated. Nothing of the submission is looked at: it must not choose what it is judged by. For
// the same reason a limit that was met is no answer, which may come of what else runs here.
func (t *task) shares(s *suite.Suite, tests wire.Files) (bool, error) {
	if t.Reference == nil || !t.MayShare || len(s.Problems) > 0 {
		return t.Reference == nil, nil
	}
	plan := t.plan(s, tests)
	key := t.Toolchain.Key(plan)
	why, known := t.unisolated[key]
	if !known {
		if t.prepared == nil {
			t.Judge.prepared = map[string]*builder.Prepared{}
		}
		prepared, result, err := t.Toolchain.Prepare(t.ctx, plan, t.prepared)
		if err != nil || prepared != nil || !result.Refused {
			return false, err
		}
		why = diagnosed(result.Facts.Diagnostics)
		if len(t.unisolated) >= maxTogether || t.unisolated == nil {
			t.Judge.unisolated = map[string]string{}
		}
		t.unisolated[key] = why
	}
	t.facts.Together = why
	return true, nil
}

func diagnosed(list []wire.Diagnostic) string {
	first := list[0]
	return fmt.Sprintf("%s:%d: %s", first.File, first.Line, first.Message)
}

// isolated builds the submission into a server of its functions and runs it beside the
// tests. The tests' program depends on the reference alone, so it is made once and kept:
// by a runner, which nothing that a submission does can reach.
func (t *task) isolated(s *suite.Suite, tests wire.Files, took time.Duration) error {
	plan := t.plan(s, tests)
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
