"""The second run of failed tests, tried on small suites of real tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.retry import MOST_FLAKY, retry

QUIET = ["-q", "-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio"]
FLAKY = """
from pathlib import Path

def test_{name}():
    seen = Path(__file__).with_suffix(".{name}")
    first = not seen.exists()
    seen.touch()
    print("what it printed")
    assert not first, "it fails the first time"
"""


def suite(folder: Path, **tests: str) -> Path:
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, text in tests.items():
        (folder / f"test_{name}.py").write_text(text)
    return folder


def test_retry_flaky_test_is_named_logged_and_passes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = suite(tmp_path, a=FLAKY.format(name="now"), b="def test_good(): pass\n")
    assert retry(QUIET, folder, tmp_path / "log") == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[-2:] == ["flaky: test_a.py::test_now", "2 passed, 0 failed"]
    text = (tmp_path / "log").read_text()
    assert "flaky: test_a.py::test_now" in text
    assert "it fails the first time" in text
    assert "what it printed" in text


def test_retry_test_that_fails_twice_fails_the_run(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = suite(tmp_path, a=FLAKY.format(name="now"), b="def test_bad(): assert False\n")
    assert retry([*QUIET, "-n", "2"], folder, tmp_path / "log") == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[-3:] == [
        "failed twice: test_b.py::test_bad",
        "flaky: test_a.py::test_now",
        "1 passed, 1 failed",
    ]


def test_retry_too_many_flaky_tests_fail_the_run(tmp_path: Path) -> None:
    text = "".join(FLAKY.format(name=f"n{number}") for number in range(MOST_FLAKY + 1))
    assert retry(QUIET, suite(tmp_path, a=text), tmp_path / "log") == 1


def test_retry_broken_file_is_not_retried(tmp_path: Path) -> None:
    folder = suite(tmp_path, a="import nothing_of_this_name\n", b=FLAKY.format(name="now"))
    assert retry(QUIET, folder, tmp_path / "log") != 0
    assert not (tmp_path / "log").exists()


def test_retry_passing_run_is_left_alone(tmp_path: Path) -> None:
    folder = suite(tmp_path, a="def test_good(): pass\n")
    assert retry(QUIET, folder, tmp_path / "log") == 0
