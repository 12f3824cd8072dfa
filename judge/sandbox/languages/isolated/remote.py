"""The tests' end of the link: what they may ask, and what they believe of an answer."""

from __future__ import annotations

import functools
import importlib
import io
import os
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from . import standins
from .codec import WRONG, CannotCrossError, LinkLostError, Memo
from .peer import Peer
from .record import Record
from .special import FORWARDED
from .standins import Coroutine, Function, Iteration, RemoteType

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
_STREAM_METHODS = frozenset(
    {
        *("read", "readline", "readlines", "write", "writelines", "getvalue", "seek", "tell"),
        *("truncate", "flush", "close", "closed", "readable", "writable", "seekable", "isatty"),
    }
)


class WrongShapeError(BaseException):
    """A submission gave an object where the reference gives none of its kind.

    No test may catch it, so it derives from BaseException; `Tests.violation` has it as well.
    """


class Tests(Peer):
    """The tests' end of the link."""

    copies_streams = False

    def __init__(self, record: Record | None = None) -> None:
        super().__init__(LINK)
        self.record = record or Record()
        self.seen_printed = 0
        self.running = False
        """Whether a test has begun. Before, pytest would take a SystemExit for its own end."""
        self.violation = ""
        """What a submission gave that it may not, until a test has failed by it."""
        self.on_loss: Callable[[str], None] = lambda _reason: None
        """Told why the link is given up, before this process ends."""
        self.surroundings: Any = None
        self.modules: dict[str, int] = {}
        """Modules of the submission by name, as handles."""
        self._mine: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0
        self._place = ""
        self._raising = False
        self._remotes: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()
        self._members: dict[int, Any] = {}
        self._uses: dict[int, int] = {}
        self._classes: dict[int, RemoteType] = {}
        self._named: dict[str, RemoteType | None] = {}

    def at(
        self,
        place: str,
        operation: str,
        number: int = 0,
        name: str = "",
        given: tuple[Any, ...] = (),
        named: dict[str, Any] | None = None,
    ) -> Any:
        """Ask the submission for a value; what it may be depends on the place it comes from.

        Where the solution is gone or lies, this process ends.
        """
        with self._lock:
            before, self._place = self._place, place
            try:
                return self.ask(operation, number, name, given, named)
            except LinkLostError as error:
                self._lose(str(error))
            finally:
                self._place = before

    def exact(self, kind: type, place: str, operation: str, *rest: Any) -> Any:
        """As `at`, for answers that our own machinery uses: of one type, exactly."""
        value = self.at(place, operation, *rest)
        if type(value) is not kind:
            raise TypeError(f"{place} gave a {type(value).__name__} and not a {kind.__name__}")
        return value

    def _lose(self, reason: str) -> NoReturn:
        self.on_loss(reason)
        os._exit(LINK_LOST)

    def wrong(self, text: str) -> WrongShapeError:
        """The error for a value of another shape; the test fails whatever it catches."""
        self.violation = self.violation or text
        return WrongShapeError(text)

    def _reply(self, memo: Memo) -> Any:
        place = self._place
        while True:
            message = self._pipe.receive()
            if message[0] == "ask":
                self._checked(self.serve, message)
                continue
            self._place = place
            value, trace, world = self._checked(self._read, message, memo)
            if world is not None:
                self._checked(self.incoming, world)
            if trace is not None:
                raise self.raised(value, trace)
            if self.record.recording and not standins.is_stand_in(value):
                self.record.plain[place] = type(value).__name__
            return value

    def _read(self, message: list[Any], memo: Memo) -> tuple[Any, str | None, Any]:
        tag, body, changes, printed, world, *trace = message
        if tag not in ("ok", "raise") or len(trace) != (tag == "raise") or type(printed) is not int:
            raise ValueError("an unknown message")
        self._raising = tag == "raise"
        value = self.decode(body, memo)
        self._raising = False
        for number, content in changes:
            self.fill(memo.objects[number], content, memo)
        self.heard(printed)
        return value, str(trace[0]) if trace else None, world

    @staticmethod
    def _checked(function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except WRONG as error:
            raise LinkLostError(f"{type(error).__name__}: {error}") from None

    def serve(self, message: list[Any]) -> None:
        before, self._place = self._place, "callback"
        try:
            super().serve(message)
        except WrongShapeError as error:
            refusal = ["x", "TypeError", [str(error)]]
            self._pipe.send(["raise", refusal, [], 0, self.outgoing(), ""])
        finally:
            self._place = before

    def perform(
        self, operation: str, number: int, name: str, given: list[Any], named: dict[str, Any]
    ) -> Any:
        """A callback."""
        target = self._mine[number]
        kind = _kind(target)
        if operation == "call" and kind in ("function", "callable"):
            return target(*given, **named)
        if operation == "next" and kind == "iterator":
            return next(target)
        if operation == "stream" and kind == "stream" and name in _STREAM_METHODS:
            found = getattr(target, name)
            return found(*given) if callable(found) else found
        if operation == "get" and kind == "object" and not name.startswith("_"):
            _check_mock(target, name)
            return getattr(target, name)
        if operation == "special" and kind == "object" and name in _specials(target):
            return getattr(type(target), name)(target, *given, **named)
        raise CannotCrossError(
            f"the tests' {type(target).__name__} has no {name or operation} for you"
        )

    def outgoing(self) -> dict[str, Any] | None:
        return self.surroundings.outgoing() if self.surroundings is not None else None

    def incoming(self, world: dict[str, Any]) -> None:
        if self.surroundings is not None:
            self.surroundings.incoming(world)

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
            self._lose("an exception that is none")
        stops = KeyboardInterrupt | GeneratorExit | SystemExit
        if isinstance(error, KeyboardInterrupt | GeneratorExit if self.running else stops):
            error = RuntimeError(f"{type(error).__name__} was raised")
        if trace:
            error.add_note(f"In your code:\n{trace[-_MAX_NOTE:]}")
        return error

    def own(self, number: int) -> object:
        return self._mine[number]

    def foreign(self, value: object) -> int | None:
        if type(value) is standins.Module:
            return self.modules[value.__name__]
        return standins.number_of(value)

    def export(self, value: object, memo: Memo, depth: int) -> list[Any]:
        del memo, depth
        kind = _kind(value)
        number = self._numbers.get(id(value))
        if number is None:
            self._last += 1
            number = self._last
            self._mine[number], self._numbers[id(value)] = value, number
        if kind == "stream":
            return ["o", number, "text" if _is_text(value) else "binary", []]
        return ["o", number, kind, _specials(value) if kind == "object" else []]

    def imported(self, body: list[Any], memo: Memo, depth: int) -> object:
        raising, self._raising = self._raising, False
        tag = body[0]
        if tag == "C":
            return self._as_class(self._class(body))
        if tag == "e":
            return self._error(body, memo, depth, raising=raising)
        if tag != "o":
            raise ValueError("an unknown value")
        _, number, told, described, flags, *plain = body
        if type(number) is not int or type(told) is not str or len(plain) > 1:
            raise ValueError("no object")
        copied = self.decode(plain[0], memo, depth + 1) if plain else None
        kind = None if described is None else self._class(described)
        return self._object(number, told, kind, flags, copied, is_plain=bool(plain))

    def _object(
        self, number: int, told: str, kind: Any, flags: Any, copied: Any, *, is_plain: bool
    ) -> Any:
        place = self._place
        if self.record.recording:
            role = _role(told, kind, flags)
            self.record.note(place, role)
        roles = self.record.roles_at(place)
        if "function" in roles and "call" in flags:
            return self.stand_in(Function, number, place)
        if told == "iterator" or ("iterator" in roles and "iter" in flags):
            return self.stand_in(Iteration, number, place)
        if "coroutine" in roles and told == "coroutine":
            return self.stand_in(Coroutine, number, place)
        if told == "module":
            for role in roles:
                if role[:2] in ("S:", "M:"):
                    return importlib.import_module(role[2:])
        if kind is not None:
            for role in sorted(roles):
                if role[:2] == "I:" and self._is(kind, role[2:]):
                    return self._instance(kind, number, copied)
        if is_plain:
            return copied
        name = kind.__name__ if kind is not None else told
        raise self.wrong(
            f"{standins.words(place)} gave {_a(name, kind)}, "
            f"where the problem asks for {self.record.expected(place)}"
        )

    def _instance(self, kind: Any, number: int, copied: Any) -> Any:
        base = standins.data_base(kind)
        if base is None:
            return self.stand_in(kind, number, "")
        if type(copied) is not base:
            raise ValueError("data of another type")
        if number in self._members:
            return self._members[number]
        made: Any = base.__new__(kind, copied)
        standins.set_number(made, number)
        self._uses[number] = self._uses.get(number, 0) + 1
        if base is not tuple and len(self._members) < _MAX_OBJECTS:
            self._members[number] = made  # members of an enum: one object each
        return made

    def _as_class(self, kind: RemoteType) -> Any:
        place = self._place
        if self.record.recording:
            if not standins.own_key(kind):
                standins.bind(kind, kind.__module__ + "." + kind.__qualname__)
            self.record.note(place, f"C:{standins.key_of(kind)}")
            if place.count(".") == 1 and place.partition(".")[0] in self.modules:
                self.record.reach.setdefault(standins.key_of(kind), place)
            standins.set_path(kind, place)
            return kind
        for role in sorted(self.record.roles_at(place)):
            if role[:2] == "C:":
                key = role[2:]
                if self.record.reach.get(key, "") == place and not standins.own_key(kind):
                    standins.bind(kind, key)
                    standins.set_path(kind, place)
                if self.record.reach.get(key, "") == place or self._is(kind, key):
                    return kind
        if "function" in self.record.roles_at(place):
            # It can be called, and that is all that can be done with it.
            return self.stand_in(Function, standins.class_number(kind), place)
        raise self.wrong(
            f"{standins.words(place)} is the class {kind.__name__}, where the problem asks for "
            f"{self.record.expected(place)}"
        )

    def _is(self, kind: RemoteType, key: str) -> bool:
        """Whether a class is the one that is known by `key`, or derives from it."""
        if any(standins.key_of(base) == key for base in kind.__mro__):
            return True
        place = self.record.reach.get(key)
        if place is not None:
            named = self._by_name(place)
            return named is not None and named in kind.__mro__
        # The tests have no name for it: a class of any name will do.
        if not standins.key_of(kind):
            standins.bind(kind, key)
            return True
        return standins.key_of(kind) not in self.record.reach

    def _by_name(self, place: str) -> RemoteType | None:
        """The class that the tests get at a place."""
        module, _, name = place.partition(".")
        if place not in self._named and module in self.modules:
            try:
                found = self.at(place, "get", self.modules[module], name)
            except AttributeError:
                found = None
            self._named[place] = found if type(found) is RemoteType else None
        return self._named.get(place)

    def load(self, name: str, how: str) -> None:
        """Have a module imported, again ("reload") or anew ("fresh"); its classes are others."""
        self._named.clear()
        self.modules[name] = self.exact(int, name, how, 0, name)

    def run(self, name: str) -> dict[str, Any]:
        """Have a module run by itself; its names, as far as the reference has them too."""
        number = self.exact(int, name, "run", 0, name)
        known = standins.module_names(name)
        return {one: self.at(f"{name}.{one}", "get", number, one) for one in known}

    def _error(self, body: list[Any], memo: Memo, depth: int, *, raising: bool) -> Any:
        _, number, described, arguments, text, cause = body
        kind: Any = self._class(described)
        if not issubclass(kind, BaseException) or type(text) is not str or type(number) is not int:
            raise TypeError("no exception")
        given = [self.decode(one, memo, depth + 1) for one in arguments]
        self._raising = raising
        why = self.decode(cause, memo, depth + 1)
        self._raising = False
        if self.record.recording:
            if not standins.own_key(kind):
                standins.bind(kind, kind.__module__ + "." + kind.__qualname__)
            if not raising:
                self.record.note(self._place, f"I:{standins.key_of(kind)}")
        elif not raising and not any(
            role[:2] == "I:" and self._is(kind, role[2:])
            for role in self.record.roles_at(self._place)
        ):
            raise self.wrong(
                f"{standins.words(self._place)} gave {_a(kind.__name__, kind)}, where the problem "
                f"asks for {self.record.expected(self._place)}"
            )
        made: Any = self._remotes.get((number, ""))
        if made is None:
            made = kind.__new__(kind, *given)
            standins.set_number(made, number)
            standins.set_text(made, text)
            if isinstance(why, BaseException):
                made.__cause__ = why
            self._keep(made, number, "")
        return made

    def stand_in(self, kind: type, number: int, place: str) -> Any:
        """The stand-in for an object; the same one as long as it lives."""
        found = self._remotes.get((number, place))
        if found is not None:
            return found
        made: Any = object.__new__(kind)
        standins.set_number(made, number)
        if place:
            standins.set_place(made, place)
        self._keep(made, number, place)
        return made

    def _keep(self, made: Any, number: int, place: str) -> None:
        if len(self._uses) > _MAX_OBJECTS:
            raise ValueError("too many objects")
        self._remotes[(number, place)] = made
        self._uses[number] = self._uses.get(number, 0) + 1
        if number in self.released:
            self.released.remove(number)
        weakref.finalize(made, self.drop, number).atexit = False

    def drop(self, number: int) -> None:
        """A stand-in is gone."""
        left = self._uses.get(number, 0) - 1
        if left > 0:
            self._uses[number] = left
        else:
            self._uses.pop(number, None)
            if number not in self._classes:
                self.released.append(number)

    def _class(self, body: list[Any]) -> Any:
        tag, number, described = body
        if tag != "C":
            raise ValueError("no class")
        if described is None:
            return self._classes[number]
        name, module, qualname, bases, special = described
        if type(number) is not int or number in self._classes or len(self._classes) > _MAX_OBJECTS:
            raise ValueError("a class told twice")
        if not all(type(text) is str for text in (name, module, qualname, *special)):
            raise ValueError("no class")
        ours = [self._base(base) for base in bases]
        names = (name[:_MAX_NAME], module[:_MAX_NAME], qualname[:_MAX_NAME])
        made: Any = standins.make_class(
            names, [one for one in ours if one is not None], special, number
        )
        self._classes[number] = made
        if self.record.recording and not issubclass(made, BaseException):
            standins.bind(made, f"{module}.{qualname}")
        return made

    def _base(self, body: list[Any]) -> type | None:
        """A base class: another of the student's, a built-in exception, or immutable data."""
        if body[0] == "C":
            base: type = self._class(body)
            return base
        found = self.decode(body, Memo())
        if not isinstance(found, type):
            raise TypeError("no base class")
        return found if issubclass(found, BaseException) or found in standins.DATA else None


def _role(told: str, kind: Any, flags: Any) -> str:
    """The role in which the reference gives an object."""
    if told in ("function", "iterator", "coroutine"):
        return told
    if told == "module":
        name = str(flags[0])
        standard = name.partition(".")[0] in sys.stdlib_module_names
        return f"{'S' if standard else 'M'}:{name}"
    return f"I:{standins.key_of(kind)}"


def _a(name: str, kind: Any) -> str:
    if kind is None:
        return f"a {name}" if name[:1] not in "aeiou" else f"an {name}"
    return f"a {name} object"


def _is_text(value: object) -> bool:
    return not isinstance(value, io.RawIOBase | io.BufferedIOBase)


def _check_mock(value: object, name: str) -> None:
    """Refuse an attribute that is a mock's own: what it has seen, and what it asserts."""
    if type(value).__module__.startswith("unittest.mock") and (
        name in _of_mocks() or name.startswith("assert")
    ):
        raise CannotCrossError(f"{name} of a mock is for the tests alone")


@functools.cache
def _of_mocks() -> frozenset[str]:
    from unittest import mock

    return frozenset(dir(mock.MagicMock()))


def _specials(value: object) -> list[str]:
    """Special methods of a test's own object that the submission may use."""
    return [
        name
        for name in (*FORWARDED, "__get__", "__set__")
        if any(name in vars(base) for base in type(value).__mro__ if base is not object)
        and getattr(type(value), name, None) is not None
    ]


def _kind(value: object) -> str:
    """What the solution may do with an object of the tests."""
    if isinstance(value, types.FunctionType):
        return "function"
    if isinstance(value, (*_FUNCTIONS, type, functools.partial)):
        return "callable"
    if isinstance(value, io.IOBase):
        return "stream"
    module = type(value).__module__
    if module.startswith("unittest.mock"):
        return "object"
    if isinstance(value, Iterator):
        return "iterator"
    if isinstance(value, _HIDDEN) or module.startswith(("unittest", "_pytest")):
        raise CannotCrossError(f"the tests cannot pass a {type(value).__name__} to your code")
    return "object"


tests: Tests
"""Set by `start`."""


def start(record: Record | None = None) -> Tests:
    """Open the link."""
    global tests  # noqa: PLW0603 - a process has one
    tests = Tests(record)
    standins.peer = tests
    return tests
