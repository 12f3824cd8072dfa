"""Stand-ins for the submission's objects, as the tests see them.

A stand-in has no attributes of its own that a test could see. Which special methods the one of
an instance has is bound to its class by the record (`bind`); what it says of its text comes
from `source`.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import inspect
import types
from collections.abc import Generator, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from . import source
from .codec import CannotCrossError
from .special import OPERATORS, SHAPE

peer: Any = None
"""The tests' end of the link, a `remote.Tests`; set by `remote.start`."""

DATA = (int, float, str, bytes, tuple, frozenset)
"""Immutable data: of an instance of a class that derives from one of them there is a copy."""
_NUMBER, _TEXT = "\0number", "\0text"
_keys: dict[type, str] = {}
_keys_found: dict[type, str] = {}
_paths: dict[type, str] = {}
_class_numbers: dict[type, int] = {}
_EXACT: dict[str, type] = {
    "__len__": int,
    "__length_hint__": int,
    "__bool__": bool,
    "__hash__": int,
    "__str__": str,
    "__repr__": str,
    "__format__": str,
    "__int__": int,
    "__index__": int,
    "__float__": float,
    "__complex__": complex,
    "__bytes__": bytes,
    "__contains__": bool,
}
"""What Python itself takes from a special method."""


def is_stand_in(value: object) -> bool:
    """Whether it stands for an object of the submission."""
    kind = type(value)
    return kind is RemoteType or type(kind) is RemoteType or kind in _OTHERS


def number_of(value: object) -> int | None:
    """The handle that a stand-in stands for; None for other objects."""
    if type(value) is RemoteType:
        return _class_numbers[value]
    if isinstance(value, _Slotted) and is_stand_in(value):
        return int(_number_slot.__get__(value))
    if is_stand_in(value):
        number: int | None = _real_attribute(value, _NUMBER)
        return number
    return None


def _real_attribute(value: object, name: str) -> Any:
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return None


def set_number(value: Any, number: int) -> None:
    """Tie a new stand-in to a handle."""
    if isinstance(value, _Slotted):
        _number_slot.__set__(value, number)
    else:
        object.__setattr__(value, _NUMBER, number)


def set_text(error: BaseException, text: str) -> None:
    """Say how an exception looks as text."""
    object.__setattr__(error, _TEXT, text)


def set_place(value: Any, place: str) -> None:
    """Say where a function was found."""
    _place_slot.__set__(value, place)


def key_of(kind: Any) -> str:
    """By what the record knows a class, "" where it does not."""
    if kind not in _keys_found:
        mro = type.__getattribute__(kind, "__mro__")
        _keys_found[kind] = next((_keys[base] for base in mro if base in _keys), "")
    return _keys_found[kind]


def own_key(kind: Any) -> str:
    """The same, not by a base class."""
    return _keys.get(kind, "")


def class_number(kind: RemoteType) -> int:
    """The handle of a class."""
    return _class_numbers[kind]


def set_path(kind: RemoteType, place: str) -> None:
    """Say by which name the tests have a class, which is where its text is looked up."""
    _paths.setdefault(kind, place)


def path_of(kind: Any) -> str:
    """Where the text of a class is looked up."""
    return _paths.get(kind) or f"{kind.__module__}.{kind.__qualname__}"


def words(place: str) -> str:
    """A place as a person reads it."""
    if place == "callback":
        return "an argument of the tests' function"
    name = place.replace("#", ".").removesuffix("()")
    return f"{name}()" if place.endswith("()") else name


def data_base(kind: type) -> type | None:
    """The type of immutable data that a stand-in's class derives from."""
    return next((base for base in kind.__mro__ if base in DATA), None)


