"""Importing a track: every trap of the small one in tests/fixtures."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from judge.cli import run
from judge.packs.exercism import (
    REFUSED,
    BadTrack,
    Exercise,
    LeftOut,
    convert,
    exercises,
    licence_of,
)
from judge.packs.load import load, load_files
from judge.packs.names import declared
from judge.packs.pack import Pack
from judge.packs.write import manifest_toml, write_folder
from judge.sandbox import rootfs

TRACK = Path(__file__).parents[1] / "fixtures" / "exercism-track"
# Whether tests can run apart is tried in a sandbox: tests/e2e/test_grade.py.
IMPORT = ["import", "exercism", str(TRACK), "--isolation", "none"]


def exercise(slug: str) -> Exercise:
    return next(found for found in exercises(TRACK) if found.slug == slug)


def pack(slug: str) -> Pack:
    return load_files(convert(exercise(slug), licence_of(TRACK)), slug)


def test_a_practice_exercise_becomes_a_whole_pack() -> None:
    made = pack("doubling")
    assert (made.title, made.difficulty, made.go) == ("Doubling", 1, "1.26")
    assert made.tags == ("exercism", "practice", "math")
    assert made.solution == ("doubling.go",)
    assert made.starter["doubling.go"].startswith(b"package doubling")
    assert (made.reference.name, list(made.reference.files)) == ("example", ["doubling.go"])
    assert b"return 2 * n" in made.reference.files["doubling.go"]
    assert made.files["LICENSE"] == (TRACK / "LICENSE").read_bytes()
    assert made.hidden == {}


def test_files_that_are_not_listed_are_taken_too() -> None:
    assert set(pack("doubling").tests) == {"doubling_test.go", "cases_test.go"}


def test_files_of_the_site_are_not() -> None:
    assert not [name for name in pack("doubling").files if "gen.go" in name or "go.mod" in name]


def test_the_statement_has_all_its_parts() -> None:
    statement = pack("doubling").statements[""]
    assert statement.index("Give twice") < statement.index("Negative numbers")
    assert "> **Note**\n>\n> Twice as in two times." in statement
    assert "~~~~" not in statement
    assert "Source: [an afternoon](https://example.org/doubling)." in statement
    introduced = pack("walk-the-robot").statements[""]
    assert introduced.index("stands at the origin") < introduced.index("Move it.")


def test_build_tags_are_copied_as_they_are() -> None:
    assert pack("windows-of").tests["too_much_test.go"].startswith(b"//go:build toomuch\n")
    assert list(pack("windows-of").reference.files) == ["windows_of.go"]


def test_read_only_files_are_support_and_names_may_differ() -> None:
    made = pack("walk-the-robot")
    assert (made.slug, made.module, set(made.support)) == (
        "walk-the-robot",
        "walking",
        {"position.go"},
    )
    assert made.title == 'Walk the "Robot"'


def test_what_the_gate_would_refuse_the_reference_is_allowed() -> None:
    assert pack("keep-notes").imports.allow == ("os",)
    assert pack("old-idea").imports.allow == ("testing",)
    assert pack("doubling").imports.allow == ()


def test_the_list_of_refused_imports_is_the_gates() -> None:
    gate = Path(__file__).parents[2] / "judge/sandbox/runner/internal/gate/std.go"
    table = re.search(r"var refused = map\[string\]string\{(.*?)\n\}", gate.read_text(), re.DOTALL)
    assert table is not None
    assert set(re.findall(r'^\t"([^"]+)":', table[1], re.MULTILINE)) == REFUSED


def test_test_data_goes_with_the_tests() -> None:
    assert set(pack("keep-notes").tests) == {"keep_notes_test.go", "testdata/three.txt"}


def test_a_concept_exercise_has_hints_and_an_exemplar() -> None:
    made = pack("kitchen-timer")
    assert made.reference.name == "exemplar"
    assert made.module == "timer"
    assert made.hints == (
        (
            "## General\n\n- Read about [functions][functions].\n\n"
            "[functions]: https://example.org/functions\n"
        ),
        "## 1. Count down\n\n- Subtract.\n",
    )


def test_helpers_of_the_tests_that_the_example_calls_are_shared() -> None:
    made = pack("loud-greeting")
    shared = made.support["loud_greeting_shared.go"].decode()
    assert shared.startswith('package loudgreeting\n\nimport (\n\t"strings"\n\t"unicode"\n)\n')
    assert (
        "// Shout turns text into capital letters,\n// for whoever wants it.\nfunc Shout(" in shared
    )
    assert 'func mark() string { return "!" }' in shared
    tests = made.tests["loud_greeting_test.go"].decode()
    assert "func TestGreet" in tests
    assert "func unrelated" in tests
    assert "func Shout" not in tests
    assert '"testing"' in tests
    assert '"unicode"' not in tests
    assert made.reference.files["loud_greeting.go"].count(b"Shout(") == 3


def test_an_exercise_without_tests_gets_one_that_says_it_builds() -> None:
    made = pack("old-idea")
    assert b"package oldidea" in made.tests["builds_test.go"]
    assert b"func TestBuilds(t *testing.T) {}" in made.tests["builds_test.go"]
    assert "deprecated" in made.tags


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("far-away", "requires other modules"),
        ("lost", "there is no folder practice/lost"),
        ("unsolved", "names no example file"),
    ],
)
def test_what_cannot_be_taken_says_why(slug: str, why: str) -> None:
    with pytest.raises(LeftOut, match=why):
        convert(exercise(slug))


@pytest.mark.parametrize("path", ["../../LICENSE", "/etc/passwd", "a/../../x"])
def test_a_config_cannot_name_files_elsewhere(tmp_path: Path, path: str) -> None:
    track = tmp_path / "track"
    shutil.copytree(TRACK, track)
    config = track / "exercises/practice/doubling/.meta/config.json"
    meta = json.loads(config.read_text())
    meta["files"]["example"] = [path]
    config.write_text(json.dumps(meta))
    with pytest.raises(LeftOut, match="is not a path in the exercise"):
        convert(next(found for found in exercises(track) if found.slug == "doubling"))


def test_links_in_a_track_are_not_followed(tmp_path: Path) -> None:
    track = tmp_path / "track"
    shutil.copytree(TRACK, track)
    (track / "exercises/practice/doubling/secret_test.go").symlink_to("/etc/passwd")
    with pytest.raises(LeftOut, match=r"secret_test\.go is a link"):
        convert(next(found for found in exercises(track) if found.slug == "doubling"))


def test_something_else_is_not_a_track(tmp_path: Path) -> None:
    with pytest.raises(BadTrack):
        exercises(tmp_path)
    (tmp_path / "config.json").write_text('{"slug": "rust", "exercises": {}}')
    with pytest.raises(BadTrack, match="a track for rust"):
        exercises(tmp_path)


def test_the_command_writes_packs_and_says_what_it_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*IMPORT, "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    for slug in ("far-away", "lost", "unsolved"):
        assert f"left out  {slug}: " in told
    assert "9 taken, 3 left out, 0 failed" in told
    assert load(tmp_path / "doubling").slug == "doubling"
    assert len(list(tmp_path.iterdir())) == 9


def test_only_takes_only_those_and_writes_over_packs_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*IMPORT, "--out", str(tmp_path), "--only", "doubling"]
    (tmp_path / "doubling").mkdir()
    (tmp_path / "doubling" / "thesis.txt").write_text("mine")
    assert run(command) == 1
    assert "exists and is not a pack" in capsys.readouterr().out
    assert (tmp_path / "doubling" / "thesis.txt").read_text() == "mine"
    shutil.rmtree(tmp_path / "doubling")
    assert run(command) == 0
    (tmp_path / "doubling" / "hints").mkdir()
    assert run(command) == 0
    assert not (tmp_path / "doubling" / "hints").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["doubling"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--only", "none"], "the track has no exercise 'none'"),
    ],
)
def test_bad_usage(
    more: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*IMPORT, "--out", str(tmp_path), *more]) == 2
    assert says in capsys.readouterr().err


def test_any_string_survives_the_manifest() -> None:
    values = {
        "title": 'a "b" \\ \x7f \n ü',
        "files": {"solution": ["a.go"], "extra": True},
        "n": 1.5,
    }
    assert tomllib.loads(manifest_toml(values).decode()) == values


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="a"):
        write_folder({"a": b"", "a/b": b""}, tmp_path / "pack")
    assert list(tmp_path.iterdir()) == []


def natively_tested(folder: Path) -> list[str]:
    """The tests of the files that the go command takes for the package in `folder`."""
    goroot = rootfs.toolchain()
    environment = {**os.environ, "GOROOT": str(goroot), "GOTOOLCHAIN": "local", "GOWORK": "off"}
    command = [str(goroot / "bin" / "go"), "list", "-e", "-json=TestGoFiles,XTestGoFiles", "."]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    listed = json.loads(done.stdout)
    names = [*listed.get("TestGoFiles", ()), *listed.get("XTestGoFiles", ())]
    return declared({name: (folder / name).read_bytes() for name in names})


def test_every_test_that_go_finds_is_in_the_pack(tmp_path: Path) -> None:
    taken = 0
    for found in exercises(TRACK):
        try:
            made = load_files(convert(found, licence_of(TRACK)), found.slug)
        except LeftOut:
            continue  # with a line that says why
        folder = tmp_path / found.slug
        shutil.copytree(found.folder, folder)
        if not (folder / "go.mod").exists():
            (folder / "go.mod").write_text("module m\n\ngo 1.23\n")
        assert set(natively_tested(folder)) <= set(declared({**made.tests, **made.hidden}))
        taken += 1
    assert taken >= 5
