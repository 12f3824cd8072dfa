"""Runs tests in a copy of the tree and says of each how it ended."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import go

from tests.defences.table import HERE, ROOT, RUNNER
from tests.defences.witness import TOLD

TEST_SECONDS = 240
"""What one test may take, its servers and sandboxes included; without its defence it may hang."""
ASSERTED = frozenset({"AssertionError", "Failed"})
"""`Failed` is what `pytest.raises` ends in where nothing is raised."""
_GO_BROKE = re.compile(r"^(panic:|fatal error:|signal:)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class End:
    """How a test ended. "failed": by what it asserts; "broken": in any other bad way."""

    kind: Literal["passed", "failed", "skipped", "broken"]
    words: str = ""


class Trials:
    """A copy of the tree in which tests are run. A context manager."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree
        self._host: subprocess.Popen[str] | None = None
        self._told = Path(tempfile.mkdtemp(prefix="judge-defences-"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_host()
        shutil.rmtree(self._told)

    def run(self, tests: Iterable[str], raises: AbstractSet[str] = frozenset()) -> dict[str, End]:
        """The end of each of `tests`.

        :param raises: exceptions that count as an assertion.
        """
        wanted = list(tests)
        ours = [test for test in wanted if not test.startswith(RUNNER)]
        ends = dict(self._pytest(ours, raises)) if ours else {}
        groups: dict[tuple[str, int], list[str]] = {}
        for test in wanted:
            if test.startswith(RUNNER):
                package, _, name = test.removeprefix(RUNNER).partition("::")
                groups.setdefault((package, name.count("/")), []).append(name)
        for (package, _), names in groups.items():
            for name, end in _go_test(self._tree, package, names):
                ends[f"{RUNNER}{package}::{name}"] = end
        return ends

    def _pytest(self, tests: list[str], raises: AbstractSet[str]) -> Iterator[tuple[str, End]]:
        told, said = self._told / "told", self._told / "said"
        told.write_text("")
        said.write_text("")
        arguments = ["-q", "-p", "no:cacheprovider", "-p", "tests.defences.witness", *tests]
        seconds = TEST_SECONDS * len(tests)
        ended = self._ask(json.dumps({"arguments": arguments, "said": str(said)}), seconds)
        lines = [json.loads(line) for line in told.read_text().splitlines()]
        printed = said.read_text(errors="replace") if ended else f"it took over {seconds} s"
        for test in tests:
            of_it = [
                line
                for line in lines
                if line["test"] == test or line["test"].startswith(f"{test}[")
            ]
            end = _end(self._tree, of_it, ASSERTED | raises)
            yield test, end or End("broken", _last(printed))

    def _ask(self, line: str, seconds: float) -> bool:
        """Let the host run it; False where that takes too long."""
        if self._host is None:
            self._host = subprocess.Popen(
                [sys.executable, "-P", str(HERE / "host.py")], cwd=self._tree, text=True,
                env=_environment(self._tree) | {TOLD: str(self._told / "told")},
                start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self._host.stdin and self._host.stdout
        self._host.stdin.write(f"{line}\n")
        self._host.stdin.flush()
        if select.select([self._host.stdout], [], [], seconds)[0]:
            return bool(self._host.stdout.readline())
        self._end_host()
        return False

    def _end_host(self) -> None:
        if self._host is not None:
            os.killpg(self._host.pid, signal.SIGKILL)
            self._host.wait()
            self._host = None


def _end(tree: Path, lines: list[dict[str, Any]], asserted: AbstractSet[str]) -> End | None:
    """What the lines about one test (or its variants) come to; None: it never ran."""
    if any(line["tree"] != str(tree) for line in lines):
        return End("broken", "the tests import another tree than the copy")
    bad = [line for line in lines if line["outcome"] == "failed"]
    for line in bad:
        # What a fixture asserts at its end belongs to the test, what it needs at its start doesn't.
        if line["when"] != "setup" and line["exception"] in asserted:
            return End("failed", line["words"])
    if bad:
        return End("broken", f"{bad[0]['when']}: {bad[0]['exception']}: {bad[0]['words']}")
    calls = [line for line in lines if line["when"] == "call" or line["outcome"] == "skipped"]
    if not calls:
        return None
    if all(line["outcome"] == "skipped" for line in calls):
        return End("skipped", calls[0]["words"])
    return End("passed")


def _go_test(tree: Path, package: str, names: list[str]) -> Iterator[tuple[str, End]]:
    """Tests of one package that are subtests of the same depth."""
    levels = zip(*(name.split("/") for name in names), strict=True)
    pattern = "/".join(f"^({'|'.join(dict.fromkeys(map(re.escape, parts)))})$" for parts in levels)
    command = [str(Path(go.__path__[0]) / "bin" / "go"), "test", "-C", str(tree / RUNNER)]
    command += ["-count=1", "-json", "-run", pattern, f"./{package}"]
    said = _output(tree, command, _go_environment(), TEST_SECONDS * len(names))
    events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    for name in names:
        of_it = [event for event in events if event.get("Test") == name]
        yield name, _go_end(of_it) or End("broken", _last(_text(events) or said))


def _go_end(events: list[dict[str, Any]]) -> End | None:
    """None: the test did not come to an end of its own."""
    output = _text(events)
    match next((e["Action"] for e in events if e["Action"] in {"pass", "fail", "skip"}), None):
        case "pass":
            return End("passed")
        case "skip":
            return End("skipped", _last(output))
        case "fail" if not _GO_BROKE.search(output):
            return End("failed", output.strip()[:300])
    return None


def _text(events: list[dict[str, Any]]) -> str:
    return "".join(event.get("Output", "") for event in events)


def _go_environment() -> dict[str, str]:
    """As the Makefile calls Go, with the caches of the original tree."""
    return {
        "GOTOOLCHAIN": "local",
        "GOENV": "off",
        "GOFLAGS": "-mod=readonly",
        "CGO_ENABLED": "0",
        "GOCACHE": str(ROOT / "var" / "cache" / "go"),
        "GOMODCACHE": str(ROOT / "var" / "cache" / "gomod"),
        "PATH": f"{Path(go.__path__[0]) / 'bin'}:{os.environ['PATH']}",
    }


def _environment(tree: Path) -> dict[str, str]:
    """That of tests: what they and all that they start import is the copy's."""
    # Tests are named with the place that they are for: each attack is there in all of them.
    return os.environ | {"PYTHONPATH": str(tree), "JUDGE_TEST_ATTACKS": "all"}


def _output(tree: Path, command: list[str], more: dict[str, str], seconds: float) -> str:
    """All that a command says; it is ended, with what it started, where it takes too long."""
    with subprocess.Popen(
        command, cwd=tree, env=_environment(tree) | more, text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said = f"it took over {seconds} s"
    return said


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return " / ".join(lines[-4:])[-400:]