class RemoteType(type):  # noqa: D101
    # No docstring: __doc__ is a property of the student's class.

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        """Only `make_class` makes one."""
        del namespace
        raise CannotCrossError(
            f"{name} cannot derive from {bases[0].__name__}, which is in another process"
        )

    def __init__(cls, *_: Any) -> None:
        """Nothing: `make_class` has done it."""

    def __call__(cls, *given: Any, **named: Any) -> Any:
        return peer.at(f"{_class_place(cls)}()", "call", _class_numbers[cls], "", given, named)

    def __getattribute__(cls, name: str) -> Any:
        if name in _IN_SOURCE and source.defines(path_of(cls), name):
            return RemoteType.__getattr__(cls, name)
        return type.__getattribute__(cls, name)

    def __getattr__(cls, name: str) -> Any:
        if name == "__test__":
            return False
        if name in _LOCAL:
            raise AttributeError(name)
        if name == "__dataclass_fields__":
            return _dataclass_fields(cls)
        return peer.at(f"{_class_place(cls)}.{name}", "get", _class_numbers[cls], name)

    def __setattr__(cls, name: str, value: Any) -> None:
        peer.at("set", "set", _class_numbers[cls], name, (value,))

    def __delattr__(cls, name: str) -> None:
        peer.at("set", "delete", _class_numbers[cls], name)

    def __iter__(cls) -> Any:
        return iter(_ask_class(cls, "__iter__"))

    def __bool__(cls) -> bool:
        return True

    def __len__(cls) -> int:
        return int(_exact(cls, "__len__", _ask_class(cls, "__len__")))

    def __contains__(cls, value: Any) -> bool:
        return bool(_exact(cls, "__contains__", _ask_class(cls, "__contains__", value)))

    def __getitem__(cls, key: Any) -> Any:
        return _ask_class(cls, "__getitem__", key)

    def __dir__(cls) -> list[str]:
        return _names(_class_numbers[cls])

    @property
    def __doc__(cls) -> str | None:  # type: ignore[override]
        return source.doc(path_of(cls))

    @property
    def __annotations__(cls) -> dict[str, Any]:  # type: ignore[override]
        return source.annotations_of(path_of(cls))

    @property
    def __signature__(cls) -> inspect.Signature:
        found = source.signature(path_of(cls))
        if found is None:
            raise AttributeError("__signature__")
        return found

    @property  # type: ignore[misc]
    def __dict__(cls) -> Any:  # type: ignore[override]
        own = peer.exact(list, "own names", "own names", _class_numbers[cls])
        return Names([name for name in own if type(name) is str], lambda name: getattr(cls, name))


def _class_place(kind: Any) -> str:
    return key_of(kind) or path_of(kind)


def _ask_class(kind: Any, name: str, *given: Any) -> Any:
    place = f"{_class_place(kind)}.{name}()"
    return peer.at(place, "special", _class_numbers[kind], name, given)


def _exact(kind: Any, name: str, value: Any) -> Any:
    if type(value) is not _EXACT[name] and value is not NotImplemented:
        raise TypeError(f"{name} of {kind.__name__} gave a {type(value).__name__}")
    return value


def _names(number: int) -> list[str]:
    told = peer.exact(list, "names", "names", number)
    return [name for name in told if type(name) is str]


_IN_SOURCE = frozenset({*SHAPE, *OPERATORS, "__init__", "__new__", "__post_init__"})
_LOCAL = frozenset(
    {
        *("_mock_name", "_is_coroutine", "_is_coroutine_mark", "pytestmark"),
        *("__pytest_wrapped__", "__wrapped__", "__signature__"),
    }
)
"""What libraries of the tests look for on any object: they are never asked for."""


class Names(Mapping[str, Any]):
    """What `vars` gives: names, whose values are asked for when they are used."""

    def __init__(self, names: list[str], get: Any) -> None:
        self._names = dict.fromkeys(names)
        self._get = get

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self._get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Slotted:
    """Has room for what ties a stand-in to its handle, where no test sees it."""

    __slots__ = ("__weakref__", "number", "place")


_number_slot: Any = _Slotted.__dict__["number"]
_place_slot: Any = _Slotted.__dict__["place"]
for _name in ("number", "place"):
    delattr(_Slotted, _name)


