"""Code that is read: lines of safe markup.

Highlighters with patterns that go back and forth, as Pygments has them, can be made to take
the square of a text's length, or worse. So the tokens of our languages are found by one pattern
each, in which nothing is ever tried twice: every repetition is possessive, and what
is not closed goes on to the end of its line or of the text. The cost is linear in the text. What
is long, or has long lines, is shown plain. What was marked up is kept, and no more than two
texts are marked up at a time: who comes meanwhile gets plain text rather than waits.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

MAX_CHARACTERS = 128 * 1024
MAX_LINE_CHARACTERS = 2_000
AT_ONCE = 2
KEPT_CHARACTERS = 16 * 1024 * 1024

_NAME = r"[^\W\d]\w*+"
_NUMBER = (
    r"0[xX][\da-fA-F_]++|0[bB][01_]++|0[oO][0-7_]++"
    r"|\d[\d_]*+(?:\.[\d_]*+)?(?:[eE][+-]?\d++)?[in]?"
)
_ESCAPED = r"(?:[^{0}\\\n]++|\\[\s\S])*+{0}?"


def _string(quote: str) -> str:
    """A text in quotes that ends with its line at the latest; a backslash takes what follows."""
    return quote + _ESCAPED.replace("{0}", quote)


def _long(opening: str, closing: str) -> str:
    """A text over lines, to its closing or else to the end; a backslash takes what follows."""
    first, rest = closing[0], closing[1:]
    inner = rf"[^\\{first}]++|\\[\s\S]"
    if rest:
        inner += rf"|{first}(?!{rest})"
    return rf"{opening}(?:{inner})*+(?:{closing})?"


@dataclass(frozen=True, slots=True)
class _Language:
    """How the tokens of a language look. The classes are those that Pygments gives."""

    pattern: re.Pattern[str]
    words: dict[str, str]


def _words(**classes: str) -> dict[str, str]:
    return {word: name for name, text in classes.items() for word in text.split()}


_SLASHES = r"//[^\n]*+"
_BLOCK = r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?"
_GO = _Language(
    re.compile(
        rf"(?P<c1>{_SLASHES})|(?P<cm>{_BLOCK})|(?P<s>`[^`]*+`?|{_string(chr(34))})"
        rf"|(?P<sc>{_string(chr(39))})|(?P<m>{_NUMBER})|(?P<name>{_NAME})"
    ),
    _words(
        k="break case chan const continue default defer else fallthrough for func go goto if "
        "import interface map package range return select struct switch type var",
        kt="any bool byte comparable complex128 complex64 error float32 float64 int int16 int32 "
        "int64 int8 rune string uint uint16 uint32 uint64 uint8 uintptr",
        kc="true false nil iota",
        nb="append cap clear close complex copy delete imag len make max min new panic print "
        "println real recover",
    ),
)
_PREFIX = r"[bBfFrRuUtT]{0,2}+"
_PYTHON = _Language(
    re.compile(
        rf"(?P<c1>\#[^\n]*+)|(?P<s>(?<!\w){_PREFIX}(?:{_long(chr(34) * 3, chr(34) * 3)}"
        rf"|{_long(chr(39) * 3, chr(39) * 3)}|{_string(chr(34))}|{_string(chr(39))}))"
        rf"|(?P<m>{_NUMBER})|(?P<nd>@{_NAME})|(?P<name>{_NAME})"
    ),
    dict.fromkeys((one for one in dir(builtins) if one.islower() and one[0] != "_"), "nb")
    | dict.fromkeys((*keyword.kwlist, "match", "case"), "k")
    | dict.fromkeys(("True", "False", "None"), "kc"),
)
_JAVASCRIPT = _Language(
    re.compile(
        rf"(?P<c1>{_SLASHES})|(?P<cm>{_BLOCK})|(?P<sb>{_long('`', '`')})"
        rf"|(?P<s>{_string(chr(34))}|{_string(chr(39))})|(?P<m>{_NUMBER})"
        r"|(?P<name>[^\W\d]\w*+|\$[\w$]*+)"
    ),
    _words(
        k="async await break case catch class const continue debugger default delete do else "
        "export extends finally for from function get if import in instanceof let new of return "
        "set static super switch this throw try typeof var void while with yield",
        kc="true false null undefined NaN Infinity",
        nb="Array BigInt Boolean Date Error JSON Map Math Number Object Promise Proxy Reflect "
        "RegExp Set String Symbol console globalThis parseFloat parseInt process require",
    ),
)
_LANGUAGES = {
    ".go": _GO,
    ".py": _PYTHON,
    ".js": _JAVASCRIPT,
    ".mjs": _JAVASCRIPT,
    ".cjs": _JAVASCRIPT,
}


class _Kept:
    """Markup by the digest of its text, the least used last; bounded by its characters."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: OrderedDict[bytes, list[str]] = OrderedDict()
        self._characters = 0

    def get(self, key: bytes) -> list[str] | None:
        with self._lock:
            if key in self._lines:
                self._lines.move_to_end(key)
            return self._lines.get(key)

    def put(self, key: bytes, lines: list[str]) -> None:
        with self._lock:
            if key in self._lines:
                return
            self._lines[key] = lines
            self._characters += sum(map(len, lines))
            while self._characters > KEPT_CHARACTERS:
                _, oldest = self._lines.popitem(last=False)
                self._characters -= sum(map(len, oldest))


_kept = _Kept()
_places = threading.BoundedSemaphore(AT_ONCE)


def code_lines(name: str, text: str) -> list[str]:
    """The file's lines as safe markup with Pygments' classes, one for each line of `text`."""
    ending = name[name.rfind(".") :] if "." in name else ""
    language = _LANGUAGES.get(ending)
    if language is None or not _is_short(text):
        return _plain(text)
    key = hashlib.sha256(f"{ending}\0{text}".encode("utf-8", "replace")).digest()
    lines = _kept.get(key)
    if lines is not None:
        return lines
    if not _places.acquire(blocking=False):
        return _plain(text)
    try:
        lines = _lines_of("".join(_marked(language, text)), text)
    finally:
        _places.release()
    _kept.put(key, lines)
    return lines


def _is_short(text: str) -> bool:
    lines = text.split("\n")
    return len(text) <= MAX_CHARACTERS and all(len(line) <= MAX_LINE_CHARACTERS for line in lines)


def _plain(text: str) -> list[str]:
    return _lines_of(escape(text), text)


def _marked(language: _Language, text: str) -> Iterator[str]:
    at, before = 0, ""
    for match in language.pattern.finditer(text):
        yield escape(text[at : match.start()])
        at = match.end()
        kind, token = match.lastgroup or "", match[0]
        if kind == "name":
            kind = language.words.get(token, "nf" if before in {"def", "func", "function"} else "")
            before = token
        yield from _span(kind, token)
    yield escape(text[at:])


def _span(kind: str, token: str) -> Iterator[str]:
    """The token, each line of it in a span of its own."""
    for number, line in enumerate(token.split("\n")):
        if number:
            yield "\n"
        if line:
            yield f'<span class="{kind}">{escape(line)}</span>' if kind else escape(line)


def _lines_of(markup: str, text: str) -> list[str]:
    return markup.split("\n")[: text.count("\n") + (not text.endswith("\n"))]
