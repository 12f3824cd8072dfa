"""A Go program that is compiled here, such as gopls or Delve, and how long that takes is told.

Its module is pinned by a go.mod with the checksums beside it; the pinned toolchain
compiles it, which asks the Go module proxy, takes a minute or two on two cores, and happens
once for each version: the program is kept beside the root file systems that it goes into.
"""

from __future__ import annotations

import hashlib
import os
import platform
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from judge.errors import JudgeFault
from judge.sandbox.rootfs import FLAGS, Go, Progress
from judge.sandbox.transport import Launcher

_NICENESS = 15
_FIRST, _LAST = 5, 90


@dataclass(frozen=True, slots=True)
class Tool:
    """What is compiled."""

    name: str
    package: str
    source: Path
    """The folder with go.mod and go.sum."""

    def digest(self, goroot: Path, *recipe: Path) -> str:
        """SHA-256 over toolchain version, machine, what pins the tool, and a recipe."""
        total = hashlib.sha256(platform.machine().encode())
        for path in (goroot / "VERSION", *self.pins, *recipe):
            total.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            total.update(path.read_bytes())
        return total.hexdigest()

    @property
    def pins(self) -> tuple[Path, ...]:
        """The files that say which version it is."""
        return (self.source / "go.mod", self.source / "go.sum")

    def kept(self, folder: Path, goroot: Path) -> Path:
        """Where the program is, or will be, below `folder`."""
        return folder / f".{self.name}-{self.digest(goroot)[:16]}"

    def compile(self, go: Go, folder: Path, work: Path, progress: Progress) -> Path:
        """The program, compiled first where `folder` hasn't got it; `work` is on its file system.

        Raises SandboxUnavailable.
        """
        target = self.kept(folder, go.goroot)
        if target.exists():
            return target
        made = work / self.name
        progress(f"fetching {self.name}", 1)
        total = len(go.run("list", "-deps", self.package, cwd=self.source).split())
        done = 0

        def count(_package: str) -> None:
            nonlocal done
            done += 1
            share = min(done, total) / total
            percent = _FIRST + int((_LAST - _FIRST) * share)
            progress(f"compiling {self.name}, {min(done, total)} of {total}", percent)

        go.run(
            *("build", "-v", *FLAGS, "-ldflags=-s -w", "-o", str(made), self.package),
            cwd=self.source,
            on_line=count,
        )
        for old in folder.glob(f".{self.name}-*"):
            old.unlink()
        made.rename(target)
        return target


def prepare_in_background(
    launcher: Launcher, progress: Progress, closed: Callable[[], bool]
) -> None:
    """Have `launcher` make its files in a thread of low priority (a thread cannot take that back).

    Returns when they are there, or when `closed` says so. Raises JudgeFault.
    """
    failed: list[JudgeFault] = []

    def work() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            launcher.prepare(progress)
        except JudgeFault as error:
            failed.append(error)

    thread = threading.Thread(target=work, name="tool-build", daemon=True)
    thread.start()
    while thread.is_alive() and not closed():
        thread.join(0.2)
    if failed:
        raise failed[0]
