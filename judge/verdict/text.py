"""Output of strangers' programs as text that is safe to show."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"
# Format characters (Cf) turn or hide the text around them; these join letters of real scripts.
_JOINERS = "\u200c\u200d"


def shown(data: bytes | str, limit_bytes: int | None = None) -> str:
    """`data` as text: bytes that aren't UTF-8, control and direction marks as escapes.

    Windows line ends become plain ones. With `limit_bytes`, what is longer is
    cut there and says so.
    """
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
    cut = limit_bytes is not None and len(raw) > limit_bytes
    if cut:
        raw = raw[:limit_bytes]
    text = raw.decode("utf-8", "ignore" if cut and _is_split(raw) else "backslashreplace")
    text = text.replace("\r\n", "\n")
    if not text.isascii() or not text.replace("\n", "").replace("\t", "").isprintable():
        text = "".join(_shown_letter(letter) for letter in text)
    return text + "\n… (cut)" if cut else text


def _is_split(raw: bytes) -> bool:
    """Whether only the last letter, cut in two, keeps `raw` from being UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(raw) - 3 and error.reason == "unexpected end of data"
    return False


def _shown_letter(letter: str) -> str:
    if letter in _KEPT or letter in _JOINERS:
        return letter
    if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}:
        code = ord(letter)
        if code < 0x100:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return letter
