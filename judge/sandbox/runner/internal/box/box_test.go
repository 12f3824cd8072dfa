package box

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box/stage2"
)

// binary is testdata/program, in a folder that no run may enter.
var binary string

func TestMain(m *testing.M) {
	if os.Args[0] == Stage2Name {
		Stage2Main()
	}
	os.Exit(prepared(m))
}

func prepared(m *testing.M) int {
	dir, err := os.MkdirTemp("", "box")
	if err == nil {
		defer os.RemoveAll(dir)
		err = prepare(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func prepare(dir string) error {
	build, work, private := dir+"/build", dir+"/work", dir+"/private"
	err := errors.Join(os.Chmod(dir, 0o711), os.Mkdir(build, 0o711), os.Mkdir(work, 0o711), os.Mkdir(private, 0o700))
	if err != nil {
		return err
	}
	binary = filepath.Join(private, "program")
	compile := exec.Command("go", "build", "-o", binary, "./testdata/program")
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return Setup(build, work)
}

// run runs the program as a fresh user in a fresh folder; t fails where that is left
// unclean.
func run(t *testing.T, limits Limits, args ...string) (Usage, string) {
	t.Helper()
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	u, err := Run(t.Context(), Spec{
		Path: binary, Args: append([]string{"program"}, args...), Env: []string{"HOME=/nowhere"}, Dir: dir, UID: uid,
		Stdout: &out, Stderr: &out, Limits: limits,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := Clean(uid); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the working folder is still there: %v", err)
	}
	return u, out.String()
}

var wide = Limits{CPU: 5 * time.Second, Wall: 10 * time.Second, MemoryBytes: 256 << 20, OutputBytes: 64 << 10}

func TestHonest(t *testing.T) {
	for _, args := range [][]string{
		{"nothing"}, {"files"}, {"http"}, {"udp"}, {"find-process"}, {"mmap-shared"}, {"touch", "200"},
		{"threads", "50"}, {"sleep", "20"}, {"spin", "50"}, {"file", "8"},
	} {
		t.Run(strings.Join(args, "-"), func(t *testing.T) {
			u, out := run(t, wide, args...)
			if u.ExitCode != 0 || u.Signal != 0 || u.Limit != "" || u.Violation != "" || !strings.HasSuffix(out, "ok\n") {
				t.Errorf("%+v\n%s", u, out)
			}
			if u.MemoryBytes > wide.MemoryBytes || u.Wall <= 0 {
				t.Errorf("measured %+v", u)
			}
		})
	}
}

func TestRefusedButHarmless(t *testing.T) {
	for _, args := range [][]string{
		{"outside"}, {"unix"}, {"kill-others"}, {"lock"}, {"record-lock"}, {"read", "/etc/shadow"}, {"read", "/proc/self/environ"},
		{"read", "/proc/1/cmdline"}, {"write", "/tmp/box-left"}, {"write", "/dev/shm/box-left"}, {"read", binary},
		{"write", "../left"},
		{"call", fmt.Sprint(unix.SYS_MEMFD_CREATE)}, {"call", fmt.Sprint(unix.SYS_SHMGET)},
		{"call", fmt.Sprint(unix.SYS_MQ_OPEN)}, {"call", fmt.Sprint(unix.SYS_INOTIFY_INIT1)},
		{"call", fmt.Sprint(unix.SYS_SETUID)}, {"call", fmt.Sprint(unix.SYS_SOCKET), fmt.Sprint(unix.AF_VSOCK)},
		{"call", fmt.Sprint(unix.SYS_SOCKET), fmt.Sprint(unix.AF_NETLINK)}, {"call", "400000"},
		{"call", fmt.Sprint(unix.SYS_SOCKETPAIR), fmt.Sprint(unix.AF_UNIX)},
	} {
		t.Run(strings.Join(args, "-"), func(t *testing.T) {
			if args[0] == "outside" && os.Getpid() != 1 {
				t.Skip("this test process shares the host's network")
			}
			if LandlockVersion() == 0 && (args[0] == "read" || args[0] == "write") {
				t.Skip("this kernel has no Landlock")
			}
			if args[0] == "write" && filepath.IsAbs(args[1]) {
				os.Remove(args[1]) // of an earlier run's user, who alone may write to it
			}
			u, out := run(t, wide, args...)
			if u.ExitCode != 0 || u.Violation != "" || !strings.HasSuffix(out, "ok\n") {
				t.Errorf("%+v\n%s", u, out)
			}
			// Such a call fails anyway, with no arguments to speak of; it must be the filter's error.
			if want := filtered(args); !strings.HasPrefix(out, want) {
				t.Errorf("got %s, want %s", out, want)
			}
		})
	}
}

// filtered is what a program says of a system call that the filter refused.
func filtered(args []string) string {
	switch {
	case args[0] != "call":
		return ""
	case args[1] == fmt.Sprint(unix.SYS_SOCKET):
		return unix.EAFNOSUPPORT.Error()
	}
	return unix.EPERM.Error()
}

func TestForbidden(t *testing.T) {
	const x32Getpid = 0x40000000 | 39
	for _, c := range []struct {
		want string
		args []string
	}{
		{"fork", []string{"exec"}},
		{"exec", []string{"execve"}},
		{"fork", []string{"call", fmt.Sprint(unix.SYS_CLONE), fmt.Sprint(int(unix.SIGCHLD))}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_CLONE), fmt.Sprint(unix.CLONE_NEWUSER)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_CLONE3)}},
		{"exec", []string{"call", fmt.Sprint(unix.SYS_EXECVEAT), "3"}},
		{"ptrace", []string{"call", fmt.Sprint(unix.SYS_PTRACE)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_MOUNT)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_UNSHARE)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_KEYCTL)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_IO_URING_SETUP)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_BPF)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_USERFAULTFD)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_PERF_EVENT_OPEN)}},
		{"session", []string{"call", fmt.Sprint(unix.SYS_SETSID)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(unix.SYS_REBOOT)}},
		{stage2.Unnamed, []string{"call", fmt.Sprint(x32Getpid)}},
	} {
		t.Run(strings.Join(c.args, "-"), func(t *testing.T) {
			if slices.Contains(c.args, fmt.Sprint(x32Getpid)) && runtime.GOARCH != "amd64" {
				t.Skip("only amd64 has calls by two names")
			}
			u, out := run(t, wide, c.args...)
			want := c.want
			if !reportCalls {
				want = stage2.Unnamed
			}
			if u.Violation != want || u.Signal != syscall.SIGSYS || u.Limit != "" || strings.Contains(out, "ok") {
				t.Errorf("%+v\n%s", u, out)
			}
		})
	}
}

