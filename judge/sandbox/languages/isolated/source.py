"""What tests want to know of a submission's text: docstrings, annotations, signatures, source.

It is read from the submission's files by our own parser. Nothing of it is run, and no object of
the submission is asked: one could say anything of itself.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import typing
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path("../judge/solution").absolute()
_MAX_HOPS = 10
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_SAFE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError, SyntaxError)


class Text:
    """A piece of source where a value is that only the submission could compute."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return type(other) is Text and repr(other) == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@cache
def module(name: str) -> ast.Module | None:
    """A file of the submission, parsed; None where it has none of this name."""
    path = FOLDER / f"{name}.py"
    try:
        return ast.parse(path.read_bytes()) if path.is_file() else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@cache
def find(path: str) -> tuple[str, Any] | None:
    """The definition of ``shop.Dog.bark``, and the module that has it.

    Names that were imported from another file of the submission, or are another name of a
    definition, are followed.
    """
    name, *inner = path.split(".")
    node: Any = module(name)
    found: tuple[str, Any] | None = (name, node) if node is not None else None
    for one in inner:
        if found is None:
            return None
        found = _member(*found, one, 0)
    return found


def _member(name: str, node: Any, wanted: str, hops: int) -> tuple[str, Any] | None:
    """The last definition of a name in a module or class."""
    if hops > _MAX_HOPS or not isinstance(node, ast.Module | ast.ClassDef):
        return None
    for one in reversed(list(_statements(node.body))):
        if isinstance(one, Definition) and getattr(one, "name", "") == wanted:
            return name, one
        if isinstance(one, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == wanted for target in one.targets
        ):
            if isinstance(one.value, ast.Name):
                return _member(name, module(name), one.value.id, hops + 1)
            return (name, one.value) if isinstance(one.value, ast.Lambda) else None
        if isinstance(one, ast.ImportFrom) and one.module and not one.level:
            for alias in one.names:
                if (alias.asname or alias.name) == wanted:
                    return _member(one.module, module(one.module), alias.name, hops + 1)
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            owner = _member(name, module(name), getattr(base, "id", ""), hops + 1)
            found = _member(*owner, wanted, hops + 1) if owner else None
            if found is not None:
                return found
    return None


def _statements(body: list[ast.stmt]) -> typing.Iterator[ast.stmt]:
    """Statements of a body, those within ``if`` and ``try`` too."""
    for one in body:
        yield one
        if isinstance(one, ast.If | ast.Try | ast.With):
            for inner in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(one, inner, []))


def defines(path: str, name: str) -> bool:
    """Whether a class of the submission defines a name itself or by a base."""
    found = find(path)
    return found is not None and _member(*found, name, 0) is not None


def doc(path: str) -> str | None:
    """The docstring of a module, class or function."""
    found = find(path)
    if found is None or isinstance(found[1], ast.Lambda):
        return None
    return ast.get_docstring(found[1], clean=False)


def name(path: str) -> str:
    """The name that a definition has in the source; else the one that it was asked by."""
    found = find(path)
    last = path.rpartition(".")[2]
    return getattr(found[1], "name", last) if found is not None else last


def line(path: str) -> int:
    """The first line of a definition, with its decorators."""
    found = find(path)
    if found is None:
        return 1
    node = found[1]
    first = getattr(node, "decorator_list", None) or [node]
    return int(getattr(first[0], "lineno", 1))


def file(path: str) -> str:
    """The file that has a definition."""
    found = find(path)
    return str(FOLDER / f"{found[0] if found else path.partition('.')[0]}.py")


def flags(path: str) -> int:
    """Flags of the code of a function, as far as its text shows them."""
    found = find(path)
    node = found[1] if found is not None else None
    generates = isinstance(node, Definition) and any(
        isinstance(one, ast.Yield | ast.YieldFrom) for one in _own(node)
    )
    if isinstance(node, ast.AsyncFunctionDef):
        return inspect.CO_ASYNC_GENERATOR if generates else inspect.CO_COROUTINE
    return inspect.CO_GENERATOR if generates else 0


def _own(node: ast.AST) -> typing.Iterator[ast.AST]:
    """What a function holds without the functions in it."""
    for one in ast.iter_child_nodes(node):
        if not isinstance(one, Definition):
            yield one
            yield from _own(one)


