"""Assembles what a program is debugged in: the sandbox that judges, with symbols, and Delve.

Theory of operation. Runner and layout are those of ``runner/LAYOUT.md``. The standard
library's archives are as Go makes them, with what a debugger reads and without our
patches to `testing`; and there is

    /dlv          Delve, compiled from the module that ``delve/go.mod`` pins
    /etc/delve    its settings: no telemetry, no other

What Delve and the archives share is compiled once; the caches are kept (some 300 MB).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from judge.sandbox import rootfs
from judge.sandbox.rootfs import Extra, Go, Progress, Rootfs
from judge.sandbox.settings import SandboxSettings
from judge.sandbox.shape import Shape, runner
from judge.sandbox.tool import Tool

TOOL = Tool("delve", "github.com/go-delve/delve/cmd/dlv", Path(__file__).parent / "delve")
DELVE_MB = 512
"""What Delve itself may use: `debuggerMemory` of the runner's debug.go."""


def shape(target: Path, settings: SandboxSettings) -> Shape:
    """A debugger's sandbox, whose files are kept below `target`."""

    def files(progress: Progress) -> Rootfs:
        made = build(target, progress)
        rootfs.give_to_builders(made.root)
        return made

    judging = runner(settings)
    extra_mb = judging.extra_mb + DELVE_MB
    return replace(judging, name="judge-debugger", files=files, extra_mb=extra_mb)


def build(target: Path, progress: Progress = rootfs.quiet) -> Rootfs:
    """The root file system below `target`, made first if it is not there yet.

    Raises SandboxUnavailable, in one line with the remedy, where it cannot be made.
    """

    def add(root: Path, go: Go, work: Path, progress: Progress) -> None:
        half = lambda step, percent: progress(step, percent // 2)  # noqa: E731
        delve = TOOL.compile(go, target.resolve(), work, half)
        rootfs.copy(delve, root / "dlv", 0o755)
        (root / "etc" / "delve" / "dlv").mkdir(parents=True)
        (root / "etc" / "delve" / "go" / "telemetry").mkdir(parents=True)
        rootfs.write(root / "etc" / "delve" / "dlv" / "config.yml", "")
        rootfs.write(root / "etc" / "delve" / "go" / "telemetry" / "mode", "off 2024-01-01\n")

    return rootfs.build(target, progress, Extra(add, (Path(__file__), *TOOL.pins)))
