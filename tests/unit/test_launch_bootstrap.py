"""What the installer decides before it runs anything."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from judge.launch import bootstrap


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v20.20.2", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("v18.20.0", False),
        ("", False),
    ],
)
def test_node_is_new_enough_for_vite(version: str, enough: bool) -> None:
    assert bootstrap._node_is_new_enough(version) is enough


def test_the_reason_is_the_first_line_that_speaks_of_an_error() -> None:
    lines = ["resolving", "error: failed to fetch x: connection refused", "hint: try again"]
    assert bootstrap._reason(lines) == lines[1]
    assert bootstrap._reason(["only this"]) == "only this"
    assert bootstrap._reason([]) == "it failed and said nothing"


def test_a_stamp_stands_for_contents_names_and_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    one, other = tmp_path / "a.ts", tmp_path / "b.ts"
    one.write_text("1")
    other.write_text("2")
    digest = bootstrap.digest_of([one, other], "x")
    stamp = tmp_path / "stamp"
    assert not bootstrap.stamped(stamp, digest)
    stamp.write_text(digest)
    assert bootstrap.stamped(stamp, bootstrap.digest_of([one, other], "x"))
    assert not bootstrap.stamped(stamp, bootstrap.digest_of([one], "x"))
    other.write_text("3")
    assert not bootstrap.stamped(stamp, bootstrap.digest_of([one, other], "x"))


def test_a_step_that_fails_says_why_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "setup.log")
    script = "print('first'); print('error: no route to host'); print('bye'); raise SystemExit(1)"
    with pytest.raises(bootstrap.SetupError, match=r"fetching: error: no route .*setup\.log"):
        bootstrap.run("fetching", [sys.executable, "-c", script])
    assert "fetching" in capsys.readouterr().out
    assert "first\n" in (tmp_path / "setup.log").read_text()


def test_a_long_step_tells_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "setup.log")
    monkeypatch.setattr(bootstrap, "HEARTBEAT_SECONDS", 0.2)
    script = "import time; print('half of it', flush=True); time.sleep(1)"
    bootstrap.run("building", [sys.executable, "-c", script])
    said = capsys.readouterr().out
    assert "half of it" in said
    assert "done in" in said
