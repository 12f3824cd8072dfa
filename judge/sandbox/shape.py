"""What a kind of sandbox is made of: files, program, rights. Launchers make any of them.

The runner's is here, and the judge's only one that runs submissions. Others (a
language server) describe theirs themselves and get the same walls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from judge.sandbox import rootfs
from judge.sandbox.settings import SandboxSettings

_RUNNER_MB = 96
"""On top of a job's memory: the runner, and room to notice that a limit is passed."""
RUNNER_CAPABILITIES = {
    "SETUID": "each run has a user of its own",
    "SETGID": "and a group",
    "CHOWN": "which its working folder is given to",
    "DAC_OVERRIDE": "which the runner must read and wipe afterwards, whatever its modes",
    "KILL": "and whose processes it must end",
}


@dataclass(frozen=True, slots=True)
class Tmpfs:
    """A memory file system of bounded size."""

    path: str
    size_mb: int
    inodes: str
    """Number of files, as the kernel reads it: "8k"."""
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of sandbox."""

    name: str
    """Of its image, and the beginning of its containers' names."""
    files: Callable[[rootfs.Progress], rootfs.Rootfs]
    """Makes the root file system where it is not there yet. Raises SandboxUnavailable."""
    program: tuple[str, ...]
    tmpfs: tuple[Tmpfs, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: int = 0
    """Of the program; the tmpfs are its own. 0 is root with `capabilities` and no others."""
    capabilities: tuple[str, ...] = ()
    extra_mb: int = 0
    """Memory on top of what is asked for, beside that of the tmpfs."""
    bounds_itself: bool = False
    """Whether the program sees to its memory where there is no control group to do it."""
    cpu_shares: int = 1024
    """Weight where there is not enough CPU for all; 1024 is what everything else has."""

    def memory_mb(self, asked_mb: int) -> int:
        """The bound on all memory of a sandbox whose program may use `asked_mb`."""
        return asked_mb + self.extra_mb + sum(one.size_mb for one in self.tmpfs)


def runner(settings: SandboxSettings) -> Shape:
    """The sandbox that judges: `runner/LAYOUT.md`."""

    def files(progress: rootfs.Progress) -> rootfs.Rootfs:
        made = rootfs.build(settings.rootfs_dir, progress)
        rootfs.give_to_builders(made.root)
        return made

    return Shape(
        name="judge-sandbox",
        files=files,
        program=("/runner",),
        tmpfs=(
            Tmpfs("/work", settings.work_mb, "8k"),
            Tmpfs("/build", settings.build_mb, "16k", executable=True),
        ),
        capabilities=tuple(RUNNER_CAPABILITIES),
        extra_mb=_RUNNER_MB,
        bounds_itself=True,
    )
