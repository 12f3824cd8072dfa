"""Bytes both ways while a program runs."""

from __future__ import annotations

import re
import time

import pytest

from judge.errors import SandboxBroken
from judge.sandbox.job import Limits, ProgramJob
from judge.sandbox.pool import Pool
from judge.sandbox.session import Session
from judge.worker import fuzzing
from tests.e2e.conftest import program

ECHO = """
lines := bufio.NewScanner(os.Stdin)
for lines.Scan() { fmt.Println("you said", lines.Text()) }
fmt.Println("bye")
"""
CLOCK = """
signals := make(chan os.Signal, 1)
signal.Notify(signals, os.Interrupt)
fmt.Println("ready")
fmt.Println(<-signals)
"""


def interactive(statements: str, *imports: str) -> ProgramJob:
    return ProgramJob(
        source=program(statements, *imports), interactive=True, limits=Limits(wall_seconds=20)
    )


def read_until(session: Session, wanted: bytes) -> bytes:
    said = b""
    for event in session.events():
        said += event.data
        if wanted in said:
            return said
    raise AssertionError(f"{wanted!r} never came: {said!r}")


def test_a_conversation(pool: Pool) -> None:
    with pool.open(interactive(ECHO, "bufio", "fmt", "os")) as session:
        for word in (b"hello", b"w\xc3\xb6rld"):
            session.send_stdin(word + b"\n")
            assert read_until(session, word + b"\n") == b"you said " + word + b"\n"
        session.close_stdin()
        facts = session.result()
    assert facts.runs[0].exit_code == 0


def test_an_answer_comes_within_milliseconds(pool: Pool) -> None:
    with pool.open(interactive(ECHO, "bufio", "fmt", "os")) as session:
        session.send_stdin(b"first\n")
        read_until(session, b"first\n")
        times = []
        for number in range(20):
            start = time.monotonic()
            session.send_stdin(b"%d\n" % number)
            read_until(session, b"said %d\n" % number)
            times.append(time.monotonic() - start)
        session.close_stdin()
        session.result()
    assert sorted(times)[10] < 0.05


def test_a_signal_and_a_cancel(pool: Pool) -> None:
    with pool.open(interactive(CLOCK, "fmt", "os", "os/signal")) as session:
        read_until(session, b"ready\n")
        session.signal("SIGINT")
        assert b"interrupt\n" in read_until(session, b"interrupt\n")
        assert session.result().runs[0].exit_code == 0
    with pool.open(interactive(CLOCK, "fmt", "os", "os/signal")) as session:
        read_until(session, b"ready\n")
        session.cancel()
        assert session.result().runs[0].signal == "SIGKILL"


def test_who_leaves_ends_the_program(pool: Pool) -> None:
    with pool.open(interactive(CLOCK, "fmt", "os", "os/signal")) as session:
        read_until(session, b"ready\n")
    with pytest.raises(SandboxBroken, match="abandoned"):
        session.result()
    assert pool.canary().build is not None


def test_the_input_that_ends_the_process_is_known(pool: Pool) -> None:
    target = (
        'package a\n\nimport (\n"os"\n"testing"\n)\n\nfunc FuzzA(f *testing.F) {\n'
        "f.Fuzz(func(t *testing.T, n int) {\nif n > 50 {\nos.Exit(3)\n}\n})\n}\n"
    )
    job = ProgramJob(
        source={"a.go": b"package a\n"},
        tests={"a_test.go": target.encode()},
        package="",
        interactive=True,
        module="example.com/m",
        fuzz="FuzzA",
        fuzz_seconds=10,
        limits=Limits(cpu_seconds=20, wall_seconds=20),
    )
    with pool.open(job) as session:
        told = [event.data for event in session.events() if event.kind == "fuzz"]
        facts = session.result()
    assert told, facts
    last = fuzzing.record(told[-1])
    assert (last["outcome"], facts.runs[0].exit_code) == ("crashed", 3)
    assert re.fullmatch(r"go test fuzz v1\nint\(\d+\)\n", last["input"])
