package work

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/gate"
	"judge/runner/internal/suite"
	"judge/runner/internal/watch"
	"judge/runner/internal/wire"
)

// maxLast bounds what is quoted of a process's last words, in bytes.
const maxLast = 2 << 10

// unit gates, builds and runs a package with its tests.
func (t *task) unit() error {
	tests := maps.Clone(t.Tests)
	if tests == nil {
		tests = wire.Files{}
	}
	maps.Copy(tests, t.Hidden)
	s := t.suite()
	var took time.Duration
	together, err := t.shares(s, tests)
	if err != nil {
		return err
	}
	gated, rules := t.Solution, gate.Rules{SharesProcess: true, Pack: packNames(t.Support, tests), TestIdents: s.Idents}
	switch {
	case !together: // as a program, which shares nothing with the tests
		rules = gate.Rules{Pack: packNames(t.Support, tests)}
	case t.OwnTests:
		gated, rules = maps.Clone(t.Solution), gate.Rules{Tests: true, Pack: packNames(t.Support)}
		maps.Copy(gated, tests)
	}
	if !t.admit(gated, rules, &took) {
		return nil
	}
	for _, test := range s.All() {
		t.facts.Declared = append(t.facts.Declared, test.Name)
		if test.Hidden {
			t.facts.Hidden = append(t.facts.Hidden, test.Name)
		}
	}
	if len(s.Problems) > 0 {
		t.facts.Build = &wire.Build{Diagnostics: capped(s.Problems), Culprit: "tests"}
		return nil
	}
	if !together {
		return t.isolated(s, tests, took)
	}
	program, ok, err := t.build(&builder.Plan{Solution: t.Solution, Pack: t.Support, Tests: tests, Suite: s, Serial: !t.OwnTests}, took)
	if err != nil || !ok {
		return err
	}
	home, err := t.folder(sources(t.Solution, t.Support), data(tests))
	if err != nil {
		return err
	}
	return t.watched(program, home)
}

// suite reads the test files that the build takes.
func (t *task) suite() *suite.Suite {
	var files []suite.File
	for i, set := range []wire.Files{t.Support, t.Tests, t.Hidden} {
		for name, text := range set {
			if path.Dir(name) == path.Clean(t.folderOf()) && strings.HasSuffix(name, "_test.go") && builder.Built(t.context, name, text) {
				files = append(files, suite.File{Name: name, Text: text, Hidden: i == 2})
			}
		}
	}
	return suite.Read(files)
}

// packNames are the names in the package's folder that are taken.
func packNames(sets ...wire.Files) (names []string) {
	for _, set := range sets {
		for name := range set {
			if path.Dir(name) == "." {
				names = append(names, name)
			}
		}
	}
	return names
}

// watched runs the test binary and listens to its harness.
func (t *task) watched(program, home string) error {
	spec := t.spec(program, home, []string{path.Base(path.Join(t.Module, t.folderOf())) + ".test"})
	if !t.OwnTests {
		spec.Env = append(spec.Env, serial...)
	}
	return t.heard(spec)
}

// serial makes the goroutines of tests and submission take turns where they share a
// process: with two of them at once a torn value gives the submission all of its memory
// (harness/std/runtime). The builder compiles their loops for it.
var serial = []string{"GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1"}

// heard runs tests in one process and listens to what tells of them there.
func (t *task) heard(spec box.Spec) error {
	l, err := t.listen()
	if err != nil {
		return err
	}
	defer l.cancel()
	t.tell(wire.Event{Kind: "running"})
	spec = t.withEnv(spec)
	spec.ExtraFiles = []*os.File{l.channel.File()}
	run, err := t.run(l.ctx, "tests", spec)
	l.end()
	if err != nil {
		return err
	}
	if l.flooded {
		run.Limit = "output"
	}
	run.Complete = run.ExitCode != nil && l.log.Complete(*run.ExitCode)
	t.facts.Tests = l.log.Tests(run.Stdout, run.Stderr, lastWords(run))
	t.facts.Runs = []wire.Run{*run}
	return nil
}

// A listener hears what a harness says.
type listener struct {
	task    *task
	ctx     context.Context // ends where the harness says more than can be kept
	cancel  context.CancelFunc
	channel *watch.Channel
	log     *watch.Log
	heard   chan struct{}
	flooded bool // known after end
}

// listen opens the channel for a harness; end must follow.
func (t *task) listen() (*listener, error) {
	channel, err := watch.Open()
	if err != nil {
		return nil, err
	}
	l := &listener{task: t, channel: channel, heard: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancel(t.ctx)
	l.log = &watch.Log{
		InTurns: t.Toolchain != nil && t.Reference == nil,
		OnEnd: func(name, status string) {
			top, _, _ := strings.Cut(name, "/")
			t.tell(wire.Event{Kind: "test", Name: name, Status: status, Hidden: slices.Contains(t.facts.Hidden, top)})
		},
		OnFlood: func() { l.flooded = true; l.cancel() },
	}
	go func() {
		defer close(l.heard)
		l.log.Listen(channel)
	}()
	return l, nil
}

// end is called when the process of the harness is gone.
func (l *listener) end() {
	l.channel.Ended()
	<-l.heard
	l.channel.Close()
	l.cancel()
	if l.flooded {
		l.task.abnormal("the tests said more than can be kept")
	}
	if what := l.log.Tampered(); what != "" {
		l.task.abnormal(what)
	}
}

// lastWords is how a process ended before its tests did, as far as it can be said to
// the one whose test it was. For people only: a submission can write what it likes.
func lastWords(run *wire.Run) string {
	switch {
	case run.Violation != "":
		return "stopped: " + run.Violation + " is not allowed here"
	case run.Limit != "":
		return "stopped at the limit: " + run.Limit
	case run.Signal != "":
		return "ended by " + run.Signal
	}
	for _, start := range []string{"panic: ", "fatal error: "} {
		text := "\n" + string(run.Stderr)
		if i := strings.Index(text, "\n"+start); i >= 0 {
			words, _, _ := strings.Cut(text[i+1:], "\n\n")
			return words[:min(len(words), maxLast)]
		}
	}
	return fmt.Sprintf("the process ended with exit code %d before the test was over", *run.ExitCode)
}
