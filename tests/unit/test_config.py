from __future__ import annotations

import os
from pathlib import Path

import pytest

from judge.config import BadSetting, load, read_env_file

NEEDED = {"DATABASE_URL": "postgresql://localhost/judge", "REDIS_URL": "redis://localhost"}


def test_defaults_are_enough_for_development() -> None:
    settings = load(NEEDED)
    assert (settings.port, settings.timeout, settings.anonymous_run) == (8000, 5.0, True)
    assert settings.secret_key


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("5s", 5), ("2m", 120), ("7", 7), ("1.5s", 1.5), (" 5s ", 5)],
)
def test_durations_have_units(text: str, seconds: float) -> None:
    assert load({**NEEDED, "TIMEOUT": text}).timeout == seconds


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEOUT", "soon"),
        ("TIMEOUT", "-1s"),
        ("TIMEOUT", "1d"),
        ("TIMEOUT", "nan"),
        ("JUDGE_PORT", "80000"),
        ("JUDGE_PORT", "8000.5"),
        ("JUDGE_ANONYMOUS_RUN", "maybe"),
        ("JUDGE_LIMIT_RUN", "often"),
        ("JUDGE_ENV", "staging"),
        ("DATABASE_URL", "mysql://secret@localhost/judge"),
        ("JUDGE_PUBLIC_URL", "judge.example.org"),
    ],
)
def test_a_bad_value_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as told:
        load({**NEEDED, name: value})
    assert str(told.value).startswith(name)
    assert "\n" not in str(told.value)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("missing", list(NEEDED))
def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(BadSetting, match=missing):
        load({name: value for name, value in NEEDED.items() if name != missing})


@pytest.mark.parametrize("key", ["", "short"])
def test_production_needs_a_key(key: str) -> None:
    with pytest.raises(BadSetting, match="SECRET_KEY"):
        load({**NEEDED, "JUDGE_ENV": "production", "SECRET_KEY": key})


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("# a comment\nJUDGE_TEST_ONE=file\nJUDGE_TEST_TWO='of file'\n")
    monkeypatch.setenv("JUDGE_TEST_ONE", "environment")
    monkeypatch.delenv("JUDGE_TEST_TWO", raising=False)
    read_env_file(tmp_path)
    assert os.environ["JUDGE_TEST_ONE"] == "environment"
    assert os.environ["JUDGE_TEST_TWO"] == "of file"
    monkeypatch.delenv("JUDGE_TEST_TWO")
