"""Points for tests: pure arithmetic over names and statuses.

A *unit* is what counts once: a test without subtests, or a test that failed by
itself though none of its subtests did. A test that failed only because a
subtest failed is not counted a second time.

With groups, a group earns its points when all of its units passed, at least one
did, and every test it needs came to its end; a unit belongs to the first group
with a pattern that covers it. Without groups every top-level test has the same
share of the points, and earns the part of it that its units passed.

A skip neither helps nor hurts: skipped units are left out, and so are groups and
top-level tests that have nothing else; their points go to the others in
proportion. In a run that broke off nobody knows which subtests were still to
come, so there a top-level test counts only if it passed as a whole: breaking
off can never be worth more than going on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from judge.packs.names import covers
from judge.packs.pack import Group
from judge.sandbox.facts import TestStatus
from judge.verdict.result import GroupResult

_BAD: tuple[TestStatus, ...] = ("fail", "error")


@dataclass(frozen=True, slots=True)
class Score:
    """Points earned; `full` says exactly whether they are all, before rounding."""

    points: float
    full: bool
    groups: tuple[GroupResult, ...]


def units(statuses: Mapping[str, TestStatus]) -> dict[str, TestStatus]:
    """Of all tests, those that count once each (see above), in the same order."""
    parents = _ancestors(statuses)
    excused = _ancestors(name for name, status in statuses.items() if status in _BAD)
    return {
        name: status
        for name, status in statuses.items()
        if name not in parents or (status in _BAD and name not in excused)
    }


def group_of(name: str, groups: Sequence[Group]) -> str:
    """The name of the first group that covers a test; "" where none does."""
    for group in groups:
        if any(covers(pattern, name) for pattern in group.tests):
            return group.name
    return ""


def score(
    statuses: Mapping[str, TestStatus],
    groups: Sequence[Group],
    points: float,
    *,
    complete: bool = True,
) -> Score:
    """Score tests by name and status; those that never ran must be in it, as "error"."""
    counted = units(_settled(statuses, complete))
    if groups:
        return _by_group(counted, groups, points)
    return _by_test(counted, points, any(status == "pass" for status in statuses.values()))


def round_down(points: float) -> float:
    """Two decimals, never up: a score shown as full is full."""
    return math.floor(points * 100 + 1e-6) / 100


def _settled(statuses: Mapping[str, TestStatus], complete: bool) -> dict[str, TestStatus]:
    """In a run that broke off, nothing below an unfinished top-level test counts."""
    if complete:
        return dict(statuses)
    settled: dict[str, TestStatus] = {}
    for name, status in statuses.items():
        top = statuses.get(name.split("/", 1)[0], status)
        settled[name] = "error" if status == "pass" and top not in ("pass", "skip") else status
    return settled


def _by_group(counted: Mapping[str, TestStatus], groups: Sequence[Group], points: float) -> Score:
    members: dict[str, list[TestStatus]] = {group.name: [] for group in groups}
    for name, status in counted.items():
        group_name = group_of(name, groups)
        if group_name:
            members[group_name].append(status)
    results = tuple(_group_result(group, members[group.name]) for group in groups)
    possible = sum(
        result.max_points
        for result in results
        if result.total or not members[result.name]  # not: all of it skipped
    )
    earned = sum(result.points for result in results)
    full = possible > 0 and all(
        result.points == result.max_points
        for result in results
        if result.total or not members[result.name]
    )
    if full:
        return Score(points, True, results)
    return Score(round_down(points * earned / possible) if possible else 0.0, False, results)


def _group_result(group: Group, statuses: Sequence[TestStatus]) -> GroupResult:
    ran = [status for status in statuses if status != "skip"]
    passed = ran.count("pass")
    earned = group.points if ran and passed == len(ran) else 0.0
    return GroupResult(group.name, earned, group.points, passed, len(ran), group.hint)


def _by_test(counted: Mapping[str, TestStatus], points: float, any_pass: bool) -> Score:
    tops: dict[str, list[TestStatus]] = {}
    for name, status in counted.items():
        if status != "skip":
            tops.setdefault(name.split("/", 1)[0], []).append(status)
    if not tops:  # subtests all skipped, while the test around them passed
        return Score(points if any_pass else 0.0, any_pass, ())
    shares = [statuses.count("pass") / len(statuses) for statuses in tops.values()]
    if all(share == 1 for share in shares):
        return Score(points, True, ())
    return Score(round_down(points * sum(shares) / len(shares)), False, ())


def _ancestors(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        end = name.rfind("/")
        while end > 0 and name[:end] not in found:
            found.add(name[:end])
            end = name.rfind("/", 0, end)
    return found
