"""`judge run` as people use it: it starts, heals, refuses with one line, and leaves nothing."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import psutil
import pytest

from judge.launch.trial import Product, free_port, product

T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 60) -> T:
    """The first true value of `look`."""
    deadline = time.monotonic() + seconds
    while not (value := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return value


def status(address: str) -> int:
    with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
        return int(answer.status)
    return 0


def family(running: Product) -> list[psutil.Process]:
    root = psutil.Process(running.process.pid)
    return [root, *root.children(recursive=True)]


def part(running: Product, name: str) -> psutil.Process | None:
    for process in family(running):
        with suppress(psutil.Error):
            if process.cmdline()[-2:] == ["judge.cli", name]:
                return process
    return None


def told(running: Product, pattern: str) -> str:
    """The first line that it prints from now on which matches."""
    assert running.process.stdout
    for line in running.process.stdout:
        if re.search(pattern, line):
            return line
    raise AssertionError(f"it ended and never said {pattern}")


@pytest.fixture
def running() -> Iterator[Product]:
    """A product of one test alone, since tests here kill parts of it."""
    with product(JUDGE_WORKERS="1") as started:
        yield started


def test_what_dies_is_started_again_and_a_signal_stops_all_of_it(running: Product) -> None:
    assert f"runs here already, as process {running.process.pid}" in refused(second(running))
    until(lambda: part(running, "janitor"))
    web = part(running, "web")
    assert web
    web.kill()
    assert told(running, "started again").startswith("judge: web ended (terminated by SIGKILL)")
    until(lambda: status(f"{running.address}/readyz") == 200)
    servers = [process for process in family(running) if process.name() == "valkey-server"]
    servers[0].kill()
    told(running, "valkey ended .* started again")
    until(lambda: status(f"{running.address}/readyz") == 200)
    assert stopped(running, signal.SIGTERM) == 0


def test_nothing_outlives_a_kill_and_it_starts_again(running: Product) -> None:
    until(lambda: part(running, "janitor"))
    processes = family(running)
    running.process.kill()
    running.process.wait()
    assert not psutil.wait_procs(processes[1:], 60)[1]
    environment = {**running.environment, "DATABASE_URL": "", "REDIS_URL": ""}
    again = replace(
        running,
        process=subprocess.Popen(
            [sys.executable, "-m", "judge.cli", "run"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ),
    )  # fmt: skip
    told(again, "judge: ready")
    assert stopped(again, signal.SIGINT) == 0


def stopped(running: Product, number: signal.Signals) -> int:
    """The code with which it ends at this signal, and with it all of its processes."""
    until(lambda: part(running, "janitor"))
    processes = family(running)
    running.process.send_signal(number)
    code = running.process.wait(60)
    assert not psutil.wait_procs(processes, 5)[1]
    assert not status(f"{running.address}/healthz")
    return code


def second(running: Product) -> dict[str, str]:
    """The environment of another one with the same data."""
    other = {"JUDGE_PORT": str(free_port()), "DATABASE_URL": "", "REDIS_URL": ""}
    return {**running.environment, **other}


def refused(environment: dict[str, str]) -> str:
    """The one line with which a start is refused."""
    program = [sys.executable, "-m", "judge.cli", "run"]
    done = subprocess.run(
        program, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode in {2, 3}
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"JUDGE_PORT": "http"}, "JUDGE_PORT is 'http'"),
        ({"JUDGE_SANDBOX": "chroot"}, "JUDGE_SANDBOX is 'chroot'"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL is \\*\\*\\*"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "database .*Connection refused"),
        ({"JUDGE_SANDBOX": "docker", "DOCKER_HOST": "unix:///nowhere"}, "no container engine"),
        ({"JUDGE_VAR": "/proc/nowhere"}, "cannot write to /proc/nowhere"),
    ],
)
def test_what_cannot_work_is_refused_with_one_line(
    settings: dict[str, str], expected: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    var = tmp_path_factory.mktemp("var")
    ours = {"JUDGE_VAR": str(var), "JUDGE_PORT": str(free_port())}
    environment = {**os.environ, "JUDGE_SANDBOX_DIR": "var/sandbox", **ours, **settings}
    assert re.search(expected, refused(environment))


def test_a_port_in_use_is_named_with_who_has_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        var = str(tmp_path_factory.mktemp("var"))
        said = refused({**os.environ, "JUDGE_VAR": var, "JUDGE_PORT": str(port)})
    assert f"port {port} is in use by process {os.getpid()}" in said
    assert "JUDGE_PORT=" in said
