"""What may be handed in for a problem: names, number, sizes, encoding.

The runner's gate checks the same again, beside the syntax tree; here it is
refused before anything is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from judge.errors import BadSubmission
from judge.packs.language import LANGUAGES
from judge.packs.pack import Pack

MAX_FILES = 20
MAX_TOTAL_BYTES = 128 * 1024
MAX_NAME_CHARACTERS = 100

PLAIN_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z", re.ASCII)

# File names by which `go build` leaves a file out; nothing would say so later.
_SYSTEMS = """
    aix android darwin dragonfly freebsd hurd illumos ios js nacl netbsd openbsd plan9 solaris
    wasip1 windows zos
"""
_MACHINES = """
    386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32
    mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm
"""
_CONSTRAINED = frozenset((_SYSTEMS + _MACHINES).split())


def validate(pack: Pack, files: Mapping[str, bytes | str]) -> dict[str, bytes]:
    """The files as bytes, in the order of their names.

    :raises BadSubmission: says which file is refused and why.
    """
    if not files:
        raise BadSubmission(
            f"no file was handed in; this problem asks for {_listed(pack.solution)}"
        )
    if len(files) > MAX_FILES:
        raise BadSubmission(f"{len(files)} files; at most {MAX_FILES} can be handed in")
    _check_names(pack, files)
    contents = {name: _content(name, files[name]) for name in sorted(files)}
    total = sum(len(content) for content in contents.values())
    if total > MAX_TOTAL_BYTES:
        raise BadSubmission(
            f"{total} bytes in all; at most {MAX_TOTAL_BYTES} ({MAX_TOTAL_BYTES >> 10} KiB) "
            "can be handed in"
        )
    for name, content in contents.items():
        _check_text(name, content)
    return contents


def _check_names(pack: Pack, names: Iterable[str]) -> None:
    own = {name.casefold() for part in (pack.tests, pack.hidden, pack.support) for name in part}
    own |= {name.split("/", 1)[0] for name in own}
    seen: dict[str, str] = {}
    for name in names:
        if not isinstance(name, str) or not PLAIN_NAME.match(name):
            raise BadSubmission(
                f"{_shown(name)}: not a plain file name (letters, digits, '.', '_' and '-', "
                "without a folder)"
            )
        if len(name) > MAX_NAME_CHARACTERS:
            raise BadSubmission(f"{_shown(name)}: a name over {MAX_NAME_CHARACTERS} characters")
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise BadSubmission(f"{name}: differs from {other} by upper and lower case only")
        if name in pack.solution:
            continue
        if name.casefold() in own:
            raise BadSubmission(f"{name}: belongs to the problem and cannot be replaced")
        _check_extra(pack, name)


def _check_extra(pack: Pack, name: str) -> None:
    """A file beside those that the problem asks for."""
    asked = {asked.casefold() for asked in pack.solution}
    if not pack.extra:
        raise BadSubmission(
            f"{name}: not a file of this problem, which asks for {_listed(pack.solution)}"
        )
    if name.casefold() in asked:
        raise BadSubmission(f"{name}: is spelled {_listed(pack.solution)} here")
    language = LANGUAGES[pack.language]
    if not name.endswith(language.endings):
        raise BadSubmission(f"{name}: only {', '.join(language.endings)} files can be added")
    if language.is_test(name) or name == language.test_setup:
        raise BadSubmission(f"{name}: this problem brings its own tests; test files are refused")
    words = name.removesuffix(".go").split("_")[1:]
    if words and words[-1] in _CONSTRAINED:
        raise BadSubmission(
            f"{name}: Go builds a file with this ending on {words[-1]} only; give it another name"
        )


def _content(name: str, content: bytes | str) -> bytes:
    if isinstance(content, bytes):
        return content
    try:
        return content.encode()
    except UnicodeEncodeError as error:
        raise BadSubmission(f"{name}: not valid Unicode text") from error


def _check_text(name: str, content: bytes) -> None:
    position = content.find(b"\0")
    if position >= 0:
        raise BadSubmission(f"{name}: has a NUL byte (byte {position}); is it a text file?")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadSubmission(
            f"{name}: line {line} is not UTF-8; save the file in that encoding"
        ) from error


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _shown(name: object) -> str:
    text = repr(name)
    return text if len(text) <= 60 else text[:60] + "…'"
