"""`judge grade`, `judge check` and the importer on a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from judge import cli
from judge.packs.load import load

FIXTURES = Path(__file__).parents[1] / "fixtures"
PACKS = FIXTURES / "packs"
TRACK = FIXTURES / "exercism-track"
ACCEPTED_AS_IT_IS = {"old-idea"}
"""Exercises whose stub passes under `go test` as well."""

pytestmark = pytest.mark.usefixtures("engine")

Judge = Callable[..., tuple[int, str]]


@pytest.fixture
def judge(capsys: pytest.CaptureFixture[str]) -> Judge:
    def call(*arguments: object) -> tuple[int, str]:
        code = cli.run([*(str(argument) for argument in arguments), "--sandbox", "docker"])
        return code, capsys.readouterr().out

    return call


@pytest.mark.parametrize("pack", sorted(PACKS.iterdir()), ids=lambda path: path.name)
def test_every_claim_of_a_pack_holds(pack: Path, judge: Judge) -> None:
    code, told = judge("check", pack)
    assert code == 0, told


def test_a_result_tells_every_kind_of_test(judge: Judge) -> None:
    pack = PACKS / "tally"
    code, told = judge("grade", pack, pack / "submissions/accepted/reference/tally.go", "--json")
    result = json.loads(told)
    assert code == 0
    assert (result["verdict"], result["score"], result["sandbox"]) == ("accepted", 100, "docker")
    tests = {test["name"]: test for test in result["tests"]}
    assert set(tests) == {
        "TestSum",
        "TestSum/0",
        "TestSum/1",
        "TestSum/3",
        "TestTypes",
        "TestData",
        "TestSkipped",
        "TestLong",
        "TestLongNegative",
        "FuzzSum",
        "FuzzSum/seed#0",
        "FuzzSum/negative",
        "ExampleSum",
    }
    assert tests["TestSkipped"]["status"] == "skip"
    assert [name for name in tests if not tests[name]["visible"]] == [
        "TestLong",
        "TestLongNegative",
    ]
    assert result["build"]["ok"]
    assert result["usage"]["memory_bytes"] > 1 << 20
    assert result["toolchain"].startswith("go1.")


def test_a_wrong_answer_earns_the_groups_that_it_got(judge: Judge) -> None:
    pack = PACKS / "tally"
    wrong = pack / "submissions/wrong_answer/three-at-most/tally.go"
    _, told = judge("grade", pack, wrong, "--json")
    result = json.loads(told)
    assert (result["score"], result["message"]) == (60, "2 of 10 tests failed")
    assert [group["points"] for group in result["groups"]] == [40, 20, 0]
    failed = next(test for test in result["tests"] if test["name"] == "TestLong")
    assert failed["message"] == "long_test.go:7: five numbers: got 6, want 15"


def test_a_compile_error_has_its_place(judge: Judge) -> None:
    pack = PACKS / "tally"
    broken = pack / "submissions/compile_error/missing-return/tally.go"
    _, told = judge("grade", pack, broken, "--json")
    result = json.loads(told)
    assert result["build"]["diagnostics"][0] == {
        "file": "tally.go",
        "line": 4,
        "column": 1,
        "message": "missing return",
    }
    assert result["usage"] is None


def test_a_crash_names_the_line_of_the_submission(judge: Judge) -> None:
    pack = PACKS / "tally"
    crash = pack / "submissions/runtime_error/index/tally.go"
    _, told = judge("grade", pack, crash, "--json")
    assert "index out of range [0] with length 0" in json.loads(told)["message"]
    assert "(tally.go:4)" in json.loads(told)["message"]


def test_a_case_shows_input_output_and_answer(judge: Judge) -> None:
    pack = PACKS / "echo-sum"
    wrong = pack / "submissions/wrong_answer/small-numbers/main.go"
    _, told = judge("grade", pack, wrong, "--json")
    result = json.loads(told)
    assert (result["verdict"], result["score"]) == ("wrong_answer", 30)
    large = result["tests"][2]
    assert (large["name"], large["stdin"]) == ("large", "1000000000000000 1\n")
    assert large["expected"] == "1000000000000001\n"
    assert not large["visible"]


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packs that the small track becomes."""
    folder = tmp_path_factory.mktemp("track")
    command = ["import", "exercism", str(TRACK), "--out", str(folder), "--sandbox", "local"]
    assert cli.run(command) == 0
    return folder


