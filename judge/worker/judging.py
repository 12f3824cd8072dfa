"""Judging one submission: claim, let the database go, sandbox, verdict, history.

A claim is kept alive by the worker's pulse (`judge.worker.process`) through
`holding`. Whatever happens, an attempt ends in one of three ways: its result is
recorded, it is given back, or its lease lapses and the janitor finds it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from judge import db, grading, history, leases, metrics, problems, queue
from judge.config import Settings
from judge.errors import JudgeFault, SandboxUnavailable
from judge.leases import Claim
from judge.models import Submission
from judge.packs.pack import Pack
from judge.progress import Teller
from judge.runs import leave_outcome
from judge.sandbox.facts import Event
from judge.sandbox.pools import Pools
from judge.verdict import scoring
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict
from judge.worker import programs

RECORD_WAITS_SECONDS = (0.2, 0.5, 1, 2, 4)
"""Between tries to record while the database is away; then the lease lapses."""
_AT_ONCE_SECONDS = 0.1
"""A worker that begins so soon after the last verdict had no pause in between."""
_MOST_TOLD = 1000
"""Tests told while they run; the rest is in the result."""

_log = structlog.get_logger(__name__)


class Bench:
    """One worker's place of work: it judges one thing at a time.

    :param unavailable: called when no sandbox can be had; returns once one can, or
        the worker is to stop.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        pools: Pools,
        teller: Teller,
        unavailable: Callable[[SandboxUnavailable], None],
    ) -> None:
        self.holding: Claim | None = None
        """The claim at work, for whoever renews its lease."""
        self._name = name
        self._settings = settings
        self._pools = pools
        self._teller = teller
        self._unavailable = unavailable
        self._doubt = ""
        self._ended = 0.0

    def judge(self, ticket: UUID) -> None:
        """Judge the submission whose turn it is, if any (`judge.turns`)."""
        started = time.monotonic()
        if started - self._ended < _AT_ONCE_SECONDS:
            started = self._ended
        try:
            claim = leases.claim(ticket, self._name, self._settings.lease)
            if claim is None:
                _log.info("nothing to claim", ticket=str(ticket))
                return
            self.holding = claim
            # All that is logged on the way, the sandbox's lines as well, says whose it is.
            whose = {"submission": str(claim.submission_id), "attempt": claim.attempt}
            with structlog.contextvars.bound_contextvars(**whose):
                self._guarded(claim)
        finally:
            self.holding = None
            # Also a session that broke in the middle of the claim: it would stay broken.
            db.release()
        self._ended = time.monotonic()
        self._teller.write(lambda pipe: metrics.count_pace(pipe, self._ended - started))

    def take_doubt(self) -> str:
        """Why the sandbox should be tried before the next job; "" where nothing says so."""
        doubt, self._doubt = self._doubt, ""
        return doubt

    def _guarded(self, claim: Claim) -> None:
        try:
            self._attempt(claim)
        except BaseException as error:
            # A bug or the end of this process: the submission goes to the next worker.
            counts = isinstance(error, Exception)
            self._give_back(claim, f"{type(error).__name__}: {error}", counts=counts)
            raise

    def _attempt(self, claim: Claim) -> None:
        pack = problems.pack_of(claim.version_id)
        db.release()
        telling = Telling(self._teller, claim, pack)
        try:
            result = grading.grade(
                pack,
                claim.files,
                self._pools.get(pack.language),
                telling.event,
                visible_only=claim.purpose == "trial",
            )
        except SandboxUnavailable as error:
            self._give_back(claim, str(error), counts=False)
            self._unavailable(error)
        except JudgeFault as error:
            self._doubt = str(error)
            self._give_back(claim, str(error))
        else:
            self._finish(claim, result, telling)

    def _finish(self, claim: Claim, result: Result, telling: Telling) -> None:
        last = claim.tries + 1 >= self._settings.tries
        if result.verdict is Verdict.INTERNAL_ERROR:
            self._doubt = result.message
        if result.verdict is Verdict.INTERNAL_ERROR and not last:
            self._give_back(claim, result.message)
            return
        told = result.to_json()
        if self._record(claim, told):
            telling.done()
            phases = told["phases"]
            self._teller.write(lambda pipe: metrics.count_verdict(pipe, result.verdict, phases))
            _log.info("judged", verdict=result.verdict.value, phases=phases)

    def _record(self, claim: Claim, result: Mapping[str, Any]) -> bool:
        """Record, again after a while where the database is away. False: not recorded."""
        for wait in (*RECORD_WAITS_SECONDS, None):
            try:
                return history.record(claim.submission_id, claim.attempt, result)
            except (DBAPIError, PoolTimeout) as error:
                db.release()
                _log.warning("not recorded", error=str(error))
                if wait is None:
                    return False
                _pause(wait)
        return False

    def _give_back(self, claim: Claim, reason: str, *, counts: bool = True) -> None:
        """End an attempt without a result. What fails here is left to the lease."""
        try:
            db.release()
            fate = leases.give_back(
                claim.submission_id, claim.attempt, reason, self._settings.tries, counts=counts
            )
            if fate == "queued":
                requeue(claim.submission_id)
            elif fate == "set aside":
                Telling(self._teller, claim, None).done()
        except (DBAPIError, PoolTimeout, RedisError) as error:
            _log.warning("not given back", error=str(error))

    def run(self, run_id: str, code: str, stdin: str, language: str) -> None:
        """Run a program and leave its outcome to whoever waits for it."""
        job = programs.job(code, stdin, self._settings.timeout, language)
        client = queue.connection()
        try:
            facts = self._pools.get(language).run(job)
        except JudgeFault as error:
            leave_outcome(client, run_id, {"verdict": None, "message": str(error)})
            if isinstance(error, SandboxUnavailable):
                self._unavailable(error)
            return
        leave_outcome(client, run_id, programs.outcome(facts, job.limits, language))


