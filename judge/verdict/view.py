"""What a student may see of a result.

Of a hidden test: status and group, and the group's hint. Neither its name nor
what it said, printed, read or expected, and no message that quotes it; a panic
inside a hidden test carries whatever the student's code put into it, hidden
inputs too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from math import ceil, log2
from typing import Any

from judge.verdict.verdicts import Verdict

# Compiler messages that quote no expression of the test, only names and types.
_SAFE_IN_HIDDEN = re.compile(
    r"^(undefined: [\w.]+"
    r"|\S+ redeclared in this block.*"
    r"|\S+ undefined \(type [\w.*\[\]]+ has no field or method \w+\)"
    r"|assignment mismatch: [\w ,.()]+ returns? \d+ values?"
    r"|(?:not enough|too many) arguments in call to [\w.]+\s+have \([^\"`]*\)\s+want \([^\"`]*\))$",
    re.DOTALL,
)
_MEMORY_STEP = 1 << 20
_SECONDS_STEP = 0.01
_KEPT_BACK = (
    "kept back, since hidden tests began before it was over; run the visible tests to read it"
)


def for_student(result: Mapping[str, Any]) -> dict[str, Any]:
    """`Result.to_json()` (as stored) without what only staff may see.

    Compiler messages from hidden tests are cut down to names and types.
    """
    hidden_files = result.get("hidden_files", ())
    verdict = Verdict(result["verdict"])
    own_fault = verdict is Verdict.INTERNAL_ERROR
    message = result.get("public_message") or result["message"]
    diagnostics = (result["build"] or {}).get("diagnostics", [])
    if any(found["file"] in hidden_files for found in diagnostics):
        message = _first(diagnostics, hidden_files)
    return {
        "verdict": verdict.value,
        "label": verdict.label,
        "help": verdict.help,
        "score": result["score"],
        "max_score": result["max_score"],
        "message": verdict.help if own_fault else message,
        "groups": [_group(group) for group in result["groups"]],
        "tests": [test_for_student(test) for test in result["tests"]],
        "build": _build(result["build"], hidden_files),
        "usage": _usage(result),
        "warnings": [found for found in result["warnings"] if found["file"] not in hidden_files],
        "toolchain": result["toolchain"],
        "sandbox": result["sandbox"],
    }


def test_for_student(test: Mapping[str, Any]) -> dict[str, Any]:
    """One test of a result: whole where it is visible, else status and group."""
    if test["visible"]:
        told = dict(test)
        if not told.pop("quotable", True):
            seconds = _at_most(told["seconds"], _SECONDS_STEP)
            told |= {"message": _KEPT_BACK, "output": "", "stderr": "", "seconds": seconds}
        return told
    return {
        "name": None,
        "status": test["status"],
        "visible": False,
        "group": test.get("group", ""),
    }


def _usage(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the run used, too coarsely to spell out what a hidden test gave to the code.

    Steps of 1 MiB and 10 ms; where hidden tests ran only powers of two of them: code that
    takes a MiB for each unit of a hidden input would otherwise say the input.
    """
    used = result["usage"]
    if used is None:
        return None
    rounded = _step if all(test["visible"] for test in result["tests"]) else _at_most
    return {
        "cpu_seconds": rounded(used["cpu_seconds"], _SECONDS_STEP),
        "wall_seconds": rounded(used["wall_seconds"], _SECONDS_STEP),
        "memory_bytes": int(rounded(used["memory_bytes"], _MEMORY_STEP)),
    }


def _step(amount: float, step: float) -> float:
    """The amount in whole steps, rounded up: something was used."""
    return round(max(ceil(amount / step), 1) * step, 2)


def _at_most(amount: float, step: float) -> float:
    """The least power of two of steps that is not below the amount."""
    return round(float(2 ** ceil(log2(max(amount / step, 1)))) * step, 2)


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    solved = group["points"] >= group["max_points"] and group["passed"] == group["total"]
    return {**group, "hint": "" if solved else group["hint"]}


def _build(build: Mapping[str, Any] | None, hidden_files: Collection[str]) -> dict[str, Any] | None:
    if build is None:
        return None
    return {
        **build,
        "diagnostics": [_diagnostic(found, hidden_files) for found in build["diagnostics"]],
    }


def _diagnostic(found: Mapping[str, Any], hidden_files: Collection[str]) -> dict[str, Any]:
    if found["file"] not in hidden_files:
        return dict(found)
    message = found["message"]
    if not _SAFE_IN_HIDDEN.match(message):
        message = "a hidden test uses your code in a way that it does not compile with"
    return {"file": "", "line": 0, "column": 0, "message": f"hidden tests: {message}"}


def _first(diagnostics: list[dict[str, Any]], hidden_files: Collection[str]) -> str:
    first = _diagnostic(diagnostics[0], hidden_files)
    place = f"{first['file']}:{first['line']}: " if first["file"] else ""
    return f"your code does not fit the tests: {place}{first['message']}"
