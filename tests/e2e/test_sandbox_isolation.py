"""What a program in the sandbox can reach: nothing."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

import pytest

from judge.sandbox.pool import Pool
from tests.e2e.conftest import Run

READ = """
file, err := os.Open("%s")
if err == nil { _, err = file.ReadAt(make([]byte, 1), 0) }
if err == nil { println("read it") }
_, err = os.ReadDir("%s")
if err == nil { println("listed it") }
"""
UNNAMED = "forbidden system call"


@pytest.mark.parametrize(
    ("what", "statements", "imports"),
    [
        ("fork", 'os.StartProcess("/proc/self/exe", []string{"x"}, &os.ProcAttr{})', ["os"]),
        ("fork", "syscall.Syscall(syscall.SYS_CLONE, 17, 0, 0)", ["syscall"]),
        ("exec", 'syscall.Exec("/proc/self/exe", []string{"x"}, nil)', ["syscall"]),
        ("ptrace", "syscall.PtraceAttach(1)", ["syscall"]),
        (UNNAMED, 'syscall.Mount("x", "/work", "tmpfs", 0, "")', ["syscall"]),
        (UNNAMED, 'syscall.Chroot(".")', ["syscall"]),
        (UNNAMED, "syscall.Unshare(syscall.CLONE_NEWUSER)", ["syscall"]),
        ("session", "syscall.Setsid()", ["syscall"]),
        (UNNAMED, "syscall.Syscall(syscall.SYS_KEYCTL, 0, 0, 0)", ["syscall"]),
        (UNNAMED, "syscall.Syscall(425, 8, 0, 0)", ["syscall"]),
        (UNNAMED, "syscall.Syscall(syscall.SYS_PERF_EVENT_OPEN, 0, 0, 0)", ["syscall"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_no_honest_program_does_ends_it(
    run: Run, what: str, statements: str, imports: list[str]
) -> None:
    facts = run(f'{statements}\nprintln("went on")', *imports)
    assert facts.violation in (what, UNNAMED)
    assert facts.signal == "SIGSYS"
    assert b"went on" not in facts.stderr


@pytest.mark.parametrize(
    "path",
    [
        "/etc/shadow",
        "/proc/1/environ",
        "/proc/1/mem",
        "/proc/self/environ",
        "/proc/self/mem",
        "/proc/version",
        "/sys/kernel/vmcoreinfo",
        "/runner",
        "/go/tool/compile",
        "/go/pkg/fmt.a",
        "/etc/resolv.conf",
        "/var/run/docker.sock",
        "/build",
        "/work",
        "/",
    ],
)
def test_files_cannot_be_read(run: Run, path: str) -> None:
    facts = run(READ % (path, path), "os")
    assert (facts.exit_code, facts.stderr) == (0, b"")


@pytest.mark.parametrize(
    "path",
    ["/x", "/work/tmp2", "/dev/shm/x", "/build/x", "/work/x", "/etc/passwd", "../../x", "/proc/x"],
)
def test_nothing_is_written_outside_of_the_working_folder(run: Run, path: str) -> None:
    facts = run(f'if os.WriteFile("{path}", nil, 0o644) == nil {{ println("wrote it") }}', "os")
    assert (facts.exit_code, facts.stderr) == (0, b"")


def test_the_network_is_loopback_alone(run: Run) -> None:
    facts = run(
        """
        server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
            fmt.Fprint(w, "inside")
        }))
        answer, err := http.Get(strings.Replace(server.URL, "127.0.0.1", "localhost", 1))
        if err != nil { panic(err) }
        io.Copy(os.Stdout, answer.Body)
        outside := []string{"1.1.1.1:53", "169.254.169.254:80", "10.0.0.1:80", "[2606:4700::1]:53"}
        for _, a := range outside {
            for _, network := range []string{"tcp", "udp"} {
                conn, err := net.DialTimeout(network, a, time.Second)
                if err == nil { _, err = conn.Write([]byte("x")) }
                if err == nil { fmt.Print(" reached ", a) }
            }
        }
        for _, a := range []string{"@abstract", "socket"} {
            if _, err := net.Listen("unix", a); err == nil { fmt.Print(" listens at ", a) }
        }
        """,
        *("fmt", "io", "net", "net/http", "net/http/httptest", "os", "strings", "time"),
    )
    assert (facts.exit_code, facts.stdout) == (0, b"inside"), facts.stderr


def test_the_environment_holds_nothing_of_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")
    facts = run(
        "host, _ := os.Hostname(); fmt.Println(os.Environ(), host); fmt.Println(os.Getwd())",
        "fmt",
        "os",
    )
    assert facts.exit_code == 0
    assert b"do-not-tell" not in facts.stdout
    assert os.uname().nodename.encode() not in facts.stdout
    assert str(Path.cwd()).encode() not in facts.stdout


def test_signals_reach_nobody_else(run: Run) -> None:
    facts = run(
        """
        for _, pid := range []int{1, 0, -1, os.Getppid()} {
            if pid != os.Getpid() && syscall.Kill(pid, syscall.SIGSTOP) == nil { println("sent") }
        }
        """,
        *("os", "syscall"),
    )
    assert (facts.exit_code, facts.stderr) == (0, b"")


def test_a_program_leaves_nothing_and_the_next_is_another_user(pool: Pool, run: Run) -> None:
    leave = """
        os.WriteFile("left", nil, 0o644)
        os.MkdirAll("a/b", 0o755)
        os.Chmod("a", 0)
        dir, _ := os.Getwd()
        entries, _ := os.ReadDir(".")
        fmt.Println(os.Getuid(), dir, len(entries))
    """
    told = [run(leave, "fmt", "os").stdout.decode().split() for _ in range(2)]
    (uid, folder, files), (next_uid, next_folder, next_files) = told
    assert folder != next_folder
    assert files == next_files
    if "one user" not in pool.describe():
        assert uid != next_uid
        assert "0" not in (uid, next_uid)


def test_shared_memory_and_locks_are_no_channel(run: Run) -> None:
    facts = run(
        """
        for _, number := range []uintptr{syscall.SYS_SHMGET, syscall.SYS_SEMGET, syscall.SYS_MSGGET,
            syscall.SYS_MQ_OPEN, syscall.SYS_INOTIFY_INIT1} {
            _, _, errno := syscall.Syscall(number, 0, 100, 0o1666)
            if errno == 0 { println(number) }
        }
        for _, domain := range []int{syscall.AF_UNIX, syscall.AF_NETLINK, 40, syscall.AF_PACKET} {
            _, err := syscall.Socket(domain, syscall.SOCK_STREAM, 0)
            if err == nil { println(domain) }
        }
        file, err := os.Open("/etc/hosts")
        if err == nil && syscall.Flock(int(file.Fd()), syscall.LOCK_EX) == nil { println("locked") }
        """,
        *("os", "syscall"),
    )
    assert (facts.exit_code, facts.stderr) == (0, b"")


def test_no_new_code_is_executed(run: Run) -> None:
    """Neither from a file nor from memory: only the program's own descriptor ever was."""
    facts = run(
        """
        text, _ := os.ReadFile("/proc/self/exe")
        os.WriteFile("copy", text, 0o755)
        fd, _, errno := syscall.Syscall(319, 0, 0, 0)
        fmt.Println(len(text), errno != 0, fd != 0)
        """,
        *("fmt", "os", "syscall"),
    )
    assert re.fullmatch(rb"0 true true\n", facts.stdout)


def test_a_secret_of_this_process_is_not_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secrets.token_hex(16)
    monkeypatch.setenv("JUDGE_TEST_SECRET", secret)
    facts = run(
        """
        filepath.WalkDir("/", func(path string, entry fs.DirEntry, err error) error {
            if err != nil { return fs.SkipDir }
            text, err := os.ReadFile(path)
            if err == nil && len(text) < 1<<16 { os.Stdout.Write(text) }
            return nil
        })
        """,
        *("io/fs", "os", "path/filepath"),
    )
    assert secret.encode() not in facts.stdout
