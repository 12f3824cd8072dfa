"""Helpers that a track's reference takes from its tests.

Under `go test` a solution and its tests are one package, so an example may call a
function that a test file declares. Here a submission has to compile without the
tests, or it could read their tables. Such a function is moved, with its doc comment
and the imports it needs, from the test file into ``support/``, where students may
use it as well, as they may in the track.

Sources of a track are formatted by gofmt, which is what makes it possible to find a
function's end without a parser: a closing brace in the first column.
"""

from __future__ import annotations

import re

from judge.packs.names import code_of

_FUNCTION = re.compile(r"^func ([A-Za-z_]\w*)[\[(]", re.MULTILINE)
_TEST = re.compile(r"^(Test|Benchmark|Example|Fuzz)")
_PACKAGE = re.compile(r"^package (\w+)", re.MULTILINE)
_GROUP = re.compile(r"^import \(\n(.*?)^\)\n", re.MULTILINE | re.DOTALL)
_SINGLE = re.compile(r"^import ((?:\w+ )?\"[^\"]+\")\n", re.MULTILINE)
_VERSION = re.compile(r"/v\d+$")


def share_helpers(files: dict[str, bytes], reference: bytes) -> None:
    """Move what `reference` uses of the tests' functions into ``support/``, in `files`."""
    texts = {
        name: files[name].decode(errors="surrogateescape")
        for name in files
        if re.fullmatch(r"tests/\w+_test\.go", name)
    }
    helpers = {
        function: _cut(text, function)[1]
        for text in texts.values()
        if not _package(text).endswith("_test")
        for function in _functions(text)
    }
    wanted, reached = _called(reference), 0
    while reached != len(wanted):  # what is moved may call helpers of its own
        reached = len(wanted)
        for function in wanted & set(helpers):
            wanted |= _called(helpers[function].encode(errors="surrogateescape"))
    for name, text in texts.items():
        moved = [function for function in _functions(text) if function in wanted & set(helpers)]
        if moved:
            _move(files, name, text, moved)


def _move(files: dict[str, bytes], name: str, text: str, functions: list[str]) -> None:
    blocks = []
    rest = text
    for function in functions:
        rest, block = _cut(rest, function)
        blocks.append(block)
    path = name.replace("tests/", "support/").replace("_test.go", "_shared.go")
    shared = f"package {_package(text)}\n\n{_imports_for(text, blocks)}" + "\n".join(blocks)
    files[path] = shared.encode(errors="surrogateescape")
    files[name] = _without_unused_imports(rest).encode(errors="surrogateescape")


def _package(text: str) -> str:
    found = _PACKAGE.search(text)
    return found[1] if found else "_test"


def _functions(text: str) -> list[str]:
    """The functions that a test file declares beside its tests."""
    names = [found[1] for found in _FUNCTION.finditer(text)]
    return [name for name in names if not _TEST.match(name)]


def _called(reference: bytes) -> set[str]:
    """Functions that the reference calls without declaring them."""
    code = code_of(reference)
    called = set(re.findall(r"(?<![\w.])([A-Za-z_]\w*)\(", code))
    return called - {found[1] for found in _FUNCTION.finditer(code)}


def _cut(text: str, function: str) -> tuple[str, str]:
    """Take a function and the comment on top of it out of `text`."""
    lines = text.split("\n")
    first = next(n for n, line in enumerate(lines) if re.match(rf"func {function}[\[(]", line))
    last = first
    while not (lines[last] == "}" or (last == first and lines[first].endswith("}"))):
        last += 1
    while lines[first - 1].startswith("//"):
        first -= 1
    block = "\n".join(lines[first : last + 1]) + "\n"
    rest = lines[:first] + lines[last + 1 :]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rest)), block


def _imports(text: str) -> list[str]:
    """The import specs of a file: a path in quotes, with its name where it has one."""
    specs = [found[1] for found in _SINGLE.finditer(text)]
    for group in _GROUP.finditer(text):
        specs += [line.strip() for line in group[1].split("\n") if '"' in line]
    return specs


def _uses(code: str, spec: str) -> bool:
    name, _, path = spec.rpartition(" ")
    name = name or _VERSION.sub("", path.strip('"')).rsplit("/", 1)[-1]
    return name in ("_", ".") or re.search(rf"(?<![\w.]){name}\.", code) is not None


def _imports_for(text: str, blocks: list[str]) -> str:
    code = code_of("\n".join(blocks).encode(errors="surrogateescape"))
    used = [spec for spec in _imports(text) if not spec.startswith("_ ") and _uses(code, spec)]
    return f"import (\n{''.join(f'{chr(9)}{spec}{chr(10)}' for spec in used)})\n\n" if used else ""


def _without_unused_imports(text: str) -> str:
    code = code_of(text.encode(errors="surrogateescape"))
    for spec in _imports(text):
        if not _uses(code, spec):
            text = text.replace(f"\t{spec}\n", "", 1).replace(f"import {spec}\n", "", 1)
    return text.replace("import (\n)\n\n", "").rstrip("\n") + "\n"
