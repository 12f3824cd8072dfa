package work

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/gate"
	"judge/runner/internal/wire"
)

// An Interpreter is what /language.json describes: how programs of one language are
// checked and run. The root file system of a language other than Go has one.
type Interpreter struct {
	Version string `json:"version"`
	// Program is the interpreter, Loader what the kernel starts it with.
	Program string `json:"program"`
	Loader  string `json:"loader"`
	// Libraries are the files and folders that it reads.
	Libraries []string `json:"libraries"`
	Env       []string `json:"env"`
	// LiveEnv is for programs whose output somebody reads as it comes, beside Env.
	LiveEnv []string `json:"live_env"`
	// SocketPairs: its programs may make connected pairs of Unix sockets.
	SocketPairs bool `json:"socket_pairs"`
	// Args stand before the name of the file that is run.
	Args []string `json:"args"`
	// Check are arguments with which it only reads a file and says what is wrong.
	Check []string `json:"check"`
	// Place finds a place in what it says: a file's path and a line.
	Place string `json:"place"`
	// Main is the file that is run, where there are several; another extension of the
	// language will do, and so will what NamedIn, a JSON file, names as its "main".
	Main       string   `json:"main"`
	NamedIn    string   `json:"named_in"`
	Extensions []string `json:"extensions"`
	// Tests and Solution are arguments that start the two programs of isolated tests;
	// where there are none the language has no unit problems.
	Tests    []string `json:"tests"`
	Solution []string `json:"solution"`
	// OwnTests are arguments that run tests in one process with what they test.
	OwnTests []string `json:"own_tests"`
	// SharedTests do the same with the tests of a problem, and get what Tests get.
	SharedTests []string `json:"shared_tests"`

	place *regexp.Regexp
}

const (
	checkSeconds = 10
	checkMB      = 512
	checkKB      = 64
	maxMessages  = 20
)

var errorLine = regexp.MustCompile(`(?m)^[A-Za-z]*(?:Error|Exception)\b.*$`)

