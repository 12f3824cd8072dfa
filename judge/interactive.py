"""Running a program while somebody watches and types: what page and worker tell each other.

Theory of operation. A run has an id and two lists in Redis. The web process puts the
request on RQ's queue and then only moves messages: what the page says goes onto the
list `in`, what the worker says comes from the list `out`. Lists, not channels, so
that nothing said before the other side listens is lost. Both expire. The worker says
something at least every `BEAT_SECONDS`; a web process that hears nothing for
`LOST_SECONDS` tells the page that the run is lost.

From the page: ``{"type": "stdin", "data"}``, ``eof``, ``{"type": "signal", "name"}``,
``stop``. To the page: ``queued``, ``building``, ``running``, ``{"type": "output",
"stream", "data"}``, ``{"type": "test", "test"}``, and last ``{"type": "end", …}``, which
holds what `judge.worker.interactive` made of the facts.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from redis import Redis

from judge.errors import JudgeFault, UserError
from judge.packs.submission import MAX_FILES, MAX_TOTAL_BYTES
from judge.sandbox import languages

KINDS = ("run", "test")
MAX_ARGUMENTS = 32
MAX_ARGUMENT_BYTES = 4096
MAX_MESSAGE_BYTES = 1024 * 1024
"""The longest message of a page: all files with every character escaped, or much input."""
SIGNALS = ("SIGINT", "SIGTERM", "SIGQUIT")

QUEUE_SECONDS = 60
"""How long a program may wait for a place; then we are too busy."""
BEAT_SECONDS = 2.0
LOST_SECONDS = 15.0
KEPT_SECONDS = 300
"""How long lists are kept that nobody reads any more."""

_PLAIN_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\Z")


class BadRequest(UserError):
    """A message that cannot be taken; the text says why."""


class TooMany(UserError):
    """Whoever asks has as many programs running as one may have."""


class Lost(JudgeFault):
    """The worker that had the run is gone."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be run. `kind` "test": those of `files` that are tests test the others."""

    kind: Literal["run", "test"]
    files: dict[str, str]
    args: tuple[str, ...] = ()
    language: str = "go"


def check(message: Mapping[str, Any]) -> Request:
    """A page's ``{"type": "run" | "test", "files", "args"}`` as a request.

    :raises BadRequest: it is none; the text names what is wrong.
    """
    kind = message.get("type")
    if kind not in KINDS:
        raise BadRequest(f"the first message must be of type {' or '.join(KINDS)}")
    language = message.get("language", "go")
    files = check_files(message.get("files"), language)
    if language != "go":
        if kind == "test":
            raise BadRequest(f"tests are run for Go, not for {language}")
        return Request("run", files, _arguments(message.get("args", [])), language)
    tests = [name for name in files if name.endswith("_test.go")]
    if kind == "test" and not tests:
        raise BadRequest("there is no test file: name one something_test.go")
    if len(files) == len(tests):
        raise BadRequest("there are only tests; add a file with the code that they test")
    return Request(kind, files, _arguments(message.get("args", [])))


def extensions(language: object) -> tuple[str, ...]:
    """How the names of files in `language` may end.

    :raises BadRequest: there is no such language.
    """
    if language == "go":
        return (".go",)
    found = languages.ALL.get(language) if isinstance(language, str) else None
    if found is None:
        raise BadRequest(f"language must be one of go, {', '.join(languages.ALL)}")
    return found.extensions


