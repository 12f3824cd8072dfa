"""What a page may ask of the playground, and what it is told where it may not."""

from __future__ import annotations

from typing import Any

import pytest

from judge import interactive
from judge.errors import UserError
from judge.interactive import BadRequest

MAIN = "package main\n\nfunc main() {}\n"
BENCH = {"main.go": MAIN, "a_test.go": "package main\n\nfunc BenchmarkA(b *testing.B) {}\n"}
FUZZ = {
    "go.mod": "module m\n",
    "a_test.go": "package main\n\nfunc FuzzA(f *testing.F) {}\nfunc Fuzzy() {}\n",
    "a/a_test.go": "package a\n\nfunc FuzzA(f *testing.F) {}\nfunc FuzzB(f *testing.F) {}\n",
}


def asked(**changes: Any) -> dict[str, Any]:
    return {"type": "run", "files": {"main.go": MAIN}, "args": []} | changes


def test_a_request_survives_the_queue() -> None:
    request = interactive.check(
        asked(files={"main.go": MAIN, "b.go": "é"}, args=["-v", "two words"], env={"A": "é"})
    )
    assert interactive.from_json(interactive.to_json(request)) == request


def test_what_may_take_longer_costs_more() -> None:
    files = {
        f"{name}/{name}{end}.go": f"package {name}\n" for name in "ab" for end in ("", "_test")
    }
    assert interactive.check(asked()).cost == 1
    assert interactive.check(asked(type="test", files=files | {"go.mod": "module m\n"})).cost == 2
    assert interactive.check(asked(type="bench", files=BENCH)).cost == 4


def test_one_target_is_fuzzed() -> None:
    request = interactive.check(asked(type="fuzz", files=FUZZ, test="FuzzB", seconds=2))
    assert (request.packages, request.test, request.seconds) == (("a",), "FuzzB", 2.0)
    assert (request.cost, request.kind) == (4, "fuzz")
    only = {name: text for name, text in FUZZ.items() if not name.startswith("a/")}
    assert interactive.check(asked(type="fuzz", files=only)).test == "FuzzA"


def test_a_check_is_of_one_package() -> None:
    files = {"go.mod": "module m\n", "a/a_test.go": "package a\n", "testdata/b.go": "{"}
    assert interactive.check(asked(type="check", files=files, package="a")).packages == ("a",)
    for folder in ("", "testdata", "../a", 1):
        with pytest.raises(BadRequest, match="there is no Go file in"):
            interactive.check(asked(type="check", files=files, package=folder))


def test_tests_need_something_to_test() -> None:
    files = {"a.go": "package a\n", "a_test.go": "package a\n"}
    assert interactive.check(asked(type="test", files=files)).kind == "test"
    with pytest.raises(BadRequest, match="only tests"):
        interactive.check(asked(files={"a_test.go": "package a\n"}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"type": "walk"}, "run or test"),
        ({"files": {}}, "at least one file"),
        ({"files": ["main.go"]}, "an object"),
        ({"files": {"main.go": 3}}, "main.go must be a text"),
        ({"files": {"../main.go": MAIN}}, "cannot be a file's name"),
        ({"files": {"main.py": MAIN}}, "no Go file"),
        ({"files": {"main.go\n": MAIN}}, "cannot be a file's name"),
        ({"files": {"main.go": "a\0b"}}, "NUL"),
        ({"files": {"main.go": "\ud800"}}, "not valid Unicode"),
        ({"files": {"main.go": "x" * 262145}}, "262145 bytes"),
        ({"files": {f"f{n}.go": MAIN for n in range(51)}}, "51 files"),
        ({"language": "python", "files": {f"f{n}.py": "" for n in range(51)}}, "51 files"),
        ({"files": {"a_test.go": MAIN}}, "only tests"),
        ({"type": "test"}, "no test file"),
        ({"language": "cobol"}, "go, python, javascript"),
        ({"language": ["go"]}, "go, python, javascript"),
        ({"language": "python"}, "no Python file: add one such as main.py"),
        (
            {"language": "python", "type": "test", "files": {"a.py": ""}},
            "name one test_something.py",
        ),
        ({"language": "javascript", "type": "test", "files": {"a.js": ""}}, "something.test.js"),
        ({"language": "python", "type": "bench", "files": {"a.py": ""}}, "Go, not for Python"),
        ({"args": "a b"}, "list of texts"),
        ({"args": ["a"] * 33}, "33 arguments"),
        ({"args": ["a\0"]}, "NUL"),
        ({"args": ["x" * 5000]}, "4096 bytes"),
        ({"type": "bench"}, "there is no benchmark"),
        ({"type": "bench", "files": BENCH, "seconds": 3}, "0.01 to 2"),
        ({"type": "bench", "files": BENCH, "seconds": "1"}, "0.01 to 2"),
        ({"type": "bench", "files": BENCH, "package": "a"}, "no benchmarks in 'a'"),
        ({"type": "fuzz", "files": BENCH}, "no fuzz target: write func FuzzName"),
        ({"type": "fuzz", "files": FUZZ}, "choose one of FuzzA, a/FuzzA, a/FuzzB"),
        ({"type": "fuzz", "files": FUZZ, "test": "Fuzzy"}, "no 'Fuzzy' in ''"),
        ({"type": "fuzz", "files": FUZZ, "test": "FuzzB", "package": ""}, "no 'FuzzB' in ''"),
        ({"type": "fuzz", "files": FUZZ, "test": "FuzzB", "seconds": 60}, "fuzzing are 0.01 to 10"),
        ({"type": "fuzz", "files": {"a.py": ""}, "language": "python"}, "Go, not for Python"),
        ({"env": ["A=b"]}, "object of names"),
        ({"env": {"A": 1}}, "object of names"),
        ({"env": {"1A": ""}}, "'1A' cannot be a variable's name"),
        ({"env": {"A=B": ""}}, "cannot be a variable's name"),
        ({"env": {"A": "x" * 5000}}, "A may have 4096 bytes"),
        ({"env": {"A": "\0"}}, "no NUL byte"),
        ({"env": {f"A{n}": "" for n in range(33)}}, "33 variables"),
    ],
)
def test_what_cannot_be_run_says_why(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError, match=says):
        interactive.check(asked(**changes))


@pytest.mark.parametrize(
    "message",
    [
        {"type": "stdin", "data": "x\n"},
        {"type": "eof"},
        {"type": "stop"},
        {"type": "signal", "name": "SIGINT"},
    ],
)
def test_what_a_running_program_takes(message: dict[str, Any]) -> None:
    interactive.check_input(message)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "stdin"},
        {"type": "stdin", "data": 3},
        {"type": "signal", "name": "SIGKILL"},
        {"type": "run"},
        {"type": "over"},
        {},
    ],
)
def test_and_what_it_does_not(message: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        interactive.check_input(message)


def test_modules_of_others_are_the_operators_to_allow() -> None:
    files = {"main.go": MAIN, "go.mod": "module m\n\nrequire a.b/c v1.0.0\n"}
    assert interactive.check(asked(files=files), modules=True).files == files
    with pytest.raises(UserError, match=r"go\.mod:3: modules of others cannot be had here"):
        interactive.check(asked(files=files))
