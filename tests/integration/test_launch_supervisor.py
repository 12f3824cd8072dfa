"""The supervisor: what dies is started again and told of, and nothing outlives it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from judge.launch import child
from judge.launch.supervisor import Part, Supervisor

T = TypeVar("T")

STARTS_A_SUPERVISOR = """
import os, sys, time
from pathlib import Path
from judge.launch import child
from judge.launch.supervisor import Part, Supervisor
folder = Path(sys.argv[1])
part = Part("sleeper", child.command(["sleep", "600"]), stage=0)
supervisor = Supervisor([part], folder, folder / "log", print)
supervisor.start(os.environ)
time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="judge-test-"))
    yield folder
    shutil.rmtree(folder)


def until(look: Callable[[], T], seconds: float = 20) -> T:
    """The first true value of `look`."""
    deadline = time.monotonic() + seconds
    while not (value := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return value


def sleepers(supervisor_pid: int) -> list[psutil.Process]:
    try:
        children = psutil.Process(supervisor_pid).children()
        return [process for process in children if process.name() == "sleep"]
    except psutil.NoSuchProcess:
        return []


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(folder: Path, told: list[str]) -> Iterator[Supervisor]:
    parts = [
        Part("first", child.command(["sleep", "600"]), stage=0),
        Part("later", child.command(["sleep", "601"])),
        Part("100%", [sys.executable, "-c", "print('last words'); raise SystemExit(4)"]),
    ]
    supervisor = Supervisor(parts, folder, folder / "log", told.append)
    supervisor.start(dict(os.environ))
    yield supervisor
    supervisor.stop()


def pid(folder: Path) -> int:
    file = folder / "supervisord.pid"
    return int(until(lambda: file.exists() and file.read_text()) or 0)


def test_the_first_parts_start_first(supervisor: Supervisor, folder: Path) -> None:
    until(lambda: len(sleepers(pid(folder))) == 1)
    supervisor.start_stage(1)
    until(lambda: len(sleepers(pid(folder))) == 2)


def test_what_is_killed_is_started_again_with_a_line(
    supervisor: Supervisor, folder: Path, told: list[str]
) -> None:
    (before,) = until(lambda: sleepers(pid(folder)))
    time.sleep(1.2)  # until then supervisord does not count it as started
    before.kill()
    line = until(lambda: "".join(told))
    assert line.startswith("first ended (terminated by SIGKILL) and was started again")
    assert before.pid not in [process.pid for process in until(lambda: sleepers(pid(folder)))]


def test_what_does_not_stay_up_is_told_with_its_exit_status(
    supervisor: Supervisor, folder: Path, told: list[str]
) -> None:
    supervisor.start_stage(1)
    assert "100% ended (exit status 4)" in until(lambda: "".join(told))
    assert supervisor.last_words("100%") == "last words"


def test_stop_ends_all_and_says_nothing(
    supervisor: Supervisor, folder: Path, told: list[str]
) -> None:
    processes = until(lambda: sleepers(pid(folder)))
    supervisor.stop()
    assert supervisor.wait(0) == 0
    assert not psutil.wait_procs(processes, 1)[1]
    assert told == []


@pytest.mark.parametrize("whom", ["supervisord", "the process that started it"])
def test_nothing_outlives_who_is_killed(folder: Path, whom: str) -> None:
    program = [sys.executable, "-c", STARTS_A_SUPERVISOR, str(folder)]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL) as starter:
        supervisord = psutil.Process(pid(folder))
        processes = until(lambda: sleepers(supervisord.pid))
        if whom == "supervisord":
            supervisord.send_signal(signal.SIGKILL)
        else:
            starter.send_signal(signal.SIGKILL)
        left = psutil.wait_procs(processes, 20)[1]
        starter.kill()
    assert not left
