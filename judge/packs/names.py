"""Names of tests and cases, and the patterns that groups choose them by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

_FUNCTION = re.compile(rb"^func\s+((?:Test|Example|Fuzz)\w*)\s*\(", re.MULTILINE)

_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.MULTILINE | re.DOTALL)
_NOT_CODE = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|`[^`]*`|'(?:\\.|[^'\\\n])*'", re.DOTALL
)
_IMPORT = re.compile(r"^import\s*(?:\(([^)]*)\)|[^\n]*)", re.MULTILINE)
_PATH = re.compile(r'["`]([^"`\n]+)["`]')


def covers(pattern: str, name: str) -> bool:
    """Whether a group's pattern chooses a test: by its name or by a test it belongs to.

    "TestLeap" covers "TestLeap/year_1900" too. `*` and `?` as in file names, and
    they reach over a slash.
    """
    parts = name.split("/")
    return any(fnmatchcase("/".join(parts[:end]), pattern) for end in range(len(parts), 0, -1))


def declared(files: Mapping[str, bytes]) -> list[str]:
    """Names of top-level tests, examples and fuzz targets in Go test files.

    Read by their look, in order to check a pack's groups; what is graded comes
    from the syntax tree, in the sandbox.
    """
    names: dict[str, None] = {}
    for path in sorted(files):
        if path.endswith("_test.go") and "/" not in path:
            for match in _FUNCTION.finditer(files[path]):
                if _is_test(match[1].decode(errors="replace")):
                    names[match[1].decode(errors="replace")] = None
    return list(names)


def could_match(pattern: str, names: Iterable[str]) -> bool:
    """Whether a pattern can choose anything, where subtests are not known yet."""
    top = pattern.split("/", 1)[0]
    return any(fnmatchcase(name, top) or covers(pattern, name) for name in names)


def _is_test(name: str) -> bool:
    """Go's rule: after the prefix comes no lower-case letter; TestMain is not a test."""
    if name == "TestMain":
        return False
    rest = re.sub(r"^(Test|Example|Fuzz)", "", name)
    return not rest[:1].islower()


def code_of(source: bytes) -> str:
    """A Go source without comments and without what stands in strings."""
    text = source.decode(errors="replace")
    return _NOT_CODE.sub(lambda found: '""' if found[0][0] in "\"`'" else " ", text)


def imports_of(source: bytes) -> list[str]:
    """Import paths of a Go source, read by their look (the gate reads the syntax tree)."""
    text = _COMMENT.sub("", source.decode(errors="replace"))
    found: list[str] = []
    for match in _IMPORT.finditer(text):
        found += _PATH.findall(match[1] if match[1] is not None else match[0])
    return found
