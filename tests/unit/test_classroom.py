"""Importing GitHub Classroom assignments, in the old and the new format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from judge.cli import run
from judge.errors import UserError
from judge.packs import classroom, classroom_graders
from judge.packs.load import load, load_files
from judge.packs.pack import Pack

GO = {
    "README.md": "# Sums\n\nWrite `Add`.\n",
    "go.mod": "module ex.test/sums\n\ngo 1.26\n",
    "sums.go": 'package sums\n\nimport "os"\n\nvar _ = os.Args\n\nfunc Add(a, b int) int\n',
    "sums_test.go": "package sums\n\nfunc TestAdd(t *testing.T) {}\n\n"
    "func TestAddLarge(t *testing.T) {}\n\nfunc TestRest(t *testing.T) {}\n",
    "testdata/in.txt": "1 2\n",
    "cmd/echo/main.go": "package main\n\nfunc main() {}\n",
    ".github/secret.txt": "no part of any pack",
}
WORKFLOW = """\
name: Autograding Tests
'on': [push]
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
    - name: All
      uses: classroom-resources/autograding-command-grader@v1
      with: {test-name: All, setup-command: '', command: go test ./..., timeout: 10, max-score: 5}
    - name: Add
      uses: education/autograding-command-grader@v1
      with: {test-name: Add, setup-command: go mod tidy, command: 'go test -v -run "^TestAdd"', max-score: 10}
    - name: Echo
      uses: classroom-resources/autograding-io-grader@v1
      with:
        test-name: Echo
        command: go run ./cmd/echo
        input: hello
        expected-output: |
          hello
        comparison-method: exact
        max-score: 3
    - name: Loud
      uses: classroom-resources/autograding-io-grader@v1
      with: {test-name: Loud, command: go run cmd/echo/main.go, input: a, expected-output: 'a+', comparison-method: regex}
    - uses: classroom-resources/autograding-python-grader@v1
      with: {timeout: 5, max-score: 5}
    - uses: classroom-resources/autograding-grading-reporter@v1
      with: {runners: all}
"""  # noqa: E501


def repository(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def imported(folder: Path) -> tuple[dict[str, Pack], dict[str, str]]:
    assignment = classroom.open_folder(folder)
    packs = classroom.convert(assignment, classroom_graders.read(folder))
    loaded = {slug: load_files(files, slug, complete=False) for slug, files in packs.items()}
    return loaded, dict(assignment.left_out)


def old(folder: Path, *tests: dict[str, object], **files: str) -> Path:
    said = {classroom_graders.OLD.as_posix(): json.dumps({"tests": tests})}
    return repository(folder, GO | said | files)


def test_steps_of_a_workflow_become_groups_and_cases(tmp_path: Path) -> None:
    folder = repository(tmp_path / "Sums 1", GO | {classroom_graders.NEW.as_posix(): WORKFLOW})
    packs, left_out = imported(folder)
    assert set(packs) == {"sums-1", "sums-1-cmd-echo-io-exact", "sums-1-cmd-echo-io-regex"}
    unit = packs["sums-1"]
    assert (unit.title, unit.module, unit.points) == ("Sums", "ex.test/sums", 15)
    # The one that names tests has them; what tests all of them has the rest.
    assert [(group.name, group.points, group.tests) for group in unit.groups] == [
        ("Add", 10, ("TestAdd", "TestAddLarge")),
        ("All", 5, ("TestRest",)),
    ]
    assert set(unit.tests) == {"sums_test.go", "testdata/in.txt"}
    assert set(unit.starter) == {"sums.go"} and unit.imports.allow == ("os",)
    assert not any("secret" in name for name in (*unit.support, *unit.tests))
    echo = packs["sums-1-cmd-echo-io-exact"]
    assert [(one.stdin, one.answer) for one in echo.cases] == [(b"hello", b"hello\n")]
    assert (echo.checker.kind, echo.points) == ("lines", 3)
    assert packs["sums-1-cmd-echo-io-regex"].checker.kind == "program"
    assert left_out == {"a python test": "only go test can be taken, and it runs: pytest"}


def test_the_old_format(tmp_path: Path) -> None:
    folder = old(
        tmp_path / "a",
        {"name": "Add", "setup": "", "run": "go test -run TestAdd$", "points": 2, "timeout": 10},
        {"name": "Again", "run": "go test -run TestAdd$ .", "points": 1},
        {"name": "", "run": "go test -run TestRest/case"},
        {"name": "Binary", "setup": "make", "run": "./a", "output": "x"},
        {"name": "Arguments", "run": "go run ./cmd/echo -x", "output": "x"},
        {"name": "Pipes", "run": "go test | tee out", "points": 1},
        {"name": "Looks", "run": "go run ./cmd/echo", "output": "(?!x)", "comparison": "regex"},
    )
    packs, left_out = imported(folder)
    assert set(packs) == {"a"} and packs["a"].points == 2
    assert {name: reason[:34] for name, reason in left_out.items()} == {
        "Again": "its tests are in other groups alre",
        "test 3": "it runs subtests alone, and a grou",
        "Binary": "its setup cannot be run: make",
        "Arguments": "a program gets no arguments here; ",
        "Pipes": "only go test can be taken, and it ",
        "Looks": "its regular expression looks aroun",
    }


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "is this an assignment's repository"),
        ({".github/classroom/autograding.json": "{"}, "autograding.json: not JSON"),
        ({".github/classroom/autograding.json": "[]"}, "no list of tests"),
        ({".github/classroom/autograding.json": '{"tests": []}'}, "no autograding tests"),
        ({".github/workflows/classroom.yml": "a: [b"}, "classroom.yml: not YAML"),
        ({".github/workflows/classroom.yml": "!!python/object:os.system {}"}, "not YAML"),
        ({".github/workflows/classroom.yml": "jobs: 5"}, "no autograding tests"),
        (
            {".github/classroom/autograding.json": '{"tests": [{"run": "x", "points": "many"}]}'},
            "'many' cannot be its points",
        ),
        ({"go.mod": "module m\nrequire a.b/c v1.0.0\n"}, "requires other modules"),
    ],
)
def test_what_is_no_assignment(tmp_path: Path, files: dict[str, str], says: str) -> None:
    folder = repository(tmp_path, GO | files)
    with pytest.raises(UserError, match=says):
        imported(folder)


def test_the_command_prints_what_it_took(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = repository(tmp_path / "sums", GO | {classroom_graders.NEW.as_posix(): WORKFLOW})
    out = tmp_path / "packs"
    assert run(["import", "classroom", str(folder), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "taken     sums: unit, 15 points\n" in printed
    assert "left out  a python test: only go test can be taken" in printed
    assert "4 of 5 tests are in 3 packs, 0 failed" in printed
    assert load(out / "sums", complete=False).points == 15
    solved = GO["sums.go"].replace("int\n", "int { return a + b }\n")
    repository(tmp_path / "solved", {"sums.go": solved, "cmd/echo/main.go": "package main\n"})
    command = ["import", "classroom", str(folder), "--out", str(out)]
    assert run([*command, "--solution", str(tmp_path / "solved")]) == 0
    assert load(out / "sums").reference.files == {"sums.go": solved.encode()}
    assert run(["import", "classroom", str(tmp_path), "--out", str(out)]) == 2
