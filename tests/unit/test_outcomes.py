"""Which runs of the playground are given out again, and to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from judge import interactive, outcomes
from judge.config import Settings
from judge.interactive import Request
from judge.outcomes import Recorder

MAIN = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println(1) }\n'
END = {"type": "end", "verdict": "accepted", "repeatable": True}


def request(**changes: Any) -> Request:
    return interactive.check({"type": "run", "files": {"main.go": MAIN}} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"main.go": MAIN + "\n"}},
        {"files": {"main.go": MAIN, "a.go": "package main\n"}},
        {"args": ["a"]},
        {"env": {"A": "b"}},
        {"language": "python", "files": {"main.py": MAIN}},
    ],
)
def test_another_program_is_another_outcome(changes: dict[str, Any]) -> None:
    assert outcomes.key(request(**changes), Settings()) != outcomes.key(request(), Settings())


def test_so_are_other_limits_but_not_another_wish() -> None:
    key = outcomes.key(request(), Settings())
    assert key != outcomes.key(request(), replace(Settings(), timeout=4.0))
    assert key == outcomes.key(request(fresh=True), Settings())


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"main.go": MAIN.replace('"fmt"', '"time"')}},
        {"files": {"main.go": MAIN, "a.go": 'package main\n\nimport _ "crypto/rand"\n'}},
        {"type": "test", "files": {"a.go": "package a\n", "a_test.go": "package a\n"}},
    ],
)
def test_what_changes_has_none(changes: dict[str, Any]) -> None:
    assert outcomes.key(request(**changes), Settings()) is None
    assert outcomes.key(request(), replace(Settings(), run_cache=0)) is None


def test_what_modules_of_others_read_is_not_known() -> None:
    go_mod = "module m\n\ngo 1.26\n\nrequire example.com/x v1.0.0\n"
    asked = {"type": "run", "files": {"main.go": MAIN, "go.mod": go_mod}}
    assert outcomes.key(interactive.check(asked, modules=True), Settings()) is None


def test_it_is_told_as_it_was() -> None:
    recorder = Recorder()
    printed = {"type": "output", "stream": "stdout", "data": "1\n"}
    recorder.told([{"type": "building"}, {"type": "running"}])
    recorder.told([printed, END])
    kept = recorder.kept()
    assert kept is not None
    assert outcomes.read(kept) == [printed, END | {"kept_seconds": 0}]


@pytest.mark.parametrize(
    "last", [END | {"repeatable": False}, {"type": "end", "verdict": "internal_error"}]
)
def test_our_faults_and_limits_are_not_kept(last: dict[str, Any]) -> None:
    recorder = Recorder()
    recorder.told([last])
    assert recorder.kept() is None


def test_neither_is_what_somebody_typed_into_or_what_is_too_long() -> None:
    typed, long = Recorder(), Recorder()
    typed.spoil()
    typed.told([END])
    piece = {"type": "output", "stream": "stdout", "data": "x" * 70_000}
    long.told([piece, piece, END])
    assert (typed.kept(), long.kept(), Recorder().kept()) == (None, None, None)
