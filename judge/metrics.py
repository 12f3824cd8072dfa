"""Counters that outlive a process, kept in Redis and read by /metrics.

Workers count into one hash; a Redis that starts empty resets them, which
Prometheus knows how to handle.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from redis import Redis
from redis.client import Pipeline

KEY = "judge:metrics"
_SEPARATOR = "|"
_PACE = "judge:pace"
_PACE_OF = 500
ARRIVALS_SECONDS = 30.0
"""What came for so long says what will come for as long."""
_ARRIVALS = "judge:arrivals:"
_ARRIVALS_OF = 1000


def count(pipeline: Pipeline, name: str, label: str = "", amount: float = 1) -> None:
    """Add `amount` to the counter `name` with the value `label` of its label."""
    pipeline.hincrbyfloat(KEY, f"{name}{_SEPARATOR}{label}", amount)


def count_verdict(pipeline: Pipeline, verdict: str, phases: Mapping[str, float]) -> None:
    """A submission was judged; `phases` are seconds by name."""
    count(pipeline, "verdicts", verdict)
    for phase, seconds in phases.items():
        count(pipeline, "phase_seconds", phase, seconds)
        count(pipeline, "phase_count", phase)


def count_pace(pipeline: Pipeline, seconds: float) -> None:
    """A worker was occupied so long with a submission."""
    pipeline.lpush(_PACE, f"{seconds:.4f}")
    pipeline.ltrim(_PACE, 0, _PACE_OF - 1)


def pace(client: Redis) -> list[float]:
    """Seconds that each of the last submissions occupied a worker, the last one first.

    :raises RedisError: it is away.
    """
    return [float(value) for value in client.lrange(_PACE, 0, -1)]


def count_arrival(client: Redis, purpose: str) -> None:
    """Something was handed in.

    :raises RedisError: it is away or full.
    """
    with client.pipeline(transaction=False) as pipeline:
        pipeline.lpush(_ARRIVALS + purpose, f"{time.time():.3f}")
        pipeline.ltrim(_ARRIVALS + purpose, 0, _ARRIVALS_OF - 1)
        pipeline.execute()


def arrivals(client: Redis) -> dict[str, float]:
    """How many submissions and trials came in each of the last seconds, by purpose.

    :raises RedisError: it is away.
    """
    purposes = ("submit", "trial")
    with client.pipeline(transaction=False) as pipeline:
        for purpose in purposes:
            pipeline.lrange(_ARRIVALS + purpose, 0, -1)
        found = pipeline.execute()
    now = time.time()
    return {
        purpose: sum(0 <= now - float(moment) <= ARRIVALS_SECONDS for moment in moments)
        / ARRIVALS_SECONDS
        for purpose, moments in zip(purposes, found, strict=True)
    }


def read(client: Redis) -> dict[str, dict[str, float]]:
    """Each counter's values by its label.

    :raises RedisError: it is away.
    """
    counters: dict[str, dict[str, float]] = {}
    for key, value in client.hgetall(KEY).items():
        name, _, label = _text(key).partition(_SEPARATOR)
        counters.setdefault(name, {})[label] = float(value)
    return counters


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
