"""The parts as children of supervisord, which starts again what ends.

Theory of operation: `judge run` writes a configuration and starts supervisord in
a session of its own, so that Ctrl-C in the terminal reaches `judge run` alone and
the parts end in order, the servers last. supervisord gets SIGTERM from the kernel
should `judge run` be killed, and each part the same should supervisord be
(`judge.launch.child`). A thread reads supervisord's own log from its stdout and
tells of each part that ended and was started again. Commands go to it over a
unix socket.
"""

from __future__ import annotations

import configparser
import os
import re
import resource
import shlex
import subprocess
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from supervisor.xmlrpc import SupervisorTransport

from judge.errors import JudgeFault
from judge.launch import child

LOG_BYTES = 5_000_000
STOP_ALL_SECONDS = 60
ANSWER_SECONDS = 20
DESCRIPTORS = 65_536
SERVERS, OURS = "servers", "judge"
"""supervisord's groups: the first of them stops last."""
ENDED = re.compile(r"exited: (?P<name>\S+) \((?P<how>.*)\)")
STARTED = re.compile(r"spawned: '(?P<name>\S+)' with pid (?P<pid>\d+)")
GAVE_UP = re.compile(r"gave up: (?P<name>\S+) ")


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the product.

    `stage`: 0 for servers that the others need, started with supervisord and
    stopped last; the higher ones start when `start_stage` says so. `stop_seconds`:
    how long it may take to end before it is killed.
    """

    name: str
    command: Sequence[str]
    stage: int = 1
    stop_signal: str = "TERM"
    stop_seconds: int = 20


def _descriptors() -> int:
    """How many descriptors a part may have: each open page is one of web's."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)


def _group(part: Part) -> str:
    return OURS if part.stage else SERVERS


class Supervisor:
    """supervisord and its parts.

    :param tell: called with a line for people whenever a part ended.
    """

    def __init__(
        self, parts: Sequence[Part], run: Path, logs: Path, tell: Callable[[str], None]
    ) -> None:
        """Write the configuration to the folder `run`; nothing is started yet."""
        self.parts = parts
        self._logs = logs
        self._tell = tell
        self._socket = run / "supervisor.sock"
        self._configuration = run / "supervisord.conf"
        self._stopping = False
        self._fallen: dict[str, str] = {}
        self._process: subprocess.Popen[str] | None = None
        for folder in (run, logs):
            folder.mkdir(parents=True, exist_ok=True)
        self._socket.unlink(missing_ok=True)  # of a run that was killed
        with self._configuration.open("w") as file:
            self._configure(run).write(file)

    def _configure(self, run: Path) -> configparser.RawConfigParser:
        written = configparser.RawConfigParser()
        factory = "supervisor.rpcinterface:make_main_rpcinterface"
        written["supervisord"] = {
            "nodaemon": "true",
            "logfile": str(self._logs / "supervisord.log"),
            "logfile_maxbytes": str(LOG_BYTES),
            "logfile_backups": "1",
            "pidfile": str(run / "supervisord.pid"),
            "minfds": str(_descriptors()),
            "childlogdir": str(self._logs),
            # Without it supervisord warns at every start that it runs as root.
            **({} if os.geteuid() else {"user": "root"}),
        }
        written["unix_http_server"] = {"file": str(self._socket), "chmod": "0700"}
        written["rpcinterface:supervisor"] = {"supervisor.rpcinterface_factory": factory}
        for part in self.parts:
            options = self._options(part)
            # The percent sign is supervisord's own for values of the environment, and it
            # expands the paths of logs twice.
            options = {name: value.replace("%", "%%") for name, value in options.items()}
            options["stdout_logfile"] = options["stdout_logfile"].replace("%", "%%")
            written[f"program:{part.name}"] = options
        # It stops one group after the other, and looks once a second.
        for priority, group in enumerate((SERVERS, OURS), start=1):
            names = [part.name.replace("%", "%%") for part in self.parts if _group(part) == group]
            if names:
                options = {"programs": ",".join(names), "priority": str(priority)}
                written[f"group:{group}"] = options
        return written

    def _options(self, part: Part) -> dict[str, str]:
        return {
            "command": shlex.join(part.command),
            "autostart": "false" if part.stage else "true",
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "100",
            "stopsignal": part.stop_signal,
            "stopwaitsecs": str(part.stop_seconds),
            "redirect_stderr": "true",
            "stdout_logfile": str(self._logs / f"{part.name}.log"),
            "stdout_logfile_maxbytes": str(LOG_BYTES),
            "stdout_logfile_backups": "1",
        }

    def start(self, environment: Mapping[str, str]) -> None:
        """Start supervisord, and with it the parts of stage 0."""
        configuration = str(self._configuration)
        program = [sys.executable, "-m", "supervisor.supervisord", "-c", configuration]
        self._process = subprocess.Popen(
            child.command(program),
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def start_stage(self, stage: int) -> None:
        """Start the parts of a stage.

        :raises JudgeFault: supervisord does not answer.
        """
        self._await_socket()
        with self._proxy() as proxy:
            for part in self.parts:
                if part.stage == stage:
                    proxy.supervisor.startProcess(f"{_group(part)}:{part.name}", False)

    def _await_socket(self) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while not self._socket.exists():
            if time.monotonic() > deadline or self.wait(0.02) is not None:
                raise JudgeFault(f"supervisord does not answer: see {self._log('supervisord')}")

    def _proxy(self) -> xmlrpc.client.ServerProxy:
        transport = SupervisorTransport("", "", f"unix://{self._socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport)

    def wait(self, seconds: float | None = None) -> int | None:
        """supervisord's exit code once it has ended, None while it runs on."""
        assert self._process, "start() comes first"
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """Stop every part, the servers last, then supervisord. Idempotent."""
        self._stopping = True
        if self._process and self._process.poll() is None:
            self._process.terminate()
            if self.wait(STOP_ALL_SECONDS) is None:
                self.kill()

    def kill(self) -> None:
        """End supervisord at once; the kernel then tells its parts to end."""
        self._stopping = True
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def last_words(self, name: str) -> str:
        """The last line of a part's log; empty where it wrote none."""
        log = self._logs / f"{name}.log"
        if not log.exists():
            return ""
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "")

    def _listen(self) -> None:
        assert self._process
        assert self._process.stdout
        for line in self._process.stdout:
            if "supervisord started" in line:
                self._wake()
            if not self._stopping:
                self._hear(line)

    def _wake(self) -> None:
        """It starts the first parts a second later, or at once when somebody asks it anything."""
        with suppress(OSError, xmlrpc.client.Error), self._proxy() as proxy:
            proxy.supervisor.getState()

    def _hear(self, line: str) -> None:
        """Tell of a part that ended once it has been started again, in one line."""
        if ended := ENDED.search(line):
            self._fallen[ended["name"]] = ended["how"].split(";")[0]
        elif (started := STARTED.search(line)) and started["name"] in self._fallen:
            name = started["name"]
            how = self._fallen.pop(name)
            self._tell(f"{name} ended ({how}) and was started again; its log is {self._log(name)}")
        elif gave_up := GAVE_UP.search(line):
            name = gave_up["name"]
            self._tell(f"{name} does not stay up: {self.last_words(name)} ({self._log(name)})")
        elif line.startswith("Error:"):
            self._tell(f"supervisord: {line.strip()}")

    def _log(self, name: str) -> str:
        return os.path.relpath(self._logs / f"{name}.log")