class _Object:
    """What stand-ins of instances share. Their handle lies in the real ``__dict__``."""

    def __getattr__(self, name: str) -> Any:
        if name == "__dataclass_fields__":
            return _dataclass_fields(type(self))
        if name == "__test__":
            return False
        if name in _LOCAL or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return peer.at(_member(self, name), "get", number_of(self) or 0, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(self, BaseException) and (name.startswith("__") or name == "args"):
            object.__setattr__(self, name, value)
        else:
            peer.at("set", "set", number_of(self) or 0, name, (value,))

    def __delattr__(self, name: str) -> None:
        peer.at("set", "delete", number_of(self) or 0, name)

    def __dir__(self) -> list[str]:
        return _names(number_of(self) or 0)

    def __copy__(self) -> Any:
        return peer.at(_member(self, "__copy__()"), "copy", number_of(self) or 0)

    def __deepcopy__(self, memo: Any) -> Any:
        del memo
        return peer.at(_member(self, "__copy__()"), "deepcopy", number_of(self) or 0)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"cannot pickle a {type(self).__name__}: it is in another process")


def _member(value: Any, name: str) -> str:
    return f"{_class_place(type(value))}#{name}"


def _default_repr(self: Any) -> str:
    return f"<{type(self).__module__}.{type(self).__name__} object>"


def _error_text(self: Any) -> str:
    return str(object.__getattribute__(self, _TEXT))


def _gone(self: Any) -> None:
    number = number_of(self)
    if number is not None:
        peer.drop(number)


def _fields_of(self: Any) -> dict[str, Any]:
    told: dict[str, Any] = peer.exact(dict, _member(self, "__dict__"), "vars", number_of(self) or 0)
    return told


def make_class(
    names: tuple[str, str, str], bases: list[type], special: list[str], number: int
) -> RemoteType:
    """The stand-in for a class; `bind` gives it the special methods that the record has."""
    name, module, qualname = names
    namespace: dict[str, Any] = {
        "__module__": module,
        "__qualname__": qualname,
        "__doc__": property(lambda self: type(self).__doc__),
        "__dict__": property(_fields_of),
    }
    if any(issubclass(base, BaseException) for base in bases):
        namespace["__str__"] = _error_text
    elif any(issubclass(base, DATA) for base in bases):
        namespace["__del__"] = _gone  # a copy of data that has a length cannot be watched
    else:
        namespace["__repr__"] = _default_repr
    known = any(issubclass(base, _Object) for base in bases)
    parents = tuple(bases) if known else (_Object, *bases)
    try:
        made = type.__new__(RemoteType, name, parents, namespace)
    except TypeError:  # bases that do not go together here, though they do over there
        made = type.__new__(RemoteType, name, (_Object,), namespace)
    _class_numbers[made] = number
    _told[made] = special
    return made


_told: dict[type, list[str]] = {}


def bind(kind: RemoteType, key: str) -> None:
    """Say which class of the record it is."""
    _keys[kind] = key
    _keys_found.clear()
    if issubclass(kind, BaseException):
        return
    special = peer.record.specials(key, _told[kind])
    for name in special:
        if name in SHAPE:
            type.__setattr__(kind, name, _forward(name))
        elif name in OPERATORS:
            type.__setattr__(kind, name, _operator(name))
    if "__eq__" in special and "__hash__" not in special:
        type.__setattr__(kind, "__hash__", None)


def _forward(name: str) -> Any:
    def special(self: Any, *given: Any, **named: Any) -> Any:
        place = _member(self, f"{name}()")
        value = peer.at(place, "special", number_of(self) or 0, name, given, named)
        return _exact(type(self), name, value) if name in _EXACT else value

    return special


