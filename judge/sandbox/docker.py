"""Sandboxes in containers. The only module that knows of Docker.

Theory of operation. The image is the root file system of a `shape`, imported over
the engine's API and tagged with its digest; no registry is involved. A container
is created, attached to, and only then started, so that nothing it says is missed.
All that ever crosses is the attached stream: the engine wraps what the container
writes into frames of (1 stdout | 2 stderr, three zero bytes, length), stdin goes
as it is. There are no bind mounts and no exec.

stdin is opened once and the container removes itself when it ends: a worker that
dies takes its containers with it, since the engine closes stdin and the runner,
process 1, ends at its end. What slips through all the same (a worker killed
between create and attach) is found by its labels and removed by `reap`.

A container has no network but loopback, a read-only root, two tmpfs of bounded
size and number of files (the runner's: work, where nothing can be executed, and
build), no IPC with others, no new privileges, a bound on memory without swap, on CPU and on
processes, and of the capabilities only what its `shape` explains.
"""

from __future__ import annotations

import os
import secrets
import struct
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import docker
import structlog
from docker.constants import MINIMUM_DOCKER_API_VERSION
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.types import LogConfig, Ulimit
from docker.utils import kwargs_from_env
from requests.exceptions import RequestException

from judge.errors import SandboxBroken, SandboxUnavailable
from judge.sandbox import rootfs
from judge.sandbox.settings import SandboxSettings
from judge.sandbox.shape import Shape, Tmpfs, runner
from judge.sandbox.stream import Stream
from judge.sandbox.transport import SandboxName

ROLE, OWNER = "judge.role", "judge.owner"
_TMPFS = "rw,nosuid,nodev"
_KEPT_IMAGES = 3
_NOT_OURS_SECONDS = 600
"""How long a container that never ran, or ended and is still there, may belong to another."""
_HEADER = struct.Struct(">BxxxL")
_MAX_LOG_BYTES = 4096
_PERIOD, _THROTTLED_PERIOD = 100_000, 20_000
"""Microseconds of which a container gets its share of CPU time; the shorter one lets what a
throttled program prints out soon."""
_ENGINE_ERRORS = (DockerException, RequestException, OSError)


_log = structlog.get_logger(__name__)


