package box

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box/stage2"
)

const (
	startTimeout     = 10 * time.Second
	defaultProcesses = 256
	defaultFileBytes = 64 << 20
	// What a program allocated and did not touch is not memory yet, and Go maps more
	// than it uses. Twice the limit and this much is out of an honest program's reach;
	// the kernel's own limit, which is only a crash, comes a little later.
	dataSlack     = 512 << 20
	dataHeadstart = 256 << 20
	// Room in which polling sees the thread too many before the kernel refuses one.
	threadSlack = 32
	// An allocation of exactly the limit is rounded up to whole arenas.
	mapSlack = 64 << 20
)

// child is a program that was executed and is not waited for yet.
type child struct {
	pid      int
	started  time.Time
	ownCPU   time.Duration // what stage 2 used before the program started
	listener *os.File      // nil: none
	stdin    *os.File      // our end; nil: it has /dev/null
	stdout   *os.File
	stderr   *os.File
	reaper   *reaper
}

// files are the descriptors of stage 2 and those that we keep.
type files struct {
	child []*os.File
	ours  []*os.File
}

func (f *files) close() {
	closeAll(f.child)
	closeAll(f.ours)
}

func closeAll(list []*os.File) {
	for _, file := range list {
		if file != nil {
			file.Close()
		}
	}
}

// start returns once the program is executed.
func start(spec Spec) (*child, error) {
	program, err := openProgram(spec)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	if spec.Held {
		// Who traces a process is a thread: the one that made it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
	}
	var pipes files
	c := &child{}
	if err := c.openPipes(spec, &pipes); err != nil {
		pipes.close()
		return nil, err
	}
	control, theirs, err := socketPair()
	if err != nil {
		pipes.close()
		return nil, err
	}
	defer control.Close()
	ordersRead, ordersWrite, err := os.Pipe()
	if err != nil {
		theirs.Close()
		pipes.close()
		return nil, fmt.Errorf("pipe: %w", err)
	}
	inherited := append(append([]*os.File{}, pipes.child...), spec.ExtraFiles...)
	number := len(inherited)
	err = c.fork(append(inherited, program, theirs, ordersRead), number, spec.UID)
	closeAll([]*os.File{theirs, ordersRead})
	closeAll(pipes.child)
	if err != nil {
		ordersWrite.Close()
		closeAll(pipes.ours)
		return nil, err
	}
	if err := c.handshake(control, ordersWrite, spec); err != nil {
		c.reaper.kill(syscall.SIGKILL)
		c.reaper.wait()
		closeAll(pipes.ours)
		return nil, err
	}
	return c, nil
}

// openProgram opens what is to be executed without reading it. Nor may a run read it,
// since tests are in it: by its mode where the run is another user than the build, and
// here where it is the same.
func openProgram(spec Spec) (*os.File, error) {
	if spec.Held {
		if err := letRead(spec.Path); err != nil {
			return nil, err
		}
	} else if oneUser && spec.Profile == ProfileRun {
		if err := os.Chmod(spec.Path, 0o111); err != nil {
			return nil, fmt.Errorf("mode of the program: %w", err)
		}
	}
	fd, err := unix.Open(spec.Path, unix.O_PATH|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", spec.Path, err)
	}
	return os.NewFile(uintptr(fd), spec.Path), nil
}

func (c *child) openPipes(spec Spec, f *files) error {
	var err error
	var in *os.File
	if spec.Stdin == nil {
		in, err = os.Open(os.DevNull)
	} else if in, c.stdin, err = os.Pipe(); err == nil {
		f.ours = append(f.ours, c.stdin)
	}
	if err != nil {
		return fmt.Errorf("stdin: %w", err)
	}
	f.child = append(f.child, in)
	for _, end := range []**os.File{&c.stdout, &c.stderr} {
		read, write, err := os.Pipe()
		if err != nil {
			return fmt.Errorf("pipe: %w", err)
		}
		*end = read
		f.ours = append(f.ours, read)
		f.child = append(f.child, write)
	}
	return giveStreams(spec.UID, f.child)
}

// giveStreams makes the pipes among stdin, stdout and stderr the user's, who may then open
// /dev/stdin, /dev/stdout and /dev/stderr: the kernel checks the mode of a pipe that is
// opened by such a name. It is a pipe that the program has anyway.
func giveStreams(uid int, streams []*os.File) error {
	if oneUser || uid == BuildUID {
		return nil
	}
	for _, stream := range streams {
		if stream.Name() == os.DevNull {
			continue
		}
		if err := stream.Chown(uid, uid); err != nil {
			return fmt.Errorf("owner of a pipe: %w", err)
		}
	}
	return nil
}

