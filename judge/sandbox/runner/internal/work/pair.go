package work

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/wire"
)

// Isolated tests. Two processes run at once, each boxed by itself: the tests, which are
// ours, and the solution, which is the student's. They have different users, folders and
// limits, and share one socket pair, the link, over which calls and values cross.
//
//	tests     3: the channel on which they tell results (package watch)   4: the link
//	solution  3: the link; of Go 4, and 3 is empty
//
// The solution has no descriptor of the channel and no file of the tests, so nothing that
// it does to itself can make a test pass. What crosses the link is between the two
// programs; the runner does not read it. Where the link ends, or what comes over it is no
// message, the tests end at once with exit code LinkLost, leaving the test that was open
// unended: it is reported with how the solution ended.
//
// A solution that still runs when the tests are over is killed, which is how most end:
// its run then has neither exit code nor signal. Usage is measured on each alone.
//
// Tests of interpreted languages know the solution's interface from a record. A job that has a
// reference makes its runner run the tests with the reference first and keep what they write
// into the file "recorded" (see record); later jobs with the same tests and reference get the
// same record. The runner does not read it. Beside its working folder, in ../judge, the
// process of the tests finds:
//
//	solution/  the sources of what runs as the solution, to be read, never to be run
//	record     what the tests recorded of the reference; not there while they record it
//	           nor where a problem has no reference
//	recorded   made by the tests when their argument says "record"; any bytes
//
// Its last argument is a JSON object: "mode" is "record" (run with the reference), "replay"
// (there is a record) or "strict" (there is no reference), "named" lists the files that the
// problem asks for. Others in solution/ are the submission's own.

// LinkLost is the exit code of tests that cannot go on without the solution.
const LinkLost = 97

const (
	// What tests may use beyond the solution's own limits: they start an interpreter or
	// test binary, wait for the solution, and compute what they compare with.
	testsSlack    = 10 * time.Second
	testsMemory   = 256 << 20 // bytes; judge/sandbox/languages/recipe.py makes room for it
	testsOutput   = 1 << 20   // bytes
	lastExitGrace = 2 * time.Second
)

// A part is one side of a pair: the program, and the files of its working folder.
type part struct {
	files []wire.Files
	// beside are files that lie beside the working folder, in "judge".
	beside wire.Files
	spec   func(home string) box.Spec
	// first is what the solution has as descriptor 3 where the link is to be 4; nil: nothing.
	first *os.File
}

// paired runs tests and solution and puts what was seen into the facts: the run of the
// solution first, then that of the tests.
func (t *task) paired(tests, solution part) error {
	if box.OneUser() && box.LandlockVersion() == 0 {
		return errors.New("isolated tests need a sandbox with users of its own, or a kernel with Landlock")
	}
	ours, theirs, err := link()
	if err != nil {
		return err
	}
	l, err := t.listen()
	if err != nil {
		closeBoth(ours, theirs)
		return err
	}
	defer l.cancel()
	files := []*os.File{theirs}
	if solution.first != nil {
		files = []*os.File{solution.first, theirs}
	}
	// Side by side: each start takes milliseconds.
	type started struct {
		run *process
		err error
	}
	beside := make(chan started, 1)
	go func() {
		run, err := t.startPart("tests", t.testsUID, tests, l.channel.File(), ours)
		beside <- started{run, err}
	}()
	var theRun started
	theRun.run, theRun.err = t.startPart("solution", t.uid, solution, files...)
	testsRun := <-beside
	closeBoth(ours, theirs)
	if err := errors.Join(theRun.err, testsRun.err); err != nil {
		stopped, stop := context.WithCancel(t.ctx)
		stop()
		for _, half := range []started{theRun, testsRun} {
			if half.err == nil {
				half.run.wait(stopped)
			}
		}
		l.end()
		return err
	}
	t.tell(wire.Event{Kind: "running"})
	t.facts.Runs = t.together(l, theRun.run, testsRun.run)
	return nil
}

// startPart starts one side under a user.
func (t *task) startPart(name string, uid int, p part, files ...*os.File) (*process, error) {
	home, err := t.folderFor(uid, p.files...)
	if err != nil {
		return nil, err
	}
	if p.beside != nil {
		if err := t.putBeside(uid, home, p.beside); err != nil {
			return nil, err
		}
	}
	spec := p.spec(home)
	spec.UID, spec.ExtraFiles = uid, files
	if uid == t.testsUID {
		// /tmp is the submission's.
		spec.Env = with(spec.Env, map[string]string{"TMPDIR": filepath.Join(home, "tmp")})
		spec.Signals = nil
		spec.Env = with(spec.Env, map[string]string{"TMPDIR": filepath.Join(home, "tmp")}) // /tmp is the solution's
		spec.Limits.CPU += testsSlack
		spec.Limits.Wall += testsSlack
		spec.Limits.MemoryBytes, spec.Limits.OutputBytes = testsMemory, testsOutput
	}
	return t.start(name, spec)
}

// together waits for both and says what they did.
func (t *task) together(l *listener, solution, tests *process) []wire.Run {
	solutionContext, endSolution := context.WithCancel(t.ctx)
	defer endSolution()
	testsContext, endTests := context.WithCancel(l.ctx)
	defer endTests()
	gone := make(chan *wire.Run, 1)
	go func() {
		run := solution.wait(solutionContext)
		// The tests see the link end, unless they are stuck.
		time.AfterFunc(lastExitGrace, endTests)
		gone <- run
	}()
	testsRun := tests.wait(testsContext)
	l.end()
	if l.flooded {
		testsRun.Limit = "output"
	}
	if testsRun.ExitCode == nil || *testsRun.ExitCode != LinkLost {
		endSolution()
	}
	// Otherwise it is about to end by itself, and how is worth knowing.
	time.AfterFunc(lastExitGrace, endSolution)
	run := <-gone
	complete := testsRun.ExitCode != nil && l.log.Complete(*testsRun.ExitCode)
	run.Complete, testsRun.Complete = complete, complete
	if run.Limit == "" && run.Violation == "" && (solution.killed || complete) {
		run.ExitCode, run.Signal = nil, ""
	}
	t.note(run)
	t.note(testsRun)
	t.facts.Tests = l.log.Tests(run.Stdout, run.Stderr, lastOfPair(run, testsRun))
	return []wire.Run{*run, *testsRun}
}

// lastOfPair says why a test was left open.
func lastOfPair(solution, tests *wire.Run) string {
	lost := tests.ExitCode != nil && *tests.ExitCode == LinkLost
	switch {
	case solution.Violation == "" && solution.Limit == "" && solution.Signal == "" && solution.ExitCode == nil && lost:
		return "your code closed its connection to the tests, or sent over it what it was not asked for"
	case solution.ExitCode != nil && solution.Violation == "" && solution.Limit == "" && lost:
		if words := lastWords(solution); *solution.ExitCode != 0 {
			return words
		}
		return fmt.Sprintf("your code ended its process with exit code %d before the test was over", *solution.ExitCode)
	case solution.Violation != "" || solution.Limit != "" || solution.Signal != "":
		return lastWords(solution)
	}
	return "the tests stopped before the test was over"
}

// link makes the socket pair: the tests' end and the solution's.
func link() (ours, theirs *os.File, err error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("link: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), "link"), os.NewFile(uintptr(fds[1]), "link"), nil
}

func closeBoth(one, other *os.File) {
	one.Close()
	other.Close()
}
