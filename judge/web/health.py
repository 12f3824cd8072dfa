"""Is it alive, is it ready, how is it doing: for supervisors and for Prometheus."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from judge import history, metrics, pulses, queue
from judge.config import Settings
from judge.pulses import Pulse
from judge.web import errors
from judge.web.bearer import token_of

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether a submission would be judged now; 503 with what is missing where not."""
    parts = {"database": _database(), "queue": _queue()}
    workers = _workers() if not parts["queue"] else []
    able = [pulse for pulse in workers if pulse.ready]
    parts["worker"] = "" if able else _why_none(workers)
    missing = [f"{name}: {why}" for name, why in parts.items() if why]
    told = {
        "ready": not missing,
        "detail": "; ".join(missing),
        "workers": len(able),
        "sandbox": able[0].detail if able else "",
        "toolchain": able[0].toolchain if able else "",
    }
    return jsonify(told), 503 if missing else 200


@blueprint.get("/metrics")
def prometheus() -> ResponseReturnValue:
    """Counters and gauges in Prometheus' text format.

    For whoever has `JUDGE_METRICS_TOKEN`; without one for this machine alone.
    """
    if not _may_measure():
        return errors.answer(403, "send the token of JUDGE_METRICS_TOKEN, or ask from this machine")
    registry = CollectorRegistry()
    registry.register(_Everything())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_measure() -> bool:
    settings: Settings = current_app.extensions["judge"]
    if settings.metrics_token:
        given = (token_of(request) or "").encode("utf-8", "replace")
        return hmac.compare_digest(given, settings.metrics_token.encode())
    # What a proxy on this machine passes on does not come from it.
    passed_on = any(name.startswith(("X-Forwarded", "Forwarded")) for name, _ in request.headers)
    try:
        return not passed_on and ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _database() -> str:
    try:
        history.open_counts()
    except SQLAlchemyError as error:
        return str(error).splitlines()[0]
    return ""


def _queue() -> str:
    try:
        queue.connection().ping()
    except RedisError as error:
        return str(error)
    return ""


def _workers() -> list[Pulse]:
    try:
        return [one for one in pulses.all_alive(queue.connection()) if not one.interactive]
    except RedisError:
        return []


def _why_none(workers: list[Pulse]) -> str:
    if not workers:
        return "none is running; start one with `judge worker`"
    return "; ".join(dict.fromkeys(pulse.detail for pulse in workers))


class _Everything(Collector):
    """Asks database and Redis when it is asked; a part that is away leaves its own out."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("judge_up", "Whether a part answers.", labels=["part"])
        for name, part in (("database", _of_database), ("queue", _of_queue)):
            try:
                yield from list(part())
                up.add_metric([name], 1)
            except (SQLAlchemyError, RedisError):
                up.add_metric([name], 0)
        yield up


def _of_database() -> Iterator[Metric]:
    counts, age = history.open_counts()
    waiting = GaugeMetricFamily(
        "judge_submissions_open", "Submissions not yet judged.", labels=["state"]
    )
    for state in ("queued", "running"):
        waiting.add_metric([state], counts.get(state, 0))
    yield waiting
    yield GaugeMetricFamily(
        "judge_queue_age_seconds", "How long the oldest queued submission has waited.", value=age
    )


def _of_queue() -> Iterator[Metric]:
    client = queue.connection()
    depth = GaugeMetricFamily("judge_queue_depth", "Jobs that wait.", labels=["queue"])
    for name, jobs in queue.depths().items():
        depth.add_metric([name], jobs)
    yield depth
    alive = pulses.all_alive(client)
    yield GaugeMetricFamily("judge_workers", "Workers that are alive.", value=len(alive))
    held = GaugeMetricFamily("judge_sandboxes", "Sandboxes of all workers.", labels=["state"])
    idle = sum(pulse.idle for pulse in alive)
    held.add_metric(["idle"], idle)
    held.add_metric(["busy"], sum(pulse.sandboxes for pulse in alive) - idle)
    yield held
    able = sum(pulse.ready for pulse in alive)
    yield GaugeMetricFamily("judge_workers_ready", "Workers that can judge.", value=able)
    counters = metrics.read(client)
    for name, (title, text, label) in _COUNTERS.items():
        family = CounterMetricFamily(title, text, labels=[label])
        for value, amount in counters.get(name, {}).items():
            family.add_metric([value], amount)
        yield family


_COUNTERS = {
    "verdicts": ("judge_verdicts", "Submissions and trials judged.", "verdict"),
    "phase_seconds": ("judge_phase_seconds", "Time spent in a phase of judging.", "phase"),
    "phase_count": ("judge_phase_runs", "How often a phase was gone through.", "phase"),
    "replaced": ("judge_sandboxes_replaced", "Sandboxes replaced.", "reason"),
}
