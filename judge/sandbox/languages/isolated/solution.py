"""The student's process: it imports his modules and does what the tests ask."""

from __future__ import annotations

import functools
import importlib
import io
import os
import sys
import types
import weakref
from typing import Any

from .codec import CannotCrossError, LinkLostError, Memo
from .peer import Peer
from .special import FORWARDED
from .surrounded import Surrounded

LINK = 3
_MAX_TRACE = 2000
_MAX_TEXT = 10_000
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    functools.partial,
    type(functools.lru_cache(lambda: None)),
)
_DATA = (int, float, str, bytes, tuple, frozenset)


class Solution(Peer):
    """What the tests reach of the student's code."""

    def __init__(self) -> None:
        super().__init__(LINK)
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0
        self._described: set[int] = set()
        self._replaced: dict[tuple[int, str], Any] = {}
        self._stand_ins: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.surroundings = Surrounded(self)

    def run(self) -> None:
        """Serve until the link ends."""
        while True:
            self.serve(self._pipe.receive())

    def perform(
        self, operation: str, number: int, name: str, given: list[Any], named: dict[str, Any]
    ) -> Any:
        if operation in _OF_MODULES:
            # A handle: the tests have a stand-in of their own for it.
            return self._number(_OF_MODULES[operation](name))
        if operation == "seed":
            return self.surroundings.seed(name, given, named)
        target = self._objects[number]
        match operation:
            case "get":
                return getattr(target, name)
            case "set":
                return self._set(target, name, given[0])
            case "delete":
                return delattr(target, name)
            case "names":
                return [str(one) for one in dir(target)]
            case "own names":
                return [str(one) for one in vars(target)]
            case "vars":
                return dict(vars(target))
            case "fields":
                return _fields(target)
            case "copy" | "deepcopy":
                return getattr(importlib.import_module("copy"), operation)(target)
            case "call":
                return target(*given, **named)
            case "special":
                return _special(target, name)(target, *given, **named)
            case "generator":
                return getattr(target, name)(*given)
            case "await":
                return importlib.import_module("asyncio").run(_awaited(target))
        raise ValueError(operation)

    def _set(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute.

        What a class held itself comes back as it was: a test that puts a static method back has
        only the function of it.
        """
        if isinstance(target, type):
            held = self._replaced.setdefault((id(target), name), vars(target).get(name, value))
            if _function(held) is _function(value):
                value = held
        setattr(target, name, value)

    def release(self, numbers: list[int]) -> None:
        for number in numbers:
            self._numbers.pop(id(self._objects.pop(number, None)), None)

    def printed(self) -> int:
        return self.surroundings.printed()

    def outgoing(self) -> dict[str, Any] | None:
        return self.surroundings.outgoing()

    def incoming(self, world: dict[str, Any]) -> None:
        self.surroundings.incoming(world)

    def tell_error(self, error: BaseException, memo: Memo) -> tuple[Any, str]:
        self_made = _own_trace(error)
        try:
            return self.encode(error, memo), self_made
        except CannotCrossError as other:
            return self.encode(other, memo), self_made

    def raised(self, error: object, trace: str) -> BaseException:
        del trace
        if isinstance(error, BaseException):
            return error
        return RuntimeError(str(error))

    def own(self, number: int) -> object:
        return self._objects[number]

    def foreign(self, value: object) -> int | None:
        return value.judge_number if isinstance(value, _StandIn) else None

    def translate_paths(self, roots: list[tuple[str, str]]) -> None:
        """From now on the tests' names of folders are those of the same ones here."""

        def encode(value: Any, memo: Memo, depth: int = 0) -> Any:
            if type(value) is str:
                for theirs, ours in roots:
                    value = value.replace(ours, theirs)
            return Peer.encode(self, value, memo, depth)

        def decode(body: Any, memo: Memo, depth: int = 0) -> Any:
            if type(body) is str:
                for theirs, ours in roots:
                    body = body.replace(theirs, ours)
            return Peer.decode(self, body, memo, depth)

        # Most tests share no folder, and then no value is looked at twice.
        vars(self).update(encode=encode, decode=decode)

    def imported(self, body: list[Any], memo: Memo, depth: int) -> object:
        del memo, depth
        _, number, kind, special = body
        found = self._stand_ins.get(number)
        if number in self.released:
            self.released.remove(number)
        if found is None:
            made = _KINDS[kind] if kind in _KINDS else _object_kind(tuple(special))
            found = self._stand_ins[number] = made(self, number)
        return found

    def export(self, value: object, memo: Memo, depth: int) -> list[Any]:
        if isinstance(value, type):
            return self._class(value)
        if isinstance(value, BaseException):
            return self._error(value, memo, depth)
        kind = self._kind(value)
        described = self._class(type(value)) if kind == "object" else None
        flags: list[str] = [name for name, has in _FLAGS.items() if hasattr(type(value), has)]
        if kind == "module":
            flags = [value.__name__]  # type: ignore[attr-defined]
        told = ["o", self._number(value), kind, described, flags]
        plain = self.as_plain(value, memo, depth) if kind == "object" else None
        return told if plain is None else [*told, plain]

    def _error(self, value: BaseException, memo: Memo, depth: int) -> list[Any]:
        arguments = self.encode_arguments(value, memo, depth)
        try:
            text = str(value)[:_MAX_TEXT]
        except Exception as error:  # noqa: BLE001 - whatever a __str__ may raise
            text = f"<its text raises {type(error).__name__}>"
        cause = value.__cause__
        why = self.encode(cause, memo, depth + 1) if cause is not None and depth < 4 else None
        number, kind = self._number(value), self._class(type(value))
        return ["e", number, kind, arguments, str.__str__(text), why]

    def _kind(self, value: object) -> str:
        if isinstance(value, types.ModuleType):
            return "module"
        if isinstance(value, _FUNCTIONS):
            return "function"
        if isinstance(value, types.CoroutineType):
            return "coroutine"
        if type(value).__module__ in ("builtins", "itertools") and hasattr(value, "__next__"):
            return "iterator"
        return "object"

    def _number(self, value: object) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            self._last += 1
            number = self._last
            self._objects[number], self._numbers[id(value)] = value, number
        return number

    def _class(self, kind: type) -> list[Any]:
        number = self._number(kind)
        if number in self._described:
            return ["C", number, None]
        self._described.add(number)
        bases = [
            ["T", base.__name__] if base.__module__ == "builtins" else self._class(base)
            for base in kind.__bases__
            if base is not object and base.__name__ not in ("Generic", "Protocol")
        ]
        # What immutable data does by itself, the tests do with their copy of it.
        own = [
            base
            for base in kind.__mro__
            if base is not object and base not in _DATA and not issubclass(BaseException, base)
        ]
        special = [
            name
            for name in FORWARDED
            if any(name in vars(base) for base in own) and getattr(kind, name, None) is not None
        ]
        names = (kind.__name__, kind.__module__, kind.__qualname__)
        return ["C", number, [*(str(name) for name in names), bases, special]]


def _function(value: Any) -> Any:
    wraps = (staticmethod, classmethod, types.MethodType)
    return value.__func__ if isinstance(value, wraps) else value


_FLAGS = {"call": "__call__", "iter": "__iter__"}


def _special(target: Any, name: str) -> Any:
    found = getattr(type(target), name, None)
    if found is None:
        raise TypeError(f"{type(target).__name__!r} object has no {name}")
    return found


def _fields(target: Any) -> list[Any]:
    return [
        [str(field.name), bool(field.init), bool(field.repr), bool(field.compare)]
        for field in getattr(target, "__dataclass_fields__", {}).values()
        if field._field_type.name == "_FIELD"  # noqa: SLF001 - as `dataclasses.fields` does
    ]


async def _awaited(target: Any) -> Any:
    return await target


def _imported(name: str) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except Exception:
        raise
    except BaseException as error:
        raise ImportError(
            f"{name} ended with {type(error).__name__} while it was imported"
        ) from error


def _imported_again(name: str) -> types.ModuleType:
    sys.modules.pop(name, None)
    return _imported(name)


def _run(name: str) -> types.ModuleType:
    """What `runpy` does: a module's code in names of its own."""
    found = importlib.import_module("runpy").run_module(name)
    made = types.ModuleType(name)
    vars(made).update(found)
    return made


_OF_MODULES = {
    "import": _imported,
    "reload": lambda name: importlib.reload(sys.modules[name]),
    "fresh": _imported_again,
    "run": _run,
}


def _own_trace(error: BaseException) -> str:
    """The lines of a traceback that are the student's, innermost last."""
    traceback = importlib.import_module("traceback")  # it takes as long as all others together
    folder = f"{_HOME}/"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(folder)
    ]
    lines = [
        f'  File "{frame.filename.removeprefix(folder)}", line {frame.lineno}, in {frame.name}\n'
        f"    {frame.line}"
        for frame in frames[-8:]
    ]
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(folder):
        lines.append(f'  File "{error.filename.removeprefix(folder)}", line {error.lineno}')
    return "\n".join(lines)[-_MAX_TRACE:]


