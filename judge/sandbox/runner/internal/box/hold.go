package box

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A program that is to be debugged is held: stage 2 has the runner trace it, the runner
// stops it where the kernel has just executed it, and lets go of it. It stays stopped
// until Delve, a process of the same user, has attached to it and the runner has
// continued it. So the program has the filter and the rules of any run, and it is Delve
// alone that may do what a debugger does.

// hold returns once the program is executed and stopped, or has ended instead. It must be
// called in the thread that started it.
func hold(pid int) error {
	for {
		code, status, err := stateOf(pid)
		if err != nil {
			return err
		}
		switch {
		case code != cldTrapped:
			return nil // it ended: why, its report says
		case syscall.Signal(status) == syscall.SIGTRAP:
			return ptrace(unix.PTRACE_DETACH, pid, syscall.SIGSTOP)
		}
		// A signal for stage 2, from its own runtime.
		if err := ptrace(unix.PTRACE_CONT, pid, syscall.Signal(status)); err != nil {
			return err
		}
	}
}

const cldTrapped = 4

// stateOf waits until a child has stopped or ended; it stays to be waited for.
func stateOf(pid int) (code, status int32, err error) {
	var info unix.Siginfo
	for {
		err = unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WSTOPPED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return 0, 0, fmt.Errorf("waiting for a stop: %w", err)
	}
	// si_signo, si_errno, si_code, a gap; si_pid, si_uid, si_status.
	words := (*[7]int32)(unsafe.Pointer(&info))
	return words[2], words[6], nil
}

func ptrace(request, pid int, signal syscall.Signal) error {
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, uintptr(request), uintptr(pid), 0, uintptr(signal), 0, 0)
	if errno != 0 {
		return fmt.Errorf("ptrace: %w", errno)
	}
	return nil
}

// letRead makes a program readable: only of such a one may a debugger look into the process.
func letRead(program string) error {
	if !oneUser {
		if err := os.Lchown(program, 0, 0); err != nil {
			return fmt.Errorf("owner of the program: %w", err)
		}
	}
	if err := os.Chmod(program, 0o555); err != nil {
		return fmt.Errorf("mode of the program: %w", err)
	}
	return nil
}
