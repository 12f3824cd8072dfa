"""Runs of the playground that are given out again, word for word.

Many people open the same example and press Run. What the first of them was told is kept
for a while by all that it depends on: the program, its arguments, the limits, the toolchain.
It is kept only if another run would say the same: the program is repeatable
(`judge.repeatable`), nobody typed anything, and it came to its end by itself, without an error.
Whoever is told it is told so, and may ask for a run of his own.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from judge import interactive, projects, runs
from judge.config import Settings
from judge.interactive import Request
from judge.repeatable import is_repeatable

MAX_CHARACTERS = 128 * 1024
"""Of output; who prints more is run each time."""


def key(request: Request, settings: Settings) -> str | None:
    """Where its outcome is kept; None: it is not to be."""
    if request.kind != "run" or settings.run_cache <= 0:
        return None
    module = projects.module(request.files) if request.language == "go" else None
    if module and module.requires:
        return None  # what those read nobody has looked at
    if not is_repeatable(request.files, request.language):
        return None
    limits = (
        settings.timeout,
        settings.interactive_wall,
        settings.interactive_memory,
        settings.interactive_cpus,
    )
    asked = json.loads(interactive.to_json(request)) | {"fresh": False}
    parts = json.dumps([runs.toolchain(request.language), limits, asked], sort_keys=True)
    return f"judge:interactive:known:{hashlib.sha256(parts.encode()).hexdigest()}"


def read(kept: bytes | str) -> list[dict[str, Any]]:
    """What `Recorder.kept` made, as it is told again; the end says how old it is."""
    found = json.loads(kept)
    *printed, end = found["messages"]
    return [*printed, end | {"kept_seconds": round(max(0.0, time.time() - found["at"]))}]


class Recorder:
    """Listens to what a page and its run say to each other."""

    def __init__(self) -> None:
        self._messages: list[Mapping[str, Any]] = []
        self._left = MAX_CHARACTERS
        self._spoilt = False

    def spoil(self) -> None:
        """The page said something: typed, interrupted, stopped."""
        self._spoilt = True

    def told(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """The page was told this."""
        for message in messages:
            self._left -= len(message.get("data", ""))
            if message["type"] in ("output", "end") and self._left >= 0:
                self._messages.append(message)

    def kept(self) -> str | None:
        """What is to be kept; None: nothing."""
        last = self._messages[-1] if self._messages else {}
        if self._spoilt or self._left < 0 or not last.get("repeatable"):
            return None
        return json.dumps({"at": time.time(), "messages": self._messages})
