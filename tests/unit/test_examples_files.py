"""The playground's examples are whole: the index names every folder once, and each is told.

That they build and print what output.txt says is for the tests with a sandbox.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path("examples")
TOPICS = tomllib.loads((ROOT / "index.toml").read_text(encoding="utf-8"))["topics"]
FOLDERS = sorted(path for path in ROOT.glob("*/*") if path.is_dir())
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PLAIN = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*\.go")
UNAVAILABLE = re.compile(r'"(C|unsafe|syscall|plugin|runtime/cgo|net(/.*)?|os/.*)"')

each = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def package_comment(folder: Path) -> list[str]:
    """The lines at the top of main.go, up to its package clause."""
    head, clause, _ = (folder / "main.go").read_text(encoding="utf-8").partition("\npackage main\n")
    assert clause, "main.go is not of the package main"
    lines = head.splitlines()
    assert all(line == "//" or line.startswith("// ") for line in lines)
    return [line.removeprefix("//").removeprefix(" ") for line in lines]


def sources(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in folder.glob("*.go")}


def test_the_index_names_every_folder_once() -> None:
    named = [(topic["slug"], slug) for topic in TOPICS for slug in topic["examples"]]
    there = [(folder.parent.name, folder.name) for folder in FOLDERS]
    assert Counter(named) == Counter(there)
    assert {path.name for path in ROOT.iterdir()} == {"index.toml", *(t["slug"] for t in TOPICS)}


def test_topics_have_names_of_their_own() -> None:
    for key in ("slug", "title"):
        assert max(Counter(topic[key] for topic in TOPICS).values()) == 1
    assert all(set(topic) == {"slug", "title", "examples"} for topic in TOPICS)
    assert all(topic["title"].strip() and SLUG.fullmatch(topic["slug"]) for topic in TOPICS)


def test_there_are_enough_and_no_two_alike() -> None:
    assert len(FOLDERS) >= 30
    assert max(Counter(folder.name for folder in FOLDERS).values()) == 1
    assert max(Counter(package_comment(folder)[0] for folder in FOLDERS).values()) == 1


@each
def test_an_example_has_title_and_summary(folder: Path) -> None:
    title, empty, *summary = package_comment(folder)
    assert title == title.strip() and 0 < len(title) <= 60
    assert not title.endswith(".")
    assert empty == ""
    assert summary and all(summary), "the summary is one paragraph"
    assert summary[-1].endswith((".", "!", "?"))


@each
def test_an_example_has_plain_files(folder: Path) -> None:
    assert SLUG.fullmatch(folder.name)
    for path in folder.iterdir():
        assert path.is_file()
        assert PLAIN.fullmatch(path.name) or path.name in {"output.txt", "stdin.txt"}


@each
def test_sources_are_clean_text(folder: Path) -> None:
    for name, text in sources(folder).items():
        assert "\r" not in text and "\0" not in text and "\ufeff" not in text, name
        assert text.endswith("\n") and not text.endswith("\n\n"), name
        for line in text.splitlines():
            assert line == line.rstrip(), (name, line)
            assert not line.startswith(" ") and " \t" not in line, (name, line)
            assert len(line) <= 120, (name, line)


@each
def test_imports_are_of_the_sandbox(folder: Path) -> None:
    for name, text in sources(folder).items():
        assert not UNAVAILABLE.search(text.partition("\nfunc ")[0]), name
        assert "//go:" not in text, name


@each
def test_what_it_prints_is_told_unless_it_is_tests(folder: Path) -> None:
    tests = any(name.endswith("_test.go") for name in sources(folder))
    output = folder / "output.txt"
    assert output.exists() != tests
    if not tests:
        text = output.read_bytes().decode()
        assert text.endswith("\n") and "\r" not in text


@each
def test_there_is_input_where_it_is_read(folder: Path) -> None:
    reads = any("os.Stdin" in text for text in sources(folder).values())
    stdin = folder / "stdin.txt"
    assert stdin.exists() == reads
    if reads:
        text = stdin.read_bytes().decode()
        assert text.endswith("\n") and "\r" not in text
