"""What the tests may ask of a submission: what they asked of the reference.

A record is made while the tests run with the reference (`Recorder`) and held against what a
submission answers (`Record`). A *place* is where a value comes from, by the names that the
tests use: ``shop.price`` a name of a module, ``shop.price()`` what it returns, ``shop.Dog#bark``
an attribute of an instance, ``shop.Dog#bark()`` what it returns. For each place the record has
the *roles* in which objects came from there: ``function``, ``iterator``, ``coroutine``,
``S:random`` a module of the standard library, ``C:shop.Dog`` a class, ``I:shop.Dog`` an
instance of it. Plain data has no role: it may come from anywhere, since it is copied and
compared by our own interpreter. Where a problem has no reference, `Strict` knows only what the
tests' source says.
"""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Iterable, Mapping
from typing import Any

_MAX_PLACES = 20_000


class Record:
    """What was seen with the reference."""

    recording = False
    strict = False

    def __init__(self, text: bytes = b"{}") -> None:
        read: dict[str, Any] = json.loads(text)
        self.roles: dict[str, set[str]] = {k: set(v) for k, v in read.get("roles", {}).items()}
        self.plain: dict[str, str] = read.get("plain", {})
        """The type of plain data that came from a place, for messages."""
        self.classes: dict[str, list[str]] = read.get("classes", {})
        """Special methods of each class."""
        self.reach: dict[str, str] = read.get("reach", {})
        """The place where the tests get a class by its name, for those that they name."""
        self.operands: dict[str, set[str]] = {
            k: set(v) for k, v in read.get("operands", {}).items()
        }
        """Types of plain data that met an instance in an operator."""
        self.names: dict[str, list[str]] = read.get("names", {})
        """Names of each module."""
        self.modules: list[str] = read.get("modules", [])
        """Modules that the reference has."""

    def note(self, place: str, role: str) -> None:
        """An object came from a place; only a `Recorder` writes it down."""

    def roles_at(self, place: str) -> Iterable[str]:
        """In which roles an object may come from `place`."""
        return self.roles.get(place, ())

    def specials(self, kind: str, told: list[str]) -> list[str]:
        """Special methods that may be asked of instances of a class."""
        del told
        return self.classes.get(kind, [])

    def may_meet(self, place: str, other: type) -> bool:
        """Whether the operator at `place` may get plain data of this type."""
        return other.__name__ in self.operands.get(place, ())

    def public(self, module: str, told: list[str]) -> list[str]:
        """Of the names that a module is told to have, those that count."""
        known = set(self.names.get(module, ()))
        return [name for name in told if name in known]

    def expected(self, place: str) -> str:
        """What the reference gives at a place, in words."""
        found = sorted(_in_words(role) for role in self.roles_at(place))
        if place in self.plain:
            found.insert(0, self.plain[place])
        return " or ".join(found) or "plain data"


def _in_words(role: str) -> str:
    letter, colon, name = role.partition(":")
    short = name.rpartition(".")[2]
    if not colon:
        return f"{'an' if role == 'iterator' else 'a'} {role}"
    return {"I": f"a {short} object", "C": f"the class {short}", "S": f"the module {name}"}[letter]


class Recorder(Record):
    """Takes everything, and notes it."""

    recording = True

    def note(self, place: str, role: str) -> None:
        """An object came from a place."""
        if len(self.roles) < _MAX_PLACES:
            self.roles.setdefault(place, set()).add(role)

    def specials(self, kind: str, told: list[str]) -> list[str]:
        known = self.classes.setdefault(kind, [])
        known += [name for name in told if name not in known]
        return told

    def may_meet(self, place: str, other: type) -> bool:
        self.operands.setdefault(place, set()).add(other.__name__)
        return True

    def public(self, module: str, told: list[str]) -> list[str]:
        self.names[module] = told
        return told

    def dump(self) -> bytes:
        """The record, as `Record` reads it."""
        return json.dumps(
            {
                "roles": {place: sorted(roles) for place, roles in self.roles.items()},
                "plain": self.plain,
                "classes": self.classes,
                "reach": self.reach,
                "operands": {place: sorted(kinds) for place, kinds in self.operands.items()},
                "names": self.names,
                "modules": self.modules,
            }
        ).encode()


class Strict(Record):
    """There is no reference: a function gives plain data.

    A name that the tests use as a class, or write with a capital letter, is one; its instances
    come from it alone.
    """

    strict = True

    def __init__(self, sources: Mapping[str, str], modules: Iterable[str]) -> None:
        super().__init__()
        self._modules = set(modules)
        self._classes: set[str] = set()
        for text in sources.values():
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError):
                continue
            self._read(tree)
        self.reach = {kind: kind for kind in self._classes}
        self._instances = {f"I:{kind}" for kind in self._classes}

    def _read(self, tree: ast.Module) -> None:
        imported: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in self._modules:
                for alias in node.names:
                    imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name in self._modules:
                        imported[alias.asname or alias.name] = alias.name
        for name in _free_names(tree):
            for module in _starred(tree) & self._modules:
                imported.setdefault(name, f"{module}.{name}")
        as_class = set()
        for node in ast.walk(tree):
            found = _place(node, imported)
            if found and found.rpartition(".")[2][:1].isupper():
                as_class.add(found)
            if isinstance(node, ast.Call) and _called(node) in ("isinstance", "issubclass"):
                as_class |= {_place(one, imported) for one in _each(node.args[1:])}
            if isinstance(node, ast.Call) and _called(node).endswith(("raises", "Raises")):
                as_class |= {_place(one, imported) for one in _each(node.args[:1])}
            if isinstance(node, ast.ExceptHandler) and node.type is not None:
                as_class |= {_place(one, imported) for one in _each([node.type])}
        self._classes |= {one for one in as_class if "." in one}

    def roles_at(self, place: str) -> Iterable[str]:
        name = place.removesuffix("()")
        _, mark, member = place.rpartition("#")
        if place == "callback" or (mark and member.startswith("__")):
            return self._instances
        if mark:
            return () if name != place else {"function"}
        owner = name.rpartition(".")[0]
        if owner in self._classes:
            return {"function", *self._instances}
        if name != place:
            return {f"I:{name}"} if name in self._classes else ()
        return {f"C:{name}", "function"} if name in self._classes else {"function"}

    def specials(self, kind: str, told: list[str]) -> list[str]:
        del kind
        return told

    def public(self, module: str, told: list[str]) -> list[str]:
        del module
        return told


def _starred(tree: ast.Module) -> set[str]:
    """Modules of which a file takes all names."""
    return {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*"
    }


def _free_names(tree: ast.Module) -> set[str]:
    """Names that a file uses and neither sets nor has from Python."""
    used: set[str] = set()
    own = set(vars(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else own).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
    return used - own


def _place(node: ast.AST, imported: Mapping[str, str]) -> str:
    """The place that an expression names, "" where it names none."""
    if isinstance(node, ast.Name):
        return imported.get(node.id, "")
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = imported.get(node.value.id, "")
        return f"{module}.{node.attr}" if module and "." not in module else ""
    return ""


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _each(nodes: list[ast.expr]) -> Iterable[ast.expr]:
    for node in nodes:
        yield from node.elts if isinstance(node, ast.Tuple) else [node]
