"""What a pack's language changes in its rules: names of files and tests, and what may be set."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from judge.packs import javascript, names


@dataclass(frozen=True, slots=True)
class Language:
    """The rules of one language."""

    title: str
    example: str
    """A name as a solution file has it, for messages."""
    endings: tuple[str, ...]
    is_test: Callable[[str], bool]
    """Whether a file in the top folder holds tests, by its name."""
    tests_named: str
    declared: Callable[[Mapping[str, bytes]], list[str]]
    """Names of the tests in test files, in order; a file that cannot be read has none."""
    test_setup: str
    """A file beside the tests that is none, "" where there is no such thing."""
    kinds: tuple[str, ...]
    """Kinds of problems that it can have."""
    complaint: Callable[[bytes], str] = lambda _source: ""
    """What is wrong with a file of tests, "" where nothing is."""

    def is_plain(self, name: str) -> bool:
        """Whether a file of this name can be handed in, as far as its look goes."""
        return bool(_PLAIN.match(name)) and name.endswith(self.endings)


_PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*\Z", re.ASCII)


def _is_go_test(name: str) -> bool:
    return name.endswith("_test.go")


def _is_python_test(name: str) -> bool:
    return name.startswith("test_") and name.endswith(".py")


def _python_tests(files: Mapping[str, bytes]) -> list[str]:
    """``test_…`` functions, and as ``Class.test_…`` the methods of test classes."""
    found: dict[str, None] = {}
    for path in sorted(files):
        if "/" in path or not _is_python_test(path):
            continue
        try:
            tree = ast.parse(files[path])
        except (SyntaxError, ValueError):
            continue
        classes: dict[str, _Class] = {}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                read = classes[node.name] = _class(node, classes)
                if read.is_case or node.name.startswith("Test"):
                    found |= dict.fromkeys(f"{node.name}.{name}" for name in read.tests)
            elif _is_test_function(node):
                found[node.name] = None
    return list(found)


@dataclass(frozen=True, slots=True)
class _Class:
    """A class in a file of tests."""

    tests: dict[str, None]
    """Its test methods, inherited ones too."""
    is_case: bool
    """Whether it derives from a class of elsewhere, as ``unittest.TestCase`` is one."""


def _class(node: ast.ClassDef, before: Mapping[str, _Class]) -> _Class:
    """`node` by its bases, which are in `before` where they are in the same file."""
    tests = {child.name: None for child in node.body if _is_test_function(child)}
    is_case = False
    for base in map(ast.unparse, node.bases):
        if base in before:
            tests |= before[base].tests
            is_case |= before[base].is_case
        else:
            is_case |= base != "object"
    return _Class(tests, is_case)


def _is_test_function(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")


LANGUAGES: dict[str, Language] = {
    "go": Language(
        "Go", "NAME.go", (".go",), _is_go_test, "NAME_test.go", names.declared, "", ("unit", "io")
    ),
    "python": Language(
        "Python",
        "NAME.py",
        (".py",),
        _is_python_test,
        "test_NAME.py",
        _python_tests,
        "conftest.py",
        ("unit", "io"),
    ),
    "javascript": Language(
        "JavaScript",
        "NAME.js",
        (".js", ".mjs", ".cjs"),
        javascript.is_test,
        "NAME.test.js",
        javascript.declared,
        "",
        ("unit", "io"),
        javascript.complaint,
    ),
}