_HOME = os.getcwd()


class _StandIn:
    """Stands for an object of the tests."""

    def __init__(self, peer: Solution, number: int) -> None:
        self.judge_peer = peer
        self.judge_number = number

    def __del__(self) -> None:
        self.judge_peer.released.append(self.judge_number)


class Callback(_StandIn):
    """Something of the tests that can be called."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.judge_peer.ask("call", self.judge_number, "", given, named)


class Method(Callback):
    """A function of the tests; as an attribute of a class it gets the instance."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class TestIterator(_StandIn):
    """An iterator of the tests."""

    def __iter__(self) -> TestIterator:
        return self

    def __next__(self) -> Any:
        return self.judge_peer.ask("next", self.judge_number)


class TestObject(_StandIn):
    """An instance that a test passed: its public attributes."""

    def __getattr__(self, name: str) -> Any:
        return self.judge_peer.ask("get", self.judge_number, name)


@functools.cache
def _object_kind(special: tuple[str, ...]) -> type:
    """The type of instances that have these special methods."""

    def forward(name: str) -> Any:
        def asked(self: Any, *given: Any, **named: Any) -> Any:
            return self.judge_peer.ask("special", self.judge_number, name, given, named)

        return asked

    namespace = {name: forward(name) for name in special if name in _LENT}
    if "__eq__" in special and "__hash__" not in special:
        namespace["__hash__"] = None
    return type("TestObject", (TestObject,), namespace)