def _operator(name: str) -> Any:
    asked = _forward(name)
    inherited: dict[type, Any] = {base: vars(base).get(name) for base in (*DATA, object)}

    def special(self: Any, *given: Any) -> Any:
        place = _member(self, f"{name}()")
        if all(_may_meet(place, one) for one in given):
            return asked(self, *given)
        base = data_base(type(self))
        own = inherited[base] if base is not None else None
        return own(self, *given) if own is not None else NotImplemented

    return special


def _may_meet(place: str, other: object) -> bool:
    """Whether an operator of the submission may see a value.

    It may be an instance of a class of its own, or plain data of a type that the reference's
    met in the same tests.
    """
    if is_stand_in(other):
        return True
    kind = type(other)
    if kind.__module__ not in ("builtins", "decimal", "fractions", "datetime", "collections"):
        return False
    return bool(peer.record.may_meet(place, kind))


def _dataclass_fields(kind: Any) -> dict[str, Any]:
    told = peer.exact(list, "fields", "fields", _class_numbers[kind])
    made: dict[str, Any] = {}
    types_of = source.annotations_of(path_of(kind))
    for name, init, in_repr, compare in told:
        if type(name) is not str:
            raise TypeError("a field without a name")
        field: Any = dataclasses.field(init=bool(init), repr=bool(in_repr), compare=bool(compare))
        field.name, field.type = name, types_of.get(name, Any)
        field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]  # noqa: SLF001
        made[name] = field
    if not told:
        raise AttributeError("__dataclass_fields__")
    return made


