"""Archives and folders that must not be read, and those that must."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge.errors import BadPack
from judge.packs import tree


def archive(
    *entries: tuple[str, bytes], mode: int = 0, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = method
            made.writestr(entry, content)
    return target.getvalue()


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "a\\b", "C:x"])
def test_names_that_lead_outside_are_refused(name: str) -> None:
    with pytest.raises(BadPack, match="leads out"):
        tree.read_zip(archive((name, b"")), "z")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_in_an_archive_are_refused(kind: int) -> None:
    with pytest.raises(BadPack, match="a link or a device"):
        tree.read_zip(archive(("a", b"/etc/passwd"), mode=kind | 0o777), "z")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicates_are_refused() -> None:
    with pytest.raises(BadPack, match="there twice"):
        tree.read_zip(archive(("a", b"1"), ("a", b"2")), "z")
    with pytest.raises(BadPack, match="upper and lower case only"):
        tree.read_zip(archive(("A.go", b"1"), ("a.go", b"2")), "z")


def test_bombs_are_refused_by_what_they_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_FILE_BYTES", 1000)
    with pytest.raises(BadPack, match="larger than"):
        tree.read_zip(archive(("a", b"0" * 1001)), "z")
    monkeypatch.setattr(tree, "MAX_TOTAL_BYTES", 1500)
    with pytest.raises(BadPack, match="in all"):
        tree.read_zip(archive(("a", b"0" * 900), ("b", b"0" * 900)), "z")
    monkeypatch.setattr(tree, "MAX_FILES", 2)
    with pytest.raises(BadPack, match="more than 2 files"):
        tree.read_zip(archive(("a", b""), ("b", b""), ("c", b"")), "z")


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(archive(("a", b"0" * 100_000)))
    size = (100_000).to_bytes(4, "little")
    assert data.count(size) == 2
    data = data.replace(size, (10).to_bytes(4, "little"))
    with pytest.raises(BadPack):
        tree.read_zip(bytes(data), "z")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_inflate_without_a_bound_are_refused(method: int) -> None:
    with pytest.raises(BadPack, match="another method than deflate"):
        tree.read_zip(archive(("a", b"0" * 100_000), method=method), "z")


@given(
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
@settings(deadline=None)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_damaged_archive_is_read_or_refused(method: int, changes: list[tuple[int, int]]) -> None:
    data = bytearray(
        archive(("a/problem.toml", b"0" * 99), ("a/b", bytes(range(99))), method=method)
    )
    for at, value in changes:
        data[at % len(data)] = value
    with contextlib.suppress(BadPack):
        tree.read_zip(bytes(data), "z")


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(archive(("a", b"secret")))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    with pytest.raises(BadPack, match="encrypted"):
        tree.read_zip(bytes(data), "z")


def test_a_folder_around_everything_is_taken_off() -> None:
    data = archive(("leap/problem.toml", b"x"), ("leap/tests/1.in", b""), ("__MACOSX/._a", b""))
    assert tree.read_zip(data, "z") == {"problem.toml": b"x", "tests/1.in": b""}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, archive(("problem.toml", b"x"))[:40] + data):
        with contextlib.suppress(BadPack):
            tree.read_zip(content, "z")


@given(
    st.dictionaries(
        st.text("abcdef/", min_size=1, max_size=8).filter(
            lambda name: not name.startswith("/") and not name.endswith("/") and "//" not in name
        ),
        st.binary(max_size=50),
        max_size=5,
    )
)
def test_what_is_written_is_read_again(files: dict[str, bytes]) -> None:
    files = files | {"problem.toml": b""}
    data = tree.write_zip(files)
    assert tree.read_zip(data, "z") == files
    assert tree.write_zip(dict(reversed(files.items()))) == data


def test_links_and_pipes_in_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(BadPack, match="a link"):
        tree.read(tmp_path)
    (tmp_path / "link").unlink()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadPack, match="neither a file nor a folder"):
        tree.read(tmp_path)