class Container:
    """A started container: a `Transport`."""

    def __init__(
        self, client: docker.APIClient, name: str, ident: str, attached: Any, cpus: float
    ) -> None:
        """`attached` is what attaching returned; it keeps the response alive.

        `cpus`: CPUs' worth of time that it was made with.
        """
        self._client = client
        self._cpus = cpus
        self._closed = False
        self._name = name
        self._ident = ident
        self._attached = attached
        self._stream = Stream(getattr(attached, "_sock", attached))
        self._buffer = bytearray()
        self._log = bytearray()

    @property
    def name(self) -> str:
        """The container's name."""
        return self._name

    def send(self, data: bytes, timeout_seconds: float) -> None:
        """See `Transport`."""
        try:
            self._stream.send(data, timeout_seconds)
        except SandboxBroken as error:
            raise self._broken(error) from error

    def receive(self, timeout_seconds: float) -> bytes:
        """See `Transport`."""
        end = time.monotonic() + timeout_seconds
        while True:
            if said := self._unwrap():
                return said
            try:
                self._buffer += self._stream.receive(max(0.0, end - time.monotonic()))
            except SandboxBroken as error:
                raise self._broken(error) from error

    def idle(self) -> bool:
        """See `Transport`."""
        return not self._buffer and self._stream.silent()

    def throttle(self, cpus: float | None) -> None:
        """See `Transport`."""
        period = _THROTTLED_PERIOD if cpus else _PERIOD
        quota = int((cpus or self._cpus) * period)
        try:
            self._client.update_container(self._ident, cpu_period=period, cpu_quota=quota)
        except _ENGINE_ERRORS as error:
            if not self._closed:
                _log.warning("cpus not bounded", container=self._name, error=_reason(error))

    def close(self) -> None:
        """See `Transport`."""
        self._closed = True
        _remove(self._client, self._ident)
        self._stream.close()
        with suppress(OSError):
            self._attached.close()

    def _unwrap(self) -> bytes:
        """What of the buffer is stdout; stderr goes to the log."""
        said = bytearray()
        while len(self._buffer) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._buffer)
            end = _HEADER.size + length
            if len(self._buffer) < end:
                break
            (said if kind == 1 else self._log).extend(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
        del self._log[:-_MAX_LOG_BYTES]
        return bytes(said)

    def _broken(self, error: SandboxBroken) -> SandboxBroken:
        log = self._log.decode("utf-8", "replace").strip()
        return SandboxBroken(f"container {self._name}: {error}{f' ({log})' if log else ''}")


class DockerLauncher:
    """Makes containers: a `Launcher`."""

    def __init__(self, settings: SandboxSettings, shape: Shape | None = None) -> None:
        """`shape`: of what; None: the runner's.

        Asks the engine for its version. Raises SandboxUnavailable where none answers.
        """
        self._settings = settings
        self._shape = shape or runner(settings)
        self._client, self._version = connect(settings)
        # The stubs of a few methods are incomplete.
        self._api: Any = self._client
        self._owner = _owner()
        self._lock = threading.Lock()
        self._image: str | None = None
        self._ipc = "none"
        self._cpus = 0.0

    @property
    def kind(self) -> SandboxName:
        """See `Launcher`."""
        return "docker"

    def describe(self) -> str:
        """See `Launcher`."""
        runtime = f", runtime {self._settings.runtime}" if self._settings.runtime else ""
        return f"docker: engine {self._version} answers{runtime}"

    def prepare(self, progress: rootfs.Progress = rootfs.quiet) -> str:
        """The image's id, imported first where the engine hasn't got it."""
        with self._lock:
            if self._image is None:
                made = self._shape.files(progress)
                self._image = self._import(made, progress)
            return self._image

    def start(self, memory_mb: int) -> Container:
        """See `Launcher`."""
        image = self.prepare()
        try:
            return self._start(image, memory_mb)
        except ImageNotFound as error:
            self._image = None  # somebody removed it: the next start imports it again
            raise SandboxUnavailable("the sandbox's image is gone: it is imported again") from error
        except _ENGINE_ERRORS as error:
            raise SandboxUnavailable(f"no container can be started: {_reason(error)}") from error

    def reap(self) -> int:
        """See `Launcher`.

        Running ones go where their owner is a dead process of this machine; those that
        never ran, or ended and are still there, after ten minutes.
        """
        try:
            found = self._client.containers(all=True, filters={"label": f"{ROLE}=sandbox"})
        except _ENGINE_ERRORS as error:
            raise SandboxUnavailable(f"the engine does not answer: {_reason(error)}") from error
        leaked = [container["Id"] for container in found if _leaked(container)]
        for ident in leaked:
            _remove(self._client, ident)
        return len(leaked)

    def close(self) -> None:
        """See `Launcher`."""
        self._client.close()

    def _import(self, made: rootfs.Rootfs, progress: rootfs.Progress) -> str:
        repository, tag = self._shape.name, made.digest[:12]
        try:
            with suppress(NotFound):
                return str(self._api.inspect_image(f"{repository}:{tag}")["Id"])
            progress("importing the image into the engine", 97)
            self._client.import_image_from_file(str(made.tar), repository=repository, tag=tag)
            self._forget_old()
            return str(self._api.inspect_image(f"{repository}:{tag}")["Id"])
        except _ENGINE_ERRORS as error:
            raise SandboxUnavailable(f"the image cannot be imported: {_reason(error)}") from error

    def _forget_old(self) -> None:
        """Remove images of former versions; one that is in use refuses to go."""
        images = self._client.images(name=self._shape.name)
        images.sort(key=lambda image: -int(image["Created"]))
        for image in images[_KEPT_IMAGES:]:
            with suppress(APIError):
                self._client.remove_image(image["Id"], noprune=True)

    def _start(self, image: str, memory_mb: int) -> Container:
        name = f"{self._shape.name}-{secrets.token_hex(4)}"
        ident = self._create(image, name, memory_mb)
        try:
            attached = self._client.attach_socket(
                ident, {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            )
            self._client.start(ident)
            return Container(self._client, name, ident, attached, self._share())
        except BaseException:
            _remove(self._client, ident)
            raise

    def _create(self, image: str, name: str, memory_mb: int) -> str:
        try:
            made = self._api.create_container_from_config(self._config(image, memory_mb), name=name)
        except APIError as error:
            # Some runtimes have no IPC mode "none"; a private one is as far from the others.
            if self._ipc == "none" and "ipc" in str(error.explanation).lower():
                self._ipc = "private"
                return self._create(image, name, memory_mb)
            raise
        return str(made["Id"])

    def _config(self, image: str, memory_mb: int) -> dict[str, Any]:
        config: dict[str, Any] = self._api.create_container_config(
            image=image,
            command=list(self._shape.program),
            user=f"{self._shape.user}:{self._shape.user}",
            hostname="judge",
            working_dir="/",
            environment=dict(self._shape.environment),
            stdin_open=True,
            labels={ROLE: "sandbox", OWNER: self._owner},
            host_config=self._host_config(memory_mb),
        )
        config.update(StdinOnce=True, AttachStdin=True, AttachStdout=True, AttachStderr=True)
        return config

    def _host_config(self, memory_mb: int) -> dict[str, Any]:
        settings = self._settings
        memory = f"{self._shape.memory_mb(memory_mb)}m"
        return dict(
            self._client.create_host_config(
                auto_remove=True,
                read_only=True,
                tmpfs={one.path: self._mount(one) for one in self._shape.tmpfs},
                network_mode="none",
                # The engine would copy the host's servers and search domains.
                dns=["127.0.0.1"],
                dns_search=["."],
                ipc_mode=self._ipc,
                cap_drop=["ALL"],
                cap_add=list(self._shape.capabilities),
                security_opt=["no-new-privileges:true"],
                mem_limit=memory,
                memswap_limit=memory,
                # Before anything of the host, where the host itself runs out.
                oom_score_adj=500,
                # Not as a number of CPUs: that could not be changed while it runs.
                cpu_period=_PERIOD,
                cpu_quota=int(self._share() * _PERIOD),
                cpu_shares=self._shape.cpu_shares,
                pids_limit=settings.pids,
                ulimits=[Ulimit(name="core", soft=0, hard=0)],
                log_config=LogConfig(type="none"),
                runtime=settings.runtime,
            ),
        )

    def _mount(self, one: Tmpfs) -> str:
        user = self._shape.user
        owned = f"uid={user},gid={user},mode=0700" if user else "mode=0711"
        execute = "exec" if one.executable else "noexec"
        return f"{_TMPFS},{owned},{execute},size={one.size_mb}m,nr_inodes={one.inodes}"

    def _share(self) -> float:
        """CPUs' worth of time of a container.

        The engine is asked once: to answer it starts three programs.
        """
        self._cpus = self._cpus or min(self._settings.cpus, int(self._client.info()["NCPU"]))
        return self._cpus


def connect(settings: SandboxSettings) -> tuple[docker.APIClient, str]:
    """A client and the engine's version. Raises SandboxUnavailable with the remedy."""
    environment = {**os.environ}
    if settings.docker_host:
        environment["DOCKER_HOST"] = settings.docker_host
    where = environment.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    arguments = kwargs_from_env(environment=environment)
    try:
        with closing(docker.APIClient(**arguments, version="auto", timeout=60)) as client:
            said = client.version(api_version=False)
        asked = settings.docker_api_version or str(said["ApiVersion"])
        _check_api_version(asked, said)
        client = docker.APIClient(**arguments, version=asked, timeout=60)
    except _ENGINE_ERRORS as error:
        raise SandboxUnavailable(
            f"no container engine answers at {where} ({_reason(error)}): start Docker, "
            "set DOCKER_HOST, or use JUDGE_SANDBOX=local"
        ) from error
    return client, str(said.get("Version", "of unknown version"))


def _check_api_version(asked: str, said: dict[str, Any]) -> None:
    """Refuse a version that the engine does not speak, before it refuses each call."""
    newest, oldest = str(said["ApiVersion"]), str(said.get("MinAPIVersion", "1.24"))
    oldest = max(oldest, MINIMUM_DOCKER_API_VERSION, key=_number)
    if not _number(oldest) <= _number(asked) <= _number(newest):
        raise SandboxUnavailable(
            f"DOCKER_API_VERSION is {asked} and can be {oldest} to {newest}: "
            "unset it or choose one of these"
        )


def _number(version: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in version.split("."))
    except ValueError:
        raise SandboxUnavailable(f"DOCKER_API_VERSION {version!r} is not like 1.41") from None


def _remove(client: docker.APIClient, ident: str) -> None:
    """Kill and remove, and wait until it is gone: it may be removing itself already."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            client.remove_container(ident, v=True, force=True)
            return
        except NotFound:
            return
        except _ENGINE_ERRORS as error:
            if not isinstance(error, APIError):
                return  # no engine, no container to speak of; the reaper looks again
        time.sleep(0.02)


def _owner() -> str:
    """This process, such that no other on any machine, or after a restart, has the same."""
    return f"{_namespace()}:{os.getpid()}:{_started(os.getpid())}"


def _namespace() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; "" where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def _leaked(container: dict[str, Any]) -> bool:
    if container["State"] in ("created", "exited", "dead"):
        return time.time() - float(container["Created"]) > _NOT_OURS_SECONDS
    namespace, _, process = str((container["Labels"] or {}).get(OWNER, "")).rpartition(":")
    namespace, _, pid = namespace.rpartition(":")
    ours = namespace == _namespace() and pid.isdecimal()
    return ours and _started(int(pid)) != str(process)


def _reason(error: Exception) -> str:
    """The last line of what went wrong, without the layers around it."""
    text = getattr(error, "explanation", None) or str(error)
    return str(text).strip().splitlines()[-1][:300] if str(text).strip() else type(error).__name__
