package work

import (
	"bytes"
	"go/format"
	"maps"
	"path"
	"slices"
	"time"

	"judge/runner/internal/builder"
	"judge/runner/internal/gate"
	"judge/runner/internal/wire"
)

// checked hears what gate, compiler and vet say of a package and its tests, and runs nothing.
// The facts have a run for each of its files that gofmt would write otherwise, which printed
// what gofmt would.
func (t *task) checked() error {
	all := maps.Clone(t.Source)
	maps.Copy(all, t.Tests)
	var took time.Duration
	if !t.admit(all, gate.Rules{Tests: true}, &took) {
		return nil
	}
	s := t.suite()
	if len(s.Problems) > 0 {
		t.facts.Build = &wire.Build{Diagnostics: capped(s.Problems), Culprit: "tests"}
		return nil
	}
	tests := t.Tests
	if tests == nil {
		tests = wire.Files{}
	}
	plan := &builder.Plan{Solution: t.Source, Pack: t.Files, Tests: tests, Suite: s, Check: true}
	if _, ok, err := t.build(plan, took); err != nil || !ok {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if path.Dir(name) != path.Clean(t.folderOf()) {
			continue
		}
		if text, err := format.Source(all[name]); err == nil && !bytes.Equal(text, all[name]) {
			t.facts.Runs = append(t.facts.Runs, printed(name, text))
		}
	}
	return nil
}
