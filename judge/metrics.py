"""Counters that outlive a process, kept in Redis and read by /metrics.

Workers count into one hash; a Redis that starts empty resets them, which
Prometheus knows how to handle.
"""

from __future__ import annotations

from collections.abc import Mapping

from redis import Redis
from redis.client import Pipeline

KEY = "judge:metrics"
_SEPARATOR = "|"
_PACE = "judge:pace"
_PACE_OF = 50


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


def pace(client: Redis) -> float | None:
    """Seconds that one of the last submissions occupied a worker, on the average.

    :raises RedisError: it is away.
    """
    last = [float(value) for value in client.lrange(_PACE, 0, -1)]
    return sum(last) / len(last) if last else None


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
