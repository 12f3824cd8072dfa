"""Small repositories that would become large: what is pushed, and what is fetched."""

from __future__ import annotations

from io import BytesIO

import pytest
from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree
from dulwich.pack import write_pack_objects

from judge.git import remote, repository
from judge.git.remote import Unreadable
from judge.git.repository import Refused, Repository

FOLDER, FILE, LINK = 0o40000, 0o100644, 0o120000


def tree(*entries: tuple[bytes, int, ObjectID]) -> Tree:
    made = Tree()
    for name, mode, inner in entries:
        made.add(name, mode, inner)
    return made


def commit(of: Tree, *parents: ObjectID) -> Commit:
    made = Commit()
    made.tree, made.message, made.parents = of.id, b"x", list(parents)
    made.author = made.committer = b"a <a@example.org>"
    made.author_time = made.commit_time = made.author_timezone = made.commit_timezone = 0
    return made


def packed(*objects: ShaFile) -> bytes:
    out = BytesIO()
    write_pack_objects(out, [(one, None) for one in objects], DEFAULT_OBJECT_FORMAT)
    return out.getvalue()


def nested(width: int, depth: int, inmost: Tree) -> list[ShaFile]:
    """Trees of which each names the one before `width` times."""
    made: list[ShaFile] = [inmost]
    for _ in range(depth):
        inner = made[-1].id
        made.append(tree(*((b"d%d" % number, FOLDER, inner) for number in range(width))))
    return made


@pytest.mark.parametrize("link", [True, False])
def test_trees_that_name_each_other_are_counted_as_often_as_they_are_met(link: bool) -> None:
    blob = Blob.from_string(b"elsewhere")
    inmost = tree(*((b"l%d" % number, LINK, blob.id) for number in range(4 if link else 0)))
    trees = nested(4, 10, inmost)
    root = trees[-1]
    assert isinstance(root, Tree)
    head = commit(root)
    with pytest.raises(Unreadable, match="files and folders"):
        remote._unpacked(packed(blob, *trees, head), head.id)


def test_names_that_are_left_out_count_as_well() -> None:
    inmost = tree(*((b"%d\\x" % number, FILE, ObjectID(b"1" * 40)) for number in range(100)))
    trees = nested(6, 5, inmost)
    root = trees[-1]
    assert isinstance(root, Tree)
    head = commit(root)
    with pytest.raises(Unreadable, match="files and folders"):
        remote._unpacked(packed(*trees, head), head.id)


def test_a_large_file_with_many_names_counts_as_often() -> None:
    blob = Blob.from_string(bytes(1 << 20))
    root = tree(*((b"f%d.go" % number, FILE, blob.id) for number in range(100)))
    head = commit(root)
    with pytest.raises(Unreadable, match="64 MiB"):
        remote._unpacked(packed(blob, root, head), head.id)


def test_no_time_is_left_to_look_through() -> None:
    root = tree((b"a.go", FILE, ObjectID(b"1" * 40)))
    head = commit(root)
    with pytest.raises(Unreadable, match="too long"):
        remote._unpacked(packed(root, head), head.id, until=0.0)


def pushed(*objects: ShaFile) -> Repository:
    """A repository after a push; the last of `objects` is the head."""
    made = Repository()
    made.push("", objects[-1].id.decode(), packed(*objects))
    return made


@pytest.fixture(autouse=True)
def _first_push(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty repository has no head that a push could begin at."""
    real = Repository._check_step

    def step(self: Repository, old: ObjectID, new: ObjectID, until: float) -> None:
        with pytest.raises(Refused, match="no step forward"):
            real(self, old, new, until)

    monkeypatch.setattr(Repository, "_check_step", step)


def test_a_large_file_with_many_names_is_not_read_as_often() -> None:
    blob = Blob.from_string(bytes(1 << 20))
    root = tree(*((b"f%d.go" % number, FILE, blob.id) for number in range(1000)))
    made = pushed(blob, root, commit(root))
    with pytest.raises(Refused, match="4 MiB"):
        made.files()


def test_what_is_kept_is_bounded_by_what_it_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = [Blob.from_string(bytes([number]) * (1 << 20)) for number in range(3)]
    root = tree(*((b"f%d.go" % number, FILE, one.id) for number, one in enumerate(blobs)))
    made = pushed(*blobs, root, commit(root))
    assert len(made.dump()) < 100_000
    monkeypatch.setattr(repository, "MAX_KEPT_BYTES", 2 << 20)
    with pytest.raises(Refused, match="2 MiB unpacked"):
        made.dump()
    monkeypatch.undo()
    monkeypatch.setattr(repository, "MAX_KEPT_OBJECTS", 3)
    with pytest.raises(Refused, match="over 3 objects"):
        made.dump()
