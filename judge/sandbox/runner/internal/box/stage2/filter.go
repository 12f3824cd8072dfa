package stage2

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The filter has three answers. What Go's runtime and standard library need is
// allowed. What no honest program does (see forbidden in calls.go) ends the process
// and is told by name. Everything else, known or not yet invented, fails with EPERM,
// which the standard library treats as "this system cannot".

type filterSpec struct {
	profile Profile
	pid     int    // of the program: it may signal only itself
	execFD  int    // the one descriptor that may be executed
	maxMap  uint64 // bytes; 0: any
	report  bool   // forbidden calls are told to the runner, not killed by the kernel
	// reportWrites: writes to stdout and stderr are told to the runner, which lets them go on.
	reportWrites bool
	socketPairs  bool
}

const (
	allow   = unix.SECCOMP_RET_ALLOW
	refuse  = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	cloneNS = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
		unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET
	// unix has it only as a member of an enumeration of another name.
	prSetVMA = 0x53564d41
	// And these not at all: asm-generic/ioctls.h.
	fioNread, fioNbio, fioNclex, fioClex = 0x541b, 0x5421, 0x5450, 0x5451
)

// forbid is the answer to a call whose name is told.
func (s filterSpec) forbid() uint32 {
	if s.profile == ProfileDebugger {
		return refuse // it is ours, and asks for more than it needs
	}
	if s.report {
		return unix.SECCOMP_RET_USER_NOTIF
	}
	return unix.SECCOMP_RET_KILL_PROCESS
}

// forbidNamed leaves those to the kernel which an engine's own filter answers by an
// error: of two filters' answers the kernel takes an error over a report, and only a
// kill over an error.
func (s filterSpec) forbidNamed(call namedCall) uint32 {
	if call.name == "" {
		return unix.SECCOMP_RET_KILL_PROCESS
	}
	return s.forbid()
}

// buildFilter writes the program for the architecture it runs on.
func buildFilter(s filterSpec) (program, error) {
	var p program
	p.load(offsetArch)
	p.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, auditArch, 1, 0)
	p.ret(unix.SECCOMP_RET_KILL_PROCESS)
	p.load(offsetNumber)
	if foreignBit != 0 {
		// The x32 calls of amd64: other numbers for the same things.
		p.jump(unix.BPF_JMP|unix.BPF_JSET|unix.BPF_K, foreignBit, 0, 1)
		p.ret(unix.SECCOMP_RET_KILL_PROCESS)
	}
	if s.reportWrites {
		for _, call := range writes {
			p.onNumber(call.number, reportWrite(call.argument))
		}
	}
	for _, number := range allowed() {
		p.onNumber(number, returning(allow))
	}
	s.conditional(&p)
	if s.profile == ProfileScript {
		// With this answer a C library makes its threads by clone, whose arguments a filter
		// can see, and an event loop waits by epoll.
		missing := returning(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS))
		p.onNumber(unix.SYS_CLONE3, missing)
		p.onNumber(unix.SYS_IO_URING_SETUP, missing)
		// V8 asks for its threads' priorities where they wait for each other, and complains
		// on the program's stderr where it is not told.
		p.onNumber(unix.SYS_SCHED_GETPARAM, returning(allow))
		p.onNumber(unix.SYS_SCHED_GETSCHEDULER, returning(allow))
	}
	if s.profile != ProfileBuild {
		s.sockets(&p)
	} else {
		// Stage 2 reports on the control socket once the filter is on.
		p.onNumber(unix.SYS_SENDMSG, returning(allow))
	}
	if s.profile == ProfileDebugger {
		for _, number := range debuggerCalls() {
			p.onNumber(number, returning(allow))
		}
	} else {
		for _, call := range forbidden() {
			p.onNumber(call.number, returning(s.forbidNamed(call)))
		}
	}
	p.ret(refuse)
	if len(p) > 4096 {
		return nil, fmt.Errorf("the filter has %d instructions, the kernel takes 4096", len(p))
	}
	return p, nil
}

// conditional adds the calls that depend on their arguments.
func (s filterSpec) conditional(p *program) {
	self := uint32(s.pid)
	p.onNumber(unix.SYS_CLONE, s.threadsOnly())
	p.onNumber(unix.SYS_EXECVEAT, s.execOnce())
	p.onNumber(unix.SYS_MMAP, s.mapping())
	if s.profile != ProfileDebugger {
		p.onNumber(unix.SYS_KILL, argIn(0, refuse, self))
		p.onNumber(unix.SYS_TGKILL, argIn(0, refuse, self))
	}
	p.onNumber(unix.SYS_PRLIMIT64, argIn(0, refuse, 0, self))
	p.onNumber(unix.SYS_PRCTL, argIn(0, refuse, prSetVMA))
	// No locks: a lock on a file that sandboxes share would be a channel between them.
	p.onNumber(unix.SYS_FCNTL, argIn(1, refuse, unix.F_DUPFD, unix.F_DUPFD_CLOEXEC,
		unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL))
	const notTerminal = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOTTY)
	if s.profile == ProfileScript {
		// On its own descriptors: do not block, close at exec, how much is there to read.
		p.onNumber(unix.SYS_IOCTL, argIn(1, notTerminal, fioNbio, fioClex, fioNclex, fioNread))
	} else {
		p.onNumber(unix.SYS_IOCTL, returning(notTerminal))
	}
}

