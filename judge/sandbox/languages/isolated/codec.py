"""Frames, and values as JSON. Both ends use it; `Codec` is told what to do with handles."""

from __future__ import annotations

import base64
import builtins
import collections
import importlib
import io
import json
import os
import struct
import types
from typing import Any

MAX_BYTES = 4 << 20
"""Of a frame. What it holds takes about twenty times as much in memory."""
MAX_BRACKETS = 150_000
"""In a frame: each is an object or two, which take far more memory than the bracket."""
MAX_DEPTH = 60
"""Of nested data, and of calls within calls."""
_EXACT_INT = 2**53
_LENGTH = struct.Struct(">I")

MUTABLE: dict[str, type] = {
    "list": list,
    "dict": dict,
    "set": set,
    "bytearray": bytearray,
    "deque": collections.deque,
    "Counter": collections.Counter,
    "OrderedDict": collections.OrderedDict,
    "defaultdict": collections.defaultdict,
}
_MUTABLE_NAMES = {kind: name for name, kind in MUTABLE.items()}
_MAPPINGS = (dict,)
_PLAIN_BASES = (int, float, str, bytes, tuple, frozenset, complex, *MUTABLE.values())


class LinkLostError(BaseException):
    """The other end is gone, or says what it may not say. Nothing may catch it by accident."""


class CannotCrossError(TypeError):
    """A value that stays on its side."""


class Pipe:
    """Frames over a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def send(self, message: list[Any]) -> None:
        """Write one frame. Raises CannotCrossError where it is too long."""
        body = json.dumps(message, separators=(",", ":")).encode()
        if len(body) > MAX_BYTES:
            raise CannotCrossError(
                f"{len(body)} bytes are too many: {MAX_BYTES >> 20} MiB can cross"
            )
        if body.count(b"[") > MAX_BRACKETS:
            raise CannotCrossError("too many values within values cannot cross")
        rest = memoryview(_LENGTH.pack(len(body)) + body)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise LinkLostError(str(error)) from None

    def receive(self) -> list[Any]:
        """The next frame. Raises LinkLostError for everything that is none."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > MAX_BYTES:
            raise LinkLostError(f"a frame of {length} bytes")
        body = self._exactly(length)
        if body.count(b"[") > MAX_BRACKETS:
            raise LinkLostError(f"a frame of more than {MAX_BRACKETS} values within values")
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise LinkLostError(f"a frame that is not JSON: {error}") from None
        if not isinstance(message, list) or not message or not isinstance(message[0], str):
            raise LinkLostError("a frame that is no message")
        return message

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            try:
                part = os.read(self._descriptor, min(count, 1 << 20))
            except OSError as error:
                raise LinkLostError(str(error)) from None
            if not part:
                raise LinkLostError("the link ended")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class Memo:
    """The containers of one call, by number, and what each held when it crossed."""

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._held: list[list[Any]] = []

    def add(self, value: Any) -> int:
        """Give a container the next number."""
        self._numbers[id(value)] = len(self.objects)
        self.objects.append(value)
        return len(self.objects) - 1

    def number(self, value: Any) -> int | None:
        """The number of a container that has one."""
        return self._numbers.get(id(value))

    def hold(self) -> None:
        """Remember what all of them hold now."""
        self._held = [_content(value) for value in self.objects]

    def changed(self) -> list[int]:
        """Numbers of those that hold something else than then."""
        return [
            number
            for number, held in enumerate(self._held)
            if not _same(held, _content(self.objects[number]))
        ]


def _content(value: Any) -> list[Any]:
    if isinstance(value, bytearray):
        return [bytes(value)]
    return (
        [part for item in value.items() for part in item]
        if isinstance(value, dict)
        else list(value)
    )


def _same(one: list[Any], other: list[Any]) -> bool:
    if len(one) != len(other):
        return False
    return all(a is b or (type(a) is bytes and a == b) for a, b in zip(one, other, strict=True))