def test_tests_of_a_track_run_apart_where_they_can(track: Path) -> None:
    apart = {path.name: load(path).isolation for path in track.iterdir() if path.is_dir()}
    assert apart["doubling"] == "process"
    assert "none" in apart.values()


WORDS = {
    "go.mod": "module example.test/words\n\ngo 1.24\n",
    "README.md": "# Words\n",
    "words.go": "package words\n\nfunc Count(name string) (int, error) { return 0, nil }\n",
    "words.txt": "one two three\n",
    "words_test.go": """package words

import "testing"

func TestCount(t *testing.T) {
	if n, err := Count("words.txt"); n != 3 || err != nil {
		t.Error(n, err)
	}
	if n, err := Count("testdata/more.txt"); n != 2 || err != nil {
		t.Error(n, err)
	}
}
""",
    "testdata/more.txt": "four five\n",
    ".github/classroom/autograding.json": '{"tests": [{"name": "Count", "run": "go test ./..."}]}',
}
COUNT = """package words

import (
	"os"
	"strings"
)

func Count(name string) (int, error) {
	text, err := os.ReadFile(name)
	return len(strings.Fields(string(text))), err
}
"""


def test_classroom_assignment_that_reads_files_runs_apart(tmp_path: Path) -> None:
    for name, text in WORDS.items():
        path = tmp_path / "words" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    solved = tmp_path / "solved"
    solved.mkdir()
    (solved / "words.go").write_text(COUNT)
    packs = tmp_path / "packs"
    command = ["import", "classroom", str(tmp_path / "words"), "--out", str(packs)]
    assert cli.run([*command, "--solution", str(solved), "--sandbox", "local"]) == 0
    assert load(packs / "words").isolation == "process"
    assert cli.run(["check", str(packs / "words"), "--sandbox", "local"]) == 0


def graded(judge: Judge, track: Path, part: str) -> dict[str, dict[str, Any]]:
    """The results of each pack's reference, or of its starter, by slug."""
    jobs = []
    for path in sorted(track.iterdir()):
        if not path.is_dir():
            continue
        pack = load(path)
        folder = "starter" if part == "starter" else f"submissions/accepted/{pack.reference.name}"
        files = {name: f"{path.name}/{folder}/{name}" for name in pack.solution}
        jobs.append({"id": path.name, "pack": path.name, "files": files})
    (track / f"{part}.jsonl").write_text("".join(json.dumps(job) + "\n" for job in jobs))
    code, told = judge("grade", "--batch", track / f"{part}.jsonl", "--json")
    assert code == 0, told
    results = [json.loads(line) for line in told.splitlines()]
    assert [result["id"] for result in results] == [job["id"] for job in jobs]
    return {result["id"]: result for result in results}


def test_the_references_of_a_track_are_accepted(judge: Judge, track: Path) -> None:
    for slug, result in graded(judge, track, "reference").items():
        assert result["verdict"] == "accepted", (slug, result["message"])


def test_its_stubs_are_not(judge: Judge, track: Path) -> None:
    results = graded(judge, track, "starter")
    accepted = {slug for slug, result in results.items() if result["verdict"] == "accepted"}
    assert accepted == ACCEPTED_AS_IT_IS
    assert results["doubling"]["verdict"] == "compile_error"
    assert results["windows-of"]["verdict"] == "runtime_error"
    assert results["well-commented"]["verdict"] == "wrong_answer"
    assert not [slug for slug in results if results[slug]["verdict"] == "internal_error"]