def _pause(seconds: float) -> None:
    time.sleep(seconds)


def requeue(submission_id: UUID) -> None:
    """Enqueue a submission that was given back.

    :raises RedisError: Redis is away; the janitor will do it.
    """
    with db.scope() as session:
        submission = session.get(Submission, submission_id)
        session.commit()
        if submission is not None and submission.state == "queued":
            queue.enqueue(submission)


class Telling:
    """Tells what happens in one attempt, in a form that students may see."""

    def __init__(self, teller: Teller, claim: Claim, pack: Pack | None) -> None:
        """`pack`: None where there is nothing to tell but the end."""
        self._teller = teller
        self._claim = claim
        self._pack = pack
        self._index = 0
        self._tests = 0

    def event(self, event: Event) -> None:
        """Tell one of the sandbox's events."""
        if event.kind == "building":
            self._tell({"type": "building"})
        elif event.kind == "running":
            self._tell({"type": "running", "total": self._total()})
        elif event.kind == "test" and event.status is not None and self._tests < _MOST_TOLD:
            self._tell({"type": "test", "index": self._tests, "test": self._test(event)})
            self._tests += 1

    def done(self) -> None:
        """Tell that the result is in the database."""
        self._tell({"type": "done"})

    def _tell(self, message: dict[str, Any]) -> None:
        self._teller.tell(self._claim.submission_id, self._claim.attempt, self._index, message)
        self._index += 1

    def _total(self) -> int | None:
        """How many tests there will be, where that is known: subtests are not."""
        if self._pack is None or self._pack.kind != "io":
            return None
        trial = self._claim.purpose == "trial"
        return sum(1 for case in self._pack.cases if case.visible or not trial)

    def _test(self, event: Event) -> dict[str, Any]:
        assert self._pack is not None
        return {
            "name": None if event.hidden else event.name,
            "status": event.status,
            "visible": not event.hidden,
            "group": scoring.group_of(event.name, self._pack.groups),
        }
