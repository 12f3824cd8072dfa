"""Grading for a command: a sandbox that breaks is tried again, as the worker does."""

from __future__ import annotations

from collections.abc import Mapping

from judge.errors import SandboxBroken
from judge.grading import Sandbox, grade
from judge.packs.pack import Pack
from judge.verdict.result import Result

TRIES = 3


def grade_with_retries(pack: Pack, files: Mapping[str, bytes], pool: Sandbox) -> Result:
    """`grade`, up to `TRIES` times where the sandbox broke.

    :raises JudgeFault: it broke every time, or there is none.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return grade(pack, files, pool)
        except SandboxBroken:
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")
