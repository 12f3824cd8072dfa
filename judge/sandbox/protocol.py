"""The messages between worker and runner, version 1.

Theory of operation. Both ways the stream is a row of frames: a length of four
bytes, big-endian, then that many bytes of one JSON object with a `type`. Bytes
travel as base64. The runner speaks first (`hello`), then takes one job at a time:

    worker -> runner   job, and while it is under way stdin, close_stdin, debugger, signal,
                       cancel
    runner -> worker   event …, then exactly one of facts or fault

Each message but `hello` carries the `id` that the worker gave the job, so that
a late one of an abandoned job cannot be taken for another's. Nothing here knows
what carries the bytes (a container's attached stream, a pipe, a socket).

The runner is ours but shares a container with hostile code, so what it says is
checked in full: anything unexpected raises `SandboxBroken`, and whoever reads it
throws the container away.
"""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from judge.errors import SandboxBroken
from judge.sandbox.decode import Reader
from judge.sandbox.facts import Event, Facts
from judge.sandbox.job import (
    CheckJob,
    DebugJob,
    FormatJob,
    IoJob,
    Job,
    JobKind,
    ProgramJob,
    UnitJob,
)

PROTOCOL = 1
MAX_JOB_BYTES = 64 << 20
"""The longest frame that the runner takes: a job with all its files and cases."""
MAX_INPUT_BYTES = 1 << 20
"""The most that one `stdin` message may carry; longer input is cut into several."""
MAX_REPLY_BYTES = 64 << 20
"""The longest frame that we take from a runner."""
SIGNALS = ("SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL")

_LENGTH = struct.Struct(">I")
_KINDS: Mapping[type, JobKind] = {
    UnitJob: "unit",
    IoJob: "io",
    ProgramJob: "program",
    FormatJob: "format",
    CheckJob: "check",
    DebugJob: "debug",
}


@dataclass(frozen=True, slots=True)
class Hello:
    """The runner is up and speaks our version."""

    toolchain: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of job `id`: its facts, and whether the container must be replaced.

    `replace` says why ("", if it need not be): something was killed, left over or
    denied, so that what comes next shall not meet what is left of it.
    """

    id: int
    facts: Facts
    replace: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event of job `id`."""

    id: int
    event: Event


Message = Hello | Told | Outcome


def encode_job(job: Job, job_id: int) -> bytes:
    """The frame that starts `job`. Raises ValueError where it is over `MAX_JOB_BYTES`."""
    body = {name: _plain(value) for name, value in _fields(job)}
    return _frame({"type": "job", "id": job_id, "kind": _KINDS[type(job)], **body})


def encode_stdin(job_id: int, data: bytes) -> Iterator[bytes]:
    """Frames that write `data` to the interactive program's stdin, in order."""
    for start in range(0, len(data), MAX_INPUT_BYTES):
        chunk = data[start : start + MAX_INPUT_BYTES]
        yield _frame({"type": "stdin", "id": job_id, "data": _plain(chunk)})


def encode_debugger(job_id: int, data: bytes) -> bytes:
    """The frame that says something to the debugger. Raises ValueError where it is too long."""
    return _frame({"type": "debugger", "id": job_id, "data": _plain(data)})


def encode_close_stdin(job_id: int) -> bytes:
    """The frame that ends the interactive program's stdin."""
    return _frame({"type": "close_stdin", "id": job_id})


def encode_signal(job_id: int, signal: str) -> bytes:
    """The frame that sends the program one of `SIGNALS`. Raises ValueError for others."""
    if signal not in SIGNALS:
        raise ValueError(f"signal {signal!r} cannot be sent; one of {', '.join(SIGNALS)} can")
    return _frame({"type": "signal", "id": job_id, "signal": signal})


def encode_cancel(job_id: int) -> bytes:
    """The frame that kills what runs; facts still follow."""
    return _frame({"type": "cancel", "id": job_id})


class Frames:
    """Cuts a stream of bytes into frames. Feed it what comes; take what is whole."""

    def __init__(self, max_bytes: int = MAX_REPLY_BYTES) -> None:
        """`max_bytes`: the longest frame that is taken."""
        self._max_bytes = max_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Add `data`; yield the frames that are now whole, without their length."""
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > self._max_bytes:
                raise SandboxBroken(f"the runner announced a frame of {length} bytes")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            frame = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield frame

    @property
    def partial(self) -> bool:
        """Whether the stream stands in the middle of a frame."""
        return bool(self._buffer)


def decode(frame: bytes, sandbox: str) -> Message:
    """One message of the runner; `sandbox` ("docker", "local") goes into its facts.

    Raises SandboxBroken for anything that this version does not know, and for a
    `fault`, with the runner's own words.
    """
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise SandboxBroken(f"the runner sent something that is not JSON: {error}") from error
    reader = Reader(message, "message")
    match reader.text("type"):
        case "hello":
            return _hello(reader)
        case "event":
            return Told(reader.whole("id"), reader.object("event").event())
        case "facts":
            facts = reader.object("facts").facts(sandbox)
            return Outcome(reader.whole("id"), facts, reader.text("replace", ""))
        case "fault":
            raise SandboxBroken(f"the runner failed: {reader.text('error')}")
        case other:
            raise SandboxBroken(f"the runner sent a message of unknown type {other!r}")


def _hello(reader: Reader) -> Hello:
    version = reader.whole("protocol")
    if version != PROTOCOL:
        raise SandboxBroken(f"the runner speaks protocol {version}, this judge {PROTOCOL}")
    return Hello(reader.text("toolchain"))


def _frame(message: dict[str, Any]) -> bytes:
    body = json.dumps(message, separators=(",", ":")).encode()
    if len(body) > MAX_JOB_BYTES:
        raise ValueError(f"a message of {len(body)} bytes is over the {MAX_JOB_BYTES} allowed")
    return _LENGTH.pack(len(body)) + body


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(value, field.name)) for field in fields(value))


def _plain(value: Any) -> Any:
    """`value` as JSON has it: bytes in base64, dataclasses as objects."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {name: _plain(item) for name, item in _fields(value)}
    return value
