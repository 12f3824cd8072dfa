"""The tools of this machine that run programs and tests, for each language."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from judge_cli.config import Place

ENDINGS = {"go": (".go",), "python": (".py",), "javascript": (".js", ".mjs", ".cjs")}
"""Of names of source files."""


@dataclass(frozen=True)
class Tool:
    """How a language is run here: both are command lines."""

    tests: list[str]
    program: list[str]


def find(place: Place) -> Tool | str:
    """What runs the problem here, or what is missing for it."""
    if place.language == "go":
        go = shutil.which("go")
        return Tool([go, "test", "./..."], [go, "run", "."]) if go else "Go"
    if place.language == "python":
        python = shutil.which("python3") or shutil.which("python")
        if python is None:
            return "Python"
        if place.kind == "unit" and not _has_pytest(python):
            return "pytest"
        return Tool([python, "-m", "pytest"], [python, _main(place)])
    if place.language == "javascript":
        node = shutil.which("node")
        return Tool([node, "--test"], [node, _main(place)]) if node else "Node"
    return f"support for {place.language}"


def is_source(language: str, name: str) -> bool:
    """Whether a file of that name is source code."""
    return name.endswith(ENDINGS.get(language, ()))


def _has_pytest(python: str) -> bool:
    command = [python, "-c", "import pytest"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _main(place: Place) -> str:
    """The file that is run: the one called main, or the first that is handed in."""
    named = [name for name in place.solution if Path(name).stem == "main"]
    return (named or place.solution)[0]
