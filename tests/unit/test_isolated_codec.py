"""What crosses between tests and solution in Python: values come out as they went in, and
whatever else the solution's side writes is refused by one of the errors that are waited for."""

from __future__ import annotations

import json
import os
import struct
from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from judge.sandbox.languages.isolated.codec import (
    WRONG,
    CannotCrossError,
    Codec,
    LinkLostError,
    Memo,
    Pipe,
)


class Alone(Codec):
    """A side with no objects but data."""

    def export(self, value: object, _memo: Memo, _depth: int) -> list[Any]:
        raise CannotCrossError(repr(value))

    def own(self, number: int) -> object:
        raise KeyError(number)

    def imported(self, body: list[Any], _memo: Memo, _depth: int) -> object:
        raise ValueError(body)

    def foreign(self, _value: object) -> int | None:
        return None


hashable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.datetimes()
    | st.dates()
    | st.timedeltas(),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=8,
)
values = st.recursive(
    hashable,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hashable, inner, max_size=3),
    max_leaves=10,
)
tags = st.sampled_from([*"m=yiFtfbcrSNTxo", "list", "dict", "deque", "defaultdict", "Counter"])
names = st.sampled_from(
    ["range", "slice", "decimal.Decimal", "datetime.time", "re.Pattern", "print", "type"]
)
bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | tags | names,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(lambda tag, rest: [tag, *rest], tags, st.lists(inner, max_size=4))
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=15,
)


@given(values)
def test_values_survive_the_way(value: Any) -> None:
    body = json.loads(json.dumps(Alone().encode(value, Memo())))
    assert Alone().decode(body, Memo()) == value


@given(bodies)
@example(["m", "defaultdict", 0, [], ["T", "int"]])
@example(["x", "SystemExit", [1]])
@example(["x", "print", ["said"]])
@example(["T", "__loader__"])
def test_whatever_comes_is_a_value_or_wrong(body: Any) -> None:
    with suppress(*WRONG):
        Alone().decode(body, Memo())


@given(st.binary(max_size=40), st.booleans())
def test_whatever_bytes_come_are_a_message_or_a_lost_link(data: bytes, framed: bool) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as sender:
        sender.write(struct.pack(">I", len(data)) + data if framed else data)
    try:
        with suppress(LinkLostError):
            assert isinstance(Pipe(reading).receive()[0], str)
    finally:
        os.close(reading)
