"""Signs of life of workers, in Redis: who is there, and can it judge.

A worker whose canary passed writes a key that expires soon; one that cannot judge
writes the reason, so that /readyz can say it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from redis import Redis

EXPIRES_SECONDS = 20
EVERY_SECONDS = 5.0
_PREFIX = "judge:worker:"
_NAMES = "judge:workers"


@dataclass(frozen=True, slots=True)
class Pulse:
    """One worker. `detail`: which sandbox and why, or what keeps it from judging."""

    name: str
    ready: bool
    detail: str
    toolchain: str = ""
    busy: bool = False
    interactive: bool = False
    """Whether it runs programs that somebody watches, and judges nothing."""
    sandboxes: int = 0
    idle: int = 0
    """Of the sandboxes for Go: how many there are, and how many wait for a job."""


def beat(client: Redis, pulse: Pulse) -> None:
    """Say that a worker is alive.

    :raises RedisError: it is away.
    """
    with client.pipeline(transaction=False) as pipeline:
        pipeline.sadd(_NAMES, pulse.name)
        pipeline.set(_PREFIX + pulse.name, json.dumps(asdict(pulse)), ex=EXPIRES_SECONDS)
        pipeline.execute()


def stop(client: Redis, name: str) -> None:
    """Say that a worker has ended.

    :raises RedisError: it is away.
    """
    client.srem(_NAMES, name)
    client.delete(_PREFIX + name)


def all_alive(client: Redis) -> list[Pulse]:
    """Every worker that was heard of lately, by name.

    :raises RedisError: it is away.
    """
    names = sorted(_text(name) for name in client.smembers(_NAMES))
    if not names:
        return []
    values = dict(zip(names, client.mget([_PREFIX + name for name in names]), strict=True))
    if silent := [name for name, value in values.items() if value is None]:
        client.srem(_NAMES, *silent)
    return [_pulse(value) for value in values.values() if value is not None]


def _pulse(value: bytes | str) -> Pulse:
    """A worker of the next version may say more than this one knows of."""
    known = {field.name for field in fields(Pulse)}
    return Pulse(**{name: said for name, said in json.loads(value).items() if name in known})


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
