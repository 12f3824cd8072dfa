"""A container engine of one's own, which may be stopped, killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
import psutil
from docker.errors import DockerException

START_SECONDS = 90
STOP_SECONDS = 60


def missing() -> str:
    """What there is no engine of one's own for; "" where one can be had."""
    if os.geteuid():
        return "only root can start an engine"
    return "" if shutil.which("dockerd") else "there is no dockerd here"


class Engine:
    """dockerd with its data in `folder`. Sandboxes need neither a bridge nor iptables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = f"unix://{folder}/s"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return once it answers."""
        program = ["dockerd", "--bridge=none", "--iptables=false", "--host", self.address]
        for name, where in (("data-root", "data"), ("exec-root", "exec"), ("pidfile", "pid")):
            program += [f"--{name}", str(self._folder / where)]
        (self._folder / "pid").unlink(missing_ok=True)  # of one that was killed
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(program, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"dockerd does not start: {self.last_words()}")
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal that ends it, and wait for its end."""
        assert self._process, "start() comes first"
        # Its own containerd would outlive it, and keep the next from starting.
        kept = psutil.Process(self._process.pid).children()
        self._process.send_signal(number)
        self._process.wait(STOP_SECONDS)
        for child in kept:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(kept, STOP_SECONDS)
        (self._folder / "exec" / "containerd" / "containerd.pid").unlink(missing_ok=True)

    def restart(self, number: int = signal.SIGTERM) -> None:
        """End it by a signal, and start it again."""
        self.stop(number)
        self.start()

    def client(self) -> docker.DockerClient:
        """A client of it."""
        return docker.DockerClient(self.address, timeout=60)

    def answers(self) -> bool:
        """Whether it can be asked anything."""
        try:
            client = docker.DockerClient(self.address, timeout=10)
            try:
                return bool(client.ping())
            finally:
                client.close()
        except (DockerException, OSError):
            return False

    def last_words(self) -> str:
        """The end of its log."""
        return (self._folder / "log").read_text(errors="replace")[-400:]


@contextmanager
def engine() -> Iterator[Engine]:
    """An engine for as long as the block takes."""
    folder = Path(tempfile.mkdtemp(prefix="judge-engine-", dir="/var/tmp"))
    made = Engine(folder)
    try:
        made.start()
        yield made
    finally:
        with suppress(Exception):
            made.stop()
        _unmount(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _unmount(folder: Path) -> None:
    """What an engine, and one that was killed, leaves mounted below `folder`."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    below = sorted((one for one in mounted if one.startswith(f"{folder}/")), reverse=True)
    subprocess.run(["umount", "--lazy", *below], capture_output=True, check=False)
