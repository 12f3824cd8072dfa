"""What a student takes home of a problem: by the API, with judge-cli, and with git."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Commit, ObjectID
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from judge import accounts, problems, workspaces
from judge.git.repository import Repository
from judge.models import Problem, User
from judge.packs.load import load_files
from judge.sandbox import rootfs
from tests.conftest import GO_CACHE
from tests.integration.conftest import bearer, make_course

GOLDEN = {
    "problem.toml": 'format = 1\nslug = "golden"\ntitle = "T"\nkind = "unit"\nmodule = "golden"\n',
    "statement.md": "# Golden\n",
    "starter/golden.go": "package golden\n\nfunc Shout(s string) string { return s }\n",
    "submissions/accepted/ref/golden.go": 'package golden\n\nimport "strings"\n\n'
    "func Shout(s string) string { return strings.ToUpper(s) }\n",
    "tests/golden_test.go": """package golden

import (
	"os"
	"testing"
)

func TestGolden(t *testing.T) {
	in, err := os.ReadFile("testdata/in.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := os.ReadFile("testdata/out.golden")
	if got := Shout(string(in)); got != string(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
""",
    "tests/testdata/in.txt": "hello\n",
    "tests/testdata/out.golden": "HELLO\n",
    "hidden/more_test.go": 'package golden\n\nimport "testing"\n\nfunc TestMore(t *testing.T) {}\n',
    "hidden/testdata/secret.txt": "nobody's business\n",
    "support/words.bin": b"\xff\x00",
}
SHOP = {
    "problem.toml": 'format = 1\nslug = "shop"\ntitle = "T"\nkind = "unit"\nlanguage = "python"\n',
    "statement.md": "# Shop\n",
    "starter/shapes.py": "def area(w, h):\n    pass\n",
    "submissions/accepted/ref/shapes.py": "def area(w, h):\n    return w * h\n",
    "tests/test_shapes.py": "import shapes\n\ndef test_area():\n"
    "    assert shapes.area(3, 4) == 12\n",
    "support/prices.csv": "a,1\n",
}
FLOATY = {
    "problem.toml": 'format = 1\nslug = "floaty"\ntitle = "T"\nkind = "io"\n\n[checker]\n'
    'kind = "floats"\n',
    "statement.md": "# Floaty\n",
    "starter/main.go": "package main\n\nfunc main() {}\n",
    "submissions/accepted/ref/main.go": 'package main\n\nimport ("fmt"; "math")\n\nfunc main() {\n'
    '\tvar x float64\n\tfmt.Scan(&x)\n\tfmt.Printf("%.7f\\n", math.Sqrt(x))\n}\n',
    "tests/1.in": "9\n",
    "tests/1.out": "3\n",
    "tests/2.in": "2\n",
    "tests/2.out": "1.41421356\n",
}
PACKS = {"golden": GOLDEN, "shop": SHOP, "floaty": FLOATY}
FILES = {
    "golden": {"golden.go", "golden_test.go", "testdata/in.txt", "testdata/out.golden",
               "words.bin", "go.mod"},
    "shop": {"shapes.py", "test_shapes.py", "prices.csv"},
    "floaty": {"main.go", "testdata/1.in", "testdata/1.out", "testdata/2.in", "testdata/2.out",
               "go.mod"},
}  # fmt: skip


@pytest.fixture(params=PACKS)
def published(request: pytest.FixtureRequest, student: User) -> Problem:
    files = {
        name: text if isinstance(text, bytes) else text.encode()
        for name, text in PACKS[request.param].items()
    }
    make_course(load_files(files, request.param), slug=f"course-{request.param}")
    return problems.by_slug(request.param)


def test_api_tells_language_data_and_checker(
    client: FlaskClient, student: User, published: Problem
) -> None:
    told = client.get(f"/api/v1/problems/{published.slug}", headers=bearer(student)).get_json()
    assert told["language"] == ("python" if published.slug == "shop" else "go")
    assert told["checker"]["kind"] == ("floats" if published.slug == "floaty" else "lines")
    assert (
        told["data"]
        == {
            "golden": {
                "testdata/in.txt": "aGVsbG8K",
                "testdata/out.golden": "SEVMTE8K",
                "words.bin": "/wA=",
            },
            "shop": {"prices.csv": "YSwxCg=="},
            "floaty": {},
        }[published.slug]
    )


def test_clone_has_data_of_visible_tests(student: User, published: Problem) -> None:
    repository = workspaces.open_repository(student, published)
    assert set(paths(repository)) == FILES[published.slug]


def test_data_too_large_for_a_clone_is_named(
    student: User, published: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspaces, "MAX_DATA_BYTES", 5)
    repository = workspaces.open_repository(student, published)
    left = {"testdata/in.txt", "testdata/out.golden"} if published.slug == "golden" else set()
    assert set(paths(repository)) == FILES[published.slug] - left


def paths(repository: Repository) -> Iterator[str]:
    """The files of the newest commit."""
    objects = repository._objects
    commit = objects[ObjectID(repository.head.encode())]
    assert isinstance(commit, Commit)
    for entry in iter_tree_contents(objects, commit.tree):
        yield entry.path.decode()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_judge_cli_downloads_and_tests_every_language(
    served: str,
    student: User,
    published: Problem,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "cli")
    from judge_cli import config, main

    path = [rootfs.toolchain() / "bin", Path(sys.executable).parent]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, path)))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GOTOOLCHAIN", "local")
    for name, value in GO_CACHE.items():
        monkeypatch.setenv(name, value)
    config.save(config.Account(served, accounts.create_token(student, "cli"), student.username))
    folder = tmp_path / published.slug

    def call(*words: str) -> int:
        return int(main.commands.main(list(words), standalone_mode=False) or 0)

    assert call("download", published.slug, "--into", str(folder)) == 0
    there = {
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    } - {config.MARK}
    assert there == FILES[published.slug]
    monkeypatch.chdir(folder)
    assert call("test") != 0
    solved = {
        name.rpartition("/")[2]: text
        for name, text in PACKS[published.slug].items()
        if name.startswith("submissions/") and isinstance(text, str)
    }
    for name, text in solved.items():
        (folder / name).write_text(text)
    assert call("test") == 0, capfd.readouterr()
    assert main._solution(config.here(folder)) == solved
