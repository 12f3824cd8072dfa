"""Python: modules without a clock, chance, threads or anything outside; no sets, no hashes.

A set of texts has another order in each process. So do all things that are made from one.
"""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType

from judge.repeatable.words import words

_MODULES = words("""
    __future__ abc array base64 binascii bisect cmath collections collections.abc copy
    dataclasses decimal enum fractions functools hashlib heapq itertools json math numbers
    operator re string struct sys textwrap typing unicodedata zlib
    """)
_SYS = frozenset({"stdin", "stdout", "stderr", "argv", "exit", "setrecursionlimit", "maxsize"})
_BUILTINS = words("""
    abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod
    enumerate filter float format hex input int isinstance issubclass iter len list map max min
    next oct ord pow print property range repr reversed round slice sorted staticmethod str sum
    super tuple type zip Ellipsis False None NotImplemented True __name__
    """) | {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
_DUNDERS = words("""
    __init__ __new__ __post_init__ __name__ __qualname__ __doc__ __class__ __str__ __repr__
    __len__ __iter__ __next__ __contains__ __getitem__ __setitem__ __delitem__ __call__ __bool__
    __int__ __float__ __index__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __add__ __radd__
    __iadd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __floordiv__ __mod__ __pow__ __neg__
    __pos__ __abs__ __matmul__ __enter__ __exit__ __reversed__ __format__ __slots__ __all__
    __version__ __author__ __match_args__ __missing__ __set_name__ __get__ __set__ __divmod__
    __and__ __or__ __xor__ __invert__ __lshift__ __rshift__ __annotations__
    """)
_VIEWS = frozenset({"keys", "items"})
"""Of a dict: what & or - makes of them is a set."""
_IN_ORDER = frozenset({"sorted", "list", "tuple", "len", "dict", "max", "min", "sum", "enumerate"})
"""Functions that take a view and make no set of it."""


def is_repeatable(files: Mapping[str, str]) -> bool:
    """See `judge.repeatable`. What is not Python cannot be read by what is left here."""
    sources = {name: text for name, text in files.items() if name.endswith(".py")}
    own = {name.partition("/")[0].removesuffix(".py") for name in sources}
    return all(_is_plain(text, own) for text in sources.values())


def _is_plain(source: str, own: Collection[str]) -> bool:
    try:
        tree = ast.parse(source)
        modules = dict(_bindings(tree, own))
        safe = {id(view) for node in ast.walk(tree) for view in _views_in_order(node)}
        return all(_allowed(node, modules, own, safe) for node in ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _bindings(tree: ast.AST, own: Collection[str]) -> Iterator[tuple[str, str]]:
    """The names by which the program has modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] not in own:
                    yield alias.asname or alias.name.partition(".")[0], alias.name


def _allowed(  # noqa: PLR0911 - an answer for each kind of node
    node: ast.AST, modules: Mapping[str, str], own: Collection[str], safe: Collection[int]
) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return False
        case ast.Import(names=names):
            return all(_is_known(alias.name, own) for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            if level or (module or "").partition(".")[0] in own:
                return True
            known = _is_known(module or "", own)
            return known and all(_is_member(module or "", alias.name) for alias in names)
        case ast.Name(id=name):
            return name in _BUILTINS or (not hasattr(builtins, name) and not _is_dunder(name))
        case ast.Attribute(attr=name, value=value):
            if _is_dunder(name) and name not in _DUNDERS:
                return False
            if isinstance(value, ast.Name) and value.id in modules:
                return _is_member(modules[value.id], name)
            return name not in _VIEWS or id(node) in safe
        case ast.Constant(value=str(text)):
            return "__" not in text.replace("__main__", "")
    return True


def _is_known(module: str, own: Collection[str]) -> bool:
    return module in _MODULES or module.partition(".")[0] in own


def _is_member(module: str, name: str) -> bool:
    """Whether a name of a module leads to nothing that is not looked at, such as a module."""
    if module == "sys":
        return name in _SYS
    if name == "*" or name.startswith("_"):
        return name == "*"
    value = getattr(importlib.import_module(module), name, None)
    # Of collections.abc there is the name that its parent has.
    is_child = isinstance(value, ModuleType) and f"{module}.{name}" in _MODULES
    return is_child or not isinstance(value, ModuleType | set | frozenset)


def _is_dunder(name: str) -> bool:
    return name.startswith("__")


def _views_in_order(node: ast.AST) -> Iterator[ast.Attribute]:
    """Views of a dict (`d.keys`) that are only walked, in the order of the dict."""
    found: list[ast.expr] = []
    match node:
        case ast.For(iter=walked) | ast.comprehension(iter=walked):
            found = [walked]
        case ast.Call(func=ast.Name(id=name), args=args) if name in _IN_ORDER:
            found = args
    for one in found:
        match one:
            case ast.Call(func=ast.Attribute() as view):
                yield view
