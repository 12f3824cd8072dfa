// Package stage2 is what a process of the runner does between its start and the exec
// of the program: it applies to itself what cannot be undone. See package box.
//
// It is a program of its own in the sandbox (cmd/stage2), with few imports, because it
// starts several times for each submission and a large program starts slowly.
package stage2

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The main thread is the one that becomes the program: what is said of a process, such as
// by whom it may be traced, is said of that thread.
func init() { runtime.LockOSThread() }

// Main turns this process into the program. Its only argument is the number of the first of three
// descriptors: the program's file, the control socket, the pipe with the orders.
//
// User, Landlock and filter belong to a thread. All is applied to this one, which then
// executes the program; the runtime's other threads end by that.
func Main() {
	program, err := strconv.Atoi(os.Args[1])
	if err != nil {
		os.Exit(125)
	}
	control := program + 1
	// Those three, and whatever the runner itself was started with.
	if err := unix.CloseRange(uint(program), math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		closeOnExec(program)
	}
	o, err := read(program + 2)
	if err == nil {
		err = becomeProgram(o, program, control)
	}
	// Whatever is wrong is ours; the runner reads it as a fault.
	_ = sendReport(control, Report{Error: err.Error()}, -1)
	os.Exit(125)
}

func becomeProgram(o Orders, program, control int) error {
	argv, err := cStrings(o.Args)
	if err != nil {
		return err
	}
	envv, err := cStrings(o.Env)
	if err != nil {
		return err
	}
	rules, err := prepareLandlock(o, program)
	if err != nil {
		return err
	}
	filter, err := buildFilter(filterSpec{
		profile: o.Profile, pid: os.Getpid(), execFD: program, maxMap: o.MaxMap, report: o.ReportCall, reportWrites: o.ReportWrites, socketPairs: o.SocketPairs,
	})
	if err != nil {
		return err
	}
	if err := applyLimits(o); err != nil {
		return err
	}
	if err := becomeUser(o.UID); err != nil {
		return err
	}
	if err := dropCapabilities(); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no_new_privs: %w", err)
	}
	if err := rules.restrict(); err != nil {
		return err
	}
	if o.Held {
		if err := beTraced(); err != nil {
			return err
		}
	}
	listener, err := installFilter(filter, o.ReportCall)
	if err != nil {
		return err
	}
	if err := sendReport(control, Report{CPU: cpuOfThisProcess()}, listener); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	empty := [1]byte{}
	_, _, errno := unix.RawSyscall6(unix.SYS_EXECVEAT, uintptr(program), uintptr(unsafe.Pointer(&empty[0])),
		uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&envv[0])), unix.AT_EMPTY_PATH, 0)
	runtime.KeepAlive(argv)
	runtime.KeepAlive(envv)
	return fmt.Errorf("execveat: %w", errno)
}

// beTraced lets the runner stop the program before its first instruction, and then
// whoever is the same user attach to it: of those only the debugger may call ptrace.
func beTraced() error {
	// Where Yama bounds attaching to descendants; elsewhere there is no such call.
	_, _, _ = unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_PTRACER, ^uintptr(0), 0)
	if _, _, errno := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_TRACEME, 0, 0, 0, 0, 0); errno != 0 {
		return fmt.Errorf("ptrace: %w", errno)
	}
	return nil
}

// applyLimits sets what holds for the whole process.
func applyLimits(o Orders) error {
	// The first to go where the container's memory ends; its own wish, so best effort.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	for _, limit := range o.Rlimits {
		value := unix.Rlimit{Cur: limit.Soft, Max: limit.Hard}
		if err := setRlimit(limit.Resource, value); err != nil {
			return fmt.Errorf("limit %d to %d: %w", limit.Resource, limit.Soft, err)
		}
	}
	if len(o.CPUs) > 0 {
		var set unix.CPUSet
		for _, cpu := range o.CPUs {
			set.Set(cpu)
		}
		if err := unix.SchedSetaffinity(0, &set); err != nil {
			return fmt.Errorf("affinity: %w", err)
		}
	}
	unix.Umask(umask(o.Profile))
	if err := os.Chdir(o.Dir); err != nil {
		return fmt.Errorf("working folder: %w", err)
	}
	return nil
}

// umask: what is built can be executed by the user of a run and not be read, since the
// tests are in it.
func umask(profile Profile) int {
	if profile == ProfileBuild {
		return 0o066
	}
	return 0o022
}

// setRlimit lowers a limit, at most to what we are allowed ourselves. It goes round
// package syscall, which would restore the number of descriptors at an exec.
func setRlimit(resource int, want unix.Rlimit) error {
	var have unix.Rlimit
	if err := unix.Prlimit(0, resource, nil, &have); err != nil {
		return err
	}
	want.Max = min(want.Max, have.Max)
	want.Cur = min(want.Cur, want.Max)
	return unix.Prlimit(0, resource, &want, nil)
}

// becomeUser switches this thread, and only it, for good.
func becomeUser(uid int) error {
	if uid < 0 {
		return nil
	}
	id := uintptr(uid)
	if _, _, errno := unix.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0); errno != 0 {
		return fmt.Errorf("setgroups: %w", errno)
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_SETRESGID, id, id, id); errno != 0 {
		return fmt.Errorf("setresgid: %w", errno)
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, id, id, id); errno != 0 {
		return fmt.Errorf("setresuid: %w", errno)
	}
	return nil
}

func cStrings(list []string) ([]*byte, error) {
	out := make([]*byte, 0, len(list)+1)
	for _, text := range list {
		pointer, err := unix.BytePtrFromString(text)
		if err != nil {
			return nil, errors.New("an argument or variable holds a NUL byte")
		}
		out = append(out, pointer)
	}
	return append(out, nil), nil
}

func cpuOfThisProcess() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &now); err != nil {
		return 0
	}
	return time.Duration(now.Nano())
}

// closeOnExec is for kernels before 5.11, which have no close_range.
func closeOnExec(first int) {
	const most = 1 << 10
	for fd := first; fd < most; fd++ {
		unix.CloseOnExec(fd)
	}
}

// dropCapabilities leaves this thread, and what it executes, with none. Changing the
// user does the same, but where there is only one user nothing changes.
func dropCapabilities() error {
	var none [2]unix.CapUserData // version 3: two words each
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	_, _, errno := unix.RawSyscall(unix.SYS_CAPSET,
		uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&none[0])), 0)
	if errno != 0 {
		return fmt.Errorf("capset: %w", errno)
	}
	return nil
}