class Function(_Slotted):  # noqa: D101
    # A function or method. No docstring: __doc__ is the student's.

    __slots__ = ()

    def __call__(self, *given: Any, **named: Any) -> Any:
        place = f"{_place_slot.__get__(self)}()"
        return peer.at(place, "call", _number_slot.__get__(self), "", given, named)

    def __getattr__(self, name: str) -> Any:
        if name == "__test__":
            return False
        if name == "__qualname__":  # no property: the class needs one of its own
            return ".".join([*_path(self).split(".")[1:-1], self.__name__])
        if name in _LOCAL or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(f"'function' object has no attribute {name!r}")
        place = f"{_place_slot.__get__(self)}.{name}"
        return peer.at(place, "get", _number_slot.__get__(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        peer.at("set", "set", _number_slot.__get__(self), name, (value,))

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"

    def __copy__(self) -> Function:
        return self

    def __deepcopy__(self, memo: Any) -> Function:
        return self

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return types.FunctionType

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return source.doc(_path(self))

    @property
    def __name__(self) -> str:
        return source.name(_path(self))

    @property
    def __module__(self) -> str:  # type: ignore[override]
        return _path(self).partition(".")[0]

    @property
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]
        return source.annotations_of(_path(self))

    @property
    def __signature__(self) -> inspect.Signature:
        found = source.signature(_path(self), bound="#" in _place_slot.__get__(self))
        if found is None:
            raise AttributeError("__signature__")
        return found

    @property
    def __defaults__(self) -> tuple[Any, ...] | None:
        given = inspect.signature(self).parameters.values()
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        found = [one.default for one in given if one.kind in kinds]
        return tuple(one for one in found if one is not inspect.Parameter.empty) or None

    @property
    def __kwdefaults__(self) -> dict[str, Any] | None:
        given = inspect.signature(self).parameters.values()
        kind, empty = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.empty
        return {
            one.name: one.default for one in given if one.kind is kind and one.default is not empty
        } or None

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        return {}

    @property
    def __code__(self) -> Any:
        path = _path(self)
        given = inspect.signature(self).parameters
        return _Code(
            co_name=self.__name__,
            co_filename=source.file(path),
            co_firstlineno=source.line(path),
            co_flags=source.flags(path),
            co_argcount=sum(
                one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
                for one in given.values()
            ),
            co_kwonlyargcount=sum(one.kind is one.KEYWORD_ONLY for one in given.values()),
            co_varnames=tuple(given),
        )


class _Code(SimpleNamespace):
    """What `inspect` reads of a function's code."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return types.CodeType


def _path(function: Function) -> str:
    """The name in the source by which a function was found; of an instance's, its class's."""
    place = str(_place_slot.__get__(function))
    owner, mark, name = place.partition("#")
    if not mark:
        return place
    known = next(
        (_paths[kind] for kind, key in _keys.items() if key == owner and kind in _paths), ""
    )
    return f"{known or owner}.{name}"


class Iteration(_Slotted):
    """A generator or another iterator; `next` is all that it is asked."""

    __slots__ = ()

    def __iter__(self) -> Iteration:
        return self

    def __repr__(self) -> str:
        return "<iterator>"

    def __next__(self) -> Any:
        place = f"{_place_slot.__get__(self)}[]"
        return peer.at(place, "special", _number_slot.__get__(self), "__next__")

    def send(self, value: Any) -> Any:
        """As a generator's."""
        place = f"{_place_slot.__get__(self)}[]"
        return peer.at(place, "generator", _number_slot.__get__(self), "send", (value,))

    def throw(self, error: Any) -> Any:
        """As a generator's."""
        place = f"{_place_slot.__get__(self)}[]"
        return peer.at(place, "generator", _number_slot.__get__(self), "throw", (error,))

    def close(self) -> None:
        """As a generator's."""
        peer.at("set", "generator", _number_slot.__get__(self), "close")


class Coroutine(_Slotted, collections.abc.Coroutine[Any, Any, Any]):
    """What an ``async def`` gives; awaiting it runs it over there to its end."""

    __slots__ = ()

    def send(self, value: Any) -> Any:
        """Run it."""
        del value
        place = f"{_place_slot.__get__(self)}await"
        raise StopIteration(peer.at(place, "await", _number_slot.__get__(self)))

    def throw(self, *error: Any) -> Any:
        """Nothing of it has run."""
        raise error[0]

    def close(self) -> None:
        """Nothing to do: it has run or it never will."""

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from ()
        place = f"{_place_slot.__get__(self)}await"
        return peer.at(place, "await", _number_slot.__get__(self))


class Module(types.ModuleType):  # noqa: D101
    # A module of the submission. No docstring: __doc__ is the student's.

    def __getattribute__(self, name: str) -> Any:
        if name in _OF_MODULE:
            return _OF_MODULE[name](types.ModuleType.__getattribute__(self, "__name__"))
        if name.startswith("__") and name.endswith("__"):
            return types.ModuleType.__getattribute__(self, name)
        return module_get(types.ModuleType.__getattribute__(self, "__name__"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__") and name.endswith("__"):
            types.ModuleType.__setattr__(self, name, value)
        else:
            peer.at("set", "set", peer.modules[self.__name__], name, (value,))

    def __delattr__(self, name: str) -> None:
        peer.at("set", "delete", peer.modules[self.__name__], name)

    def __dir__(self) -> list[str]:
        return sorted(module_names(self.__name__))


def module_get(module: str, name: str) -> Any:
    """The value of a module's name."""
    return peer.at(f"{module}.{name}", "get", peer.modules[module], name)


def module_names(module: str) -> list[str]:
    """Names of a module, as far as the reference has them too."""
    told = _names(peer.modules[module])
    known: list[str] = peer.record.public(
        module, [name for name in told if not name.startswith("__")]
    )
    return known


def _all(module: str) -> list[str]:
    """What a star import takes; no name of the tests or of Python itself may get lost by it."""
    return [name for name in module_names(module) if not name.startswith("_") and star(name)]


_OTHERS: tuple[type, ...] = (Function, Iteration, Coroutine)
star: Any = bool
"""Whether a star import may take a name; set by `tests`."""
_OF_MODULE: dict[str, Any] = {
    "__dict__": lambda module: Names(module_names(module), functools.partial(module_get, module)),
    "__all__": _all,
    "__doc__": source.doc,
    "__annotations__": source.annotations_of,
    "__file__": source.file,
}
