package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Files maps a path below the package's folder to content.
type Files map[string][]byte

// Limits are the ceilings of judge/sandbox/job.py.
type Limits struct {
	BuildSeconds  float64 `json:"build_seconds"`
	BuildMemoryMB int64   `json:"build_memory_mb"`
	CPUSeconds    float64 `json:"cpu_seconds"`
	WallSeconds   float64 `json:"wall_seconds"`
	MemoryMB      int64   `json:"memory_mb"`
	OutputKB      int64   `json:"output_kb"`
	CPUs          float64 `json:"cpus"`
}

// Seconds turns a number of seconds into a duration.
func Seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Imports are a problem's exceptions to the gate's lists.
type Imports struct {
	Allow []string `json:"allow"`
	Deny  []string `json:"deny"`
}

// Case is one run of an io job.
type Case struct {
	Name  string `json:"name"`
	Stdin []byte `json:"stdin"`
}

// Dependency is a package of somebody else's module, as sources in Go.
type Dependency struct {
	Path  string `json:"path"` // its import path
	Go    string `json:"go"`   // language version of its module
	Files Files  `json:"files"`
}

// Message is anything that the worker sends. Which fields mean something follows
// from Type ("job", "stdin", "close_stdin",
// "debugger", "signal", "cancel") and Kind.
type Message struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`

	Kind    string  `json:"kind"`
	Module  string  `json:"module"`
	Go      *string `json:"go"`
	Limits  Limits  `json:"limits"`
	Imports Imports `json:"imports"`
	Vet     bool    `json:"vet"`

	// Package is the folder of the package that is run or tested, "" for the module's
	// root: then the files are a whole module, in folders. Nil: one package without any.
	Package *string `json:"package"`
	// Dependencies are packages of others that the module may import.
	Dependencies []Dependency `json:"dependencies"`

	Solution Files `json:"solution"`
	Support  Files `json:"support"`
	Tests    Files `json:"tests"`
	Hidden   Files `json:"hidden"`
	// Reference is a solution that is known to be right, where the tests run in a process of
	// their own. Go's are compiled against its API; of other languages what the tests may ask
	// of a submission is recorded with it.
	Reference Files `json:"reference"`
	// MayShare says that Go tests which cannot be isolated run in the submission's process.
	// That depends on reference and tests alone.
	MayShare bool `json:"may_share"`
	// Named are the files that the problem asks for; a submission may hold others of its own.
	Named []string `json:"named"`
	// Shared says that tests of another language than Go run in the submission's process,
	// which the author of the problem accepts.
	Shared bool `json:"shared"`
	// OwnTests says that who wrote the solution wrote the tests as well.
	OwnTests bool `json:"own_tests"`
	// Declared and DeclaredHidden name the tests of languages that the runner cannot read.
	Declared       []string `json:"declared"`
	DeclaredHidden []string `json:"declared_hidden"`

	Cases             []Case `json:"cases"`
	StopAfterFailures *int   `json:"stop_after_failures"`

	Source Files    `json:"source"`
	Stdin  []byte   `json:"stdin"`
	Files  Files    `json:"files"`
	Args   []string `json:"args"`
	// Env are variables of the run, never of the build.
	Env         map[string]string `json:"env"`
	Trusted     bool              `json:"trusted"`
	Interactive bool              `json:"interactive"`
	// Fuzz is the fuzz target that is fuzzed for FuzzSeconds, "" for none.
	Fuzz        string  `json:"fuzz"`
	FuzzSeconds float64 `json:"fuzz_seconds"`

	Data   []byte `json:"data"`
	Signal string `json:"signal"`
}

// Decode reads one message; a field that is not known is an error, since it is
// something that the worker wants and would not get.
func Decode(payload []byte) (*Message, error) {
	var m Message
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the message")
	}
	return &m, nil
}

// Hello is the first message of a runner.
type Hello struct {
	Type      string `json:"type"`
	Protocol  int    `json:"protocol"`
	Toolchain string `json:"toolchain"`
}

// Diagnostic is a message at a place in a file; 1-based, 0 where there is none.
type Diagnostic struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// Phase is the time that a part of a build took.
type Phase struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// Build are the facts of a build.
type Build struct {
	OK          bool         `json:"ok"`
	Seconds     float64      `json:"seconds"`
	Diagnostics []Diagnostic `json:"diagnostics"`
	Limit       string       `json:"limit"`
	Culprit     string       `json:"culprit"`
	Phases      []Phase      `json:"phases"`
}

// Statuses of tests.
const (
	Pass  = "pass"
	Fail  = "fail"
	Error = "error"
	Skip  = "skip"
)

// Test are the facts of a test.
type Test struct {
	Name    string  `json:"name"`
	Status  string  `json:"status"`
	Seconds float64 `json:"seconds"`
	Message string  `json:"message"`
	Output  string  `json:"output"`
	Stderr  string  `json:"stderr"`
	// Started is how many tests had started when this one was over; 0 where that is not told.
	Started int `json:"started,omitempty"`
}

// Run are the facts of a process.
type Run struct {
	Name        string  `json:"name"`
	ExitCode    *int    `json:"exit_code"`
	Signal      string  `json:"signal"`
	CPUSeconds  float64 `json:"cpu_seconds"`
	WallSeconds float64 `json:"wall_seconds"`
	MemoryBytes int64   `json:"memory_bytes"`
	Stdout      []byte  `json:"stdout"`
	Stderr      []byte  `json:"stderr"`
	OutputBytes int64   `json:"output_bytes"`
	Limit       string  `json:"limit"`
	Violation   string  `json:"violation"`
	Complete    bool    `json:"complete"`
	// Order is how stdout and stderr follow each other: so many bytes of stdout, so many of
	// stderr, of stdout again, ... Only of programs.
	Order []int `json:"order,omitempty"`
}

// Facts are all that was seen of a job.
type Facts struct {
	Toolchain string       `json:"toolchain"`
	Rejected  []Diagnostic `json:"rejected"`
	Build     *Build       `json:"build"`
	Declared  []string     `json:"declared"`
	Hidden    []string     `json:"hidden"`
	Tests     []Test       `json:"tests"`
	Runs      []Run        `json:"runs"`
	Warnings  []Diagnostic `json:"warnings"`
	// Together is why tests that may share the submission's process did; "" where they did not.
	Together string `json:"together"`
}

// Event is something that just happened.
type Event struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Status string `json:"status"`
	Hidden bool   `json:"hidden"`
	Data   []byte `json:"data"`
	Run    *Run   `json:"run"`
}

// Told carries an Event.
type Told struct {
	Type  string `json:"type"`
	ID    int64  `json:"id"`
	Event Event  `json:"event"`
}

// Outcome ends a job. Replace says why this container shall not be used again,
// "" where it may.
type Outcome struct {
	Type    string `json:"type"`
	ID      int64  `json:"id"`
	Facts   *Facts `json:"facts"`
	Replace string `json:"replace"`
}

// Fault ends a job that the runner itself failed at.
type Fault struct {
	Type  string `json:"type"`
	ID    int64  `json:"id"`
	Error string `json:"error"`
}
