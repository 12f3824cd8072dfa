"""What a pack that somebody sends would become, before anything of it is unpacked.

A pack of a few kilobytes can hold gigabytes: zlib shrinks a thousandfold, and a delta
names any size for its result. So each entry is inflated no further than it says, and
what all of them say is added up first. The format: gitformat-pack(5).
"""

from __future__ import annotations

import zlib

MAX_OBJECTS = 2_000
MAX_UNPACKED_BYTES = 16 * 1024 * 1024
_HEADER_BYTES, _CHECKSUM_BYTES, _ID_BYTES = 12, 20, 20
_OFS_DELTA, _REF_DELTA = 6, 7
_FED_BYTES = 8 * 1024


class BadPackfile(ValueError):
    """A pack that cannot be taken; the text says why."""


class _TooLarge(Exception):
    pass


def check(
    data: bytes, most_objects: int = MAX_OBJECTS, most_bytes: int = MAX_UNPACKED_BYTES
) -> None:
    """Refuse what is no whole pack, or would be too much.

    :raises BadPackfile: it is.
    """
    if len(data) < _HEADER_BYTES + _CHECKSUM_BYTES or data[:4] != b"PACK":
        raise BadPackfile("what was sent is no pack")
    count = int.from_bytes(data[8:12], "big")
    if count > most_objects:
        raise BadPackfile(f"{count} objects; at most {most_objects} can be taken at once")
    at, total, view = _HEADER_BYTES, 0, memoryview(data)[:-_CHECKSUM_BYTES]
    try:
        for _ in range(count):
            at, size = _entry(view, at, most_bytes - total)
            total += size
            if total > most_bytes:
                raise _TooLarge
    except _TooLarge:
        raise BadPackfile(f"it would unpack to over {most_bytes >> 20} MiB") from None
    except (IndexError, zlib.error):
        raise BadPackfile("the pack is damaged") from None
    if at != len(view):
        raise BadPackfile("there is more in the pack than it says")


def _entry(view: memoryview, at: int, most: int) -> tuple[int, int]:
    """Where the entry at `at` ends, and how many bytes it becomes (with a delta's result)."""
    kind, size = (view[at] >> 4) & 7, view[at] & 15
    shift = 4
    while view[at] & 0x80:
        at += 1
        size |= (view[at] & 0x7F) << shift
        shift += 7
    at += 1
    if kind == _OFS_DELTA:
        while view[at] & 0x80:
            at += 1
        at += 1
    elif kind == _REF_DELTA:
        at += _ID_BYTES
    if size > most:
        raise _TooLarge
    at, inflated = _inflate(view, at, size)
    return at, size + (_result_size(inflated) if kind in {_OFS_DELTA, _REF_DELTA} else 0)


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


def _result_size(delta: bytes) -> int:
    """A delta begins with the sizes of what it changes and of what it makes."""
    at = 0
    while delta[at] & 0x80:
        at += 1
    at += 1
    size = shift = 0
    while True:
        size |= (delta[at] & 0x7F) << shift
        shift += 7
        if not delta[at] & 0x80:
            return size
        at += 1
