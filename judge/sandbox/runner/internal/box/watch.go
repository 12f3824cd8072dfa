package box

import (
	"context"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box/stage2"
)

const (
	fastestPoll = 300 * time.Microsecond
	slowestPoll = 5 * time.Millisecond
	// mostStretch is how many times its wall limit a program may take in all where others
	// keep the CPUs from it; judge/sandbox/session.py waits longer than that.
	mostStretch = 6
	// How long pipes may stay open after the program's end: nobody is left to hold them.
	drainTimeout = 2 * time.Second
)

// startedPeak is less than any program has had once it runs; one that has just taken the
// place of stage 2 has a stack of 12 kB.
const startedPeak = 512 << 10

// watch keeps the program within its limits until it has ended.
func (c *child) watch(ctx context.Context, spec Spec) Usage {
	w := &watcher{child: c, limits: spec.Limits, profile: spec.Profile, meter: newMeter(c.pid), ooms: oomKills(),
		debugged: spec.Held, held: spec.Held, looked: c.started}
	w.over = make(chan struct{}, 1)
	w.meter.read() // at least once, however short its life
	w.out = &stream{watcher: w, pipe: c.stdout, to: spec.Stdout}
	w.err = &stream{watcher: w, pipe: c.stderr, to: spec.Stderr}
	var drained sync.WaitGroup
	drained.Go(w.out.drain)
	drained.Go(w.err.drain)
	if c.stdin != nil {
		go feed(c.stdin, spec.Stdin)
	}
	calls := make(chan notification, 1)
	if c.listener != nil {
		go func() {
			if call, ok := w.await(c.listener); ok {
				calls <- call
			}
		}()
	}
	w.loop(ctx, spec.Signals, calls)
	wall := time.Since(c.started) - w.rested
	c.reaper.wait()
	if c.listener != nil {
		c.listener.Close()
	}
	if c.stdin != nil {
		c.stdin.Close()
	}
	deadline := time.Now().Add(drainTimeout)
	c.stdout.SetReadDeadline(deadline)
	c.stderr.SetReadDeadline(deadline)
	drained.Wait()
	closeAll([]*os.File{c.stdout, c.stderr})
	w.meter.close()
	return w.usage(wall)
}

type watcher struct {
	child   *child
	limits  Limits
	profile Profile
	meter   *meter
	ooms    int64
	out     *stream
	err     *stream
	reading sync.Mutex // of both streams: what is read is passed on before more is
	written atomic.Int64
	over    chan struct{} // output went over its limit
	waited  time.Duration // of the wall clock, for CPUs that others had
	limit   string
	call    string
	killed  bool // by us
	ended   bool // because ctx ended

	debugged bool          // its wall clock rests while it is stopped
	held     bool          // until a debugger is there
	rested   time.Duration // how long it was stopped, up to looked
	looked   time.Time
}

// loop returns when the program has ended.
func (w *watcher) loop(ctx context.Context, signals <-chan syscall.Signal, calls <-chan notification) {
	wait := fastestPoll
	timer := time.NewTimer(wait)
	defer timer.Stop()
	done := ctx.Done()
	for {
		select {
		case <-w.child.reaper.ended:
			return
		case <-done:
			done = nil
			w.ended = !w.killed
			w.kill("")
		case <-w.over:
			// A flood may be Go's report of what else went wrong.
			w.check(wait)
			w.kill("output")
		case call := <-calls:
			w.forbidden(call)
		case signal, ok := <-signals:
			if !ok {
				signals = nil
				continue
			}
			w.child.reaper.kill(signal)
		case <-timer.C:
			// Threads that wait for one that is being told of may use up the CPU time.
			select {
			case call := <-calls:
				w.forbidden(call)
			default:
			}
			wait = w.check(wait)
			timer.Reset(wait)
		}
	}
}

// check looks at the clocks and the memory; it returns when to look again: seldom while
// all is well, soon near a limit.
func (w *watcher) check(last time.Duration) time.Duration {
	next := min(2*last, slowestPoll)
	s, ok := w.meter.read()
	if w.debugged && ok {
		w.rest(s)
	}
	if wall := w.limits.Wall; wall > 0 {
		elapsed := time.Since(w.child.started) - w.rested
		// Builds have ten times what they need; a bomb is to end in time.
		if elapsed >= wall+w.waited && w.profile != ProfileBuild {
			w.waited = w.starved(elapsed, s.cpu)
		}
		left := wall + w.waited - elapsed
		if left <= 0 {
			w.kill("wall")
			return slowestPoll
		}
		next = min(next, left)
	}
	if !ok {
		return next
	}
	// Before the CPU time, which filling memory and collecting garbage uses up as well.
	if memory := w.limits.MemoryBytes; memory > 0 && (w.meter.peak > memory || w.reserves(s)) {
		w.kill("memory")
	}
	if cpu := w.limits.CPU; cpu > 0 {
		left := cpu - (s.cpu - w.child.ownCPU)
		if left <= 0 {
			w.kill("cpu")
		}
		next = min(next, left/2) // two threads use it up twice as fast
	}
	if s.threads > threadLimit(w.limits) {
		w.kill("processes")
	}
	return max(next, fastestPoll)
}

