package box

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// meter reads what a living process uses.
type meter struct {
	pid    int
	status *os.File // /proc/<pid>/status, opened once; nil: the process is gone
	buffer [4096]byte
	peak   int64 // bytes
}

// sample is one reading.
type sample struct {
	cpu     time.Duration // all threads, the finished ones as well
	threads int
	data    int64 // bytes allocated, touched or not
	stopped bool  // by a signal or a debugger
	traced  bool  // and by a debugger
}

func newMeter(pid int) *meter {
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		status = nil
	}
	return &meter{pid: pid, status: status}
}

func (m *meter) close() {
	if m.status != nil {
		m.status.Close()
	}
}

// read takes a sample; ok is false once the process has no memory any more.
func (m *meter) read() (s sample, ok bool) {
	if m.status == nil {
		return s, false
	}
	n, err := syscall.Pread(int(m.status.Fd()), m.buffer[:], 0)
	if err != nil || n <= 0 {
		return s, false
	}
	text := m.buffer[:n]
	peak, ok := statusNumber(text, "VmHWM:")
	if !ok {
		return s, false
	}
	m.peak = max(m.peak, peak<<10)
	threads, _ := statusNumber(text, "Threads:")
	s.threads = int(threads)
	data, _ := statusNumber(text, "VmData:")
	s.traced = bytes.Contains(text, []byte("\nState:\tt"))
	s.stopped = s.traced || bytes.Contains(text, []byte("\nState:\tT"))
	s.data = data << 10
	s.cpu, ok = processCPU(m.pid)
	return s, ok
}

// waited reads for how long threads of the process were ready to run and got no CPU, summed
// over those that are left. 0 where the kernel does not tell (gVisor).
func (m *meter) waited() (sum time.Duration) {
	tasks := fmt.Sprintf("/proc/%d/task", m.pid)
	threads, err := os.ReadDir(tasks)
	if err != nil {
		return 0
	}
	for _, thread := range threads {
		text, err := os.ReadFile(filepath.Join(tasks, thread.Name(), "schedstat"))
		if fields := bytes.Fields(text); err == nil && len(fields) > 1 {
			nanoseconds, _ := strconv.ParseInt(string(fields[1]), 10, 64)
			sum += time.Duration(nanoseconds)
		}
	}
	return sum
}

// statusNumber finds "Name:   123 kB" in /proc/<pid>/status.
func statusNumber(text []byte, name string) (int64, bool) {
	_, rest, found := bytes.Cut(text, []byte(name))
	if !found {
		return 0, false
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	fields := bytes.Fields(line)
	if len(fields) == 0 {
		return 0, false
	}
	number, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return number, err == nil
}

// processCPU reads the CPU clock of a process: exact, and summed over its threads.
func processCPU(pid int) (time.Duration, bool) {
	// linux/posix-timers.h: ~pid shifted by 3, then CPUCLOCK_SCHED of a process.
	const cpuclockSched = 2
	clock := int32(^pid<<3 | cpuclockSched)
	var now unix.Timespec
	if err := unix.ClockGettime(clock, &now); err == nil {
		return time.Duration(now.Nano()), true
	}
	return ticksCPU(pid)
}

// ticksCPU is for kernels without clocks of other processes (gVisor): to 10 ms.
func ticksCPU(pid int) (time.Duration, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// The name in parentheses may hold anything; after it come fields 3, 4, ...
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 13 {
		return 0, false
	}
	user, err1 := strconv.ParseInt(string(fields[11]), 10, 64)
	system, err2 := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err1 == nil && err2 == nil
}

// oomKills counts the kernel's kills for want of memory in our cgroup, version 2 or 1;
// 0 where we cannot see it.
func oomKills() int64 {
	for _, path := range []string{"/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"} {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if kills, ok := statusNumber(append([]byte("\n"), text...), "\noom_kill "); ok {
			return kills
		}
	}
	return 0
}
