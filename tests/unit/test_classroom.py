"""Importing GitHub Classroom assignments, in the old and the new format."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from judge.cli import run
from judge.errors import UserError
from judge.packs import classroom, classroom_commands, classroom_graders
from judge.packs.classroom_commands import Selection
from judge.packs.constraints import is_built
from judge.packs.load import load, load_files
from judge.packs.names import declared
from judge.packs.pack import Pack
from judge.sandbox import rootfs

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
    # Whether tests can run apart is tried in a sandbox: tests/e2e/test_grade.py.
    command = ["import", "classroom", str(folder), "--out", str(out), "--isolation", "none"]
    assert run([*command, "--solution", str(tmp_path / "solved")]) == 0
    assert load(out / "sums").reference.files == {"sums.go": solved.encode()}
    assert run(["import", "classroom", str(tmp_path), "--out", str(out)]) == 2


SCHOOL = {
    "go.mod": "module ex.test/school\n\ngo 1.26\n",
    "school.go": 'package school\n\nimport _ "ex.test/school/stack"\n',
    "school_test.go": 'package school\n\nimport "testing"\n\nfunc TestSum(t *testing.T) {}\n\n'
    "func TestDiff(t *testing.T) {}\n\nfunc TestMore(t *testing.T) {}\n",
    "school_windows_test.go": 'package school\n\nimport "testing"\n\n'
    "func TestRegistry(t *testing.T) {}\n",
    "words.txt": "one two\n",
    "data/more.txt": "three\n",
    "stack/stack.go": "package stack\n",
    "stack/stack_test.go": 'package stack_test\n\nimport "testing"\n\n'
    "func TestPush(t *testing.T) {}\n\nfunc FuzzPush(f *testing.F) {}\n",
    "stack/slow_test.go": '//go:build slow && !race\n\npackage stack\n\nimport "testing"\n\n'
    "func TestSlow(t *testing.T) {}\n",
    "stack/testdata/in.txt": "1\n",
    "stack/testdata/broken_test.go": "no Go at all",
    "tool/tool.go": 'package tool\n\nimport _ "ex.test/school/stack"\n',
    "tool/tool_test.go": 'package tool\n\nimport "testing"\n\nfunc TestTool(t *testing.T) {}\n',
    "deep/er/er.go": "package er\n\nfunc Er() {}\n",
    "deep/er/er_test.go": 'package er\n\nimport ("fmt"; "testing")\n\n'
    "func TestEr(t *testing.T) {}\n\nfunc ExampleEr() {\n\tfmt.Println(1)\n\t// Output: 1\n}\n",
    "_old/old_test.go": 'package old\n\nimport "testing"\n\nfunc TestOld(t *testing.T) {}\n',
    "other/go.mod": "module ex.test/other\n\ngo 1.26\n",
    "other/other_test.go": 'package other\n\nimport "testing"\n\nfunc TestOther(t *testing.T) {}\n',
}


def school(folder: Path, *tests: dict[str, object]) -> Path:
    said = {classroom_graders.OLD.as_posix(): json.dumps({"tests": tests})}
    return repository(folder, SCHOOL | said)


def found_natively(folder: Path) -> set[str]:
    """The tests that `go test ./...` runs, as "folder/name"."""
    goroot = rootfs.toolchain()
    environment = {**os.environ, "GOROOT": str(goroot), "GOTOOLCHAIN": "local", "GOWORK": "off"}
    command = [
        str(goroot / "bin" / "go"),
        "test",
        "-json",
        "-list",
        "^(Test|Example|Fuzz)",
        "./...",
    ]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {
        f"{line['Package'].removeprefix('ex.test/school')}/{line['Output'].strip()}".lstrip("/")
        for line in lines
        if line["Action"] == "output" and line["Output"].startswith(("Test", "Example", "Fuzz"))
    }


def test_every_test_that_go_finds_is_in_a_pack_or_listed(tmp_path: Path) -> None:
    folder = school(
        tmp_path / "school",
        {"name": "Two", "run": "go test -run 'TestSum|TestDiff'", "points": 10},
        {"name": "All", "run": "go test -v ./stack/... ./tool", "points": 9},
    )
    assignment = classroom.open_folder(folder)
    packs = classroom.convert(assignment, classroom_graders.read(folder))
    taken = {
        f"{pack.module.removeprefix('ex.test/school')}/{name}".lstrip("/")
        for pack in (load_files(files, slug, complete=False) for slug, files in packs.items())
        for name in declared(pack.tests)
    }
    assert taken.isdisjoint(assignment.untaken)
    assert taken | set(assignment.untaken) == found_natively(folder)
    # tool imports a package beside it.
    assert set(assignment.untaken) == {"tool/TestTool", "deep/er/TestEr", "deep/er/ExampleEr"}
    ((name, reason),) = assignment.left_out
    assert (name, reason[:38]) == ("All", "3 points: tool imports ex.test/school/")


def test_all_packages_share_the_points(tmp_path: Path) -> None:
    folder = school(tmp_path / "school", {"name": "All", "run": "go test ./...", "points": 100})
    packs, left_out = imported(folder)
    # 3 + 2 + 2 tests, and one in a package that cannot be taken.
    points = {slug: pack.points for slug, pack in packs.items()}
    assert points == {"school": 37.5, "school-deep-er": 25, "school-stack": 25}
    assert left_out["All"].startswith("12.5 points: tool imports")
    (group,) = packs["school-stack"].groups
    assert set(group.tests) == {"TestPush", "FuzzPush"}


def test_data_of_a_package_comes_with_it(tmp_path: Path) -> None:
    folder = school(tmp_path / "school", {"name": "All", "run": "go test ./...", "points": 1})
    packs, _ = imported(folder)
    assert set(packs["school"].support) == {
        *("words.txt", "data/more.txt", "stack/stack.go", "tool/tool.go", "deep/er/er.go"),
    }
    assert set(packs["school-stack"].tests) == {
        *("stack_test.go", "testdata/in.txt", "testdata/broken_test.go"),
    }


@pytest.mark.parametrize(
    ("command", "folders", "pattern"),
    [
        ("go test", ("",), ""),
        ("go test ./...", ("", "a", "a/b"), ""),
        ("go test a/... -v", ("a", "a/b"), ""),
        ("go test ./a ./a/b", ("a", "a/b"), ""),
        ("go test -run 'X|Y'", ("",), "X|Y"),
        ('go test -run "^X$" .', ("",), "^X$"),
        ("go test -run=X\\|Y -timeout 10s", ("",), "X|Y"),
        ("\ngo mod tidy\n# all of them\ngo test \\\n  -run X ./a\n", ("a",), "X"),
        ("cd a && go test ./...", ("a", "a/b"), ""),
        ("go build ./... && go test", ("",), ""),
    ],
)
def test_command_is_read_as_a_shell_reads_it(
    command: str, folders: tuple[str, ...], pattern: str
) -> None:
    assert classroom_commands.tests(command, ("", "a", "a/b")) == Selection(folders, pattern)


@pytest.mark.parametrize(
    "command",
    [
        "go test | tee out", "go test; rm -rf /", "go test -run X|Y", "go test -run $X",
        'go test -run "`date`"', "go test\ngo test ./a", "go test > out", "make test", "",
        "go test -exec x", "go test /abs", "go test ../x", "go test 'x", "cd .. && go test",
    ],
)  # fmt: skip
def test_command_that_needs_a_shell_is_refused(command: str) -> None:
    with pytest.raises(classroom_commands.LeftOut):
        classroom_commands.tests(command, ("", "a"))


@pytest.mark.parametrize(
    ("name", "constraint", "built"),
    [
        ("a_test.go", "", True),
        ("a_windows_test.go", "", False),
        ("a_linux.go", "", True),
        ("windows.go", "", True),
        ("a.go", "linux && !race", True),
        ("a.go", "integration", False),
        ("a.go", "(darwin || go1.26) && !ignore", True),
        ("a.go", "!linux", False),
        ("a.go", "what is this", True),
    ],
)
def test_file_that_go_does_not_build_here_is_none(name: str, constraint: str, built: bool) -> None:
    line = f"//go:build {constraint}\n\n" if constraint else ""
    assert is_built(name, f"// A comment.\n{line}package a\n".encode()) is built
