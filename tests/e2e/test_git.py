"""Work on a problem with the real git against the whole product."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import lacking
from tests.e2e.test_command_line import Person

ROOT = Path(__file__).resolve().parents[2]
SUBMISSIONS = ROOT / "problems" / "go-from-the-beginning" / "tip-calculator" / "submissions"


class Remote:
    """A student's token, and git with it."""

    def __init__(self, address: str, username: str, token: str, home: Path) -> None:
        parts = urlsplit(address)
        self.base = f"{parts.scheme}://{username}:{token}@{parts.netloc}/git"
        self.home, self.token = home, token

    def git(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "stina@example.org"
               for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }  # fmt: skip
        return subprocess.run(
            ["git", *words], cwd=cwd or self.home, env=environment,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def clone(self, folder: str, slug: str = "tip-calculator") -> Path:
        done = self.git("clone", f"{self.base}/{slug}.git", folder)
        assert done.returncode == 0, done.stderr
        return self.home / folder

    def commit(self, work: Path, *words: str) -> None:
        for step in (("add", "--all"), ("commit", "--quiet", "--message", "a step", *words)):
            done = self.git(*step, cwd=work)
            assert done.returncode == 0, done.stdout + done.stderr

    def push(self, work: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return self.git("push", *(words or ("origin", "main")), cwd=work)


@pytest.fixture(scope="module")
def remote(stack: str, tmp_path_factory: pytest.TempPathFactory) -> Remote:
    try:
        subprocess.run(["git", "--version"], check=True, capture_output=True)
    except OSError:
        lacking("git", "there is no git here")
    page = Person(stack).send("/account/tokens", name="git in tests")
    token = page.partition('<code class="token">')[2].partition("<")[0]
    assert token
    return Remote(stack, "student", token, tmp_path_factory.mktemp("git"))


def solution(verdict: str) -> str:
    return (next(iter(sorted((SUBMISSIONS / verdict).iterdir()))) / "tip.go").read_text()


def test_a_push_is_a_submission_and_the_verdict_comes_back(remote: Remote) -> None:
    work = remote.clone("first")
    assert sorted(file.name for file in work.iterdir()) == [
        ".git", "go.mod", "tip.go", "tip_test.go",
    ]  # fmt: skip
    for verdict, says in (
        ("wrong_answer", ["Wrong answer", "FAIL Test"]),
        ("compile_error", ["Compile error", "tip.go:"]),
        ("accepted", ["Accepted, 100 of 100 points", "/submissions/"]),
    ):
        (work / "tip.go").write_text(solution(verdict))
        remote.commit(work)
        done = remote.push(work)
        assert done.returncode == 0, done.stderr
        for words in says:
            assert any(
                line.startswith("remote:") and words in line for line in done.stderr.splitlines()
            ), done.stderr
    again = remote.clone("second")
    assert (again / "tip.go").read_text() == solution("accepted")
    assert remote.git("log", "--oneline", cwd=again).stdout.count("a step") == 3
    fetched = remote.git("fetch", "--depth=1", cwd=work)
    assert fetched.returncode == 0, fetched.stderr


def test_what_is_no_submission_is_refused_and_nothing_moves(remote: Remote) -> None:
    work = remote.clone("refused")
    head = remote.git("rev-parse", "HEAD", cwd=work).stdout

    def refused(says: str, *words: str) -> None:
        done = remote.push(work, *words)
        assert done.returncode != 0
        assert says in done.stderr, done.stderr
        there = remote.git("ls-remote", "origin", "refs/heads/main", cwd=work).stdout
        assert there.split()[0] == head.strip()
        remote.git("reset", "--quiet", "--hard", "origin/main", cwd=work)
        remote.git("clean", "--quiet", "-fd", cwd=work)

    (work / "tip.go").unlink()
    remote.commit(work)
    refused("tip.go is not at the top")
    (work / "tip.go").write_bytes(b"package tip\n\x00")
    remote.commit(work)
    refused("NUL byte")
    (work / "tip.go").write_text("package tip // " + "x" * (128 << 10))
    remote.commit(work)
    refused("128 KiB")
    (work / "secret").symlink_to("/etc/passwd")
    remote.commit(work)
    refused("is a link")
    (work / "big").write_bytes(os.urandom(2 << 20))
    remote.commit(work)
    refused("over 1 MiB")
    refused("only the branch main", "origin", "HEAD:refs/heads/other")
    refused("only the branch main", "origin", "HEAD:refs/tags/v1")
    refused("cannot be deleted", "origin", ":main")
    remote.git("commit", "--quiet", "--amend", "--message", "another past", cwd=work)
    remote.git("commit", "--quiet", "--allow-empty", "--message", "x", cwd=work)
    refused("no step forward", "--force", "origin", "HEAD:main")


def test_nobody_gets_at_what_is_not_his(remote: Remote, stack: str) -> None:
    parts = urlsplit(stack)
    for who in (f"instructor:{remote.token}", "student:wrong", "student:demo-student", ""):
        base = f"{parts.scheme}://{who}@{parts.netloc}/git" if who else f"{stack}/git"
        done = remote.git("ls-remote", f"{base}/tip-calculator.git")
        assert done.returncode != 0
        assert "Authentication failed" in done.stderr or "could not read" in done.stderr
    assert "not found" in remote.git("ls-remote", f"{remote.base}/no-such-problem.git").stderr