// A program that others keep the CPUs from has its CPU time all the same; one that sleeps
// meanwhile has not.
func TestNeighbours(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	for range 3 * runtime.NumCPU() {
		hog := exec.CommandContext(ctx, binary, "spin", "60000")
		if err := hog.Start(); err != nil {
			t.Fatal(err)
		}
		defer hog.Wait()
	}
	defer cancel()
	limits := wide
	limits.Wall = 150 * time.Millisecond
	// How much of the CPUs it gets is chance: what counts is that it may end past the limit.
	for attempt := 1; ; attempt++ {
		u, out := run(t, limits, "spin", "100")
		if u.Limit == "" && u.ExitCode == 0 && u.Wall > limits.Wall+50*time.Millisecond {
			break
		}
		if attempt == 20 {
			t.Fatalf("%+v\n%s", u, out)
		}
	}
	if u, out := run(t, limits, "sleep", "20000"); u.Limit != "wall" || u.Wall > 10*time.Second {
		t.Errorf("%+v\n%s", u, out)
	}
}

// The filter without the kernel's help must stop the same.
func TestForbiddenWithoutReports(t *testing.T) {
	defer func(saved bool) { reportCalls = saved }(reportCalls)
	reportCalls = false
	if u, out := run(t, wide, "execve"); u.Violation != stage2.Unnamed {
		t.Errorf("%+v\n%s", u, out)
	}
	if u, out := run(t, wide, "nothing"); u.ExitCode != 0 {
		t.Errorf("%+v\n%s", u, out)
	}
	if u, out := run(t, wide, "reserve", "4096"); u.ExitCode != 2 || !strings.Contains(out, "out of memory") {
		t.Errorf("%+v\n%s", u, out)
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		want   string
		args   []string
	}{
		{"80 % of the CPU time", Limits{CPU: 500 * time.Millisecond, Wall: 9 * time.Second}, "", []string{"spin", "400"}},
		{"120 % of the CPU time", Limits{CPU: 500 * time.Millisecond, Wall: 9 * time.Second}, "cpu", []string{"spin", "600"}},
		{"two threads at once", Limits{CPU: 300 * time.Millisecond, Wall: 9 * time.Second}, "cpu", []string{"spin-twice"}},
		{"80 % of the time", Limits{CPU: time.Second, Wall: 1500 * time.Millisecond}, "", []string{"sleep", "1200"}},
		{"120 % of the time", Limits{CPU: time.Second, Wall: 1500 * time.Millisecond}, "wall", []string{"sleep", "1800"}},
		{"80 % of the memory", wide, "", []string{"touch", "200"}},
		{"120 % of the memory", wide, "memory", []string{"touch", "300"}},
		{"memory in small steps", wide, "memory", []string{"grow"}},
		{"memory that is never touched", wide, "memory", []string{"grow-untouched"}},
		{"one allocation far over the limit", wide, "memory", []string{"reserve", "8192"}},
		{"output", wide, "output", []string{"flood"}},
		{"threads", wide, "processes", []string{"threads", "250"}},
		{"threads far over the limit", wide, "processes", []string{"threads", "9000"}},
		{"a large file", Limits{FileBytes: 4 << 20, Wall: 9 * time.Second}, "", []string{"file", "8"}},
		{"descriptors", wide, "", []string{"descriptors"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			limits := c.limits
			failing := c.want == "" && !strings.HasPrefix(c.name, "80 %")
			if c.name == "threads" {
				limits.Processes = 200
			}
			u, out := run(t, limits, c.args...)
			if u.Limit != c.want {
				t.Errorf("limit %q, want %q: %+v\n%.300s", u.Limit, c.want, u, out)
			}
			if c.want != "" && u.Signal != syscall.SIGKILL {
				t.Errorf("ended by %+v", u)
			}
			if (c.want != "" || failing) && u.ExitCode == 0 {
				t.Errorf("went on as if nothing were: %+v", u)
			}
			if limits.OutputBytes > 0 && int64(len(out)) > limits.OutputBytes {
				t.Errorf("%d bytes of output came through", len(out))
			}
			if limits.CPU > 0 && u.CPU > limits.CPU+200*time.Millisecond && c.want == "cpu" {
				t.Errorf("killed late: %v of CPU time", u.CPU)
			}
		})
	}
}

