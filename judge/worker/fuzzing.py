"""What a run that fuzzes tells of itself, and what came of it in words. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from judge.errors import SandboxBroken
from judge.verdict.verdicts import Verdict

_FIELDS: Mapping[str, type] = {
    "state": str,
    "seconds": float,
    "execs": int,
    "found": int,
    "kept": int,
    "bits": int,
    "outcome": str,
    "input": str,
    "name": str,
    "message": str,
    "seed": str,
    "minimised": bool,
}
"""As `fuzzing` in the runner's internal/work/fuzz.go."""
_STOPPED = "stopped"
_THIN = "\u202f"
"""A space between thousands, at which no line is broken."""


def record(data: bytes) -> dict[str, Any]:
    """How far it is: the data of an event of the sandbox.

    :raises SandboxBroken: it is none.
    """
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.keys() != _FIELDS.keys():
        raise SandboxBroken("the runner tells of fuzzing in words of its own")
    if isinstance(found["seconds"], int):
        found["seconds"] = float(found["seconds"])
    for name, kind in _FIELDS.items():
        if type(found[name]) is not kind:
            raise SandboxBroken(f"the runner tells of fuzzing without a proper {name!r}")
    return found


def ended(last: Mapping[str, Any] | None, told: Mapping[str, Any]) -> dict[str, Any]:
    """The last message to the page, where `told` is what it would be of any program.

    An input that fails is no fault of the run, and a run that came to nothing is no success.
    """
    if last is None or told["verdict"] == _STOPPED:
        return dict(told)
    verdict, message = Verdict(told["verdict"]), str(told["message"])
    times = f"{last['execs']:_} {'execution' if last['execs'] == 1 else 'executions'}"
    times = times.replace("_", _THIN)
    match last["outcome"]:
        case "passed":
            verdict, message = Verdict.ACCEPTED, f"no failing input in {times}"
        case "failed" | "hang":
            does = "does not end" if last["outcome"] == "hang" else "fails"
            which = f"the seed {last['seed'].rpartition('/')[2]}" if last["seed"] else "an input"
            verdict, message = Verdict.WRONG_ANSWER, f"{which} {does}, after {times}"
        case "crashed" if verdict == Verdict.ACCEPTED:
            verdict, message = Verdict.RUNTIME_ERROR, "the program ended while it was fuzzed"
        case "none":
            verdict = Verdict.RUNTIME_ERROR if verdict == Verdict.ACCEPTED else verdict
            message = "nothing was fuzzed: what the program printed says why"
    return {
        **told,
        "verdict": verdict.value,
        "label": verdict.label,
        "message": message,
        "repeatable": False,
    }
