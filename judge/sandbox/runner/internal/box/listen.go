package box

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notification is struct seccomp_notif of linux/seccomp.h.
type notification struct {
	ID    uint64
	PID   uint32
	Flags uint32
	Data  struct {
		Number             int32
		Arch               uint32
		InstructionPointer uint64
		Args               [6]uint64
	}
}

// awaitCall returns the first forbidden call that the kernel tells of; ok is false when
// the listener was closed. The caller is left waiting: it will be killed.
func awaitCall(listener *os.File) (n notification, ok bool) {
	conn, err := listener.SyscallConn()
	if err != nil {
		return n, false
	}
	_ = conn.Read(func(fd uintptr) bool {
		// Receiving blocks even on a non-blocking descriptor, so look first.
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		if count, err := unix.Poll(poll, 0); err != nil || count == 0 {
			return false
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			return true // hung up: nobody is left who could call
		}
		n = notification{}
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&n)))
		ok = errno == 0
		return errno != unix.EINTR && errno != unix.ENOENT
	})
	return n, ok
}
