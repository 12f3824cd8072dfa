"""Packs that would become more than they look."""

from __future__ import annotations

import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.git import pack
from judge.git.pack import BadPackfile
from judge.git.repository import Refused, Repository

BLOB, OFS_DELTA = 3, 6


def header(kind: int, size: int) -> bytes:
    first, size = (kind << 4) | (size & 15), size >> 4
    out = bytearray()
    while size:
        out.append(first | 0x80)
        first, size = size & 0x7F, size >> 7
    out.append(first)
    return bytes(out)


def packed(*entries: bytes, count: int | None = None) -> bytes:
    body = b"PACK" + (2).to_bytes(4, "big") + (count or len(entries)).to_bytes(4, "big")
    body += b"".join(entries)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(0x80 | (number & 0x7F))
        number >>= 7
    return bytes([*out, number])


SMALL = header(BLOB, 5) + zlib.compress(b"hello")
BOMB = b"\0" * (64 << 20)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no pack"),
        (packed(SMALL, count=3000), "2000"),
        (packed(SMALL, count=2), "cut off|damaged"),
        (packed(SMALL, SMALL, count=1), "more in the pack"),
        (packed(SMALL)[:-24], "cut off|no pack|damaged"),
        (packed(header(BLOB, len(BOMB)) + zlib.compress(BOMB)), "16 MiB"),
        (packed(header(BLOB, 5) + zlib.compress(BOMB)), "larger than it says"),
        (packed(header(BLOB, 9) + zlib.compress(b"hello")), "smaller than it says"),
        (packed(*[header(BLOB, 4 << 20) + zlib.compress(bytes(4 << 20))] * 5), "16 MiB"),
        (
            packed(
                SMALL,
                header(OFS_DELTA, len(delta := varint(5) + varint(1 << 40)))
                + bytes([len(SMALL)])
                + zlib.compress(delta),
            ),
            "16 MiB",
        ),
    ],
)
def test_a_bomb_is_refused_before_it_goes_off(data: bytes, says: str) -> None:
    with pytest.raises(BadPackfile, match=says):
        pack.check(data)


def test_a_plain_pack_passes() -> None:
    pack.check(packed(SMALL, SMALL))


@given(st.binary(max_size=200), st.integers(0, 60), st.integers(0, 255))
def test_nothing_but_a_refusal_comes_of_rubbish(rest: bytes, at: int, value: int) -> None:
    data = bytearray(packed(SMALL, SMALL) + rest)
    data[at % len(data)] = value
    repository = Repository()
    with pytest.raises(Refused):
        repository.push("", "0" * 40, bytes(data))
