package box

import (
	"fmt"
	"io"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box/stage2"
)

// The order of stdout and stderr. Each is a pipe of its own, so that what is judged is
// stdout and nothing else. Two pipes say nothing about which was written to first: if both
// hold something when the runner looks, the order is lost. A person who reads the output
// needs it: did the program complain before or after that line?
//
// For such runs the filter reports each write to descriptor 1 or 2 before it happens. The
// runner then reads what is left in the other pipe, whose writes are over, and lets the
// write go on. So never do both pipes hold something, whatever the threads of the program:
// if one write happened before another, it is read before. A write costs two switches to
// the runner, which is why only runs that people look at are ordered.
//
// Writes to copies of the descriptors, or by a name such as /dev/stderr, are not reported.
// They are read as they come, as are all where the kernel cannot let a call go on (before
// Linux 5.5, gVisor).

// ordered reports whether writes of the program are to be reported.
func (s Spec) ordered() bool { return s.Ordered && !s.Held && continues }

// canContinue tells whether the kernel lets a reported call go on: Linux 5.5 and later.
func canContinue() bool {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return false
	}
	var major, minor int
	if n, _ := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &major, &minor); n != 2 {
		return false
	}
	return major > 5 || major == 5 && minor >= 5
}

// notificationAnswer is struct seccomp_notif_resp of linux/seccomp.h.
type notificationAnswer struct {
	ID    uint64
	Value int64
	Error int32
	Flags uint32
}

const flagContinue = 1 // SECCOMP_USER_NOTIF_FLAG_CONTINUE

// goOn lets a reported call happen. Where the caller is gone, or was interrupted by a
// signal and asks anew, there is nobody to answer.
func goOn(listener *os.File, n notification) {
	conn, err := listener.SyscallConn()
	if err != nil {
		return
	}
	answer := notificationAnswer{ID: n.ID, Flags: flagContinue}
	_ = conn.Control(func(fd uintptr) {
		_, _, _ = unix.Syscall(unix.SYS_IOCTL, fd, unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&answer)))
	})
}

// wakeAtOnce asks the kernel to run whoever a report or an answer wakes on the same CPU,
// since the other side waits for it: a write then takes a quarter less. Best effort, from
// Linux 6.6 on.
func wakeAtOnce(listener *os.File) {
	const syncWakeUp = 1 // SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
	if conn, err := listener.SyscallConn(); err == nil {
		_ = conn.Control(func(fd uintptr) {
			_, _, _ = unix.Syscall(unix.SYS_IOCTL, fd, unix.SECCOMP_IOCTL_NOTIF_SET_FLAGS, syncWakeUp)
		})
	}
}

// await answers reports of writes until there is one of a forbidden call; ok is false
// when the listener was closed.
func (w *watcher) await(listener *os.File) (n notification, ok bool) {
	wakeAtOnce(listener)
	for {
		n, ok = awaitCall(listener)
		if !ok {
			return n, false
		}
		stream, isWrite := stage2.WriteTo(uintptr(n.Data.Number), n.Data.Args)
		if !isWrite {
			return n, true
		}
		w.catchUp(stream)
		goOn(listener, n)
	}
}

// catchUp reads what is left in the other pipe than the one of the descriptor.
func (w *watcher) catchUp(descriptor int) {
	other := w.out
	if descriptor == 1 {
		other = w.err
	}
	other.readAll()
}

// A stream is one of the program's outputs.
type stream struct {
	watcher *watcher
	pipe    *os.File
	to      io.Writer
	buffer  [32 << 10]byte
}

// read reads once without waiting and passes on what came.
func (s *stream) read(fd uintptr) (n int, err error) {
	s.watcher.reading.Lock()
	defer s.watcher.reading.Unlock()
	n, err = ignoringInterrupts(func() (int, error) { return unix.Read(int(fd), s.buffer[:]) })
	if n > 0 {
		s.watcher.take(s.buffer[:n], s.to)
	}
	return n, err
}

// readAll reads what is there.
func (s *stream) readAll() {
	conn, err := s.pipe.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		for {
			if n, _ := s.read(fd); n <= 0 {
				return
			}
		}
	})
}

// drain reads to the end of the pipe.
func (s *stream) drain() {
	conn, err := s.pipe.SyscallConn()
	if err != nil {
		return
	}
	for over := false; !over; {
		waited := conn.Read(func(fd uintptr) bool {
			n, err := s.read(fd)
			over = n <= 0 && err != unix.EAGAIN
			return err != unix.EAGAIN
		})
		over = over || waited != nil
	}
}

func ignoringInterrupts(call func() (int, error)) (n int, err error) {
	for {
		if n, err = call(); err != unix.EINTR {
			return n, err
		}
	}
}
