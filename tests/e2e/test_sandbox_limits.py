"""Limits are met to the point, and told by name."""

from __future__ import annotations

import pytest

from judge.sandbox import cgroup
from judge.sandbox.job import Limits
from judge.sandbox.pool import Pool
from judge.sandbox.settings import SandboxSettings
from tests.e2e.conftest import Run

TIGHT = Limits(cpu_seconds=0.5, wall_seconds=5, memory_mb=128, output_kb=16)
SPIN = """
var usage syscall.Rusage
for usage.Utime.Nano()+usage.Stime.Nano() < {nanoseconds} {{ syscall.Getrusage(0, &usage) }}
"""
FILL = """
block := make([]byte, {megabytes}<<20)
for i := 0; i < len(block); i += 4096 {{ block[i] = 1 }}
runtime.KeepAlive(block)
"""


@pytest.mark.parametrize(("share", "limit"), [(0.8, None), (1.2, "cpu")])
def test_cpu_time(run: Run, share: float, limit: str | None) -> None:
    facts = run(SPIN.format(nanoseconds=int(share * 5e8)), "syscall", limits=TIGHT)
    assert facts.limit == limit
    assert 0.35 <= facts.cpu_seconds <= 0.6


def test_cpu_time_is_summed_over_threads(run: Run) -> None:
    facts = run("go func() { for {} }()\nfor {}", limits=TIGHT)
    assert facts.limit == "cpu"
    assert 0.5 <= facts.cpu_seconds <= 0.6


BUSY = """
stop := time.Now().Add(1500 * time.Millisecond)
go func() { for time.Now().Before(stop) {} }()
for time.Now().Before(stop) {}
"""


def test_share_of_a_cpu(run: Run, settings: SandboxSettings) -> None:
    group = cgroup.make(64, 16)
    bounds = group is not None and any(list(one.glob("cpu.[cm]*")) for one in group.folders)
    if group:
        group.remove()
    if settings.kind == "local" and not bounds:
        pytest.skip("no control group with the CPU controller can be made here")
    half = run(BUSY, "time", limits=Limits(cpus=0.5))
    assert half.wall_seconds >= 1.5
    assert half.cpu_seconds / half.wall_seconds < 0.65
    # The next job in the same sandbox has all of it again,
    # as soon as nobody else on this machine takes it.
    for _ in range(5):
        full = run(BUSY, "time")
        if full.cpu_seconds / full.wall_seconds > half.cpu_seconds / half.wall_seconds:
            return
    pytest.fail(f"{full.cpu_seconds} s of CPU in {full.wall_seconds} s")


@pytest.mark.parametrize(("share", "limit"), [(0.8, None), (1.2, "wall")])
def test_wall_time(run: Run, share: float, limit: str | None) -> None:
    limits = Limits(cpu_seconds=1, wall_seconds=1.5)
    facts = run(f"time.Sleep({int(share * 15e8)})", "time", limits=limits)
    assert facts.limit == limit
    assert facts.cpu_seconds < 0.1
    # How much later it is noticed is for a busy machine to say.
    assert min(share, 1) * 1.5 - 0.01 <= facts.wall_seconds < 5


@pytest.mark.parametrize(("megabytes", "limit"), [(100, None), (150, "memory"), (9000, "memory")])
def test_memory(run: Run, megabytes: int, limit: str | None) -> None:
    facts = run(FILL.format(megabytes=megabytes), "runtime", limits=TIGHT)
    assert facts.limit == limit
    if megabytes == 100:
        assert 100 << 20 <= facts.memory_bytes <= 125 << 20


def test_memory_in_small_steps(run: Run) -> None:
    facts = run("for m := map[int][]int{}; ; { m[len(m)] = make([]int, 1000) }", limits=TIGHT)
    assert facts.limit == "memory"


def test_output(pool: Pool, run: Run) -> None:
    facts = run('for { fmt.Println("again and again") }', "fmt", limits=TIGHT)
    assert facts.limit == "output"
    assert len(facts.stdout) + len(facts.stderr) <= TIGHT.output_kb << 10
    assert facts.output_bytes > TIGHT.output_kb << 10


def test_goroutines_without_end(run: Run) -> None:
    facts = run("for { go func() { select {} }() }", limits=TIGHT)
    assert facts.limit in ("memory", "cpu")


def test_threads_without_end(run: Run) -> None:
    facts = run(
        "for { go func() { runtime.LockOSThread(); select {} }() }", "runtime", limits=TIGHT
    )
    assert facts.limit in ("processes", "memory", "cpu", "output")
    assert facts.exit_code != 0


@pytest.mark.parametrize(
    "action",
    [
        "os.WriteFile(fmt.Sprint(i), nil, 0o644)",
        "os.WriteFile(fmt.Sprint(i), make([]byte, 1<<20), 0o644)",
        'func() error { _, err := os.Open("."); return err }()',
    ],
    ids=["files", "bytes", "descriptors"],
)
def test_disk_and_descriptors(run: Run, action: str) -> None:
    facts = run(
        f"for i := 0; ; i++ {{ if {action} != nil {{ fmt.Print(i); os.Exit(7) }} }}",
        *("fmt", "os"),
        limits=Limits(cpu_seconds=5, wall_seconds=10),
    )
    assert facts.exit_code == 7
    again = run('if os.WriteFile("x", make([]byte, 1<<20), 0o644) != nil { os.Exit(1) }', "os")
    assert again.exit_code == 0


def test_deadlock_is_told_in_go_s_own_words(run: Run) -> None:
    facts = run("select {}", limits=TIGHT)
    assert (facts.exit_code, facts.limit) == (2, None)
    assert b"all goroutines are asleep - deadlock!" in facts.stderr


def test_two_cpus_are_visible(run: Run) -> None:
    facts = run("println(runtime.NumCPU(), runtime.GOMAXPROCS(0))", "runtime")
    assert facts.stderr in (b"2 2\n", b"1 1\n")
