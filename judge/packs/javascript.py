"""Names of the tests in JavaScript test files, read from the syntax tree.

A top-level call of one of node:test's functions declares a test by its first argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from tree_sitter import Language, Node, Parser

_DECLARES = frozenset({"test", "it", "describe", "suite"})


def is_test(name: str) -> bool:
    """Whether a file in the top folder holds tests, by its name."""
    return name.endswith((".test.js", ".test.mjs", ".test.cjs"))


def declared(files: Mapping[str, bytes]) -> list[str]:
    """Names of top-level tests and suites, in order, as `names.covers` takes them."""
    found: dict[str, None] = {}
    for path in sorted(files):
        if "/" not in path and is_test(path):
            found |= {name: None for name, _ in _top_level(files[path]) if name is not None}
    return list(found)


def complaint(source: bytes) -> str:
    """What of a test file cannot be graded by: a test that nobody knows of before it runs."""
    line = next((line for name, line in _top_level(source) if name is None), None)
    if line is None:
        return ""
    return (
        f"line {line}: the name of a test at the top level must be written out, without escapes; "
        'tests that a loop makes go into a describe("…", () => { … })'
    )


def _top_level(source: bytes) -> Iterator[tuple[str | None, int]]:
    """Name and line of each; None for a name that is computed, and for a test in a loop."""
    for statement in _parser().parse(source).root_node.children:
        call = statement.named_child(0) if statement.type == "expression_statement" else None
        if call is not None and call.type == "await_expression":
            call = call.named_child(0)
        if call is not None and _declares(call):
            yield _name(call), call.start_point.row + 1
        elif statement.type not in ("function_declaration", "class_declaration"):
            inside = next(filter(_declares, _walk(statement)), None)
            if inside is not None:
                yield None, inside.start_point.row + 1


def _declares(node: Node) -> bool:
    """Whether it is `test(…)`, `test.skip(…)` or their like."""
    if node.type != "call_expression":
        return False
    function = node.child_by_field_name("function")
    if function is not None and function.type == "member_expression":
        function = function.child_by_field_name("object")
    return function is not None and (function.text or b"").decode() in _DECLARES


def _name(call: Node) -> str | None:
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_child(0) if arguments is not None else None
    if first is None or first.type not in ("string", "template_string"):
        return None
    parts = first.named_children
    if any(part.type != "string_fragment" for part in parts):
        return None
    # As the tests' process tells it: a slash is what stands between a test and its subtests.
    return b"".join(part.text or b"" for part in parts).decode(errors="replace").replace("/", "|")


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.named_children:
        yield from _walk(child)


@cache
def _parser() -> Parser:
    import tree_sitter_javascript

    return Parser(Language(tree_sitter_javascript.language()))
