// Package builder turns a job's files into a program, calling compiler, linker and
// vet directly: the go command itself would take as long again as they do.
//
// Theory of operation. Each build has a folder of the build user on a file system
// that only builds see. All tools run boxed, since a compiler is a program that runs
// on hostile input. For a problem with unit tests:
//
//	packages of the pack   compiled in the order of their imports, kept by content
//	package + its tests    \
//	external tests          > one after the other, as go test does
//	main, link             /
//	package alone          at the same time, type-checked by vet, whose findings are
//	                       the warnings: it must not name what the tests declare
//
// Where the type check finds something the compiler has the last word, and says it
// to the student. A package that has no internal tests is compiled only once.
package builder

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"judge/runner/internal/box"
)

// A Toolchain is what the root file system holds below /go.
type Toolchain struct {
	Version string          // go1.27.3
	Std     map[string]bool // import paths that there are archives for

	root      string // "" where the tools are below /go
	importcfg []byte
	archives  map[string]string

	mu    sync.Mutex
	cache map[string]string // content hash to archive, of the packs' own packages
	store string            // folder that the cache is in
}

// Load reads the root file system at root ("/" in a container).
func Load(root string) (*Toolchain, error) {
	root = strings.TrimSuffix(root, "/")
	version, err := os.ReadFile(root + "/go/VERSION")
	if err != nil {
		return nil, err
	}
	list, err := os.ReadFile(root + "/go/importcfg")
	if err != nil {
		return nil, err
	}
	tc := &Toolchain{root: root, Std: map[string]bool{}, archives: map[string]string{}, cache: map[string]string{}}
	first, _, _ := bytes.Cut(version, []byte("\n"))
	tc.Version = string(bytes.TrimSpace(first))
	for line := range strings.Lines(string(list)) {
		path, file, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "packagefile "), "=")
		if !ok {
			return nil, fmt.Errorf("importcfg: unexpected line %q", line)
		}
		tc.Std[path] = true
		tc.archives[path] = root + file
	}
	tc.importcfg = tc.packagefiles(tc.archives)
	return tc, nil
}

func (tc *Toolchain) packagefiles(archives map[string]string) []byte {
	var b bytes.Buffer
	for path, file := range archives {
		fmt.Fprintf(&b, "packagefile %s=%s\n", path, file)
	}
	return b.Bytes()
}

// Path is that of a file of the root file system.
func (tc *Toolchain) Path(name string) string { return tc.root + "/" + name }

// ZoneInfo is the file of time zones.
func (tc *Toolchain) ZoneInfo() string { return tc.root + "/go/lib/time/zoneinfo.zip" }

// Ceilings of builds that are no problem's business.
const (
	// maxTold is how much of what a tool prints is read: enough for the diagnostics
	// that are shown and for telling a flood from a message.
	maxTold = 256 << 10
	// maxBuilt bounds each file that a tool writes. An honest binary has 2-20 MB.
	maxBuilt = 200 << 20
	// maxUncollected is how far a tool may grow before it collects garbage, in bytes.
	maxUncollected = 192 << 20
	// maxToolThreads bounds the threads of a tool. Go's runtime makes more of them
	// than it uses CPUs.
	maxToolThreads = 256
)

// A stopped is the error of a build that went over a limit.
type stopped struct{ limit string }

func (s stopped) Error() string { return "the build was stopped by its limit: " + s.limit }

// A told is the error of a tool that ended with messages.
type told struct{ stdout, stderr []byte }

func (t told) Error() string { return string(t.stderr) }

// A bench is the place where one build happens.
type bench struct {
	tc       *Toolchain
	ctx      context.Context
	dir      string // of the build user
	deadline time.Time
	memory   int64 // bytes, for each tool
	debug    bool  // for a debugger
	counted  bool  // with counters of coverage, for fuzzing

	mu       sync.Mutex
	abnormal string // why the container should not be used again
}

// run runs a tool in the folder of the sources and returns what it printed. Errors
// are stopped, told, or a fault of ours.
func (b *bench) run(tool string, args ...string) (stdout, stderr []byte, err error) {
	left := time.Until(b.deadline)
	if left <= 0 {
		return nil, nil, stopped{"wall"}
	}
	var out, errs bytes.Buffer
	usage, err := box.Run(b.ctx, box.Spec{
		Path:   b.tc.root + "/go/tool/" + tool,
		Args:   append([]string{tool}, args...),
		Env:    b.environment(),
		Dir:    b.path("src"),
		UID:    box.BuildUID,
		Stdout: &out,
		Stderr: &errs,
		Limits: box.Limits{CPU: 2 * left, Wall: left, MemoryBytes: b.memory, OutputBytes: maxTold,
			FileBytes: maxBuilt, Processes: maxToolThreads, CPUs: 2},
		Profile: box.ProfileBuild,
	})
	if err != nil {
		return nil, nil, err
	}
	if cause := b.ctx.Err(); cause != nil {
		return nil, nil, cause
	}
	if usage.Violation != "" {
		b.note(fmt.Sprintf("%s tried a forbidden system call: %s", tool, usage.Violation))
	}
	switch {
	case usage.Limit == "output":
		b.note(tool + " was killed at its output limit")
		return nil, nil, told{out.Bytes(), errs.Bytes()}
	case usage.Limit != "":
		b.note(tool + " was killed at its limit: " + usage.Limit)
		return nil, nil, stopped{usage.Limit}
	case usage.Signal == syscall.SIGKILL && usage.MemoryBytes < b.memory/4:
		// Not the kernel, for want of memory: whoever it was, it was not the submission.
		return nil, nil, fmt.Errorf("%s was killed from outside", tool)
	case usage.Signal == syscall.SIGKILL:
		b.note(tool + " was killed, for memory by all appearances")
		return nil, nil, stopped{"memory"}
	case usage.Signal != 0:
		b.note(fmt.Sprintf("%s was ended by signal %d", tool, usage.Signal))
		return nil, nil, told{out.Bytes(), errs.Bytes()}
	case usage.ExitCode != 0:
		return nil, nil, told{out.Bytes(), errs.Bytes()}
	}
	return out.Bytes(), errs.Bytes(), nil
}

// environment is that of the tools. They collect garbage only once they have grown:
// a small package is done before that, a large one must stay below the limit.
func (b *bench) environment() []string {
	return []string{"HOME=" + b.dir, "TMPDIR=" + b.dir, "PATH=", "GOROOT=" + b.tc.root + "/go", "GOTOOLCHAIN=local",
		"GOGC=off", fmt.Sprintf("GOMEMLIMIT=%d", min(b.memory/4, maxUncollected))}
}

func (b *bench) note(abnormal string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.abnormal == "" {
		b.abnormal = abnormal
	}
}

func (b *bench) path(elements ...string) string {
	return filepath.Join(append([]string{b.dir}, elements...)...)
}

// write puts a file into the bench. The build user may read it.
func (b *bench) write(name string, content []byte) error {
	target := b.path(name)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, content, 0o644)
}
