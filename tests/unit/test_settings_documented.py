"""docs/settings.md and .env.example name every setting there is, with its default, and no other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from judge.config import Settings
from judge.sandbox import settings as sandbox

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|none) \|", re.MULTILINE)
LINE = re.compile(r"^#? ?([A-Z_]+)=(.*)$", re.MULTILINE)


def defaults() -> dict[str, object]:
    """Every setting and what it is by default."""
    found: dict[str, object] = {field.metadata["name"]: field.default for field in fields(Settings)}
    for name, (variable, _) in sandbox._VARIABLES.items():
        found.setdefault(variable, getattr(sandbox.SandboxSettings(), name))
    return found


def documented() -> dict[str, str]:
    return dict(ROW.findall((ROOT / "docs" / "settings.md").read_text()))


def test_every_setting_is_documented() -> None:
    assert set(documented()) == set(defaults())


def test_the_documented_defaults_are_the_defaults() -> None:
    readers = {field.metadata["name"]: field.metadata["read"] for field in fields(Settings)}
    readers |= dict(sandbox._VARIABLES.values())
    for name, text in documented().items():
        value = defaults()[name]
        if name == "JUDGE_SANDBOX_DIR":
            assert (ROOT / text).resolve() == value
        elif name == "JUDGE_ENV":
            assert text == "development"
        elif text == "":
            assert value in {"", None}, name
        else:
            assert readers[name](text) == value, name


def test_the_example_holds_every_setting_once() -> None:
    example = LINE.findall((ROOT / ".env.example").read_text())
    names = [name for name, _ in example]
    assert sorted(names) == sorted(defaults())
    told = documented()
    for name, value in example:
        assert value == told[name], name
