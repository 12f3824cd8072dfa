"""Files that isolated Python tests and a submission share."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from judge.sandbox.languages.isolated.files import Tree

PYC = ("src/__pycache__/shop.cpython-311.pyc", "tmp/__pycache__")
TEXT = b64encode(b"hello").decode()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "src").mkdir()
    (tmp_path / "tmp").mkdir()
    (tmp_path / "src" / "test_secret.py").write_text("SECRET = 1")
    return Tree({"src": str(tmp_path / "src"), "tmp": str(tmp_path / "tmp")})


def test_what_was_made_after_the_start_crosses(tree: Tree, tmp_path: Path) -> None:
    assert tree.changes() == {}
    (tmp_path / "tmp" / "a.txt").write_text("hello")
    assert tree.changes() == {"tmp/a.txt": TEXT}
    assert tree.changes() == {}
    (tmp_path / "tmp" / "a.txt").unlink()
    assert tree.changes() == {"tmp/a.txt": None}


def test_what_was_there_never_crosses(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "src" / "test_secret.py").write_text("SECRET = 2")
    assert tree.changes() == {}
    with pytest.raises(ValueError, match="a file that was there"):
        tree.apply({"src/test_secret.py": TEXT})
    assert (tmp_path / "src" / "test_secret.py").read_text() == "SECRET = 2"


def test_what_the_other_side_wrote_is_written_and_not_sent_back(tree: Tree, tmp_path: Path) -> None:
    tree.apply({"tmp/new": True, "tmp/new/a.txt": TEXT})
    assert (tmp_path / "tmp" / "new" / "a.txt").read_text() == "hello"
    assert tree.changes() == {}
    assert tree.received == {str(tmp_path / "tmp" / "new" / "a.txt")}


@pytest.mark.parametrize(
    "name", ["other/a", "tmp/../a", "tmp//a", "/etc/a", "tmp/a\0b", "tmp/./a", "tmp/link/a", *PYC]
)
def test_names_that_lead_outside_are_refused(name: str, tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "tmp" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(ValueError, match=r"below a folder|leads outside"):
        tree.apply({name: TEXT})
    assert list((tmp_path / "outside").iterdir()) == []