func TestDescriptorsAreFew(t *testing.T) {
	_, out := run(t, wide, "descriptors")
	_, told, _ := strings.Cut(out, "after ")
	count := 0
	if _, err := fmt.Sscan(strings.TrimRight(strings.Fields(told + " -")[0], ":"), &count); err != nil || count > 512 {
		t.Errorf("%d descriptors: %v\n%s", count, err, out)
	}
}

func TestEnds(t *testing.T) {
	if u, _ := run(t, wide, "exit", "7"); u.ExitCode != 7 || u.Signal != 0 {
		t.Errorf("exit: %+v", u)
	}
	if u, out := run(t, wide, "panic"); u.ExitCode != 2 || !strings.Contains(out, "boom") {
		t.Errorf("panic: %+v\n%s", u, out)
	}
	if u, out := run(t, wide, "deadlock"); u.ExitCode != 2 || !strings.Contains(out, "deadlock!") {
		t.Errorf("deadlock: %+v\n%s", u, out)
	}
	if u, _ := run(t, wide, "kill-self"); u.ExitCode != -1 || u.Signal != syscall.SIGKILL || u.Limit != "" {
		t.Errorf("kill-self: %+v", u)
	}
}

func TestIdentity(t *testing.T) {
	uid := NextRunUID()
	if next := NextRunUID(); next == uid || next < FirstRunUID || next > LastRunUID {
		t.Errorf("users %d and %d", uid, next)
	}
	_, out := run(t, wide, "who")
	_, again := run(t, wide, "who")
	if fields := strings.Fields(out); !OneUser() && (fields[0] != fields[1] || fields[0] == strings.Fields(again)[0]) {
		t.Errorf("two runs as %s and %s", out, again)
	}
	if !strings.Contains(out, "[HOME=/nowhere]") {
		t.Errorf("environment: %s", out)
	}
	if _, out := run(t, wide, "fds"); out != "ok\n" {
		t.Errorf("inherits descriptors %s", out)
	}
	_, _ = run(t, wide, "mess")
}