// starved is how much of elapsed the program waited for a CPU that somebody else had, so
// that a verdict does not depend on who else is judged. Threads that wait for each other's
// CPUs don't count: it ran for at least its CPU time by the CPUs that it sees.
func (w *watcher) starved(elapsed, cpu time.Duration) time.Duration {
	idle := elapsed - cpu/time.Duration(runtime.NumCPU())
	return max(0, min(w.meter.waited(), idle, (mostStretch-1)*w.limits.Wall))
}

// rest stops the wall clock of a program that is stopped, and lets one that was held go on
// as soon as a debugger has it: it then decides when.
func (w *watcher) rest(s sample) {
	now := time.Now()
	if s.stopped {
		w.rested += now.Sub(w.looked)
	}
	w.looked = now
	if w.held && s.traced {
		w.held = false
		w.child.reaper.kill(syscall.SIGCONT)
	}
}

// reserves reports whether the program has allocated far more than it may touch.
func (w *watcher) reserves(s sample) bool {
	return w.profile != ProfileScript && s.data > dataLimit(w.limits)
}

// kill ends the program; the first reason stands.
func (w *watcher) kill(limit string) {
	if !w.killed {
		w.limit = limit
	}
	w.killed = true
	w.child.reaper.kill(syscall.SIGKILL)
}

func (w *watcher) forbidden(n notification) {
	if uintptr(n.Data.Number) == unix.SYS_MMAP {
		w.kill("memory")
		return
	}
	if !w.killed {
		w.call = stage2.CallName(uintptr(n.Data.Number))
	}
	w.kill("")
}

// take counts output and passes on what is within the limit.
func (w *watcher) take(data []byte, to io.Writer) {
	total := w.written.Add(int64(len(data)))
	if limit := w.limits.OutputBytes; limit > 0 && total > limit {
		select {
		case w.over <- struct{}{}:
		default:
		}
		data = data[:max(0, int64(len(data))-(total-limit))]
	}
	if to != nil && len(data) > 0 {
		_, _ = to.Write(data)
	}
}

// feed writes the program's input; a program that does not read it is its own affair.
func feed(pipe *os.File, from io.Reader) {
	_, _ = io.Copy(pipe, from)
	pipe.Close()
}

// usage puts together what was seen.
func (w *watcher) usage(wall time.Duration) Usage {
	r := w.child.reaper
	u := Usage{
		ExitCode:    r.status.ExitStatus(),
		CPU:         max(0, time.Duration(r.usage.Utime.Nano()+r.usage.Stime.Nano())-w.child.ownCPU),
		Wall:        wall,
		MemoryBytes: w.peakMemory(),
		OutputBytes: w.written.Load(),
		Limit:       w.limit,
		Violation:   w.call,
	}
	if r.status.Signaled() {
		u.ExitCode, u.Signal = -1, r.status.Signal()
		u.Killed = w.ended && u.Signal == syscall.SIGKILL
	}
	w.judgeEnd(&u)
	return u
}

// peakMemory is the highest of what was polled. The kernel's own maximum counts from
// before the exec, when the process was a copy of the runner, so it is only believed
// where it is above what the runner and stage 2 ever had.
func (w *watcher) peakMemory() int64 {
	kernel := int64(w.child.reaper.usage.Maxrss) << 10
	if kernel > max(ownPeak(), stage2Peak) {
		return max(kernel, w.meter.peak)
	}
	if w.meter.peak >= startedPeak {
		return w.meter.peak
	}
	// Gone before the first look, or before the one after its exec: an upper bound, and no excess.
	if limit := w.limits.MemoryBytes; limit > 0 {
		kernel = min(kernel, limit)
	}
	return max(kernel, w.meter.peak)
}

// judgeEnd names the limit where the kernel was faster than we, or where the program
// ended by itself beyond it.
func (w *watcher) judgeEnd(u *Usage) {
	switch {
	case u.Violation != "":
		u.ExitCode, u.Signal = -1, syscall.SIGSYS
	case u.Limit != "":
	case u.Signal == syscall.SIGSYS:
		u.Violation = stage2.Unnamed
	case u.Signal == syscall.SIGXFSZ:
		u.Limit = "disk"
	case w.limits.CPU > 0 && u.CPU > w.limits.CPU:
		u.Limit = "cpu"
	case w.limits.Wall > 0 && u.Wall > w.limits.Wall+w.waited:
		u.Limit = "wall"
	case w.limits.MemoryBytes > 0 && u.MemoryBytes > w.limits.MemoryBytes:
		u.Limit = "memory"
	case w.limits.OutputBytes > 0 && u.OutputBytes > w.limits.OutputBytes:
		u.Limit = "output"
	case u.Signal == syscall.SIGKILL && !w.killed && oomKills() > w.ooms:
		u.Limit = "memory"
	}
}
