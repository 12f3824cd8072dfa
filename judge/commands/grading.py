"""Grading for a command: a sandbox that breaks is tried again, as the worker does."""

from __future__ import annotations

from collections.abc import Mapping

from judge.errors import BadPack, SandboxBroken
from judge.grading import Sandbox, grade
from judge.packs.pack import Pack
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict

TRIES = 3


CANNOT_ISOLATE = "these tests cannot be isolated: "
_BAD_TESTS = "the problem's tests do not compile: "


def grade_by_pack(pack: Pack, files: Mapping[str, bytes], pool: Sandbox) -> Result:
    """`grade_with_retries` for somebody who hands in, not who proves the pack.

    :raises BadPack: its tests do not compile, or cannot be isolated as it demands.
    :raises JudgeFault: the sandbox broke every time, or there is none.
    """
    result = grade_with_retries(pack, files, pool)
    if result.verdict is Verdict.INTERNAL_ERROR and result.message.startswith(_BAD_TESTS):
        raise BadPack(f"{pack.slug}: {cannot_isolate(result) or result.message}")
    return result


def cannot_isolate(result: Result) -> str:
    """Why the tests of a pack cannot be isolated though it says so; "" where that is not it."""
    if result.verdict is not Verdict.INTERNAL_ERROR or CANNOT_ISOLATE not in result.message:
        return ""
    said = result.message.removeprefix(_BAD_TESTS)
    return f'{said}; isolation = "none" has them run in the submission\'s process'


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
