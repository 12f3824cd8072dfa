"""Programs of the playground taken away, and used with the real go and git."""

from __future__ import annotations

import os
import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from judge import exports, snippets
from judge.models import User
from judge.sandbox import rootfs
from tests.conftest import GO_CACHE
from tests.integration.conftest import make_user, sign_in

ONE = {"main.go": "package main\n\nfunc main() { println(1) }\n"}
FLAT = {
    "main.go": 'package main\n\nimport (\n\t_ "embed"\n\t"fmt"\n)\n\n//go:embed words.txt\n'
    "var words string\n\nfunc main() { fmt.Print(Twice(words)) }\n\n"
    "func Twice(s string) string { return s + s }\n",
    "twice_test.go": 'package main\n\nimport "testing"\n\nfunc TestTwice(t *testing.T) {\n'
    '\tif Twice("a") != "aa" {\n\t\tt.Fail()\n\t}\n}\n',
    "words.txt": "grüße\n",
}
NESTED = {
    "go.mod": "module example.com/deep\n\ngo 1.21\n",
    "cmd/say/main.go": 'package main\n\nimport "example.com/deep/word"\n\n'
    "func main() { print(word.Word) }\n",
    "word/word.go": 'package word\n\nconst Word = "deep"\n',
}


def get(client: FlaskClient, form: str, files: Any = ONE, **more: object) -> TestResponse:
    return client.post(f"/play/download/{form}", json={"files": files, **more})


def tool(*words: str | Path, cwd: Path) -> str:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(cwd), "GOPROXY": "off", "GOTOOLCHAIN": "local",
        "GIT_CONFIG_NOSYSTEM": "1", **GO_CACHE,
    }  # fmt: skip
    done = subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_module_runs_with_the_real_go(client: FlaskClient, tmp_path: Path) -> None:
    go = rootfs.toolchain() / "bin" / "go"
    for title, files, says in (
        ("Flat & simple", FLAT, {"run .": "grüße\ngrüße\n", "test .": "ok"}),
        ("In folders", NESTED, {"run ./cmd/say": "deep", "vet ./...": ""}),
    ):
        answer = get(client, "module", files, title=title)
        assert answer.mimetype == "application/zip"
        with zipfile.ZipFile(BytesIO(answer.data)) as archive:
            archive.extractall(tmp_path)
        (folder,) = (one for one in tmp_path.iterdir() if one.name.startswith(title[:2].lower()))
        for words, expected in says.items():
            assert tool(go, *words.split(), cwd=folder).startswith(expected)


def test_a_bundle_is_cloned_with_each_version(app: Flask, student: User, tmp_path: Path) -> None:
    made = snippets.create(student, ONE, title="Kept", visibility="private")
    snippets.change(made, student, {"files": NESTED})
    client = sign_in(app, student)
    for name, files, subjects in (
        ("saved", NESTED, ["Version 2", "Version 1"]),
        ("changed", FLAT, ["As it was in the editor", "Version 2", "Version 1"]),
    ):
        answer = get(client, "bundle", files, title="Kept", snippet=made.public_id)
        assert "kept.bundle" in answer.headers["Content-Disposition"]
        (tmp_path / "kept.bundle").write_bytes(answer.data)
        tool("git", "clone", "--quiet", "kept.bundle", name, cwd=tmp_path)
        folder = tmp_path / name
        tool("git", "fsck", "--strict", cwd=folder)
        assert tool("git", "log", "--format=%s", cwd=folder).splitlines() == subjects
        found = {
            str(path.relative_to(folder)): path.read_text("utf-8")
            for path in folder.rglob("*")
            if path.is_file() and ".git" not in path.parts
        }
        assert found == files
    for stranger in (sign_in(app, make_user("otto")), app.test_client()):
        assert get(stranger, "bundle", ONE, snippet=made.public_id).status_code == 404


def test_a_long_history_is_cut_at_its_old_end(
    app: Flask, student: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = snippets.create(student, ONE)
    for number in (2, 3):
        snippets.change(made, student, {"files": {"main.go": f"package main // {number}\n"}})
    monkeypatch.setattr(exports, "MAX_HISTORY_CHARACTERS", 40)
    last = snippets.files_of(made)
    answer = get(sign_in(app, student), "bundle", last, snippet=made.public_id)
    (tmp_path / "a.bundle").write_bytes(answer.data)
    tool("git", "clone", "--quiet", "a.bundle", "a", cwd=tmp_path)
    log = tool("git", "log", "--format=%s", cwd=tmp_path / "a")
    assert log.splitlines() == ["Version 3", "Version 2"]


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "", "a\r\nX-Bad: 1", "Ünï/.. \\ ☃", "-" * 99]
)
def test_a_title_is_no_path_and_no_header(client: FlaskClient, title: str) -> None:
    answer = get(client, "zip", title=title)
    assert "X-Bad" not in answer.headers
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        (name,) = archive.namelist()
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}/main\.go", name)


@pytest.mark.parametrize(
    ("form", "body", "status", "says"),
    [
        ("tar", {}, 404, "zip, module, bundle"),
        ("zip", {"files": {"../x.go": ""}}, 400, "cannot be a file's name"),
        ("zip", {"files": {}}, 400, "at least one file"),
        ("module", {"files": {"main.py": ""}, "language": "python"}, 400, "take the zip"),
        ("module", {"files": {"a/a.go": "package a\n"}}, 400, "add a go.mod"),
        ("module", {"files": {**ONE, "go.mod": "modul x\n"}}, 400, "go.mod:1"),
        ("bundle", {"snippet": "nothing"}, 404, "no such snippet"),
    ],
)
def test_what_cannot_be_taken_away_says_why(
    client: FlaskClient, form: str, body: dict[str, Any], status: int, says: str
) -> None:
    answer = get(client, form, **body)
    assert answer.status_code == status
    assert says in answer.json["error"]
