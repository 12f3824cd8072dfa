"""The sandbox for a command: settings from the environment, options on top."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from judge.sandbox.pools import Pools
    from judge.sandbox.settings import SandboxKind

sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(["docker", "local"]),
    help="Which sandbox to use. Default: JUDGE_SANDBOX, else docker if an engine answers.",
)


def workers_option(default: int) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """`--workers N`."""
    return click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=default,
        show_default=True,
        help="How many to judge at once.",
    )


@contextmanager
def open_pools(kind: str | None, spare: int = 1) -> Iterator[Pools]:
    """The pools of all languages. What they log goes to stderr.

    :param spare: how many sandboxes stand ready beside those at work; 0 where there
        is one job only, which should not pay for a second.
    :raises SandboxUnavailable: there is none; the text says what to do.
    """
    from judge import logs
    from judge.sandbox.pool import Pool, prepare
    from judge.sandbox.pools import Pools
    from judge.sandbox.settings import from_environment

    logs.quiet()
    settings = from_environment()
    if kind is not None:
        settings = replace(settings, kind=cast("SandboxKind", kind))
    if sys.stderr.isatty():
        prepare(settings, _tell)  # a minute the first time: say what is going on
    settings = replace(settings, spare=min(settings.spare, spare))
    with Pool(settings) as go, Pools(go, settings) as pools:
        yield pools


def _tell(step: str, percent: int) -> None:
    click.echo(f"judge: {step}, {percent} %", err=True)