class Codec:
    """Values to JSON and back. Subclasses give `export`, `own` and `imported`."""

    copies_streams = True
    """Whether a StringIO is data; the tests' stay with them, since they look at them later."""

    def export(self, value: object, memo: Memo, depth: int) -> list[Any]:
        """A handle for an object of this side. Raises CannotCrossError."""
        raise NotImplementedError

    def own(self, number: int) -> object:
        """The object of this side that a handle stands for. Raises KeyError."""
        raise NotImplementedError

    def imported(self, body: list[Any], memo: Memo, depth: int) -> object:
        """The stand-in for an object of the other side."""
        raise NotImplementedError

    def foreign(self, value: object) -> int | None:
        """The number of an object of the other side, whose stand-in `value` is."""
        raise NotImplementedError

    def encode(self, value: Any, memo: Memo, depth: int = 0) -> Any:
        """`value` as JSON. Raises CannotCrossError, and names what cannot."""
        if depth > MAX_DEPTH:
            raise CannotCrossError(f"data nested more than {MAX_DEPTH} deep cannot cross")
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int:
            return value if abs(value) < _EXACT_INT else ["i", hex(value)]
        if kind is float:
            return value if value - value == 0 else ["F", repr(value)]
        if kind in _MUTABLE_NAMES:
            return self._container(value, memo, depth)
        simple = self._immutable(value, memo, depth)
        return self.export(value, memo, depth) if simple is None else simple

    def encode_content(self, value: Any, memo: Memo, depth: int = 0) -> Any:
        """What a container holds."""
        if isinstance(value, bytearray):
            return base64.b64encode(value).decode()
        if isinstance(value, _MAPPINGS):
            return [
                [self.encode(key, memo, depth + 1), self.encode(item, memo, depth + 1)]
                for key, item in value.items()
            ]
        return [self.encode(item, memo, depth + 1) for item in value]

    def _container(self, value: Any, memo: Memo, depth: int) -> list[Any]:
        number = memo.number(value)
        if number is not None:
            return ["=", number]
        extra = None
        if isinstance(value, collections.deque):
            extra = value.maxlen
        elif isinstance(value, collections.defaultdict) and value.default_factory is not None:
            extra = self.encode(value.default_factory, memo, depth + 1)
        number = memo.add(value)
        return [
            "m",
            _MUTABLE_NAMES[type(value)],
            number,
            self.encode_content(value, memo, depth),
            extra,
        ]

    def _immutable(self, value: Any, memo: Memo, depth: int) -> list[Any] | None:
        def all_of(items: Any) -> list[Any]:
            return [self.encode(item, memo, depth + 1) for item in items]

        number = self.foreign(value)
        if number is not None:
            return ["y", number]
        kind: Any = type(value)
        name: str = kind.__name__
        if kind is tuple:
            return ["t", all_of(value)]
        if kind is frozenset:
            return ["f", all_of(value)]
        if kind is bytes:
            return ["b", base64.b64encode(value).decode()]
        if kind is complex:
            return ["c", all_of((value.real, value.imag))]
        if kind in (range, slice):
            return ["r", name, all_of((value.start, value.stop, value.step))]
        full = _name(kind)
        if full in _STANDARD:
            return ["S", full, all_of(_STANDARD[full](value))]
        if kind in _VIEWS:
            return ["v", name, all_of(value)]
        if full in _STREAMS and self.copies_streams:
            return ["S", full, all_of((value.getvalue(), value.tell()))]
        if value is NotImplemented or value is Ellipsis:
            return ["N", repr(value)]
        if issubclass(kind, type) and (told := _name_of_type(value)) is not None:
            return ["T", told]
        if isinstance(value, types.TracebackType):
            return ["N", "None"]  # it stays where it is
        if isinstance(value, BaseException) and getattr(builtins, name, None) is kind:
            return ["x", name, self.encode_arguments(value, memo, depth)]
        return None

    def encode_arguments(self, error: BaseException, memo: Memo, depth: int) -> list[Any]:
        """An exception's `args`; what cannot cross, by how it looks."""
        encoded = []
        for argument in error.args:
            try:
                encoded.append(self.encode(argument, memo, depth + 1))
            except CannotCrossError:
                encoded.append(_looks(argument))
        return encoded

    def as_plain(self, value: Any, memo: Memo, depth: int = 0) -> Any:
        """An instance of a subclass of plain data (a namedtuple, say) as that data, else None."""
        for base in _PLAIN_BASES:
            if isinstance(value, base):
                convert: Any = _EXACTLY.get(base, base)
                return self.encode(convert(value), memo, depth)
        return None

    def decode(self, body: Any, memo: Memo, depth: int = 0) -> Any:
        """`encode`'s other end. Raises any of `WRONG` for what is no value."""
        if depth > MAX_DEPTH:
            raise ValueError("data is nested too deep")
        if body is None or isinstance(body, bool | int | float | str):
            return body
        tag, *rest = body
        if tag == "m":
            return self._decode_container(rest, memo, depth)
        if tag == "=":
            return memo.objects[_index(rest[0])]
        if tag == "y":
            return self.own(_index(rest[0]))
        if tag in _DECODERS:
            return _DECODERS[tag](*self._parts(tag, rest, memo, depth))
        return self.imported(body, memo, depth)

    def _parts(self, tag: str, rest: list[Any], memo: Memo, depth: int) -> list[Any]:
        """The parts of an immutable value, those decoded that are values themselves."""
        if tag in ("i", "F", "b", "N", "T"):
            return rest
        return [*rest[:-1], [self.decode(item, memo, depth + 1) for item in rest[-1]]]

    def _decode_container(self, rest: list[Any], memo: Memo, depth: int) -> Any:
        name, number, content, extra = rest
        kind: Any = MUTABLE[name]
        value: Any
        if kind is collections.deque:
            value = collections.deque(maxlen=extra)
        elif kind is collections.defaultdict:
            value = kind(self.decode(extra, memo, depth + 1))
        else:
            value = kind()
        if memo.add(value) != number:
            raise ValueError("containers are numbered in order")
        self.fill(value, content, memo, depth)
        return value

    def fill(self, value: Any, content: Any, memo: Memo, depth: int = 0) -> None:
        """Make a container hold `content`."""
        if isinstance(value, bytearray):
            value[:] = base64.b64decode(content, validate=True)
            return
        if isinstance(value, _MAPPINGS):
            pairs = [
                (self.decode(key, memo, depth + 1), self.decode(item, memo, depth + 1))
                for key, item in content
            ]
            value.clear()
            for key, item in pairs:
                value[key] = item
            return
        items = [self.decode(item, memo, depth + 1) for item in content]
        value.clear()
        (value.update if isinstance(value, set) else value.extend)(items)