def annotations_of(path: str) -> dict[str, Any]:
    """``__annotations__`` of a function, class or module."""
    found = find(path)
    if found is None:
        return {}
    where, node = found
    told: dict[str, Any] = {}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for one in _arguments(node.args):
            if one.annotation is not None:
                told[one.arg] = _annotation(where, one.annotation)
        if node.returns is not None:
            told["return"] = _annotation(where, node.returns)
    elif isinstance(node, ast.ClassDef | ast.Module):
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                told[statement.target.id] = _annotation(where, statement.annotation)
    return told


def _arguments(given: ast.arguments) -> list[ast.arg]:
    extra = [one for one in (given.vararg, given.kwarg) if one is not None]
    return [*given.posonlyargs, *given.args, *extra[:1], *given.kwonlyargs, *extra[1:]]


def signature(path: str, *, bound: bool = False) -> inspect.Signature | None:
    """The signature of a function; of a class that of its ``__init__``; None if it has none."""
    found = find(path)
    if found is None:
        return None
    where, node = found
    if isinstance(node, ast.ClassDef):
        init = _member(where, node, "__init__", 0)
        if init is None:
            return None if node.decorator_list or node.bases else inspect.Signature()
        (where, node), bound = init, True
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return None
    parameters = _parameters(where, node.args)
    marks = {getattr(one, "id", "") for one in getattr(node, "decorator_list", [])}
    if "classmethod" in marks or (bound and "staticmethod" not in marks):
        parameters = parameters[1:]
    returns = getattr(node, "returns", None)
    try:
        return inspect.Signature(
            parameters,
            return_annotation=_annotation(where, returns)
            if returns is not None
            else inspect.Signature.empty,
        )
    except ValueError:
        return None


def _parameters(where: str, given: ast.arguments) -> list[inspect.Parameter]:
    kinds = inspect.Parameter
    made = []
    positional: list[tuple[ast.arg, Any]] = [
        (one, kinds.POSITIONAL_ONLY) for one in given.posonlyargs
    ]
    positional += [(one, kinds.POSITIONAL_OR_KEYWORD) for one in given.args]
    missing = len(positional) - len(given.defaults)
    for number, (one, kind) in enumerate(positional):
        default = given.defaults[number - missing] if number >= missing else None
        made.append(_parameter(where, one, kind, default))
    if given.vararg is not None:
        made.append(_parameter(where, given.vararg, kinds.VAR_POSITIONAL, None))
    for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        made.append(_parameter(where, one, kinds.KEYWORD_ONLY, default))
    if given.kwarg is not None:
        made.append(_parameter(where, given.kwarg, kinds.VAR_KEYWORD, None))
    return made


def _parameter(where: str, one: ast.arg, kind: Any, default: ast.expr | None) -> inspect.Parameter:
    empty = inspect.Parameter.empty
    return inspect.Parameter(
        one.arg,
        kind,
        default=_value(default) if default is not None else empty,
        annotation=_annotation(where, one.annotation) if one.annotation is not None else empty,
    )


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except _SAFE:
        return Text(ast.unparse(node))


def _annotation(where: str, node: ast.expr) -> Any:
    """An annotation as a value: built-in types and those of `typing`; of others the text."""
    tree = module(where)
    for one in tree.body if tree is not None else ():
        if (
            isinstance(one, ast.ImportFrom)
            and one.module == "__future__"
            and any(alias.name == "annotations" for alias in one.names)
        ):
            return ast.unparse(node)
    try:
        return _typed(node)
    except _SAFE:
        return Text(ast.unparse(node))


def _typed(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        found = vars(builtins).get(node.id)
        if isinstance(found, type):
            return found
        return _of_typing(node.id)
    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("typing", "t"):
        return _of_typing(node.attr)
    if isinstance(node, ast.Subscript):
        return _typed(node.value)[_typed(node.slice)]
    if isinstance(node, ast.Tuple):
        return tuple(_typed(one) for one in node.elts)
    if isinstance(node, ast.List):
        return [_typed(one) for one in node.elts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _typed(node.left) | _typed(node.right)
    raise ValueError(ast.dump(node))


def _of_typing(name: str) -> Any:
    if name not in typing.__all__ or name in ("TYPE_CHECKING", "reveal_type", "get_type_hints"):
        raise ValueError(name)
    return getattr(typing, name)
