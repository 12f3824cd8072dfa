"""How bytes get to a runner and back: what docker.py and local.py offer to the pool."""

from __future__ import annotations

from typing import Literal, Protocol

from judge.sandbox.rootfs import Progress

SandboxName = Literal["docker", "local"]


class Transport(Protocol):
    """A running sandbox and the stream to its runner. One reader and one writer at a time."""

    @property
    def name(self) -> str:
        """What a person would look for: the container's name, the process's number."""

    def send(self, data: bytes, timeout_seconds: float) -> None:
        """Write all of `data`. Raises SandboxBroken where it is gone or does not take it."""

    def receive(self, timeout_seconds: float) -> bytes:
        """Some bytes from the runner. Raises SandboxBroken at its end, TimeoutError when late."""

    def idle(self) -> bool:
        """Whether it is alive and has nothing to say, as one without a job must be."""

    def throttle(self, cpus: float | None) -> None:
        """Give it no more than `cpus` CPUs' worth of time from now on; None: as at its start.

        Does what it can: nothing where neither an engine nor a control group is there to do
        it. Never raises.
        """

    def close(self) -> None:
        """Kill it with all that is in it, and return once it is gone. Never raises."""


class Launcher(Protocol):
    """Makes sandboxes of one kind."""

    @property
    def kind(self) -> SandboxName:
        """Goes into the facts."""

    def describe(self) -> str:
        """One line: what is used, for the start's output and `judge doctor`."""

    def prepare(self, progress: Progress) -> str:
        """Make ahead what sandboxes are made of. Raises SandboxUnavailable."""

    def start(self, memory_mb: int) -> Transport:
        """A sandbox whose runs may use `memory_mb`. Raises SandboxUnavailable."""

    def reap(self) -> int:
        """Remove what dead processes left; how many. Raises SandboxUnavailable."""

    def close(self) -> None:
        """Let go of the engine. Never raises."""
