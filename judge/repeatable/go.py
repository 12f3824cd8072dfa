"""Go: packages without a clock, chance, threads or anything outside; no maps, no goroutines.

Maps are walked in an order of chance. Addresses are of chance too: a program with pointers may
print them, which is seen in the output, unless a verb for numbers hides what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from judge.repeatable.words import words

_PACKAGES = words("""
    bufio bytes cmp container/heap container/list container/ring crypto/md5 crypto/sha1
    crypto/sha256 crypto/sha512 encoding/ascii85 encoding/base32 encoding/base64 encoding/binary
    encoding/csv encoding/hex encoding/json errors fmt hash hash/adler32 hash/crc32 hash/crc64
    hash/fnv io iter math math/bits math/cmplx os regexp regexp/syntax slices sort strconv
    strings text/tabwriter unicode unicode/utf16 unicode/utf8
    """)
_OS = frozenset({"Stdin", "Stdout", "Stderr", "Exit", "Args"})
"""What of package os is used by those programs."""
_WORDS = frozenset({"go", "select", "chan", "map", "print", "println"})
"""Maps, concurrency, and the builtins that show addresses of slices and interfaces."""
_MEMBERS = frozenset({"Fd", "Stat", "SyscallConn", "ModTime", "Sys", "SetDeadline", "ReadDir"})
"""Of files: they tell of times and of the machine."""

_SKIPPED = re.compile(
    r"""//[^\n]*|/\*.*?\*/|(?P<text>"(?:\\.|[^"\\\n])*"|`[^`]*`)|'(?:\\.|[^'\\\n])+'""",
    re.DOTALL,
)
_TOKEN = re.compile(r"""\d[\w.]*|\w+|"\d+"|\S""")
_VERB_FOR_NUMBERS = re.compile(r"%[^%\s]*?[bdoOqxXpcU]")
_POINTER = re.compile(r"[(\[{,=:\s]&\s*\w|\bnew\b|[\s(\[\]]\*[A-Za-z_(\[]|&\w+\s*\{")
_SCAN = re.compile(r"Scan(?:f|ln)?\((?:[^()]|\([^()]*\))*\)")
"""A call that reads input into variables, whose addresses it takes."""


def is_repeatable(files: Mapping[str, str]) -> bool:
    """See `judge.repeatable`. What is not Go cannot be read by what is left here."""
    return all(_is_plain(text) for name, text in files.items() if name.endswith(".go"))


def _is_plain(source: str) -> bool:
    texts: list[str] = []

    def shortened(found: re.Match[str]) -> str:
        """A text as its number in `texts`, everything else as white space."""
        if found["text"] is None:
            return " "
        texts.append(found["text"])
        return f'"{len(texts) - 1}"'

    bare = _SKIPPED.sub(shortened, source)
    tokens = _TOKEN.findall(bare)
    members = {token for before, token in pairwise(tokens) if before == "."}
    if _WORDS.intersection(tokens) or members & _MEMBERS:
        return False
    imports = _imports(tokens, texts)
    if imports is None or not _PACKAGES.issuperset(imports.values()):
        return False
    if not all(_is_streams(tokens, name) for name, path in imports.items() if path == "os"):
        return False
    hides = any(_VERB_FOR_NUMBERS.search(text) for text in texts)
    return not (hides and _POINTER.search(_SCAN.sub("", bare)))


def _imports(tokens: Sequence[str], texts: Sequence[str]) -> dict[str, str] | None:
    """Paths by the name that the file has for them; None where one has none."""
    found: dict[str, str] = {}
    end, name = "", ""
    for before, one in pairwise(["", *tokens]):
        if before == "import":
            end = ")" if one == "(" else "the first path"
        if not end:
            continue
        if one.startswith('"'):
            path = texts[int(one[1:-1])][1:-1]
            found[name or path.rpartition("/")[2]] = path
            end, name = end.removesuffix("the first path"), ""
        elif one == end:
            end = ""
        elif one not in {"(", ";"}:
            name = one
    return None if "." in found else found


def _is_streams(tokens: Sequence[str], name: str) -> bool:
    """Whether the package of that name is used for streams, arguments and the exit alone."""
    uses = zip(["", *tokens], tokens, [*tokens[1:], ""], [*tokens[2:], "", ""], strict=False)
    return all(
        member in _OS
        for before, token, dot, member in uses
        if token == name and before != "." and dot == "."
    )
