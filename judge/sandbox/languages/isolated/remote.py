"""The tests' side of the student's objects."""

from __future__ import annotations

import functools
import io
import os
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from .codec import WRONG, CannotCrossError, LinkLostError, Memo
from .peer import Peer
from .special import OPERATORS, SHAPE

LINK = 4
LINK_LOST = 97
_MAX_OBJECTS = 100_000
_MAX_NAME = 200
_MAX_NOTE = 4000
_HIDDEN = (
    type,
    types.ModuleType,
    types.FrameType,
    types.CodeType,
    types.TracebackType,
    types.CoroutineType,
    types.AsyncGeneratorType,
)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)


class Tests(Peer):
    """The tests' end of the link."""

    def __init__(self) -> None:
        super().__init__(LINK)
        self.seen_printed = 0
        self.running = False
        """Whether a test has begun. Before, pytest would take a SystemExit for its own end."""
        self._mine: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0
        self._remotes: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._classes: dict[int, RemoteType] = {}
        self.named: set[int] = set()
        """Classes that the tests got by their names."""

    def ask(
        self,
        operation: str,
        number: int = 0,
        name: str = "",
        given: tuple[Any, ...] = (),
        named: dict[str, Any] | None = None,
    ) -> Any:
        """As `Peer.ask`; where the solution is gone or lies, this process ends."""
        try:
            return super().ask(operation, number, name, given, named)
        except LinkLostError:
            os._exit(LINK_LOST)

    def _reply(self, memo: Memo) -> Any:
        while True:
            message = self._pipe.receive()
            if message[0] == "ask":
                self._checked(self.serve, message)
                continue
            value, trace = self._checked(self._read, message, memo)
            if trace is not None:
                raise self.raised(value, trace)
            return value

    def _read(self, message: list[Any], memo: Memo) -> tuple[Any, str | None]:
        tag, body, changes, printed, *trace = message
        if tag not in ("ok", "raise") or len(trace) != (tag == "raise") or type(printed) is not int:
            raise ValueError("an unknown message")
        value = self.decode(body, memo)
        for number, content in changes:
            self.fill(memo.objects[number], content, memo)
        self.heard(printed)
        return value, str(trace[0]) if trace else None

    @staticmethod
    def _checked(function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except WRONG as error:
            raise LinkLostError(str(error)) from None

    def perform(
        self, operation: str, number: int, name: str, given: list[Any], named: dict[str, Any]
    ) -> Any:
        """A callback."""
        target = self._mine[number]
        kind = _kind(target)
        if operation == "call" and kind == "function":
            return target(*given, **named)
        if operation == "next" and kind == "iterator":
            return next(target)
        if operation == "get" and kind == "object" and not name.startswith("_"):
            return getattr(target, name)
        raise CannotCrossError(
            f"the tests' {type(target).__name__} has no {name or operation} for you"
        )

    def release(self, numbers: list[int]) -> None:
        for number in numbers:
            self._numbers.pop(id(self._mine.pop(number, None)), None)

    def heard(self, printed: int) -> None:
        self.seen_printed = max(self.seen_printed, min(printed, 2**62))

    def tell_error(self, error: BaseException, memo: Memo) -> tuple[Any, str]:
        try:
            return self.encode(error, memo), ""
        except CannotCrossError:
            return ["x", "RuntimeError", [type(error).__name__]], ""

    def raised(self, error: object, trace: str) -> BaseException:
        if not isinstance(error, BaseException):
            os._exit(LINK_LOST)
        stops = KeyboardInterrupt | GeneratorExit | SystemExit
        if isinstance(error, KeyboardInterrupt | GeneratorExit if self.running else stops):
            error = RuntimeError(f"{type(error).__name__} was raised")
        if trace:
            error.add_note(f"In your code:\n{trace[-_MAX_NOTE:]}")
        return error

    def own(self, number: int) -> object:
        return self._mine[number]

    def foreign(self, value: object) -> int | None:
        if isinstance(value, RemoteType):
            return value.judge_number
        if isinstance(value, _Object):
            return int(vars(value)["judge_number"])
        return None

    def export(self, value: object, memo: Memo, depth: int) -> list[Any]:
        del memo, depth
        kind = _kind(value)
        number = self._numbers.get(id(value))
        if number is None:
            self._last += 1
            number = self._last
            self._mine[number], self._numbers[id(value)] = value, number
        return ["o", number, kind]

    def imported(self, body: list[Any], memo: Memo, depth: int) -> object:
        tag = body[0]
        if tag == "C":
            kind = self._class(body)
            self.named.add(kind.judge_number)
            return kind
        if tag == "e":
            _, number, described, arguments = body
            kind = self._class(described)
            if not issubclass(kind, BaseException):
                raise TypeError("no exception")
            given = [self.decode(one, memo, depth + 1) for one in arguments]
            return self._stand_in(number, lambda: kind.__new__(kind, *given))
        if tag != "o":
            raise ValueError("an unknown value")
        _, number, described = body
        made = _KINDS[described] if isinstance(described, str) else self._class(described)
        if issubclass(made, BaseException):
            raise TypeError("an exception that is told as none")
        return self._stand_in(number, lambda: object.__new__(made))

    def _stand_in(self, number: Any, make: Callable[[], Any]) -> Any:
        if type(number) is not int or len(self._remotes) > _MAX_OBJECTS:
            raise ValueError("too many objects")
        found = self._remotes.get(number)
        if found is not None:
            return found
        made = make()
        vars(made)["judge_number"] = number
        self._remotes[number] = made
        if number in self.released:
            self.released.remove(number)
        weakref.finalize(made, self.released.append, number).atexit = False
        return made

    def _class(self, body: list[Any]) -> RemoteType:
        _, number, described = body
        if described is None:
            return self._classes[number]
        name, bases, special = described
        if type(number) is not int or number in self._classes or len(self._classes) > _MAX_OBJECTS:
            raise ValueError("a class told twice")
        ours = tuple(self._base(base) for base in bases)
        made = _make_class(
            str(name)[:_MAX_NAME], tuple(one for one in ours if one is not None), set(special)
        )
        type.__setattr__(made, "judge_number", number)
        self._classes[number] = made
        return made

    def _base(self, body: list[Any]) -> type | None:
        """A base class: another of the student's, or a built-in exception."""
        if body[0] == "C":
            return self._class(body)
        found = self.decode(body, Memo())
        return found if issubclass(found, BaseException) else None


def _kind(value: object) -> str:
    """What the solution may do with an object of the tests."""
    if isinstance(value, (*_FUNCTIONS, type, functools.partial)):
        return "function"
    if isinstance(value, Iterator) and not isinstance(value, io.IOBase):
        return "iterator"
    if isinstance(value, _HIDDEN) or type(value).__module__.startswith(("unittest", "_pytest")):
        raise CannotCrossError(f"the tests cannot pass a {type(value).__name__} to your code")
    return "object"


tests: Tests
"""Set by `start`."""


def start() -> Tests:
    """Open the link."""
    global tests  # noqa: PLW0603 - a process has one
    tests = Tests()
    return tests


class RemoteType(type):
    """The type of the student's classes."""

    judge_number: int

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        """Only `_make_class` makes one."""
        del namespace
        raise CannotCrossError(
            f"{name} cannot derive from {bases[0].__name__}, which is in another process"
        )

    def __init__(cls, *_: Any) -> None:
        """Nothing: `_make_class` has done it."""

    def __call__(cls, *given: Any, **named: Any) -> Any:
        return tests.ask("call", cls.judge_number, "", given, named)

    def __getattr__(cls, name: str) -> Any:
        if name in _LOCAL:
            raise AttributeError(name)
        return tests.ask("get", cls.judge_number, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        tests.ask("set", cls.judge_number, name, (value,))

    def __iter__(cls) -> Any:
        return iter(tests.ask("special", cls.judge_number, "__iter__"))

    def __bool__(cls) -> bool:
        return True

    def __len__(cls) -> int:
        return int(tests.ask("special", cls.judge_number, "__len__"))

    def __getitem__(cls, key: Any) -> Any:
        return tests.ask("special", cls.judge_number, "__getitem__", (key,))

    def __dir__(cls) -> list[str]:
        return [str(name) for name in tests.ask("names", cls.judge_number)]


_LOCAL = frozenset(
    {
        "__test__",
        "pytestmark",
        "__pytest_wrapped__",
        "__wrapped__",
        "__signature__",
        "__abstractmethods__",
    }
)


class _Object:
    """What all stand-ins share."""

    judge_number: int

    def __getattr__(self, name: str) -> Any:
        if name in _LOCAL or name == "judge_number":
            raise AttributeError(name)
        return tests.ask("get", self.judge_number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__") or (isinstance(self, BaseException) and name == "args"):
            object.__setattr__(self, name, value)
        else:
            tests.ask("set", self.judge_number, name, (value,))

    def __delattr__(self, name: str) -> None:
        tests.ask("delete", self.judge_number, name)

    def __dir__(self) -> list[str]:
        return [str(name) for name in tests.ask("names", self.judge_number)]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object>"


def _is_named(kind: type) -> bool:
    return any(
        getattr(base, "judge_number", None) in tests.named
        for base in kind.__mro__
        if isinstance(base, RemoteType)
    )


def _forward(name: str) -> Any:
    def special(self: Any, *given: Any, **named: Any) -> Any:
        return tests.ask("special", self.judge_number, name, given, named)

    return special


def _operator(name: str) -> Any:
    asked = _forward(name)

    def special(self: Any, *given: Any) -> Any:
        if _is_named(type(self)):
            return asked(self, *given)
        if name == "__hash__":
            return object.__hash__(self)
        if name == "__bool__":
            return True
        if name in _ANSWERED_BY_TYPE:
            raise TypeError(
                f"{type(self).__name__} objects are not compared: the tests expect other data"
            )
        return NotImplemented

    return special


_ANSWERED_BY_TYPE = frozenset(
    name
    for name in OPERATORS
    if name
    in (
        "__contains__",
        "__neg__",
        "__pos__",
        "__abs__",
        "__invert__",
        "__round__",
        "__int__",
        "__float__",
        "__complex__",
        "__index__",
        "__bytes__",
        "__trunc__",
        "__floor__",
        "__ceil__",
    )
)


def _make_class(name: str, bases: tuple[type, ...], special: set[str]) -> RemoteType:
    namespace: dict[str, Any] = {one: _forward(one) for one in SHAPE if one in special}
    namespace |= {one: _operator(one) for one in OPERATORS if one in special}
    if "__eq__" in special and "__hash__" not in special:
        namespace["__hash__"] = None
    if any(issubclass(base, BaseException) for base in bases):
        namespace.pop("__repr__", None)
    parents = bases if any(issubclass(base, _Object) for base in bases) else (_Object, *bases)
    return type.__new__(RemoteType, name, parents, namespace)


class Function(_Object):
    """A function or method."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Call it."""
        return tests.ask("call", self.judge_number, "", given, named)

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


class Iteration(_Object):
    """A generator or another iterator."""

    def __iter__(self) -> Iteration:
        return self

    def __next__(self) -> Any:
        return tests.ask("special", self.judge_number, "__next__")


class Module(_Object):
    """A module."""


_KINDS: dict[str, type] = {
    "function": Function,
    "iterator": Iteration,
    "module": Module,
}
