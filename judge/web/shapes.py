"""How submissions and snippets look in pages and in the JSON that pages fetch."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for

from judge.config import Settings
from judge.models import Snippet, Submission
from judge.verdict.verdicts import Verdict

_WAITING = {"queued": "Queued", "running": "Judging"}
_HUES = {
    Verdict.ACCEPTED: "accepted",
    Verdict.WRONG_ANSWER: "failed",
    Verdict.RUNTIME_ERROR: "failed",
    Verdict.SANDBOX_VIOLATION: "failed",
    Verdict.COMPILE_ERROR: "compile",
    Verdict.REJECTED: "compile",
    Verdict.TIME_LIMIT: "limit",
    Verdict.MEMORY_LIMIT: "limit",
    Verdict.OUTPUT_LIMIT: "limit",
    Verdict.INTERNAL_ERROR: "ours",
}


def hue(submission: Submission) -> str:
    """The name of the verdict's hue and shape; "running" before there is one."""
    return _HUES[Verdict(submission.verdict)] if submission.verdict else "running"


def words(submission: Submission) -> str:
    """The state or verdict in words, as a list shows it."""
    if submission.state != "done" or not submission.verdict:
        return _WAITING.get(submission.state, "Judging")
    label = Verdict(submission.verdict).label
    if submission.purpose == "trial":
        passed = submission.verdict == Verdict.ACCEPTED
        return "Run: passed" if passed else f"Run: {label.lower()}"
    return label


def attempt(submission: Submission, max_score: float) -> dict[str, Any]:
    """One attempt of a list, without its files. Times in ISO 8601."""
    return {
        "id": str(submission.id),
        "url": url_for("submission_pages.show", submission_id=submission.id),
        "purpose": submission.purpose,
        "state": submission.state,
        "verdict": submission.verdict,
        "label": Verdict(submission.verdict).label if submission.verdict else "",
        "words": words(submission),
        "hue": hue(submission),
        "score": submission.score,
        "max_score": max_score,
        "received": submission.received_at.isoformat(),
    }


def snippet_address(found: Snippet, version: int | None = None) -> str:
    """The whole address of a snippet, to be given away. `version`: None for the newest."""
    return public_address(url_for("playground.snippet", public_id=found.public_id, version=version))


def public_address(path: str) -> str:
    """The whole address of a page of ours, as people open it."""
    settings: Settings = current_app.extensions["judge"]
    return (settings.public_url or request.host_url).rstrip("/") + path