func (s filterSpec) threadsOnly() program {
	var p program
	p.unlessEqual(0, cloneNS, 0, unix.SECCOMP_RET_KILL_PROCESS)
	p.unlessEqual(0, unix.CLONE_THREAD, unix.CLONE_THREAD, s.forbid())
	p.ret(allow)
	return p
}

// execOnce allows what stage 2 does. The descriptor closes by it, and what a program
// could put in its place it cannot execute: its folder is mounted noexec, and Landlock
// names the one file that may be.
func (s filterSpec) execOnce() program {
	var p program
	p.unlessEqual(0, ^uint32(0), uint32(s.execFD), s.forbid())
	p.unlessEqual(4, ^uint32(0), unix.AT_EMPTY_PATH, s.forbid())
	p.ret(allow)
	return p
}

// mapping stops one private writable mapping that alone is over the memory limit: it
// is seen before it is touched, which polling could miss and a limit on data would
// only turn into a crash of some kind.
func (s filterSpec) mapping() program {
	if s.maxMap == 0 {
		return returning(allow)
	}
	tooLarge := s.forbid()
	if !s.report {
		tooLarge = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOMEM)
	}
	var p program
	const jset, jgt = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K
	high, low := uint32(s.maxMap>>32), uint32(s.maxMap)
	p.loadArg(2)
	p.jump(jset, unix.PROT_WRITE, 1, 0)
	p.ret(allow)
	p.loadArg(3)
	p.jump(jset, unix.MAP_PRIVATE, 1, 0)
	p.ret(allow)
	p.loadArgHigh(1)
	p.jump(jgt, high, 4, 0)                                  // larger
	p.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, high, 0, 2) // smaller
	p.loadArg(1)
	p.jump(jgt, low, 1, 0)
	p.ret(allow)
	p.ret(tooLarge)
	return p
}

// writes are the calls that write to a descriptor, and which argument that is.
var writes = []struct {
	number   uintptr
	argument uint32
}{{unix.SYS_WRITE, 0}, {unix.SYS_WRITEV, 0}, {unix.SYS_SENDFILE, 0}, {unix.SYS_SPLICE, 2}}

func reportWrite(argument uint32) program {
	var p program
	p.loadArg(argument)
	for _, descriptor := range []uint32{1, 2} {
		p.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, descriptor, 0, 1)
		p.ret(unix.SECCOMP_RET_USER_NOTIF)
	}
	p.ret(allow)
	return p
}

// WriteTo reports whether a call that the kernel told of is a write to stdout or stderr,
// and to which: 1 or 2.
func WriteTo(number uintptr, arguments [6]uint64) (descriptor int, ok bool) {
	for _, call := range writes {
		if call.number == number {
			return int(int32(arguments[call.argument])), true
		}
	}
	return 0, false
}

// sockets allows TCP and UDP; the network namespace has only the loopback device.
// Unix sockets, netlink, vsock, raw packets and the rest do not exist.
func (s filterSpec) sockets(p *program) {
	for _, number := range socketCalls() {
		p.onNumber(number, returning(allow))
	}
	var check program
	check.unlessIn(0, ^uint32(0), unix.SECCOMP_RET_ERRNO|uint32(unix.EAFNOSUPPORT), unix.AF_INET, unix.AF_INET6)
	check.unlessIn(1, 0xf, unix.SECCOMP_RET_ERRNO|uint32(unix.EPROTONOSUPPORT), unix.SOCK_STREAM, unix.SOCK_DGRAM)
	check.unlessIn(2, ^uint32(0), unix.SECCOMP_RET_ERRNO|uint32(unix.EPROTONOSUPPORT),
		0, unix.IPPROTO_TCP, unix.IPPROTO_UDP)
	check.ret(allow)
	p.onNumber(unix.SYS_SOCKET, check)
	if s.socketPairs {
		p.onNumber(unix.SYS_SOCKETPAIR, pair())
	}
}

// pair allows two connected stream sockets of the Unix domain, with which Python's asyncio
// wakes its loop. Such a socket has no name and cannot get to another than its peer: it is
// connected for good, so it neither listens nor connects, and a datagram could be sent
// elsewhere.
func pair() program {
	var p program
	p.unlessEqual(0, ^uint32(0), unix.AF_UNIX, unix.SECCOMP_RET_ERRNO|uint32(unix.EAFNOSUPPORT))
	p.unlessEqual(1, 0xf, unix.SOCK_STREAM, unix.SECCOMP_RET_ERRNO|uint32(unix.EPROTONOSUPPORT))
	p.unlessEqual(2, ^uint32(0), 0, unix.SECCOMP_RET_ERRNO|uint32(unix.EPROTONOSUPPORT))
	p.ret(allow)
	return p
}

// installFilter puts the filter in force for this thread. With report it returns the
// descriptor on which the kernel tells of forbidden calls, else -1.
func installFilter(p program, report bool) (listener int, err error) {
	length := uint16(len(p))
	prog := unix.SockFprog{Len: length, Filter: &p[0]}
	var flags uintptr
	if report {
		flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	}
	fd, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return -1, fmt.Errorf("seccomp: %w", errno)
	}
	if !report {
		return -1, nil
	}
	return int(fd), nil
}

// CanReport tells whether the kernel can tell the runner of forbidden calls.
func CanReport() bool {
	action := uint32(unix.SECCOMP_RET_USER_NOTIF)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}
