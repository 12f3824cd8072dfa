package work

import (
	"errors"
	"go/format"
	"go/scanner"
	"maps"
	"slices"

	"judge/runner/internal/gate"
	"judge/runner/internal/wire"
)

// format shapes sources as gofmt does: the facts have a run for each, which printed it.
func (t *task) format() error {
	if rejected := gate.CheckFiles(t.Source, gate.Rules{Project: true, Tests: true}); len(rejected) > 0 {
		t.facts.Rejected = capped(rejected)
		return nil
	}
	t.facts.Build = &wire.Build{OK: true, Culprit: "solution"}
	for _, name := range slices.Sorted(maps.Keys(t.Source)) {
		text, err := format.Source(t.Source[name])
		if err != nil {
			t.facts.Build.OK = false
			t.facts.Build.Diagnostics = append(t.facts.Build.Diagnostics, unreadable(name, err))
			continue
		}
		t.facts.Runs = append(t.facts.Runs, printed(name, text))
	}
	return nil
}

// printed is a run that printed text, in place of gofmt's.
func printed(name string, text []byte) wire.Run {
	return wire.Run{Name: name, ExitCode: new(int), Stdout: text, OutputBytes: int64(len(text)), Complete: true}
}

// unreadable is the first thing that the parser does not understand.
func unreadable(name string, err error) wire.Diagnostic {
	d := wire.Diagnostic{File: name, Message: wire.Text([]byte(err.Error()), 500)}
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		d.Line, d.Column, d.Message = list[0].Pos.Line, list[0].Pos.Column, wire.Text([]byte(list[0].Msg), 500)
	}
	return d
}