_LENT = {*FORWARDED, "__get__", "__set__"}
"""Special methods of objects of the tests that work here."""


class _Stream(_StandIn):
    """A file or StringIO of the tests."""

    def _ask(self, name: str, *given: Any) -> Any:
        return self.judge_peer.ask("stream", self.judge_number, name, given)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._ask(name)

    closed = property(lambda self: self._ask("closed"))


def _stream_method(name: str) -> Any:
    def method(self: Any, *given: Any) -> Any:
        return self._ask(name, *given)

    method.__name__ = name
    return method


for _name in (
    *("read", "readline", "readlines", "write", "writelines", "getvalue", "seek", "tell"),
    *("truncate", "flush", "close", "readable", "writable", "seekable", "isatty"),
):
    setattr(_Stream, _name, _stream_method(_name))


class TextStream(_Stream, io.TextIOBase):
    """Text."""

    def __next__(self) -> str:  # type: ignore[override]
        line = self._ask("readline")
        if not line:
            raise StopIteration
        return str(line)

    def __iter__(self) -> TextStream:  # type: ignore[override]
        return self


class BinaryStream(_Stream, io.RawIOBase):
    """Bytes."""

    def __next__(self) -> bytes:
        line: bytes = self._ask("readline")
        if not line:
            raise StopIteration
        return line

    def __iter__(self) -> BinaryStream:
        return self


_KINDS: dict[str, Any] = {
    "function": Method,
    "callable": Callback,
    "iterator": TestIterator,
    "text": TextStream,
    "binary": BinaryStream,
}


def main() -> None:
    """Serve the tests; the end of the link is the end."""
    sys.path.insert(0, os.getcwd())
    try:
        Solution().run()
    except LinkLostError:
        os._exit(0)
