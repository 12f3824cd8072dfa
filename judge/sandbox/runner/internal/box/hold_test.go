package box

import (
	"bytes"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// boxed is a Spec of the program as run makes it.
func boxed(t *testing.T, args ...string) Spec {
	t.Helper()
	uid := NextRunUID()
	dir, err := NewWorkdir(uid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Clean(uid); err != nil {
			t.Error(err)
		}
	})
	return Spec{Path: binary, Args: append([]string{"program"}, args...), Env: []string{"HOME=/nowhere"}, Dir: dir, UID: uid, Limits: wide}
}

// What Delve does not need it may not do; what it needs is refused to every run.
func TestADebuggerMayTraceAndNoMore(t *testing.T) {
	for _, number := range []int{
		unix.SYS_EXECVE, unix.SYS_MOUNT, unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_KEYCTL, unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN,
		unix.SYS_PERSONALITY, unix.SYS_KCMP, unix.SYS_PIDFD_GETFD, unix.SYS_USERFAULTFD, unix.SYS_IO_URING_SETUP, unix.SYS_CLONE3,
		unix.SYS_SETUID, unix.SYS_CHROOT, unix.SYS_SETPGID, unix.SYS_OPEN_BY_HANDLE_AT,
	} {
		spec := boxed(t, "call", fmt.Sprint(number))
		var out bytes.Buffer
		spec.Profile, spec.Stdout = ProfileDebugger, &out
		u, err := Run(t.Context(), spec)
		if err != nil || u.ExitCode != 0 || !strings.HasSuffix(out.String(), "ok\n") {
			t.Errorf("call %d: %+v, %v\n%s", number, u, err, out.String())
		}
	}
	// A fork, which a thread resembles.
	spec := boxed(t, "exec")
	spec.Profile = ProfileDebugger
	if u, err := Run(t.Context(), spec); err != nil || u.ExitCode != 1 || u.Violation != "" {
		t.Errorf("fork: %+v, %v", u, err)
	}
	for _, number := range []int{unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV} {
		for profile, want := range map[Profile]bool{ProfileRun: true, ProfileDebugger: false} {
			spec := boxed(t, "call", fmt.Sprint(number))
			spec.Profile = profile
			u, err := Run(t.Context(), spec)
			if err != nil || (u.Violation != "") != want {
				t.Errorf("call %d by profile %d: %+v, %v", number, profile, u, err)
			}
		}
	}
}

// A program that is held does nothing, and neither its wall clock nor its CPU time goes on.
func TestHeldUntilSomebodyTraces(t *testing.T) {
	spec := boxed(t, "sleep", "150")
	spec.Limits.Wall, spec.Held = 600*time.Millisecond, true
	program, err := Start(spec)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan Usage)
	go func() { ended <- program.Wait(t.Context()) }()
	select {
	case u := <-ended:
		t.Fatalf("it ended by itself: %+v", u)
	case <-time.After(time.Second):
	}
	if err := syscall.Kill(program.PID(), syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	u := <-ended
	if u.ExitCode != 0 || u.Limit != "" || u.Wall < 150*time.Millisecond || u.Wall > 600*time.Millisecond {
		t.Errorf("%+v", u)
	}
}