WRONG = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What decoding raises for something that is no value."""
_EXACTLY: dict[type, Any] = {
    int: int.__index__,
    float: float.__float__,
    str: str.__str__,
    bytes: lambda one: bytes.__getitem__(one, slice(None)),
    tuple: lambda one: tuple.__getitem__(one, slice(None)),
}
"""How to come from a subclass's instance to the data, where calling the type would not."""
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_STANDARD: dict[str, Any] = {
    "decimal.Decimal": lambda one: (str(one),),
    "fractions.Fraction": lambda one: (one.numerator, one.denominator),
    "datetime.date": lambda one: (one.year, one.month, one.day),
    "datetime.timedelta": lambda one: (one.days, one.seconds, one.microseconds),
    "datetime.datetime": lambda one: (one.replace(tzinfo=None).isoformat(), one.tzinfo, one.fold),
    "datetime.time": lambda one: (one.replace(tzinfo=None).isoformat(), one.tzinfo, one.fold),
    "datetime.timezone": lambda one: (one.utcoffset(None), one.tzname(None)),
    "zoneinfo.ZoneInfo": lambda one: (one.key,),
    "uuid.UUID": lambda one: (one.hex,),
    "re.Pattern": lambda one: (one.pattern, one.flags),
    "pathlib.PurePosixPath": lambda one: (str(one),),
    "pathlib.PosixPath": lambda one: (str(one),),
}
"""Types of the standard library that are data, and their parts. Their modules are imported
where there is an instance: a start must be quick."""


def _moment(kind: Any) -> Any:
    def make(text: str, zone: Any, fold: int) -> Any:
        if zone is not None and _name(type(zone)) not in ("datetime.timezone", "zoneinfo.ZoneInfo"):
            raise TypeError("no time zone")
        return kind.fromisoformat(text).replace(tzinfo=zone, fold=fold)

    return make


