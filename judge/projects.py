"""Files of a program in the playground: which may be there, and what can be run of them.

A Go program is a package of a few files, or a module in folders with a go.mod; those of
other languages may be in folders as they are. Beside code there may be texts that it reads
or embeds. What is refused here could never be run; what is only not finished yet (a go.mod
that says nothing so far) can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from judge import gomod
from judge.errors import UserError
from judge.sandbox import languages

MAX_FILES = 50
MAX_BYTES = 256 * 1024
MAX_PARTS = 6
MAX_PATH_CHARACTERS = 200
MODULE = "playground"
"""The module of a program that has no go.mod."""

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\Z", re.ASCII)
_MODULE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\Z", re.ASCII)
"""As `_PART`; Python's packages have an ``__init__.py``. Go would ignore such a file."""
_BUILT = re.compile(
    r"\.(?:s|sx|syso|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|for|f90|swig|swigcxx)\Z", re.IGNORECASE
)
_CLAUSE = re.compile(r"^package[ \t]+(\w+)", re.MULTILINE)
_BENCHMARK = re.compile(r"^func Benchmark", re.MULTILINE)
_FUZZ = re.compile(r"^func (Fuzz(?![a-z])\w{0,200})\(", re.MULTILINE)
_IGNORED = re.compile(r"^//go:build .*\bignore\b", re.MULTILINE)


class BadFiles(UserError):
    """Files that cannot be run or kept; the text names file and reason."""


def extensions(language: object) -> tuple[str, ...]:
    """How the names of code in `language` may end.

    :raises BadFiles: there is no such language.
    """
    if language == "go":
        return (".go",)
    found = languages.ALL.get(language) if isinstance(language, str) else None
    if found is None:
        raise BadFiles(f"language must be one of go, {', '.join(languages.ALL)}")
    return found.extensions


def check(found: object, language: object = "go") -> dict[str, str]:
    """Files as they can be kept.

    :raises BadFiles: they cannot.
    """
    extensions(language)
    check_path = _check_go_path if language == "go" else _check_path
    if not isinstance(found, dict) or not found:
        raise BadFiles("files must be an object of names and texts, with at least one file")
    if len(found) > MAX_FILES:
        raise BadFiles(f"there are {len(found)} files; at most {MAX_FILES} can be run")
    total = 0
    for name, text in found.items():
        check_path(name)
        if not isinstance(text, str):
            raise BadFiles(f"{name} must be a text")
        if "\0" in text:
            raise BadFiles(f"{name} has a NUL byte; is it a text?")
        total += _bytes(name, text)
    if total > MAX_BYTES:
        raise BadFiles(f"the files have {total} bytes; at most {MAX_BYTES} can be run")
    _check_apart(found)
    return found


def module(files: Mapping[str, str]) -> gomod.Module | None:
    """What go.mod says; None where there is none.

    :raises BadModule: it cannot be taken.
    :raises BadFiles: code is in folders and there is no go.mod.
    """
    if gomod.NAME in files:
        return gomod.parse(files[gomod.NAME])
    for name in files:
        if is_code(name) and "/" in name:
            raise BadFiles(
                f"{name} is in a folder: add a go.mod that says: module example.com/hello"
            )
    return None


def is_code(name: str) -> bool:
    """Whether Go builds it; what is below testdata is data, whatever its name."""
    return name.endswith(".go") and "testdata" not in name.split("/")


def is_test(name: str) -> bool:
    """Whether it is a file of Go tests."""
    return is_code(name) and name.endswith("_test.go")


def tests_of(files: Collection[str], language: str) -> list[str]:
    """Those of `files` that are tests in `language`."""
    is_one = is_test if language == "go" else languages.get(language).is_test
    return sorted(name for name in files if is_one(name))


def test_pattern(language: str) -> str:
    """Finds paths of files of tests, "" for Go: that is more than a pattern."""
    return "" if language == "go" else languages.get(language).tests


def folder(name: str) -> str:
    """The folder that a file is in, "" for none."""
    return name.rpartition("/")[0]


def programs(files: Mapping[str, str]) -> list[str]:
    """The folders of programs: packages called main."""
    return sorted(
        {
            folder(name)
            for name, text in files.items()
            if is_code(name) and not is_test(name) and _package(text) == "main"
        }
    )


def tested(files: Mapping[str, str]) -> list[str]:
    """The folders that have tests."""
    return sorted({folder(name) for name in files if is_test(name)})


def benchmarked(files: Mapping[str, str]) -> list[str]:
    """The folders that have benchmarks."""
    return sorted(
        {folder(name) for name, text in files.items() if is_test(name) and _BENCHMARK.search(text)}
    )


def fuzz_targets(files: Mapping[str, str]) -> list[tuple[str, str]]:
    """Folders and names of fuzz targets, in the order of folders and files."""
    return [
        (folder(name), target)
        for name in sorted(files, key=lambda name: (folder(name), name))
        if is_test(name)
        for target in _FUZZ.findall(files[name])
    ]


def _package(text: str) -> str:
    clause = _CLAUSE.search(text)
    return clause[1] if clause and not _IGNORED.search(text[: clause.start()]) else ""


def _check_path(name: str, part_of: re.Pattern[str] = _MODULE_PART) -> list[str]:
    """The parts of a path that is plain."""
    parts = name.split("/")
    if not all(part_of.match(part) for part in parts) or len(name) > MAX_PATH_CHARACTERS:
        raise BadFiles(
            f"{_shown(name)} cannot be a file's name: letters, digits, '_', '.' and '-', "
            "in folders of such names"
        )
    if len(parts) > MAX_PARTS:
        raise BadFiles(f"{name} is in {len(parts) - 1} folders; at most {MAX_PARTS - 1} are taken")
    return parts


def _check_go_path(name: str) -> None:
    parts = _check_path(name, _PART)
    if "vendor" in parts[:-1]:
        raise BadFiles(f"{name}: a vendor folder is not taken")
    if parts[-1] == "go.work" or (parts[-1] == gomod.NAME and len(parts) > 1):
        raise BadFiles(f"{name}: there is one module here, with its go.mod outside of all folders")
    if _BUILT.search(name) and "testdata" not in parts:
        raise BadFiles(f"{name}: only Go can be built here, neither C nor assembly")


def _check_apart(names: Mapping[str, str]) -> None:
    """No two that differ in upper and lower case only, no file that is a folder too."""
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        for end in range(1, len(parts)):
            upper = "/".join(parts[:end]) + "/"
            other = seen.setdefault(upper.casefold(), upper)
            if other != upper:
                raise BadFiles(
                    f"the folders {upper} and {other} differ in upper and lower case only"
                )
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise BadFiles(f"{name} and {other} differ in upper and lower case only")
        if name.casefold() + "/" in seen:
            raise BadFiles(f"{name} is a file and a folder")


def _bytes(name: str, text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise BadFiles(f"{name} is not valid Unicode text") from None


def _shown(name: str) -> str:
    text = repr(name)
    return text if len(text) <= 40 else text[:40] + "…"
