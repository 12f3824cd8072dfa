"""What the sandbox can be told, and how the environment says it (docs/settings.md)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from judge.errors import UserError

SandboxKind = Literal["docker", "local", "auto"]

_HOME = Path(__file__).resolve().parents[2]
"""The checkout, whatever folder a command is started in."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """How sandboxes are made and how many. Defaults suit one worker on a small machine."""

    kind: SandboxKind = "auto"
    rootfs_dir: Path = _HOME / "var" / "sandbox"
    """Where root file systems are assembled and kept."""
    max_containers: int = 10
    """The most that one pool has at a time, idle ones and those being made included."""
    spare: int = 1
    """How many stand ready beside those at work; 0: made when asked for."""
    reuse: int = 50
    """Submissions judged in a container before it is replaced; 1: a container each."""
    memory_mb: int = 1024
    """What a build or run may use in a container made ahead; larger ones are made on demand."""
    max_memory_mb: int = 8192
    """The most that a problem may ask for."""
    cpus: float = 2.0
    """CPUs' worth of time of a container."""
    pids: int = 512
    """Threads and processes of a container."""
    work_mb: int = 64
    """Size of the tmpfs with the working folders of runs."""
    build_mb: int = 256
    """Size of the tmpfs that compiler and linker write to."""
    runtime: str | None = None
    """The engine's OCI runtime ("runsc" for gVisor); None: its default."""
    docker_host: str | None = None
    docker_api_version: str | None = None
    """None: what the engine speaks."""
    production: bool = False
    allow_local_in_production: bool = False


def from_environment(environment: Mapping[str, str] = os.environ) -> SandboxSettings:
    """The settings that `environment` asks for. Raises UserError, which names a bad value."""
    values: dict[str, Any] = {}
    for field, (name, read) in _VARIABLES.items():
        text = environment.get(name, "").strip()
        if not text:
            continue
        try:
            values[field] = read(text)
        except ValueError as error:
            raise UserError(f"{name} is {text!r}: {error}") from error
    return SandboxSettings(**values)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def _kind(text: str) -> str:
    if text not in get_args(SandboxKind):
        raise ValueError(f"must be one of {', '.join(get_args(SandboxKind))}")
    return text


def _cpus(text: str) -> float:
    try:
        cpus = float(text)
    except ValueError:
        cpus = 0
    if not 0.1 <= cpus <= 64:
        raise ValueError("must be a number from 0.1 to 64")
    return cpus


def _switch(text: str) -> bool:
    if text.lower() in ("1", "on", "true", "yes"):
        return True
    if text.lower() in ("0", "off", "false", "no"):
        return False
    raise ValueError("must be on or off")


_VARIABLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "kind": ("JUDGE_SANDBOX", _kind),
    "rootfs_dir": ("JUDGE_SANDBOX_DIR", lambda text: Path(text).expanduser().resolve()),
    "max_containers": ("MAX_CONTAINERS", _whole(1, 1000)),
    "spare": ("JUDGE_SANDBOX_SPARE", _whole(0, 100)),
    "reuse": ("JUDGE_SANDBOX_REUSE", _whole(1, 1_000_000)),
    "memory_mb": ("JUDGE_SANDBOX_MEMORY_MB", _whole(64, 1 << 20)),
    "max_memory_mb": ("JUDGE_SANDBOX_MAX_MEMORY_MB", _whole(64, 1 << 20)),
    "cpus": ("JUDGE_SANDBOX_CPUS", _cpus),
    "pids": ("JUDGE_SANDBOX_PIDS", _whole(64, 1 << 20)),
    "work_mb": ("JUDGE_SANDBOX_WORK_MB", _whole(8, 1 << 16)),
    "build_mb": ("JUDGE_SANDBOX_BUILD_MB", _whole(64, 1 << 16)),
    "runtime": ("JUDGE_SANDBOX_RUNTIME", str),
    "docker_host": ("DOCKER_HOST", str),
    "docker_api_version": ("DOCKER_API_VERSION", str),
    "production": ("JUDGE_ENV", lambda text: text == "production"),
    "allow_local_in_production": ("JUDGE_ALLOW_LOCAL_SANDBOX", _switch),
}
"""Field of `SandboxSettings` to the variable that sets it, and how its text is read."""
