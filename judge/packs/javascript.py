"""Names of the tests in JavaScript test files, read from the syntax tree.

A top-level call of one of node:test's functions declares a test by its first argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from tree_sitter import Language, Node, Parser

_WRITES = frozenset(
    name + end
    for name in ("writeFile", "appendFile", "mkdir", "mkdtemp", "copyFile", "rename", "symlink")
    for end in ("", "Sync")
) | {"createWriteStream"}
_NOT_THERE = frozenset({"child_process", "cluster", "worker_threads"})
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


def against_isolation(tests: Mapping[str, bytes], solution: tuple[str, ...]) -> list[str]:
    """What tests do that cannot work in a process apart from the solution's, with its place.

    :param tests: files of tests by their paths in the pack.
    :param solution: names of the files that are handed in.
    """
    found = []
    for path, source in sorted(tests.items()):
        if is_test(path):
            root = _parser().parse(source).root_node
            taken = _imported(root, {name.rsplit(".", 1)[0] for name in solution})
            found += [f"{path}:{line}: {why}" for line, why in _reasons(root, taken)]
    return found


def _reasons(root: Node, taken: set[str]) -> Iterator[tuple[int, str]]:
    for node in _walk(root):
        line = node.start_point.row + 1
        if node.type == "class_heritage":
            base = _text(node).removeprefix("extends").strip()
            if base.split(".")[0] in taken:
                yield line, f"a class cannot derive from {base}, which is in another process"
        if node.type == "call_expression":
            called = _text(node.child_by_field_name("function"))
            name = called.rsplit(".", 1)[-1]
            if "." in called and name in _WRITES:
                yield line, f"{called}: the submission does not see files that tests write"
            if name == "module" and called.startswith(("mock.", "t.mock.")):
                yield line, f"{called}: modules of the submission are in another process"
        imports = node.parent is not None and node.parent.type in ("import_statement", "arguments")
        if node.type == "string" and imports:
            module = _text(node).strip("'\"`").removeprefix("node:")
            if module in _NOT_THERE:
                yield line, f"{module}: tests cannot start processes or threads"


def _imported(root: Node, modules: set[str]) -> set[str]:
    """Names by which a file has something of the solution."""
    names = set()
    for node in root.children:
        if node.type not in ("import_statement", "lexical_declaration"):
            continue
        source = next((one for one in _walk(node) if one.type == "string"), None)
        stem = _text(source).strip("'\"").removeprefix("./").rsplit(".", 1)[0]
        if stem in modules and ("import" in node.type or "require(" in _text(node)):
            names |= {_text(one) for one in _walk(node) if "identifier" in one.type}
    return names - {"require"}


def _text(node: Node | None) -> str:
    return "" if node is None else (node.text or b"").decode(errors="replace")
