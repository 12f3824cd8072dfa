"""The student's process: it imports his modules and does what the tests ask."""

from __future__ import annotations

import functools
import importlib
import io
import os
import sys
import traceback
import types
from typing import Any

from .codec import CannotCrossError, LinkLostError, Memo
from .peer import Peer
from .special import FORWARDED

LINK = 3
_MAX_TRACE = 2000
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    functools.partial,
    type(functools.lru_cache(lambda: None)),
)


class Solution(Peer):
    """What the tests reach of the student's code."""

    def __init__(self) -> None:
        super().__init__(LINK)
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0
        self._described: set[int] = set()
        self._named: set[type] = set()
        self._stdout = _Counted(1, "w", closefd=False)
        sys.stdout = io.TextIOWrapper(self._stdout, "utf-8", "backslashreplace", write_through=True)

    def run(self) -> None:
        """Serve until the link ends."""
        while True:
            self.serve(self._pipe.receive())

    def perform(
        self, operation: str, number: int, name: str, given: list[Any], named: dict[str, Any]
    ) -> Any:
        if operation == "import":
            return _imported(name)
        target = self._objects[number]
        match operation:
            case "get":
                return getattr(target, name)
            case "set":
                return setattr(target, name, given[0])
            case "delete":
                return delattr(target, name)
            case "names":
                return dir(target)
            case "call":
                return target(*given, **named)
            case "special":
                return getattr(type(target), name)(target, *given, **named)
        raise ValueError(operation)

    def release(self, numbers: list[int]) -> None:
        for number in numbers:
            self._numbers.pop(id(self._objects.pop(number, None)), None)

    def printed(self) -> int:
        return self._stdout.count

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
        return value.judge_number if type(value) in _STAND_INS else None  # type: ignore[attr-defined]

    def imported(self, body: list[Any], memo: Memo, depth: int) -> object:
        del memo, depth
        _, number, kind = body
        return {"function": Callback, "iterator": TestIterator}.get(kind, TestObject)(self, number)

    def export(self, value: object, memo: Memo, depth: int) -> list[Any]:
        if isinstance(value, type):
            self._named.add(value)
            return self._class(value)
        known = self._named.intersection(type(value).__mro__)
        if not known and not isinstance(value, BaseException):
            plain: list[Any] | None = self.as_plain(value, memo, depth)
            if plain is not None:
                return plain
        if isinstance(value, BaseException):
            arguments = self.encode_arguments(value, memo, depth)
            return ["e", self._number(value), self._class(type(value)), arguments]
        return ["o", self._number(value), self._kind(value)]

    def _kind(self, value: object) -> Any:
        if isinstance(value, types.ModuleType):
            return "module"
        if isinstance(value, _FUNCTIONS):
            return "function"
        if isinstance(value, types.CoroutineType):
            raise CannotCrossError("a coroutine cannot cross: return what it gives")
        if type(value).__module__ in ("builtins", "itertools") and hasattr(value, "__next__"):
            return "iterator"
        return self._class(type(value))

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
            if base is not object
        ]
        special = [
            name
            for name in FORWARDED
            if any(name in vars(base) for base in kind.__mro__ if base.__module__ != "builtins")
            and getattr(kind, name, None) is not None
        ]
        return ["C", number, [kind.__name__, bases, special]]


class _Counted(io.FileIO):
    count = 0

    def write(self, data: Any) -> int:
        written = super().write(data)
        self.count += written
        return written


def _imported(name: str) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except Exception:
        raise
    except BaseException as error:
        raise ImportError(
            f"{name} ended with {type(error).__name__} while it was imported"
        ) from error


def _own_trace(error: BaseException) -> str:
    """The lines of a traceback that are the student's, innermost last."""
    folder = f"{os.getcwd()}/"
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


class _StandIn:
    def __init__(self, peer: Solution, number: int) -> None:
        self.judge_peer = peer
        self.judge_number = number

    def __del__(self) -> None:
        self.judge_peer.released.append(self.judge_number)


class Callback(_StandIn):
    """A function of the tests."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.judge_peer.ask("call", self.judge_number, "", given, named)


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


_STAND_INS = (Callback, TestIterator, TestObject)


def main() -> None:
    """Serve the tests; the end of the link is the end."""
    sys.path.insert(0, os.getcwd())
    try:
        Solution().run()
    except LinkLostError:
        os._exit(0)
