"""Packs that would become more than they look."""

from __future__ import annotations

import hashlib
import sys
import zlib
from contextlib import suppress
from types import FrameType
from typing import Any

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


def delta(source: int, result: int, commands: bytes, claimed: int | None = None) -> bytes:
    """An entry that is a delta against an object of 20 zeros."""
    inflated = varint(source) + varint(result) + commands
    head = header(7, len(inflated) if claimed is None else claimed)
    return head + bytes(20) + zlib.compress(inflated)


COPY_64K = b"\x80"
"""A command that copies 64 KiB from the start of the source."""


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (b"\xff" * 200_000 + b"\x01", "too long"),
        (bytes([(OFS_DELTA << 4) | 1]) + b"\xff" * 200_000 + b"\x01", "too long"),
        (delta(1, 1, b"") + b"", "something else"),
        (delta(65536, 65536, COPY_64K * 100_000), "makes more"),
        (delta(65536, 65536 * 3, COPY_64K * 2), "something else"),
        (delta(4, 9, b"\x05hello"), "something else"),
        (delta(4, 5, b"\x05hell"), "something else"),
    ],
)
def test_deltas_and_numbers_that_cost_more_than_they_say_are_refused(
    entry: bytes, says: str
) -> None:
    with pytest.raises(BadPackfile, match=says):
        pack.check(packed(entry))


def test_a_long_number_in_a_delta_is_refused() -> None:
    inflated = b"\x01" + b"\xff" * 200_000 + b"\x01"
    entry = header(7, len(inflated)) + bytes(20) + zlib.compress(inflated)
    with pytest.raises(BadPackfile, match="too long"):
        pack.check(packed(entry))


def test_deltas_that_read_a_large_object_again_and_again_are_refused() -> None:
    entry = delta(8 << 20, 1, b"\x01x")
    with pytest.raises(BadPackfile, match="16 MiB"):
        pack.check(packed(*[entry] * 20))


def test_a_plain_delta_passes() -> None:
    pack.check(packed(SMALL, delta(5, 7, b"\x91\x00\x05" + b"\x02!!")))


def test_no_time_is_left_to_unpack() -> None:
    with pytest.raises(BadPackfile, match="too long"):
        pack.check(packed(SMALL, SMALL), until=0.0)


entries = st.one_of(
    st.builds(
        lambda size, text: header(BLOB, size) + zlib.compress(text),
        st.integers(0, 1 << 70),
        st.binary(max_size=50),
    ),
    st.builds(
        lambda source, result, commands: delta(source, result, b"".join(commands)),
        st.integers(0, 1 << 24),
        st.integers(0, 1 << 24),
        st.lists(st.sampled_from([COPY_64K, b"\x01x", b"\xb0\xff\xff", b"\x00"]), max_size=300),
    ),
    st.builds(lambda count, last: b"\xff" * count + last, st.integers(0, 3000), st.binary()),
)


class _TooManySteps(Exception):
    pass


@given(st.lists(entries, max_size=30), st.integers(0, 2000))
def test_the_cost_of_a_check_is_linear_in_the_pack(parts: list[bytes], count: int) -> None:
    """Counted in lines of code that run, which no neighbour on the machine changes."""
    data = packed(*parts, count=count)
    inflated = sum(map(_size_inflated, parts))
    left = 2000 + 100 * (len(data) + inflated)

    def step(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0:
                raise _TooManySteps
        return step if frame.f_code.co_filename == pack.__file__ else None

    before = sys.gettrace()
    sys.settrace(step)
    try:
        with suppress(BadPackfile):
            pack.check(data)
    finally:
        sys.settrace(before)


def _size_inflated(entry: bytes) -> int:
    at = max(entry.find(b"\x78\x9c"), 0)
    try:
        return len(zlib.decompress(entry[at:]))
    except zlib.error:
        return 0
