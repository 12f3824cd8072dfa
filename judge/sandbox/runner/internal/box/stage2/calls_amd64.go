package stage2

import "golang.org/x/sys/unix"

const (
	auditArch  = unix.AUDIT_ARCH_X86_64
	foreignBit = 0x40000000
)

// allowedHere are the older names of allowed calls, which only amd64 has.
func allowedHere() []uintptr {
	return []uintptr{
		unix.SYS_ARCH_PRCTL, unix.SYS_OPEN, unix.SYS_CREAT, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_NEWFSTATAT,
		unix.SYS_ACCESS, unix.SYS_READLINK, unix.SYS_MKDIR, unix.SYS_RMDIR, unix.SYS_UNLINK,
		unix.SYS_RENAME, unix.SYS_LINK, unix.SYS_SYMLINK, unix.SYS_CHMOD, unix.SYS_UTIME, unix.SYS_UTIMES,
		unix.SYS_FUTIMESAT, unix.SYS_GETDENTS, unix.SYS_DUP2, unix.SYS_PIPE, unix.SYS_POLL,
		unix.SYS_SELECT, unix.SYS_EPOLL_CREATE, unix.SYS_EPOLL_WAIT, unix.SYS_EVENTFD, unix.SYS_GETPGRP,
		unix.SYS_TIME, unix.SYS_GETRLIMIT, unix.SYS_PAUSE, unix.SYS_ALARM,
	}
}

func forbiddenHere() []namedCall {
	return []namedCall{
		{unix.SYS_FORK, "fork"}, {unix.SYS_VFORK, "fork"},
		{unix.SYS_IOPL, ""}, {unix.SYS_IOPERM, ""},
	}
}
