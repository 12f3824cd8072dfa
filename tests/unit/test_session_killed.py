"""A program that was killed: by its own container's end, or by somebody in a living one."""

from __future__ import annotations

import json

import pytest

from judge.errors import SandboxBroken
from judge.sandbox.job import ProgramJob
from judge.sandbox.session import Runner, Session

KILLED = {
    "signal": "SIGKILL", "cpu_seconds": 0, "wall_seconds": 1, "memory_bytes": 1, "output_bytes": 0,
}  # fmt: skip
HELLO = {"type": "hello", "protocol": 1, "toolchain": "go1.27.3"}
FACTS = {"type": "facts", "id": 1, "facts": {"toolchain": "go1.27.3", "runs": [KILLED]}}


class Transport:
    """Says hello and the facts, then ends with its container or stays silent."""

    name = "box"

    def __init__(self, *, dies: bool) -> None:
        self._dies = dies
        texts = [json.dumps(message).encode() for message in (HELLO, FACTS)]
        self._frames = [len(text).to_bytes(4, "big") + text for text in texts]

    def send(self, data: bytes, timeout_seconds: float) -> None:
        """Nothing is done with it."""

    def receive(self, _seconds: float) -> bytes:
        if self._frames:
            return self._frames.pop(0)
        if self._dies:
            raise SandboxBroken("the runner ended")
        raise TimeoutError

    def idle(self) -> bool:
        return True

    def throttle(self, cpus: float | None) -> None:
        """No."""

    def close(self) -> None:
        """Nothing is held."""


def session(*, dies: bool) -> Session:
    runner = Runner(Transport(dies=dies), "docker", 512)
    return Session(runner, ProgramJob(source={"main.go": b""}), lambda *_: None)


def test_who_is_killed_with_the_container_is_not_judged() -> None:
    with pytest.raises(SandboxBroken, match="was killed, with the program in it"):
        session(dies=True).result()


def test_who_is_killed_in_a_living_one_is() -> None:
    assert session(dies=False).result().runs[0].signal == "SIGKILL"
