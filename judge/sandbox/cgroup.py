"""A control group around a local sandbox, where this process is allowed to make one.

Version 2 is used where a group of ours can be made below our own or at the top
(root, or a delegated group without processes of its own), version 1 where its
hierarchies are writable. Anywhere else there is none, and the runner's own
measuring is what bounds memory; see local.py.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TOP = Path("/sys/fs/cgroup")
_PERIOD_MICROSECONDS = 20_000


@dataclass(frozen=True, slots=True)
class Group:
    """Folders of one group: one in version 2, one for each controller in version 1."""

    folders: tuple[Path, ...]

    def enter(self) -> tuple[str, ...]:
        """What to put before a command, so that it is a member from its first instruction.

        A shell does it, and not Python between fork and exec: other threads may
        hold locks then.
        """
        script = "".join(f'echo 0 > "{folder}/cgroup.procs" && ' for folder in self.folders)
        return ("/bin/sh", "-c", f'{script}exec "$@"', "sh")

    def throttle(self, cpus: float | None) -> None:
        """Bound CPU time to `cpus` CPUs' worth, or to nothing. Never raises."""
        quota = int(cpus * _PERIOD_MICROSECONDS) if cpus else None
        for folder in self.folders:
            with suppress(OSError):
                if (folder / "cpu.max").exists():
                    limit = quota or "max"
                    (folder / "cpu.max").write_text(f"{limit} {_PERIOD_MICROSECONDS}")
                elif (folder / "cpu.cfs_quota_us").exists():
                    (folder / "cpu.cfs_period_us").write_text(str(_PERIOD_MICROSECONDS))
                    (folder / "cpu.cfs_quota_us").write_text(str(quota or -1))

    def remove(self) -> None:
        """Remove it; its processes were killed and are about to be gone. Never raises."""
        for folder in self.folders:
            _remove(folder)


def _remove(folder: Path) -> None:
    end = time.monotonic() + 2
    while folder.exists() and time.monotonic() < end:
        with suppress(OSError):
            folder.rmdir()
            return
        time.sleep(0.01)


def make(memory_mb: int, pids: int) -> Group | None:
    """A group with these bounds (swap counts as memory), or None where none can be made."""
    name = f"judge-{os.getpid()}-{secrets.token_hex(4)}"
    if (_TOP / "cgroup.controllers").exists():
        return _version2(name, memory_mb, pids)
    return _version1(name, memory_mb, pids)


def _version2(name: str, memory_mb: int, pids: int) -> Group | None:
    with suppress(OSError, ValueError):
        own = Path("/proc/self/cgroup").read_text().strip().split("::", 1)[1].lstrip("/")
        for parent in (_TOP / own, _TOP):
            controllers = (parent / "cgroup.subtree_control").read_text().split()
            if {"memory", "pids"} <= set(controllers) and os.access(parent, os.W_OK):
                return _fill(
                    (parent / name,),
                    {
                        "memory.max": f"{memory_mb}M",
                        "memory.swap.max": "0",
                        "memory.oom.group": "0",
                        "pids.max": str(pids),
                    },
                )
    return None


def _version1(name: str, memory_mb: int, pids: int) -> Group | None:
    folders = tuple(_TOP / controller / name for controller in ("memory", "pids"))
    if not all(os.access(folder.parent, os.W_OK) for folder in folders):
        return None
    if os.access(_TOP / "cpu", os.W_OK):
        folders += (_TOP / "cpu" / name,)
    memory = str(memory_mb << 20)
    # Memory and swap together can only be bounded after memory alone.
    return _fill(
        folders,
        {
            "memory.limit_in_bytes": memory,
            "memory.memsw.limit_in_bytes": memory,
            "pids.max": str(pids),
        },
    )


def _fill(folders: tuple[Path, ...], values: dict[str, str]) -> Group | None:
    group = Group(folders)
    try:
        for folder in folders:
            folder.mkdir()
            for name, value in values.items():
                if (folder / name).exists():
                    (folder / name).write_text(value)
    except OSError:
        group.remove()
        return None
    return group
