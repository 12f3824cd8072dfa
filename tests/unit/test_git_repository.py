"""What may be pushed: files and folders on one branch, a step forward, not too much."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from io import BytesIO

import pytest
from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree
from dulwich.pack import write_pack_objects

from judge.git import repository as module
from judge.git.repository import Refused, Repository

FILE = 0o100644
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def repository() -> Repository:
    made = Repository()
    made.commit({"leap.go": "package leap\n"}, "first", WHEN)
    return made


def push(
    repository: Repository, tree: Tree, *more: ShaFile, parents: list[str] | None = None
) -> None:
    """A commit of `tree` on top of the head, or on `parents`."""
    commit = Commit()
    commit.tree, commit.message = tree.id, b"step"
    commit.author = commit.committer = b"stina <stina@example.org>"
    commit.author_time = commit.commit_time = 0
    commit.author_timezone = commit.commit_timezone = 0
    commit.parents = [ObjectID(one.encode()) for one in parents or [repository.head]]
    out = BytesIO()
    objects = [(one, None) for one in (*more, tree, commit)]
    write_pack_objects(out, objects, DEFAULT_OBJECT_FORMAT, deltify=False)
    repository.push(repository.head, commit.id.decode(), out.getvalue())


def tree_of(*entries: tuple[bytes, int, ShaFile]) -> Tree:
    tree = Tree()
    for name, mode, what in entries:
        tree.add(name, mode, what.id)
    return tree


BLOB = Blob.from_string(b"/etc/passwd")


def test_a_plain_step_is_taken(repository: Repository) -> None:
    inner = tree_of((b"a.go", FILE, BLOB))
    push(repository, tree_of((b"b.go", FILE, BLOB), (b"in", stat.S_IFDIR, inner)), inner, BLOB)
    assert repository.files() == {"b.go": b"/etc/passwd"}


@pytest.mark.parametrize("mode", [0o120000, 0o160000, 0o140000])
def test_only_files_and_folders_are_kept(repository: Repository, mode: int) -> None:
    with pytest.raises(Refused, match="a link or a submodule"):
        push(repository, tree_of((b"x", mode, BLOB)), BLOB)


@pytest.mark.parametrize("name", [b".git", b".GIT", b"..", b".", b"a\\b"])
def test_no_name_means_another_place(repository: Repository, name: bytes) -> None:
    with pytest.raises(Refused, match="cannot be the name"):
        push(repository, tree_of((name, FILE, BLOB)), BLOB)


def test_a_push_is_a_step_forward(repository: Repository) -> None:
    first = repository.head
    push(repository, tree_of((b"b.go", FILE, BLOB)), BLOB)
    with pytest.raises(Refused, match="no step forward"):
        push(repository, tree_of((b"c.go", FILE, BLOB)), BLOB, parents=[first])


def test_depth_and_number_are_bounded(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep: list[Tree] = [tree_of((b"a", FILE, BLOB))]
    for _ in range(module.MAX_DEPTH):
        deep.append(tree_of((b"in", stat.S_IFDIR, deep[-1])))
    with pytest.raises(Refused, match="nested over 8 deep"):
        push(repository, deep[-1], BLOB, *deep[:-1])
    many = tree_of(*((f"{n}".encode(), FILE, BLOB) for n in range(4)))
    monkeypatch.setattr(module, "MAX_ENTRIES", 3)
    with pytest.raises(Refused, match="over 3 files"):
        push(repository, many, BLOB)
    monkeypatch.setattr(module, "MAX_COMMITS", 0)
    with pytest.raises(Refused, match="over 0 commits"):
        push(repository, tree_of((b"b.go", FILE, BLOB)), BLOB)
