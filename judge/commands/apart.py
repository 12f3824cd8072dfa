"""Whether a Go problem's tests can run in a process of their own."""

from __future__ import annotations

from dataclasses import replace

from judge.commands.grading import CANNOT_ISOLATE, grade_with_retries
from judge.grading import Sandbox
from judge.packs.pack import Pack
from judge.verdict.verdicts import Verdict


def against_isolation(pack: Pack, pool: Sandbox) -> str:
    """Why ``isolation = "process"`` would not do for `pack`; "" where it would.

    It does where the reference is accepted, and the starter only if it is without, too.

    :raises JudgeFault: the sandbox failed.
    """
    apart = replace(pack, isolation="process")
    reference = grade_with_retries(apart, pack.reference.files, pool)
    if reference.verdict is not Verdict.ACCEPTED:
        said = reference.message.splitlines()[0] if reference.message else reference.verdict.value
        return said.rpartition(CANNOT_ISOLATE)[2]
    if not pack.starter or not _accepts(apart, pool):
        return ""
    return "" if _accepts(pack, pool) else "the starter would be accepted"


def _accepts(pack: Pack, pool: Sandbox) -> bool:
    return grade_with_retries(pack, pack.starter, pool).verdict is Verdict.ACCEPTED
