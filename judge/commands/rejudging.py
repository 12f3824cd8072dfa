"""`judge rejudge`: judge a problem's submissions again, look at the differences, then apply."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from judge.config import load

if TYPE_CHECKING:
    from judge.models import Problem
    from judge.rejudging import Change, Outcome, Progress

_LOOK_SECONDS = 1.0
_SHOWN = 40
"""Differences that are listed; `--json` has all."""


@click.group(short_help="Judge a problem's submissions again, compare, and apply.")
def rejudge() -> None:
    """Judge a problem's submissions again.

    The old results stay until `apply` replaces them all at once. Workers judge again only when
    nothing else waits.
    """


@rejudge.command()
@click.argument("slug")
@click.option("--wait", is_flag=True, help="Stay until all is judged, and show the differences.")
def begin(slug: str, *, wait: bool) -> None:
    """Queue all that was handed in for SLUG, by the current version of the problem."""
    from judge import rejudging

    problem = _problem(slug)
    made = rejudging.begin(problem)
    click.echo(f"{rejudging.progress(made).total} submissions of {slug} are judged again")
    if wait:
        _wait(problem)
        _show(problem)


@rejudge.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="One object, with every difference.")
def show(slug: str, *, as_json: bool) -> None:
    """How far it is, and which results would change."""
    problem = _problem(slug)
    if as_json:
        click.echo(json.dumps(_as_json(problem), indent=2))
    else:
        _show(problem)


@rejudge.command("apply")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply_(slug: str, *, yes: bool) -> None:
    """Put the new results in the place of the old ones, all at once."""
    from judge import rejudging

    problem = _problem(slug)
    found = rejudging.open_of(problem)
    if not yes:
        _show(problem)
        click.confirm("Replace the results?", abort=True)
    click.echo(f"applied: {rejudging.apply(found)} results changed")


@rejudge.command()
@click.argument("slug")
def discard(slug: str) -> None:
    """Forget it: every result stays what it is."""
    from judge import rejudging

    rejudging.discard(rejudging.open_of(_problem(slug)))
    click.echo("discarded: every result is what it was")


def _problem(slug: str) -> Problem:
    from judge import db, logs, problems, queue

    settings = load()
    logs.quiet()
    db.configure(settings.database_url, 1)
    queue.configure(settings.redis_url)
    return problems.by_slug(slug)


def _wait(problem: Problem) -> None:
    from judge import rejudging

    found = rejudging.open_of(problem)
    with click.progressbar(length=rejudging.progress(found).total, label="judging") as bar:
        while (now := rejudging.progress(found)).done < now.total:
            bar.update(now.done - bar.pos)
            time.sleep(_LOOK_SECONDS)
        bar.update(now.done - bar.pos)


def _show(problem: Problem) -> None:
    from judge import rejudging

    found = rejudging.open_of(problem)
    changes = rejudging.changes(found)
    click.echo(_summary(rejudging.progress(found), changes))
    for one in changes[:_SHOWN]:
        when = one.received_at.strftime("%Y-%m-%d %H:%M")
        click.echo(f"  {one.username:24} {when}  {_short(one.before)} -> {_short(one.after)}")
    if len(changes) > _SHOWN:
        click.echo(f"  and {len(changes) - _SHOWN} more; --json has all")


def _summary(progress: Progress, changes: list[Change]) -> str:
    gained = sum((one.after.score or 0) > (one.before.score or 0) for one in changes)
    lost = sum((one.after.score or 0) < (one.before.score or 0) for one in changes)
    failed = f"; {progress.failed} could not be judged and keep theirs" if progress.failed else ""
    return (
        f"{progress.done} of {progress.total} are judged again: {len(changes)} results differ, "
        f"{gained} gain and {lost} lose points{failed}"
    )


def _short(outcome: Outcome) -> str:
    score = "no score" if outcome.score is None else f"{outcome.score:g}"
    return f"{outcome.verdict} ({score})"


def _as_json(problem: Problem) -> dict[str, Any]:
    from judge import rejudging

    found = rejudging.open_of(problem)
    now = rejudging.progress(found)
    return {
        "problem": problem.slug,
        "total": now.total,
        "done": now.done,
        "failed": now.failed,
        "changes": [
            {
                "submission": str(one.submission_id),
                "user": one.username,
                "received_at": one.received_at.isoformat(),
                "before": {"verdict": one.before.verdict, "score": one.before.score},
                "after": {"verdict": one.after.verdict, "score": one.after.score},
            }
            for one in rejudging.changes(found)
        ],
    }