// fork starts stage 2 with descriptors 0, 1, ...; number is that of the program's file.
func (c *child) fork(descriptors []*os.File, number, uid int) error {
	fds := make([]uintptr, len(descriptors))
	for i, file := range descriptors {
		fds[i] = file.Fd()
	}
	pid, err := syscall.ForkExec(stage2Path, []string{Stage2Name, strconv.Itoa(number)}, &syscall.ProcAttr{
		Dir: "/",
		// One thread at work is enough, and less to start.
		Env:   []string{"GOMAXPROCS=1", "GOGC=off"},
		Files: fds,
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return fmt.Errorf("start stage 2: %w", err)
	}
	c.pid, c.reaper = pid, newReaper(pid, uid)
	return nil
}

// handshake sends the orders and waits until the program runs.
func (c *child) handshake(control *net.UnixConn, pipe *os.File, spec Spec) error {
	sent := writeOrders(pipe, ordersFor(spec))
	if spec.Held {
		sent = errors.Join(sent, hold(c.pid))
	}
	c.reaper.watch()
	report, listener, err := receiveReport(control)
	c.started = time.Now()
	if err != nil {
		return errors.Join(err, sent)
	}
	c.ownCPU, c.listener = report.CPU, listener
	return sent
}

func ordersFor(spec Spec) stage2.Orders {
	o := stage2.Orders{
		Args: spec.Args, Env: spec.Env, Dir: spec.Dir, UID: userOf(spec.UID), Profile: spec.Profile,
		Rlimits: rlimitsFor(spec), ReportCall: reportCalls && spec.Profile != ProfileDebugger, Held: spec.Held,
	}
	o.ReportWrites = o.ReportCall && spec.ordered()
	o.SocketPairs = spec.SocketPairs
	// Interpreters reserve far more than they use, and writable: what is resident counts.
	if spec.Limits.MemoryBytes > 0 && spec.Profile != ProfileScript {
		o.MaxMap = uint64(spec.Limits.MemoryBytes) + mapSlack
	}
	devices := []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random"}
	if spec.Profile == ProfileBuild {
		o.ReadOnly = append([]string{filepath.Join(sysroot, "go")}, devices...)
		o.Writable = []string{buildRoot, "/dev/null"}
		return o
	}
	o.CPUs = affinity(spec.Limits.CPUs)
	o.ReadOnly = append([]string{
		filepath.Join(sysroot, "go/lib/time"), "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/nsswitch.conf",
	}, devices...)
	if spec.Profile == ProfileScript {
		o.Execute, o.ReadOnly = []string{spec.Loader}, append(o.ReadOnly, spec.Libraries...)
	}
	o.Writable = []string{workdirOf(spec.Dir), "/dev/null", "/dev/full"}
	return o
}

// workdirOf is the folder of NewWorkdir that dir is or lies in.
func workdirOf(dir string) string {
	below, err := filepath.Rel(workRoot, dir)
	if err != nil || below == "." || strings.HasPrefix(below, "..") {
		return dir
	}
	first, _, _ := strings.Cut(below, string(filepath.Separator))
	return filepath.Join(workRoot, first)
}

// rlimitsFor are the backstops of what watch measures, and what only the kernel can
// count. Never RLIMIT_AS: Go reserves far more address space than it uses.
func rlimitsFor(spec Spec) []stage2.Rlimit {
	l := spec.Limits
	descriptors := uint64(512)
	if spec.Profile == ProfileBuild {
		descriptors = 4096 // the linker opens every archive
	}
	threads := uint64(threadLimit(l)) + threadSlack
	list := []stage2.Rlimit{
		stage2.Limit(unix.RLIMIT_CORE, 0),
		stage2.Limit(unix.RLIMIT_MEMLOCK, 0),
		stage2.Limit(unix.RLIMIT_MSGQUEUE, 0),
		stage2.Limit(unix.RLIMIT_SIGPENDING, 256),
		stage2.Limit(unix.RLIMIT_NOFILE, descriptors),
		stage2.Limit(unix.RLIMIT_NPROC, threads),
		stage2.Limit(unix.RLIMIT_FSIZE, uint64(fileLimit(l))),
	}
	if l.CPU > 0 {
		seconds := uint64(l.CPU/time.Second) + 2
		list = append(list, stage2.Limit(unix.RLIMIT_CPU, seconds))
	}
	if l.MemoryBytes > 0 && spec.Profile != ProfileScript {
		data := uint64(dataLimit(l)) + dataHeadstart
		list = append(list, stage2.Limit(unix.RLIMIT_DATA, data))
	}
	return list
}

// dataLimit bounds what a program may have allocated, touched or not.
func dataLimit(l Limits) int64 { return 2*l.MemoryBytes + dataSlack }

func threadLimit(l Limits) int {
	if l.Processes > 0 {
		return l.Processes
	}
	return defaultProcesses
}

func fileLimit(l Limits) int64 {
	if l.FileBytes > 0 {
		return l.FileBytes
	}
	return defaultFileBytes
}

// affinity picks as many CPUs as a run shall see, at least two where there are; which,
// rotates, so that sandboxes on a large machine do not all share the first ones.
func affinity(cpus float64) []int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil
	}
	var have []int
	for cpu := 0; cpu < len(set)*64 && len(have) < set.Count(); cpu++ {
		if set.IsSet(cpu) {
			have = append(have, cpu)
		}
	}
	want := max(2, int(cpus+0.999))
	if len(have) <= want {
		return have
	}
	first := int(nextAffinity.Add(uint64(want)))
	var chosen []int
	for i := range want {
		chosen = append(chosen, have[(first+i)%len(have)])
	}
	return chosen
}
