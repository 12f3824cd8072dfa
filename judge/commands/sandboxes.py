"""The sandbox for a command: settings from the environment, options on top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from judge.sandbox.pool import Pool
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


def open_pool(kind: str | None, workers: int) -> Pool:
    """A pool for `workers` jobs at once, to be used as a context manager.

    :raises SandboxUnavailable: there is none; the text says what to do.
    """
    from judge.sandbox.pool import Pool
    from judge.sandbox.settings import from_environment

    settings = from_environment()
    if kind is not None:
        settings = replace(settings, kind=cast("SandboxKind", kind))
    return Pool(replace(settings, max_containers=max(workers + 1, 2)))
