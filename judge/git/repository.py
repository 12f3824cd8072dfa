"""A small repository in memory, from a pack and back to one; what is pushed is checked first.

Only one branch, only files and folders. Objects come from dulwich; which of them may
stay is decided here, from the head down.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import TypeVar, cast

from dulwich.bundle import create_bundle_from_repo, write_bundle
from dulwich.errors import ApplyDeltaError, ChecksumMismatch, ObjectFormatException
from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.object_store import MemoryObjectStore
from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree
from dulwich.pack import write_pack_objects
from dulwich.refs import Ref
from dulwich.repo import MemoryRepo

from judge.git import pack

BRANCH = Ref(b"refs/heads/main")
MAX_COMMITS = 1_000
MAX_ENTRIES = 5_000
MAX_DEPTH = 8
MAX_STORED_BYTES = 1024 * 1024
MAX_KEPT_OBJECTS = 5_000
MAX_KEPT_BYTES = 16 * 1024 * 1024
"""All objects of a repository, unpacked: each clone and push unpacks them."""
MAX_FILES_BYTES = 4 * 1024 * 1024
"""The files at the top of a commit, each counted as often as it is there."""
MAX_MODE = 0o777777
PUSH_SECONDS = 10.0
"""How long a push may be looked through."""
_MODES = {0o100644, 0o100755, 0o100664}
BROKEN = (
    ApplyDeltaError, ChecksumMismatch, ObjectFormatException, AssertionError, LookupError,
    ValueError, OSError, OverflowError, TypeError,
)  # fmt: skip


Kind = TypeVar("Kind", bound=ShaFile)


class Refused(ValueError):
    """A push that cannot be taken; the text says why, for the student."""


class Repository:
    """One branch and its objects."""

    def __init__(self, stored: bytes = b"", head: str = "") -> None:
        """`stored`: what `dump` gave, with the head of that time."""
        self.repo = MemoryRepo()
        self._objects = cast("MemoryObjectStore", self.repo.object_store)
        # The store copies an object each time it is asked for it: a small tree can name a
        # large file a thousand times.
        self._read: dict[ObjectID, ShaFile] = {}
        if stored:
            self._add(stored)
            self._set(ObjectID(head.encode()))

    @property
    def head(self) -> str:
        """The commit that the branch is at, in hex; "" where there is none."""
        return self.repo.refs[BRANCH].decode() if BRANCH in self.repo.refs else ""

    def commit(self, files: Mapping[str, str | bytes], message: str, when: datetime) -> None:
        """Add a commit with these files, the same id for the same arguments."""
        tree = self._tree({name.encode(): _bytes(content) for name, content in files.items()})
        made = Commit()
        made.tree, made.message = tree, message.encode()
        made.parents = [ObjectID(self.head.encode())] if self.head else []
        made.author = made.committer = b"judge <judge@localhost>"
        made.author_time = made.commit_time = int(when.timestamp())
        made.author_timezone = made.commit_timezone = 0
        self._objects.add_object(made)
        self._set(made.id)

    def push(self, old: str, new: str, data: bytes) -> None:
        """Move the branch from `old` to `new` with the objects of the pack `data`.

        :raises Refused: it is no plain step forward, or holds what cannot be kept.
        """
        if old != self.head:
            raise Refused("somebody pushed in between: fetch first")
        until = time.monotonic() + PUSH_SECONDS
        try:
            pack.check(data, until=until)
            self._add(data)
            self._check_step(ObjectID(old.encode()), ObjectID(new.encode()), until)
        except pack.BadPackfile as error:
            raise Refused(str(error)) from None
        except Refused:
            raise
        except BROKEN:
            raise Refused("the pack is damaged") from None
        self._set(ObjectID(new.encode()))

    def files(self) -> dict[str, bytes]:
        """What lies at the top of the head's tree, without folders.

        :raises Refused: that is too much.
        """
        tree = self._get(self._commit(ObjectID(self.head.encode())).tree, Tree)
        found: dict[str, bytes] = {}
        room = MAX_FILES_BYTES
        for entry in tree.iteritems():
            if stat.S_ISDIR(entry.mode):
                continue
            data = self._get(entry.sha, Blob).data
            room -= len(data)
            if room < 0:
                raise Refused(f"the files at the top are over {MAX_FILES_BYTES >> 20} MiB")
            found[entry.path.decode("utf-8", "replace")] = data
        return found

    def history(self) -> Iterator[Commit]:
        """The commits, the newest first, along first parents."""
        at = self.head
        while at:
            commit = self._commit(ObjectID(at.encode()))
            yield commit
            at = commit.parents[0].decode() if commit.parents else ""

    def dump(self) -> bytes:
        """All that can be reached from the head, as one pack.

        :raises Refused: that is more than can be kept.
        """
        kept: dict[ObjectID, ShaFile] = {}
        waiting = [ObjectID(self.head.encode())]
        room = MAX_KEPT_BYTES
        while waiting:
            name = waiting.pop()
            if name in kept:
                continue
            found = kept[name] = self._get(name, ShaFile)
            room -= found.raw_length()
            if room < 0 or len(kept) > MAX_KEPT_OBJECTS:
                raise Refused(
                    f"the repository would have over {MAX_KEPT_OBJECTS} objects or "
                    f"{MAX_KEPT_BYTES >> 20} MiB unpacked"
                )
            if isinstance(found, Commit):
                waiting += [found.tree, *found.parents]
            elif isinstance(found, Tree):
                waiting += [entry.sha for entry in found.iteritems()]
        out = BytesIO()
        ordered = [(kept[name], None) for name in sorted(kept)]
        write_pack_objects(out, ordered, DEFAULT_OBJECT_FORMAT, deltify=False)
        if out.tell() > MAX_STORED_BYTES:
            raise Refused(f"the repository would be over {MAX_STORED_BYTES >> 20} MiB")
        return out.getvalue()

    def bundle(self) -> bytes:
        """The branch with all its history in one file, to be cloned from."""
        out = BytesIO()
        with create_bundle_from_repo(self.repo, [Ref(b"HEAD"), BRANCH]) as made:
            write_bundle(out, made)
        return out.getvalue()

    def _set(self, head: ObjectID) -> None:
        self.repo.refs[BRANCH] = head
        self.repo.refs.set_symbolic_ref(Ref(b"HEAD"), BRANCH)

    def _add(self, data: bytes) -> None:
        stream = BytesIO(data)
        self._objects.add_thin_pack(stream.read, None)

    def _tree(self, files: Mapping[bytes, bytes]) -> ObjectID:
        tree, folders = Tree(), dict[bytes, dict[bytes, bytes]]()
        for name, content in files.items():
            folder, slash, rest = name.partition(b"/")
            if slash:
                folders.setdefault(folder, {})[rest] = content
                continue
            blob = Blob.from_string(content)
            self._objects.add_object(blob)
            tree.add(name, 0o100644, blob.id)
        for folder, inside in folders.items():
            tree.add(folder, stat.S_IFDIR, self._tree(inside))
        self._objects.add_object(tree)
        return tree.id

    def _get(self, name: ObjectID, kind: type[Kind]) -> Kind:
        found = self._read.get(name)
        if found is None:
            try:
                found = self._read[name] = self._objects[name]
            except BROKEN:
                raise Refused(f"the object {name.decode()[:12]} is missing") from None
        if not isinstance(found, kind):
            raise Refused(f"the object {name.decode()[:12]} is no {kind.type_name.decode()}")
        return found

    def _commit(self, name: ObjectID) -> Commit:
        return self._get(name, Commit)

    def _check_step(self, old: ObjectID, new: ObjectID, until: float) -> None:
        """Whether `new` is `old` or comes after it, and all in between may be kept."""
        waiting, seen, forward = [new], set[ObjectID](), False
        room = MAX_ENTRIES
        while waiting:
            name = waiting.pop()
            if name == old:
                forward = True
                continue
            if name in seen:
                continue
            seen.add(name)
            if len(seen) > MAX_COMMITS:
                raise Refused(f"over {MAX_COMMITS} commits at once")
            if time.monotonic() > until:
                raise Refused("it takes too long to look through; push fewer commits at once")
            commit = self._commit(name)
            room = self._check_tree(commit.tree, MAX_DEPTH, room)
            waiting += commit.parents
        if not forward:
            raise Refused("this is no step forward from what is here: fetch and merge first")

    def _check_tree(self, name: ObjectID, depth: int, room: int) -> int:
        if not depth:
            raise Refused(f"folders are nested over {MAX_DEPTH} deep")
        for entry in self._get(name, Tree).iteritems():
            room -= 1
            if room < 0:
                raise Refused(f"over {MAX_ENTRIES} files in all commits together")
            shown = entry.path.decode("utf-8", "replace")
            if entry.path.lower() in {b"", b".", b"..", b".git"} or b"\\" in entry.path:
                raise Refused(f"{shown[:100]!r} cannot be the name of a file")
            if entry.mode > MAX_MODE:
                raise Refused(f"{shown[:100]} has a mode that no file has")
            if stat.S_ISDIR(entry.mode):
                room = self._check_tree(entry.sha, depth - 1, room)
            elif entry.mode in _MODES:
                self._get(entry.sha, Blob)
            else:
                raise Refused(f"{shown} is a link or a submodule; only files can be kept")
        return room


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
