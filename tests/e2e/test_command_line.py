"""`judge-cli` as a student uses it, against the whole product."""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conftest import GO_CACHE

ROOT = Path(__file__).resolve().parents[2]
PROBLEM = ROOT / "problems" / "go-from-the-beginning" / "tip-calculator"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's home, with `judge-cli` installed into `bin` by the words of its README."""
    home = tmp_path_factory.mktemp("home")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, home / "venv"], check=True)
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", home / "venv", ROOT / "cli"], check=True
    )
    return home


def environment(home: Path, *, go: bool = True) -> dict[str, str]:
    spec = find_spec("go")
    assert spec is not None and spec.submodule_search_locations
    path = [str(Path(spec.submodule_search_locations[0]) / "bin")] if go else []
    return {
        "PATH": os.pathsep.join([*path, "/nowhere"]),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        **GO_CACHE,
        "GOTOOLCHAIN": "local",
    }


def cli(
    home: Path, *words: str, cwd: Path | None = None, go: bool = True, config: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [home / "venv" / "bin" / "judge-cli", *words],
        cwd=cwd or home,
        env=environment(home, go=go) | {"XDG_CONFIG_HOME": str(config or home / "config")},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


class Person:
    """Somebody at a browser, signed in as the demo student."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.send("/login", username="student", password="demo-student")

    def send(self, path: str, **form: str) -> str:
        page = self.opener.open(f"{self.address}{path}").read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token, page[:500]
        data = urlencode({"csrf_token": token[1], **form}).encode()
        url = f"{self.address}{path.partition('?')[0]}"
        request = urllib.request.Request(url, data, {"Referer": url})
        return str(self.opener.open(request).read().decode())


@pytest.fixture(scope="module")
def signed_in(stack: str, home: Path) -> Path:
    """A home in which somebody has signed in with a code."""
    program = subprocess.Popen(
        [home / "venv" / "bin" / "judge-cli", "login", stack],
        env=environment(home) | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", program.stdout.readline())
    assert code
    assert "is connected" in Person(stack).send(f"/device?code={code[0]}", code=code[0])
    said, _ = program.communicate(timeout=60)
    assert (program.returncode, said) == (0, "Signed in as student.\n")
    config = home / "config" / "judge-cli" / "config.json"
    assert config.stat().st_mode & 0o777 == 0o600
    return home


@pytest.fixture
def folder(signed_in: Path, tmp_path: Path) -> Path:
    done = cli(signed_in, "download", "tip-calculator", "--into", str(tmp_path / "tip"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "tip"


def solve(folder: Path, verdict: str) -> None:
    proof = next(iter(sorted((PROBLEM / "submissions" / verdict).iterdir())))
    (folder / "tip.go").write_text((proof / "tip.go").read_text())


def test_the_list_names_problems(signed_in: Path) -> None:
    done = cli(signed_in, "list")
    assert done.returncode == 0, done.stderr
    assert "Go from the beginning" in done.stdout
    assert "tip-calculator" in done.stdout


def test_a_download_can_be_tested_here_and_there(signed_in: Path, folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == [
        ".judge.json", "go.mod", "tip.go", "tip_test.go",
    ]  # fmt: skip
    assert cli(signed_in, "test", cwd=folder).returncode == 1
    solve(folder, "accepted")
    for words in (("test",), ("test", "--remote")):
        done = cli(signed_in, *words, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    without = cli(signed_in, "test", cwd=folder, go=False)
    assert without.returncode == 0
    assert "no Go here" in without.stdout and "visible tests pass" in without.stdout


def test_a_submission_is_watched_to_its_verdict(signed_in: Path, folder: Path) -> None:
    solve(folder, "wrong_answer")
    wrong = cli(signed_in, "submit", cwd=folder)
    assert wrong.returncode == 1, wrong.stderr
    assert "Wrong answer" in wrong.stdout and "FAIL" in wrong.stdout
    solve(folder, "compile_error")
    assert re.search(r"tip\.go:\d+:\d+: ", cli(signed_in, "submit", cwd=folder).stdout)
    solve(folder, "accepted")
    right = cli(signed_in, "submit", cwd=folder)
    assert right.returncode == 0, right.stderr
    assert "Accepted  100 of 100 points" in right.stdout


def test_cases_run_with_the_own_go(signed_in: Path, tmp_path: Path) -> None:
    slug = "running-total"
    pack = ROOT / "problems" / "go-from-the-beginning" / slug
    done = cli(signed_in, "download", slug, "--into", str(tmp_path / "io"))
    assert done.returncode == 0, done.stderr
    assert cli(signed_in, "test", cwd=tmp_path / "io").returncode == 1
    proof = next(iter(sorted((pack / "submissions" / "accepted").iterdir())))
    for file in proof.glob("*.go"):
        (tmp_path / "io" / file.name).write_text(file.read_text())
    right = cli(signed_in, "test", cwd=tmp_path / "io")
    assert right.returncode == 0, right.stdout + right.stderr


def test_nothing_is_overwritten_unasked(signed_in: Path, folder: Path) -> None:
    (folder / "tip.go").write_text("mine")
    again = cli(signed_in, "download", "tip-calculator", "--into", str(folder))
    assert (again.returncode, (folder / "tip.go").read_text()) == (2, "mine")
    assert "--force" in again.stderr
    assert cli(
        signed_in, "download", "tip-calculator", "--into", str(folder), "--force"
    ).returncode == 0  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("submit",), 2, "no problem's folder"),
        (("download", "no-such-problem"), 2, "no problem"),
        (("login", "http://127.0.0.1:9"), 3, "cannot be reached"),
        (("login", "://"), 2, "is no address"),
        (("dance",), 2, "No such command"),
    ],
)
def test_what_goes_wrong_is_one_line(
    signed_in: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = cli(signed_in, *words)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert says in done.stderr


def test_without_an_account_it_says_how_to_get_one(home: Path, tmp_path: Path) -> None:
    done = cli(home, "list", config=tmp_path)
    assert done.returncode == 2
    assert "judge-cli login" in done.stderr


def test_the_shell_completes(home: Path) -> None:
    done = subprocess.run(
        [home / "venv" / "bin" / "judge-cli"],
        env=environment(home) | {"_JUDGE_CLI_COMPLETE": "bash_complete"}
        | {"COMP_WORDS": "judge-cli do", "COMP_CWORD": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "plain,download\n")
