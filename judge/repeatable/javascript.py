"""JavaScript: the language itself and the console; no dates, no timers, nothing of the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from tree_sitter import Language, Node, Parser

from judge.repeatable.words import words

_GLOBALS = words("""
    AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Error
    EvalError Float32Array Float64Array Infinity Int16Array Int32Array Int8Array JSON Map NaN
    Number Object Promise Proxy RangeError ReferenceError RegExp Set String Symbol SyntaxError
    TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet
    arguments decodeURI decodeURIComponent encodeURI encodeURIComponent exports isFinite isNaN
    module parseFloat parseInt queueMicrotask structuredClone undefined
    """)
_OF: dict[str, Callable[[str], bool]] = {
    "Math": lambda name: name != "random",
    "console": lambda name: name in {"log", "error", "info", "warn", "debug", "dir", "assert"},
}
"""Objects that are used by their members alone, and which of these are repeatable."""
_CHANCE = words("""
    Atomics Buffer Date FinalizationRegistry Function Intl SharedArrayBuffer Temporal WeakRef
    WebAssembly WebSocket Worker __dirname __filename clearInterval clearTimeout constructor
    crypto eval fetch global globalThis navigator performance process random setImmediate
    setInterval setTimeout stack
    """)
"""Names that lead to something else each time, as variables and as members."""
_LOCAL = ("toLocale", "__")
"""How members begin that ask for the place and the time zone, or for an object's insides."""
_MODULES = frozenset({"assert", "node:assert", "assert/strict", "node:assert/strict"})
_FILES = frozenset({"fs", "node:fs"})
_STDIN = frozenset({"0", "'/dev/stdin'", '"/dev/stdin"'})
_NAMES = frozenset(
    {"identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"}
)
_EXTENSIONS = (".js", ".mjs", ".cjs")


def is_repeatable(files: Mapping[str, str]) -> bool:
    """See `judge.repeatable`. Of other files a program can read none by what is left here."""
    return all(_is_plain(text) for name, text in files.items() if name.endswith(_EXTENSIONS))


def _is_plain(source: str) -> bool:
    root = _parser().parse(source.encode()).root_node
    if root.has_error:
        return False
    nodes = list(_walk(root))
    declared = {_text(node) for node in nodes if node.type in _NAMES and _declares(node)}
    return all(_allowed(node, declared) for node in nodes)


def _allowed(  # noqa: PLR0911 - an answer for each kind of node
    node: Node, declared: set[str]
) -> bool:
    text = _text(node)
    if node.type == "property_identifier":
        if text == "constructor" and _parent(node).type == "method_definition":
            return True
        return text not in _CHANCE and not text.startswith(_LOCAL)
    if node.type == "string_fragment":
        return text not in _CHANCE and not text.startswith(_LOCAL)
    if node.type in ("import", "meta_property") and _parent(node).type != "import_statement":
        return False
    if node.type == "import_statement":
        return _is_module(node.child_by_field_name("source"))
    if node.type not in _NAMES:
        return True
    if text in _OF:
        parent = _parent(node)
        member = parent.child_by_field_name("property")
        is_object = parent.type == "member_expression" and member is not None and member != node
        return is_object and member is not None and _OF[text](_text(member))
    if text == "require":
        return _requires(node)
    if text in _CHANCE:
        return False
    return text in declared or text in _GLOBALS


def _requires(name: Node) -> bool:
    """Whether `require` is called for a module that reads nothing, or for fs to read stdin."""
    call = _parent(name)
    arguments = call.child_by_field_name("arguments") if call.type == "call_expression" else None
    module = arguments.named_child(0) if arguments is not None else None
    if module is None or _is_module(module):
        return module is not None
    return _text(module).strip("\"'`") in _FILES and _reads_stdin(_parent(call))


def _is_module(text: Node | None) -> bool:
    path = _text(text).strip("\"'`") if text is not None else ""
    return path in _MODULES or path.startswith(("./", "../"))


def _reads_stdin(user: Node) -> bool:
    """Whether it is `require("fs").readFileSync(0, …)`, or fs gets a name used only so."""
    if user.type == "member_expression":
        return _is_reading(user)
    name = user.child_by_field_name("name") if user.type == "variable_declarator" else None
    if name is None or name.type not in ("identifier", "object_pattern"):
        return False
    names = [_text(one) for one in name.named_children] or [_text(name)]
    root = user
    while root.parent is not None:
        root = root.parent
    uses = [
        _parent(one)
        for one in _walk(root)
        if one.type == "identifier" and _text(one) in names and _parent(one) != user
    ]
    if name.type == "object_pattern":
        return names == ["readFileSync"] and all(map(_is_call_for_stdin, uses))
    return all(map(_is_reading, uses))


def _is_reading(member: Node) -> bool:
    name = member.child_by_field_name("property")
    is_read = name is not None and _text(name) == "readFileSync"
    return is_read and _is_call_for_stdin(_parent(member))


def _is_call_for_stdin(call: Node) -> bool:
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_child(0) if arguments is not None else None
    return call.type == "call_expression" and first is not None and _text(first) in _STDIN


def _declares(name: Node) -> bool:
    """Whether it is where a variable, function, class or parameter is declared."""
    if name.type == "shorthand_property_identifier_pattern":
        return True
    at, parent = name, _parent(name)
    while parent.type in ("array_pattern", "rest_pattern", "pair_pattern", "object_pattern"):
        at, parent = parent, _parent(parent)
    if parent.type in ("assignment_pattern", "object_assignment_pattern"):
        if parent.child_by_field_name("left") != at:
            return False
        at, parent = parent, _parent(parent)
        while parent.type in ("array_pattern", "pair_pattern", "object_pattern"):
            at, parent = parent, _parent(parent)
    if parent.type in ("formal_parameters", "import_specifier", "import_clause"):
        return True
    if parent.type in ("namespace_import", "catch_clause"):
        return True
    fields = (
        ("name", "parameter", "left")
        if parent.type == "for_in_statement"
        else ("name", "parameter")
    )
    return any(parent.child_by_field_name(field) == at for field in fields)


def _parent(node: Node) -> Node:
    return node.parent or node


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _walk(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(one.children)


@cache
def _parser() -> Parser:
    import tree_sitter_javascript

    return Parser(Language(tree_sitter_javascript.language()))