func TestStdinAndSignals(t *testing.T) {
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		t.Fatal(err)
	}
	defer Clean(uid)
	spec := Spec{Path: binary, Args: []string{"program", "echo"}, Dir: dir, UID: uid, Limits: wide}
	var out bytes.Buffer
	spec.Stdin, spec.Stdout = strings.NewReader(strings.Repeat("line\n", 10000)), &out
	if u, err := Run(t.Context(), spec); err != nil || out.Len() != 50003 || u.OutputBytes != 50003 {
		t.Errorf("echo: %+v, %v, %d bytes", u, err, out.Len())
	}
	read, write := io.Pipe()
	signals := make(chan syscall.Signal, 1)
	spec.Args, spec.Stdin, spec.Stdout, spec.Signals = []string{"program", "signal"}, nil, write, signals
	go func() {
		buffer := make([]byte, 100)
		_, _ = read.Read(buffer)
		signals <- syscall.SIGINT
		_, _ = io.Copy(io.Discard, read)
	}()
	if u, err := Run(t.Context(), spec); err != nil || u.ExitCode != 0 {
		t.Errorf("signal: %+v, %v", u, err)
	}
}

func TestOrdered(t *testing.T) {
	if !continues || !reportCalls {
		t.Skip("this kernel cannot let a reported call go on")
	}
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		t.Fatal(err)
	}
	defer Clean(uid)
	const last = 2001
	var want strings.Builder
	for turn := range last + 1 {
		fmt.Fprintln(&want, turn)
	}
	want.WriteString("ok\n")
	var out bytes.Buffer
	u, err := Run(t.Context(), Spec{Path: binary, Args: []string{"program", "both", fmt.Sprint(last)}, Dir: dir, UID: uid,
		Stdout: &out, Stderr: &out, Limits: wide, Ordered: true})
	if err != nil || u.ExitCode != 0 || out.String() != want.String() {
		t.Errorf("%+v, %v\n%s", u, err, out.String())
	}
	// What is forbidden is so for those programs too.
	u, err = Run(t.Context(), Spec{Path: binary, Args: []string{"program", "execve"}, Dir: dir, UID: uid, Limits: wide, Ordered: true})
	if err != nil || u.Violation != "exec" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestExtraFile(t *testing.T) {
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		t.Fatal(err)
	}
	defer Clean(uid)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	u, err := Run(t.Context(), Spec{Path: binary, Args: []string{"program", "extra"}, Dir: dir, UID: uid,
		Limits: wide, ExtraFiles: []*os.File{write}})
	write.Close()
	if told, _ := io.ReadAll(read); err != nil || u.ExitCode != 0 || string(told) != "told" {
		t.Errorf("%+v, %v, %q", u, err, told)
	}
}

func TestCancel(t *testing.T) {
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		t.Fatal(err)
	}
	defer Clean(uid)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	u, err := Run(ctx, Spec{Path: binary, Args: []string{"program", "sleep", "5000"}, Dir: dir, UID: uid, Limits: wide})
	if err != nil || u.Signal != syscall.SIGKILL || u.Limit != "" || u.Wall > 3*time.Second {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestOurFaults(t *testing.T) {
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		t.Fatal(err)
	}
	defer Clean(uid)
	if _, err := Run(t.Context(), Spec{Path: "/nowhere", Dir: dir, UID: uid}); err == nil {
		t.Error("ran a program that is not there")
	}
	if _, err := Run(t.Context(), Spec{Path: binary, Args: []string{"program"}, Dir: dir + "/none", UID: uid}); err == nil {
		t.Error("ran in a folder that is not there")
	}
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), Spec{Path: text, Args: []string{"program"}, Dir: dir, UID: uid}); err == nil {
		t.Error("executed a text")
	}
}

func TestCleanTellsLeftovers(t *testing.T) {
	uid := NextRunUID()
	if err := os.Mkdir(filepath.Join(workRoot, fmt.Sprint(uid)+"-x"), 0o700); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(filepath.Join(workRoot, fmt.Sprint(uid)+"-x"))
	if err := Clean(uid); err == nil {
		t.Error("a folder that Clean does not know of went unnoticed")
	}
}

func TestMemoryIsMeasured(t *testing.T) {
	u, out := run(t, wide, "touch", "100")
	if u.MemoryBytes < 100<<20 || u.MemoryBytes > 130<<20 {
		t.Errorf("100 MiB measured as %d\n%s", u.MemoryBytes, out)
	}
	if u, _ := run(t, wide, "nothing"); u.MemoryBytes <= 0 || u.MemoryBytes > 64<<20 {
		t.Errorf("nothing measured as %d", u.MemoryBytes)
	}
}

func BenchmarkNothing(b *testing.B) {
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		b.Fatal(err)
	}
	defer Clean(uid)
	for b.Loop() {
		if _, err := Run(b.Context(), Spec{Path: binary, Args: []string{"program", "nothing"}, Dir: dir, UID: uid, Limits: wide}); err != nil {
			b.Fatal(err)
		}
	}
}
