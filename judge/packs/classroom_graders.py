"""The graders of a GitHub Classroom assignment, as its template repository says them.

Older assignments have ``.github/classroom/autograding.json``, newer ones steps of
``.github/workflows/classroom.yml`` that use ``autograding-command-grader``,
``autograding-io-grader`` or ``autograding-python-grader``, of ``classroom-resources`` and
before that of ``education``. Their inputs are described in the README of each. Nothing in
these files is run here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from judge.errors import UserError

OLD = Path(".github/classroom/autograding.json")
NEW = Path(".github/workflows/classroom.yml")
MAX_BYTES = 256 * 1024
_USES = re.compile(r"(?:education|classroom-resources)/autograding-(command|io|python)-grader@")

Comparison = Literal["exact", "included", "regex"]
_COMPARISONS: dict[str, Comparison] = {
    "exact": "exact",
    "included": "included",
    "contains": "included",
    "regex": "regex",
}


class BadAssignment(UserError):
    """The folder is no assignment, or what it says cannot be read."""


@dataclass(frozen=True, slots=True)
class Grader:
    """One test of an assignment. Nothing is compared where `comparison` is None."""

    name: str
    setup: str
    command: str
    points: float
    stdin: str = ""
    expected: str = ""
    comparison: Comparison | None = None


def read(folder: Path) -> list[Grader]:
    """All graders of the assignment in `folder`; the newer file counts where both are there.

    :raises BadAssignment: there are none.
    """
    if (folder / NEW).is_file():
        found = list(_of_workflow(folder / NEW))
    elif (folder / OLD).is_file():
        found = list(_of_json(folder / OLD))
    else:
        raise BadAssignment(
            f"{folder}: neither {NEW} nor {OLD} is there; is this an assignment's repository?"
        )
    if not found:
        raise BadAssignment(f"{folder}: the assignment has no autograding tests")
    return found


def _of_json(path: Path) -> Iterator[Grader]:
    try:
        said = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise BadAssignment(f"{path}: not JSON ({error})") from error
    tests = said.get("tests") if isinstance(said, dict) else None
    if not isinstance(tests, list):
        raise BadAssignment(f"{path}: there is no list of tests")
    for number, test in enumerate(tests, 1):
        if not isinstance(test, dict):
            raise BadAssignment(f"{path}: test {number} is no object")
        compares = bool(test.get("output"))
        yield _grader(
            path,
            name=test.get("name") or f"test {number}",
            setup=test.get("setup"),
            command=test.get("run"),
            points=test.get("points"),
            stdin=test.get("input"),
            expected=test.get("output"),
            comparison=test.get("comparison", "included") if compares else None,
        )


def _of_workflow(path: Path) -> Iterator[Grader]:
    try:
        said = yaml.safe_load(_text(path))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadAssignment(f"{path}: not YAML ({' '.join(str(error).split())})") from error
    for step in _steps(said):
        uses = _USES.match(str(step.get("uses")))
        if uses is None:
            continue
        given = step.get("with")
        given = given if isinstance(given, dict) else {}
        yield _grader(
            path,
            name=given.get("test-name") or step.get("name") or f"a {uses[1]} test",
            setup=given.get("setup-command"),
            command="pytest" if uses[1] == "python" else given.get("command"),
            points=given.get("max-score"),
            stdin=given.get("input"),
            expected=given.get("expected-output"),
            comparison=given.get("comparison-method", "included") if uses[1] == "io" else None,
        )


def _steps(said: Any) -> Iterator[dict[Any, Any]]:
    jobs = said.get("jobs") if isinstance(said, dict) else None
    for job in jobs.values() if isinstance(jobs, dict) else ():
        steps = job.get("steps") if isinstance(job, dict) else None
        yield from (step for step in steps or () if isinstance(step, dict))


def _grader(path: Path, *, points: Any, comparison: Any, **said: Any) -> Grader:
    texts = {key: "" if value is None else str(value) for key, value in said.items()}
    if comparison is not None and comparison not in _COMPARISONS:
        raise BadAssignment(f"{path}: {texts['name']}: there is no comparison {comparison!r}")
    try:
        worth = float(points or 0)
    except (TypeError, ValueError):
        worth = -1.0
    if not 0 <= worth <= 1e6:
        raise BadAssignment(f"{path}: {texts['name']}: {points!r} cannot be its points")
    found = _COMPARISONS[comparison] if comparison is not None else None
    return Grader(points=worth, comparison=found, **texts)


def _text(path: Path) -> str:
    if path.is_symlink() or path.stat().st_size > MAX_BYTES:
        raise BadAssignment(f"{path}: a link, or longer than {MAX_BYTES >> 10} KiB")
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadAssignment(f"{path}: cannot be read: {error}") from error
