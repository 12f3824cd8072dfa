"""The worker: takes ids from the queue, judges, records.

`judge_submission`, `run_program` and `run_interactive` are what RQ jobs name. `process`
is the loop around them; `judging`, `programs` and `interactive` do the work.
"""

from __future__ import annotations

from uuid import UUID

from judge.worker import process


def judge_submission(submission_id: str) -> None:
    """The RQ job of `judge.queue.enqueue`."""
    process.bench().judge(UUID(submission_id))


def run_program(run_id: str, code: str, stdin: str, language: str = "go") -> None:
    """The RQ job of `judge.queue.enqueue_run`."""
    process.bench().run(run_id, code, stdin, language)


def run_interactive(run_id: str, request: str) -> None:
    """The RQ job of `judge.queue.enqueue_interactive`."""
    process.stage().start(run_id, request)