def check_files(found: object, language: object = "go") -> dict[str, str]:
    """Files as they can be run or kept.

    :raises BadRequest: they cannot; the text names file and reason.
    """
    endings = extensions(language)
    if not isinstance(found, dict) or not found:
        raise BadRequest("files must be an object of names and texts, with at least one file")
    if len(found) > MAX_FILES:
        raise BadRequest(f"there are {len(found)} files; at most {MAX_FILES} can be run")
    total = 0
    for name, text in found.items():
        if not _PLAIN_NAME.match(name) or not name.endswith(endings):
            ending = " or ".join(endings)
            raise BadRequest(
                f"{_shown(name)} cannot be a file's name: plain letters, then {ending}"
            )
        if not isinstance(text, str):
            raise BadRequest(f"{name} must be a text")
        total += _bytes(name, text)
        if "\0" in text:
            raise BadRequest(f"{name} has a NUL byte; is it a text?")
    if total > MAX_TOTAL_BYTES:
        raise BadRequest(f"the files have {total} bytes; at most {MAX_TOTAL_BYTES} can be run")
    return found


def from_json(text: str) -> Request:
    """The request that `to_json` wrote."""
    read = json.loads(text)
    return Request(read["kind"], read["files"], tuple(read["args"]), read["language"])


def to_json(request: Request) -> str:
    """As an argument of an RQ job."""
    return json.dumps(asdict(request))


def check_input(message: Mapping[str, Any]) -> None:
    """Hold what a page says to a running program against the list above.

    :raises BadRequest: it is nothing of that.
    """
    kind = message.get("type")
    if kind == "stdin" and isinstance(message.get("data"), str):
        return
    if kind == "signal" and message.get("name") in SIGNALS:
        return
    if kind not in ("eof", "stop"):
        raise BadRequest("a running program takes stdin, eof, signal and stop")


def in_key(run_id: str) -> str:
    """The list of what the page says."""
    return f"judge:interactive:{run_id}:in"


def out_key(run_id: str) -> str:
    """The list of what the worker says."""
    return f"judge:interactive:{run_id}:out"


def say(client: Redis, key: str, *messages: Mapping[str, Any]) -> None:
    """Put messages onto one of the two lists.

    :raises RedisError: it is away.
    """
    with client.pipeline(transaction=False) as pipeline:
        pipeline.rpush(key, *(json.dumps(message) for message in messages))
        pipeline.expire(key, KEPT_SECONDS)
        pipeline.execute()


def read(data: bytes | str) -> dict[str, Any]:
    """A message from one of the two lists."""
    message: dict[str, Any] = json.loads(data)
    return message


def enter(client: Redis, who: str, run_id: str, most: int, seconds: float) -> None:
    """Count a run of `who`; `leave` takes it back, and so does time after `seconds`.

    :raises TooMany: there are `most` already.
    :raises RedisError: it is away.
    """
    key, now = _running_key(who), time.time()
    with client.pipeline() as pipeline:
        pipeline.zremrangebyscore(key, "-inf", now)
        pipeline.zadd(key, {run_id: now + seconds})
        pipeline.zrank(key, run_id)
        pipeline.zcard(key)
        pipeline.expire(key, int(seconds) + 1)
        count = pipeline.execute()[3]
    if count > most:
        leave(client, who, run_id)
        programs = "program" if most == 1 else "programs"
        raise TooMany(f"you have {most} {programs} running already; stop one of them first")


def leave(client: Redis, who: str, run_id: str) -> None:
    """Count it no longer.

    :raises RedisError: it is away.
    """
    client.zrem(_running_key(who), run_id)


def _running_key(who: str) -> str:
    return f"judge:interactive:of:{who}"


def _arguments(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise BadRequest("args must be a list of texts")
    if len(found) > MAX_ARGUMENTS:
        raise BadRequest(f"there are {len(found)} arguments; at most {MAX_ARGUMENTS} are taken")
    for argument in found:
        if _bytes("an argument", argument) > MAX_ARGUMENT_BYTES or "\0" in argument:
            raise BadRequest(f"an argument may have {MAX_ARGUMENT_BYTES} bytes and no NUL byte")
    return tuple(found)


def _bytes(name: str, text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise BadRequest(f"{name} is not valid Unicode text") from None


def _shown(name: str) -> str:
    text = repr(name)
    return text if len(text) <= 40 else text[:40] + "…"
