package stage2

import "golang.org/x/sys/unix"

// allowed are the calls that Go's runtime and standard library make and that reach
// nothing outside of the process, its own files and its own descriptors. The frequent
// ones stand first: old kernels go through the list at each call.
func allowed() []uintptr {
	return append([]uintptr{
		unix.SYS_FUTEX, unix.SYS_READ, unix.SYS_WRITE, unix.SYS_NANOSLEEP, unix.SYS_EPOLL_PWAIT,
		unix.SYS_MADVISE, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_RT_SIGPROCMASK,
		unix.SYS_RT_SIGRETURN, unix.SYS_CLOCK_GETTIME, unix.SYS_SCHED_YIELD, unix.SYS_GETPID,

		// Memory and time.
		unix.SYS_BRK, unix.SYS_MREMAP, unix.SYS_MINCORE, unix.SYS_MSYNC, unix.SYS_CLOCK_NANOSLEEP,
		unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY, unix.SYS_TIMES, unix.SYS_GETRANDOM,

		// Threads and signals to oneself.
		unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_MEMBARRIER,
		unix.SYS_SIGALTSTACK, unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGTIMEDWAIT, unix.SYS_RT_SIGPENDING,
		unix.SYS_RT_SIGSUSPEND, unix.SYS_RESTART_SYSCALL, unix.SYS_GETTID, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
		unix.SYS_SCHED_GETAFFINITY, unix.SYS_GETCPU, unix.SYS_SETITIMER, unix.SYS_GETITIMER,
		unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_GETTIME, unix.SYS_TIMER_DELETE,
		unix.SYS_WAIT4, unix.SYS_WAITID,

		// Who am I.
		unix.SYS_GETPPID, unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID,
		unix.SYS_GETRESUID, unix.SYS_GETRESGID, unix.SYS_GETGROUPS, unix.SYS_GETPGID, unix.SYS_GETSID,
		unix.SYS_GETPRIORITY, unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_GETRUSAGE, unix.SYS_UMASK,

		// Descriptors.
		unix.SYS_CLOSE, unix.SYS_CLOSE_RANGE, unix.SYS_DUP, unix.SYS_DUP3, unix.SYS_PIPE2,
		unix.SYS_READV, unix.SYS_WRITEV, unix.SYS_PREAD64, unix.SYS_PWRITE64, unix.SYS_PREADV,
		unix.SYS_PWRITEV, unix.SYS_PREADV2, unix.SYS_PWRITEV2, unix.SYS_LSEEK, unix.SYS_FSTAT,
		unix.SYS_PPOLL, unix.SYS_PSELECT6, unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL,
		unix.SYS_EPOLL_PWAIT2, unix.SYS_EVENTFD2, unix.SYS_SENDFILE, unix.SYS_SPLICE,
		unix.SYS_COPY_FILE_RANGE, unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_FADVISE64,
		unix.SYS_FTRUNCATE, unix.SYS_FALLOCATE, unix.SYS_FSTATFS, unix.SYS_GETDENTS64, unix.SYS_FCHDIR,
		unix.SYS_FCHMOD,

		// Files: which of them, modes, mounts and Landlock say.
		unix.SYS_OPENAT, unix.SYS_OPENAT2, unix.SYS_STATX, unix.SYS_STATFS, unix.SYS_FACCESSAT,
		unix.SYS_FACCESSAT2, unix.SYS_READLINKAT, unix.SYS_MKDIRAT, unix.SYS_UNLINKAT,
		unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_LINKAT, unix.SYS_SYMLINKAT, unix.SYS_FCHMODAT,
		unix.SYS_TRUNCATE, unix.SYS_UTIMENSAT, unix.SYS_GETCWD, unix.SYS_CHDIR,
	}, allowedHere()...)
}

// socketCalls work on sockets that socket(2) let through, for runs.
func socketCalls() []uintptr {
	return []uintptr{
		unix.SYS_CONNECT, unix.SYS_ACCEPT4, unix.SYS_ACCEPT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_SENDTO,
		unix.SYS_RECVFROM, unix.SYS_SENDMSG, unix.SYS_RECVMSG, unix.SYS_SHUTDOWN, unix.SYS_GETSOCKNAME,
		unix.SYS_GETPEERNAME, unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT,
	}
}

// debuggerCalls are what a debugger needs on top of what a run may: to stop the threads of
// another process and to look into it. The kernel lets it do so to its own user's only.
func debuggerCalls() []uintptr {
	return []uintptr{
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_KILL, unix.SYS_TGKILL,
	}
}

// A namedCall is a forbidden system call and what it is called in a result; "" where
// the kernel kills without a word (see forbidNamed).
type namedCall struct {
	number uintptr
	name   string
}

// forbidden are the calls that end a process at once.
func forbidden() []namedCall {
	calls := []namedCall{
		{unix.SYS_EXECVE, "exec"}, {unix.SYS_PTRACE, "ptrace"},
		{unix.SYS_SETSID, "session"}, {unix.SYS_SETPGID, "session"},
	}
	silent := []uintptr{
		unix.SYS_CLONE3, // its arguments lie in memory, where a filter cannot look
		unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE, unix.SYS_KCMP,
		unix.SYS_PIDFD_GETFD,
		unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_FSOPEN,
		unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE,
		unix.SYS_MOUNT_SETATTR, unix.SYS_SWAPON, unix.SYS_SWAPOFF,
		unix.SYS_UNSHARE, unix.SYS_SETNS,
		unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
		unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
		unix.SYS_BPF, unix.SYS_USERFAULTFD, unix.SYS_PERF_EVENT_OPEN,
		unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
		unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_REBOOT,
		unix.SYS_OPEN_BY_HANDLE_AT,
		unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_ADJTIMEX,
	}
	for _, number := range silent {
		calls = append(calls, namedCall{number: number})
	}
	return append(calls, forbiddenHere()...)
}

// Unnamed is the violation of whom the kernel killed without a word.
const Unnamed = "forbidden system call"

// CallName says what a reported call was for.
func CallName(number uintptr) string {
	switch number {
	case unix.SYS_CLONE:
		return "fork"
	case unix.SYS_EXECVEAT:
		return "exec"
	}
	for _, call := range forbidden() {
		if call.number == number {
			return call.name
		}
	}
	return Unnamed
}
