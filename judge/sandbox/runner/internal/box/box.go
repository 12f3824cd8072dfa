// Package box runs one program under limits and tells what it did.
//
// Theory of operation. The runner is root and process 1 of its container (or the
// only user of a user namespace, see below). To run a program it
//
//  1. starts /judge-stage2 (or itself by that name, see package stage2), with the program's stdin, stdout and
//     stderr (pipes that the runner drains), extra descriptors, the program's own file
//     opened as a descriptor, one end of a socket pair, and a pipe;
//  2. sends over the pipe what is to be applied. Stage 2 applies it to itself in
//     this order: limits, CPU affinity, working folder, Landlock rules, user and
//     group, no_new_privs, Landlock, seccomp. Nothing of it can be undone after;
//  3. reads back the CPU time that stage 2 itself used, and the descriptor on which
//     the kernel tells of forbidden system calls; then the socket closes, which is
//     when the program has been executed: the clocks start here;
//  4. watches until the program ends: CPU time summed over all threads, the wall
//     clock, resident memory, threads, output. What goes over a limit is killed.
//
// A forbidden system call ends the process. For those that hostile students think of
// first (a fork, an exec, ptrace, ...) the kernel tells the runner which it was; for
// the others, and everywhere on a kernel that cannot tell (gVisor, Linux before 5.0),
// it kills the process by SIGSYS itself.
//
// Who can do what: each run has a user of its own, builds have theirs, and neither is
// root. Where only one user exists (an unprivileged user's namespace) all of them
// are that one; then filter, Landlock, limits and the namespaces remain, and the
// runner makes itself unreadable to the others by PR_SET_DUMPABLE.
package box

import (
	"context"
	"io"
	"os"
	"syscall"
	"time"

	"judge/runner/internal/box/stage2"
)

const (
	// BuildUID is the user (and group) of compilers and linkers.
	BuildUID = 900
	// FirstRunUID to LastRunUID are the users of runs. Thread limits are counted by
	// user over the whole host, so the range is one that no host gives to people
	// or services; see NextRunUID.
	FirstRunUID = 51000
	LastRunUID  = 51999
)

// Stage2Name is os.Args[0] of the process that becomes the program.
const Stage2Name = "judge-stage2"

// Profile says what a program may do.
type Profile = stage2.Profile

// The profiles; see package stage2.
const (
	ProfileRun   = stage2.ProfileRun
	ProfileBuild = stage2.ProfileBuild
	// ProfileScript is ProfileRun for an interpreter that needs a C library.
	ProfileScript = stage2.ProfileScript
	// ProfileDebugger is for Delve.
	ProfileDebugger = stage2.ProfileDebugger
)

// Stage2Main turns this process into the program to run; main calls it first of all
// where os.Args[0] is Stage2Name.
func Stage2Main() { stage2.Main() }

// LandlockVersion is the kernel's, 0 where it has none.
func LandlockVersion() int { return stage2.LandlockVersion() }

// Limits of one program. Zero means: no such limit, but for those with a default.
type Limits struct {
	CPU  time.Duration // summed over all threads
	Wall time.Duration // monotonic, from exec to exit
	// MemoryBytes bounds resident memory. An allocation that alone is larger is
	// stopped at once.
	MemoryBytes int64
	OutputBytes int64 // stdout and stderr together
	FileBytes   int64 // of each file; default 64 MiB
	Processes   int   // threads, there are no processes; default 256
	// CPUs is how many a run sees; at least two, as every honest program expects.
	CPUs float64
}

// Spec is one program to run.
type Spec struct {
	Path  string   // opened by the runner and executed as a descriptor
	Args  []string // Args[0] is the program's name for itself
	Env   []string
	Dir   string // working folder, one of NewWorkdir's or below
	UID   int    // BuildUID, or of a run; the group has the same number
	Stdin io.Reader
	// Stdout and Stderr are called as bytes come, one call at a time for both, until
	// the output limit. Nil: counted and dropped.
	Stdout, Stderr io.Writer
	// Ordered asks that both are called in the order in which the program wrote; see
	// order.go.
	Ordered    bool
	ExtraFiles []*os.File // ExtraFiles[i] is descriptor 3+i
	Limits     Limits
	Profile    Profile
	// SocketPairs: it may make connected pairs of Unix sockets.
	SocketPairs bool
	// Loader is what the kernel starts a dynamically linked program with, Libraries
	// what it reads beside its own folder. For ProfileScript.
	Loader    string
	Libraries []string
	Signals   <-chan syscall.Signal // sent on to the program
	// Held: it is stopped before its first instruction and goes on once a debugger has
	// attached to it. Its wall clock rests whenever it is stopped.
	Held bool
}

// Usage is what a program did. Facts, no judgement.
type Usage struct {
	ExitCode    int            // -1 if it ended by a signal
	Signal      syscall.Signal // 0 if it exited
	CPU, Wall   time.Duration
	MemoryBytes int64 // peak of resident memory
	OutputBytes int64 // all that it wrote, the part that was cut off as well
	// Limit that it was stopped at or went over: "", "cpu", "wall", "memory",
	// "output", "processes" or "disk".
	Limit string
	// Violation is what it tried and may not ("fork", "exec", ...), or "".
	Violation string
	// Killed tells that it ended because ctx did, and not by itself before.
	Killed bool
}

// Run executes a program and returns once it is gone and its output is read. An
// error is a fault of ours, never the program's. Where ctx ends the program is
// killed and its usage returned as if it had been killed from outside.
//
// Run does not wait for a Read of Stdin that blocks: whoever owns the reader ends it.
func Run(ctx context.Context, spec Spec) (Usage, error) {
	program, err := Start(spec)
	if err != nil {
		return Usage{}, err
	}
	return program.Wait(ctx), nil
}

// A Program is one that was started. Wait must be called: until then nothing keeps it
// within its limits.
type Program struct {
	child *child
	spec  Spec
}

// Start is the first half of Run. ExtraFiles may be closed when it returns.
func Start(spec Spec) (*Program, error) {
	child, err := start(spec)
	if err != nil {
		return nil, err
	}
	return &Program{child, spec}, nil
}

// PID is the number of its process.
func (p *Program) PID() int { return p.child.pid }

// Wait is the second half of Run.
func (p *Program) Wait(ctx context.Context) Usage { return p.child.watch(ctx, p.spec) }
