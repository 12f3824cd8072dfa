"""Documents keep to the code: commands, targets, links and settings that they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from judge.cli import COMMANDS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "cli" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]  # fmt: skip
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
SETTING = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
NAMES = [document.relative_to(ROOT).as_posix() for document in DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_links_lead_somewhere(document: Path) -> None:
    dead = [
        link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()
    ]
    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_targets_of_make_exist(document: Path) -> None:
    named = set(re.findall(r"(?:^|`|[A-Z]=\S+ )make ([a-z]+)", document.read_text(), re.MULTILINE))
    assert named <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_commands_exist(document: Path) -> None:
    named = set(re.findall(r"(?:`|bin/|^    )judge ([a-z]+)", document.read_text(), re.MULTILINE))
    assert named <= set(COMMANDS)


def test_every_command_is_described_somewhere() -> None:
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    assert [name for name in COMMANDS if f"judge {name}" not in text] == []


def test_settings_that_documents_name_exist() -> None:
    known = set(SETTING.findall((ROOT / "docs" / "settings.md").read_text()))
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    named = set(re.findall(r"\bJUDGE_[A-Z_]+\b", text))
    assert {name for name in named if not name.startswith("JUDGE_TEST_")} - known <= {
        "JUDGE_VERSION",  # of docker-compose.yml alone
    }