// LoadInterpreter reads /language.json; nil where there is none.
func LoadInterpreter(root string) (*Interpreter, error) {
	text, err := os.ReadFile(filepath.Join(root, "language.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	i := &Interpreter{}
	if err := json.Unmarshal(text, i); err != nil {
		return nil, fmt.Errorf("language.json: %w", err)
	}
	if i.place, err = regexp.Compile(i.Place); err != nil {
		return nil, fmt.Errorf("language.json: %w", err)
	}
	return i, nil
}

// script checks a program and runs it: once, or once for each case.
func (t *task) script() error {
	files := t.Source
	switch t.Kind {
	case "io", "unit":
		files = t.Solution
		if t.OwnTests {
			files = maps.Clone(t.Solution)
			maps.Copy(files, t.Tests)
		}
	case "program":
	default:
		return fmt.Errorf("a job of kind %q is not for %s", t.Kind, t.Interpreter.Version)
	}
	if t.Kind == "unit" && (len(t.Interpreter.Tests) == 0 || len(t.Interpreter.OwnTests) == 0) {
		return fmt.Errorf("there are no unit tests in %s", t.Interpreter.Version)
	}
	if t.Shared && len(t.Interpreter.SharedTests) == 0 {
		return fmt.Errorf("tests in %s do not run in the process of what they test", t.Interpreter.Version)
	}
	started := time.Now()
	if rejected := t.refused(files); len(rejected) > 0 {
		t.facts.Rejected = capped(rejected)
		return nil
	}
	gateTook := time.Since(started)
	t.tell(wire.Event{Kind: "building"})
	if err := t.check(files); err != nil {
		return err
	}
	build := t.facts.Build
	build.Phases = append([]wire.Phase{{Name: "gate", Seconds: gateTook.Seconds()}}, build.Phases...)
	if !build.OK {
		return nil
	}
	if t.Kind == "unit" && t.OwnTests {
		return t.ownScriptTests(files)
	}
	if t.Kind == "unit" {
		return t.scriptTests(files)
	}
	t.tell(wire.Event{Kind: "running"})
	if t.Kind == "io" {
		return t.scriptCases(files)
	}
	home, err := t.folder(files, t.Files)
	if err != nil {
		return err
	}
	spec := t.interpret(home, t.main(files))
	spec.Args = append(spec.Args, t.Args...)
	spec.Env = append(spec.Env, t.Interpreter.LiveEnv...)
	spec = t.withEnv(spec)
	spec.Ordered = true
	spec.Stdin = bytes.NewReader(t.Stdin)
	if t.Interactive {
		spec.Stdin = t.control.Stdin
		spec.Stdout = &teller{t, "stdout"}
		spec.Stderr = &teller{t, "stderr"}
	}
	run, err := t.run(t.ctx, "", spec)
	t.control.Stdin.Close()
	if err != nil {
		return err
	}
	t.facts.Runs = []wire.Run{*run}
	return nil
}

func (t *task) refused(files wire.Files) []wire.Diagnostic {
	rules := gate.Rules{Extensions: t.Interpreter.Extensions, Pack: packNames(t.Support, t.Tests, t.Hidden), Project: t.Kind == "program"}
	if t.OwnTests {
		rules.Pack, rules.Project = packNames(t.Support), true
	}
	rejected := gate.CheckFiles(files, rules)
	if len(rejected) > 0 || t.Kind == "unit" || t.main(files) != "" {
		return rejected
	}
	if name := t.named(); name != "" {
		message := fmt.Sprintf("%q is the main file, and there is no such file", wire.Text([]byte(name), 100))
		return []wire.Diagnostic{{File: t.Interpreter.NamedIn, Message: message}}
	}
	return []wire.Diagnostic{{Message: "there are several files and none is called " + t.Interpreter.Main}}
}

// main is the file that is run: the one that is named, or the only one.
func (t *task) main(files wire.Files) string {
	names := []string{path.Clean(t.named())}
	if names[0] == "." {
		names = nil
		stem := strings.TrimSuffix(t.Interpreter.Main, path.Ext(t.Interpreter.Main))
		for _, extension := range t.Interpreter.Extensions {
			names = append(names, stem+extension)
		}
		if len(files) == 1 {
			names = slices.AppendSeq(names, maps.Keys(files))
		}
	}
	for _, name := range names {
		if _, ok := files[name]; ok {
			return name
		}
	}
	return ""
}

// named is what the program's own file names as its main file, "" where it does not.
func (t *task) named() string {
	var said struct {
		Main string `json:"main"`
	}
	// What cannot be read the interpreter complains of, in its own words.
	_ = json.Unmarshal(t.Files[t.Interpreter.NamedIn], &said)
	return said.Main
}

// check has the interpreter read each file, which tells of syntax errors before
// anything runs.
func (t *task) check(files wire.Files) error {
	started := time.Now()
	t.facts.Build = &wire.Build{OK: true, Culprit: "solution"}
	home, err := t.folder(files, t.Files)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		spec := t.interpret(home, name)
		spec.Args = append(append([]string{spec.Args[0]}, t.Interpreter.Check...), name)
		spec.Limits.CPU, spec.Limits.Wall = checkSeconds*time.Second, 2*checkSeconds*time.Second
		spec.Limits.MemoryBytes, spec.Limits.OutputBytes = checkMB<<20, checkKB<<10
		run, err := t.run(t.ctx, name, spec)
		if err != nil {
			return err
		}
		if run.Limit != "" {
			t.facts.Build.OK, t.facts.Build.Limit = false, run.Limit
			break
		}
		if run.ExitCode == nil || *run.ExitCode != 0 {
			t.facts.Build.OK = false
			t.facts.Build.Diagnostics = append(t.facts.Build.Diagnostics, t.Interpreter.diagnostic(name, run.Stderr))
		}
		if len(t.facts.Build.Diagnostics) == maxMessages {
			break
		}
	}
	t.facts.Build.Seconds = time.Since(started).Seconds()
	t.facts.Build.Phases = []wire.Phase{{Name: "check", Seconds: t.facts.Build.Seconds}}
	return box.Clean(t.uid)
}

// diagnostic is what the interpreter says of a file, in one message.
func (i *Interpreter) diagnostic(name string, said []byte) wire.Diagnostic {
	d := wire.Diagnostic{File: name, Message: "this cannot be read"}
	for _, match := range i.place.FindAllSubmatch(said, -1) {
		if found := string(match[1]); found == name || strings.HasSuffix(found, "/"+name) {
			d.Line, _ = strconv.Atoi(string(match[2]))
		}
	}
	if line := errorLine.Find(said); line != nil {
		d.Message = wire.Text(line, 500)
	} else if text := strings.TrimSpace(string(said)); text != "" {
		d.Message = wire.Text([]byte(text), 500)
	}
	return d
}

// scriptCases runs the program once for each case.
func (t *task) scriptCases(files wire.Files) error {
	failures := 0
	for _, c := range t.Cases {
		home, err := t.folder(files, t.Support)
		if err != nil {
			return err
		}
		spec := t.interpret(home, t.main(files))
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

// scriptTests runs tests and solution beside each other, or in one process where that is asked for.
func (t *task) scriptTests(files wire.Files) error {
	t.facts.Declared = append(slices.Clone(t.Declared), t.DeclaredHidden...)
	t.facts.Hidden = t.DeclaredHidden
	if t.Shared {
		home, err := t.folder(files, t.Support, t.Tests, t.Hidden)
		if err != nil {
			return err
		}
		args, err := t.testArgs(t.Interpreter.SharedTests, files)
		if err != nil {
			return err
		}
		return t.heard(t.interpreted(home, args))
	}
	if t.Reference == nil {
		_, err := t.pairedScripts(files, "strict", nil)
		return err
	}
	record, err := t.record()
	if record == nil || err != nil {
		return err
	}
	_, err = t.pairedScripts(files, "replay", record)
	return err
}

// pairedScripts runs tests and solution beside each other; mode and record are as pair.go has
// them. It returns the folder of the tests, which stays until their user's things are removed.
func (t *task) pairedScripts(files wire.Files, mode string, record []byte) (testsHome string, err error) {
	args, err := t.testArgs(t.Interpreter.Tests, files)
	if err != nil {
		return "", err
	}
	how, err := json.Marshal(map[string]any{"mode": mode, "named": append([]string{}, t.Named...)})
	if err != nil {
		return "", err
	}
	args = append(args, string(how))
	beside := wire.Files{}
	for name, text := range files {
		beside["solution/"+name] = text
	}
	if mode == "replay" {
		beside["record"] = record
	}
	err = t.paired(
		part{files: []wire.Files{t.Support, t.Tests, t.Hidden}, beside: beside, spec: func(home string) box.Spec {
			testsHome = home
			return t.interpreted(home, args)
		}},
		part{files: []wire.Files{files, t.Support}, spec: func(home string) box.Spec { return t.interpreted(home, t.Interpreter.Solution) }},
	)
	return testsHome, err
}

// testArgs adds to arguments of the interpreter what its tests are told.
func (t *task) testArgs(args []string, files wire.Files) ([]string, error) {
	args = slices.Clone(args)
	tests := slices.Concat(t.testFiles(t.Tests), t.testFiles(t.Hidden))
	for _, list := range [][]string{slices.Sorted(maps.Keys(files)), tests, t.facts.Declared} {
		text, err := json.Marshal(append([]string{}, list...))
		if err != nil {
			return nil, err
		}
		args = append(args, string(text))
	}
	return args, nil
}

// ownScriptTests runs tests in one process with what they test: both have one author.
func (t *task) ownScriptTests(files wire.Files) error {
	home, err := t.folder(files, t.Support)
	if err != nil {
		return err
	}
	tests, err := json.Marshal(slices.Sorted(maps.Keys(t.Tests)))
	if err != nil {
		return err
	}
	return t.heard(t.interpreted(home, append(slices.Clone(t.Interpreter.OwnTests), string(tests))))
}

// testFiles are the files in the top folder of a set that the language could read.
func (t *task) testFiles(set wire.Files) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !strings.Contains(name, "/") && slices.Contains(t.Interpreter.Extensions, filepath.Ext(name)) {
			names = append(names, name)
		}
	}
	return names
}

// interpret is the run of one file.
func (t *task) interpret(home, name string) box.Spec {
	return t.interpreted(home, append(slices.Clone(t.Interpreter.Args), name))
}

// interpreted is a run of the interpreter.
func (t *task) interpreted(home string, args []string) box.Spec {
	i := t.Interpreter
	spec := t.spec(i.Program, home, append([]string{filepath.Base(i.Program)}, args...))
	spec.Env = append(spec.Env, i.Env...)
	spec.Profile, spec.Loader, spec.Libraries = box.ProfileScript, i.Loader, i.Libraries
	spec.SocketPairs = i.SocketPairs
	return spec
}