def _timezone(kind: Any) -> Any:
    def make(offset: Any, name: str) -> Any:
        bare = kind(offset)
        return bare if bare.tzname(None) == name else kind(offset, name)

    return make


def _pattern(_kind: Any) -> Any:
    def make(pattern: Any, flags: int) -> Any:
        library = importlib.import_module("re")
        try:
            return library.compile(pattern, flags)
        except library.error as error:
            raise ValueError(str(error)) from None

    return make


_MAKERS: dict[str, Any] = {
    "datetime.datetime": _moment,
    "datetime.time": _moment,
    "datetime.timezone": _timezone,
    "re.Pattern": _pattern,
}
"""How to make one of its parts, where calling the type would not."""
_STREAMS: dict[str, Any] = {"io.StringIO": io.StringIO, "io.BytesIO": io.BytesIO}


def _name(kind: type) -> str:
    module = kind.__module__
    return f"{'io' if module == '_io' else module}.{kind.__name__}"


def _standard(name: str, parts: list[Any]) -> Any:
    if name in _STREAMS:
        content, position = parts
        stream = _STREAMS[name](content)
        stream.seek(position)
        return stream
    kind = _standard_type(name)
    return _MAKERS[name](kind)(*parts) if name in _MAKERS else kind(*parts)


def _standard_type(name: str) -> Any:
    if name not in _STANDARD:
        raise ValueError(f"{name} is no type of data")
    module, _, name = name.partition(".")
    return getattr(importlib.import_module(module), name)


def _view(name: str, parts: list[Any]) -> Any:
    if name == "dict_keys":
        return dict.fromkeys(parts).keys()
    if name == "dict_values":
        return dict(enumerate(parts)).values()
    return {"dict_items": dict}[name](parts).items()


_OTHER_TYPES: dict[str, type] = {
    **_STREAMS,
    **{f"collections.{kind.__name__}": kind for kind in MUTABLE.values()},
    "types.NoneType": type(None),
}
_NAMES_OF_TYPES: dict[type, str] = {
    **{kind: name for name, kind in _OTHER_TYPES.items()},
    **{kind: name for name, kind in vars(builtins).items() if isinstance(kind, type)},
}


def _name_of_type(kind: type) -> str | None:
    """By which name a class crosses; None for those that do not."""
    if kind in _NAMES_OF_TYPES:
        return _NAMES_OF_TYPES[kind]
    name = _name(kind)
    return name if name in _STANDARD or name in ("pathlib.Path", "pathlib.PurePath") else None


def _type(name: str) -> type:
    if name in _STANDARD:
        found: type = _standard_type(name)
        return found
    if name in ("pathlib.Path", "pathlib.PurePath"):
        path: type = getattr(importlib.import_module("pathlib"), name.partition(".")[2])
        return path
    return _OTHER_TYPES[name] if name in _OTHER_TYPES else _builtin(name)


def _builtin(name: str) -> type:
    found = getattr(builtins, name)
    if not isinstance(found, type):
        raise TypeError(f"{name} is no type")
    return found


def _error(name: str, arguments: list[Any]) -> BaseException:
    kind = _builtin(name)
    if not issubclass(kind, BaseException):
        raise TypeError(f"{name} is no exception")
    try:
        return kind(*arguments)
    except TypeError:  # such as UnicodeDecodeError, with arguments that came as text
        return Exception(f"{name}: {arguments}")


_DECODERS: dict[str, Any] = {
    "i": lambda text: int(text, 16),
    "F": float,
    "t": tuple,
    "f": frozenset,
    "b": lambda text: base64.b64decode(text, validate=True),
    "c": lambda parts: complex(*parts),
    "r": lambda name, parts: {"range": range, "slice": slice}[name](*parts),
    "S": _standard,
    "N": lambda name: {"None": None, "NotImplemented": NotImplemented, "Ellipsis": Ellipsis}[name],
    "T": _type,
    "x": _error,
    "v": _view,
}


def _index(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError("no number of a handle")
    return number


def _looks(value: object) -> str:
    try:
        return repr(value)[:500]
    except Exception as error:  # noqa: BLE001 - whatever a repr may raise
        return f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"
