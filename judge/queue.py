"""The queue in Redis: the only module that puts RQ jobs on it.

Theory of operation. PostgreSQL is the truth: a submission is queued there, in one
transaction with its files. The RQ job is a ticket with its id: whoever draws one judges
what is next (`judge.turns`). So a lost job costs time, never a submission: the janitor
puts it back; and a job too many finds nothing to claim.

Queues by urgency, the most urgent first: `RUNS` (somebody waits at the screen),
`SUBMISSIONS`, `REJUDGE`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from judge.models import Submission

RUNS = "runs"
SUBMISSIONS = "submissions"
REJUDGE = "rejudge"
QUEUES = (RUNS, SUBMISSIONS, REJUDGE)
INTERACTIVE = "interactive"
"""Programs that somebody watches and types into: for workers that do nothing else."""

JUDGE = "judge.worker.judge_submission"
RUN = "judge.worker.run_program"
RUN_INTERACTIVE = "judge.worker.run_interactive"

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
JOB_SECONDS = 900
"""RQ's own stop, far beyond any limit of ours: the sandbox stops what takes too long."""
FAILURE_KEPT = timedelta(hours=1)
_RUN_PREFIX = "run-"

_pools: dict[str, ConnectionPool] = {}
_lock = threading.Lock()
_url = ""


def configure(url: str) -> None:
    """Let this process use the Redis at `url`. Connects when something is asked for."""
    global _url  # noqa: PLW0603 - one queue for a process, like its database
    _url = url


def connection() -> Redis:
    """A client on this process's pool of connections."""
    with _lock:
        pool = _pools.get(_url)
        if pool is None:
            pool = _pools[_url] = ConnectionPool.from_url(
                _url,
                socket_connect_timeout=CONNECT_SECONDS,
                socket_timeout=ANSWER_SECONDS,
                # A request must not wait through rounds of retries while Redis is away.
                retry=Retry(NoBackoff(), 1),
            )
    return Redis(connection_pool=pool)


def queue(name: str) -> Queue:
    """One of `QUEUES`."""
    return Queue(name, connection=connection(), serializer=JSONSerializer)


_BY_PURPOSE = {"trial": RUNS, "submit": SUBMISSIONS, "rejudge": REJUDGE}


def queue_of(submission: Submission) -> str:
    """Which queue a submission belongs on: at a trial somebody watches the screen."""
    return _BY_PURPOSE[submission.purpose]


def enqueue(submission: Submission) -> None:
    """Put a submission that is committed as queued on its queue.

    :raises RedisError: it is away or full; the janitor will do it later.
    """
    _put(queue_of(submission), JUDGE, job_id(submission), str(submission.id))


def enqueue_run(
    run_id: str, code: str, stdin: str, wait_seconds: int, language: str = "go"
) -> None:
    """Put a program to run on the most urgent queue; dropped if nobody takes it in time.

    :raises RedisError: it is away or full.
    """
    _put(RUNS, RUN, f"{_RUN_PREFIX}{run_id}", run_id, code, stdin, language, ttl=wait_seconds)


def enqueue_interactive(run_id: str, request: str, wait_seconds: int) -> None:
    """Put a program that somebody watches on the queue of its own; dropped if not taken in time.

    :raises RedisError: it is away or full.
    """
    _put(INTERACTIVE, RUN_INTERACTIVE, f"interactive-{run_id}", run_id, request, ttl=wait_seconds)


def job_id(submission: Submission) -> str:
    """The job's id: another for each attempt.

    RQ's tidying up after one attempt must not take away the job of the next.
    """
    return f"{submission.id}-{submission.attempt}"


def _put(name: str, function: str, job: str, *arguments: str, ttl: int | None = None) -> None:
    queue(name).enqueue_call(
        function,
        args=arguments,
        job_id=job,
        timeout=JOB_SECONDS,
        ttl=ttl,
        result_ttl=0,
        failure_ttl=int(FAILURE_KEPT.total_seconds()),
        description=job,
    )


def waiting(name: str) -> list[str]:
    """The ids of the jobs on a queue, the next one first."""
    return [_text(key) for key in connection().lrange(queue(name).key, 0, -1)]


def missing(submissions: Iterable[Submission]) -> list[Submission]:
    """Those of `submissions`, all that wait, for which the queues have too few jobs.

    Any job lets a worker take what is next, so only their number matters.

    :raises RedisError: it is away.
    """
    by_queue: dict[str, list[Submission]] = {}
    for one in submissions:
        by_queue.setdefault(queue_of(one), []).append(one)
    found: list[Submission] = []
    for name, those in by_queue.items():
        held = {job for job in waiting(name) if not job.startswith(_RUN_PREFIX)}
        lacking = [one for one in those if job_id(one) not in held]
        found += lacking[: max(0, len(those) - len(held))]
    return found


def depths() -> dict[str, int]:
    """How many jobs wait on each queue.

    :raises RedisError: it is away.
    """
    client = connection().pipeline(transaction=False)
    for name in QUEUES:
        client.llen(queue(name).key)
    return dict(zip(QUEUES, client.execute(), strict=True))


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
