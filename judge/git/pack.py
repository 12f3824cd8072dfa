"""What a pack that somebody sends would become, before anything of it is unpacked.

A pack of a few kilobytes can hold gigabytes: zlib shrinks a thousandfold, and a delta
names any size for its result, or copies the same bytes a million times. So each entry is
inflated no further than it says, what a delta's commands make is added up and must be what it
says, and what all of them read and make is bounded. Numbers have at most ten bytes, as
git's own have: longer ones cost time by the square of their length. The cost of `check` is
linear in the pack and in what is allowed to be unpacked. The format: gitformat-pack(5).
"""

from __future__ import annotations

import math
import time
import zlib

MAX_OBJECTS = 2_000
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
_HEADER_BYTES, _CHECKSUM_BYTES, _ID_BYTES = 12, 20, 20
_OFS_DELTA, _REF_DELTA = 6, 7
_FED_BYTES = 8 * 1024
MAX_NUMBER_BYTES = 10
WORK = 4
"""How many times what may be unpacked the deltas may read and make in all: an honest
pack's read each object about once."""


class BadPackfile(ValueError):
    """A pack that cannot be taken; the text says why."""


class _TooLarge(Exception):
    pass


def check(
    data: bytes,
    most_objects: int = MAX_OBJECTS,
    most_bytes: int = MAX_UNPACKED_BYTES,
    until: float = math.inf,
) -> None:
    """Refuse what is no whole pack, or would be too much.

    :param until: when there is no more time, by `time.monotonic`.
    :raises BadPackfile: it is.
    """
    if len(data) < _HEADER_BYTES + _CHECKSUM_BYTES or data[:4] != b"PACK":
        raise BadPackfile("what was sent is no pack")
    count = int.from_bytes(data[8:12], "big")
    if count > most_objects:
        raise BadPackfile(f"{count} objects; at most {most_objects} can be taken at once")
    at, total, work, view = _HEADER_BYTES, 0, 0, memoryview(data)[:-_CHECKSUM_BYTES]
    try:
        for _ in range(count):
            at, size, read = _entry(view, at, most_bytes - total)
            total, work = total + size, work + size + read
            if total > most_bytes or work > WORK * most_bytes:
                raise _TooLarge
            if time.monotonic() > until:
                raise BadPackfile("it takes too long to unpack")
    except _TooLarge:
        raise BadPackfile(f"it would unpack to over {most_bytes >> 20} MiB") from None
    except (IndexError, zlib.error):
        raise BadPackfile("the pack is damaged") from None
    if at != len(view):
        raise BadPackfile("there is more in the pack than it says")


def _entry(view: memoryview, at: int, most: int) -> tuple[int, int, int]:
    """Where the entry at `at` ends, the bytes it becomes (with a delta's result), and reads."""
    kind, size = (view[at] >> 4) & 7, view[at] & 15
    if view[at] & 0x80:
        more, at = _number(view, at + 1, MAX_NUMBER_BYTES - 1)
        size |= more << 4
    else:
        at += 1
    if kind == _OFS_DELTA:
        _, at = _number(view, at)
    elif kind == _REF_DELTA:
        at += _ID_BYTES
    if size > most:
        raise _TooLarge
    at, inflated = _inflate(view, at, size)
    if kind not in {_OFS_DELTA, _REF_DELTA}:
        return at, size, 0
    source, result = _delta(memoryview(inflated), most)
    return at, size + result, source


def _number(view: memoryview, at: int, most: int = MAX_NUMBER_BYTES) -> tuple[int, int]:
    """The number at `at`, seven bits a byte, the lowest first; and where it ends."""
    number = 0
    for place in range(most):
        byte = view[at]
        at += 1
        number |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return number, at
    raise BadPackfile("the pack is damaged: it has a number that is too long")


def _inflate(view: memoryview, at: int, size: int) -> tuple[int, bytes]:
    """Where the next entry begins, and the `size` bytes of the one at `at`."""
    # Fed in small pieces, since zlib copies what it leaves over.
    inflater, made = zlib.decompressobj(), bytearray()
    while not inflater.eof:
        if at >= len(view):
            raise BadPackfile("the pack is cut off")
        piece = view[at : at + _FED_BYTES]
        made += inflater.decompress(piece, size + 1 - len(made))
        at += len(piece) - len(inflater.unused_data) - len(inflater.unconsumed_tail)
        if len(made) > size or (inflater.unconsumed_tail and len(made) == size + 1):
            raise BadPackfile("an object is larger than it says")
    if len(made) != size:
        raise BadPackfile("an object is smaller than it says")
    return at, bytes(made)


def _delta(delta: memoryview, most: int) -> tuple[int, int]:
    """How many bytes a delta reads from and makes: what it says, if its commands do so."""
    source, at = _number(delta, 0)
    result, at = _number(delta, at)
    if source > most or result > most:
        raise _TooLarge
    made = 0
    while at < len(delta):
        command = delta[at]
        at += 1
        if not command & 0x80:
            made += command
            at += command
        else:
            size = 0
            # Four bytes of an offset, then three of a size, each only where its bit is set.
            at += (command & 0x0F).bit_count()
            for place in range(3):
                if command & (0x10 << place):
                    size |= delta[at] << (8 * place)
                    at += 1
            made += size or 0x10000
        if made > result:
            raise BadPackfile("a delta makes more than it says")
    if made != result or at != len(delta):
        raise BadPackfile("a delta makes something else than it says")
    return source, result
