"""What isolated Python tests believe of the link to a submission: data, and nothing else."""

from __future__ import annotations

import os
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from judge.sandbox.languages.isolated import remote
from judge.sandbox.languages.isolated.codec import (
    MAX_BRACKETS,
    MAX_BYTES,
    MAX_DEPTH,
    CannotCrossError,
    Codec,
    LinkLostError,
    Memo,
    Pipe,
)


def received(data: bytes) -> Any:
    ours, theirs = os.pipe()
    os.write(theirs, data)
    os.close(theirs)
    try:
        return Pipe(ours).receive()
    finally:
        os.close(ours)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ((MAX_BYTES + 1).to_bytes(4, "big"), f"a frame of {MAX_BYTES + 1} bytes"),
        (b"\0\0\0\3[1,", "not JSON"),
        (b"\0\0\0\2{}", "no message"),
        (b"\0\0\0\3[1]", "no message"),
        (b"\0\0\0\7", "the link ended"),
    ],
)
def test_what_is_no_frame_ends_the_link(data: bytes, says: str) -> None:
    with pytest.raises(LinkLostError, match=says):
        received(data)


def nested(depth: int) -> Any:
    body: Any = 1
    for _ in range(depth):
        body = ["t", [body]]
    return body


def decoded(body: Any) -> Any:
    return Codec().decode(body, Memo())


def test_data_has_a_depth() -> None:
    assert decoded(nested(MAX_DEPTH))
    with pytest.raises(ValueError, match="too deep"):
        decoded(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "body",
    [
        ["T", "eval"],
        ["T", "__import__"],
        ["x", "print", ["said"]],
        ["x", "list", []],
        ["S", "eval", ["1"]],
        ["r", "exec", [1]],
        ["m", "object", 0, [], None],
        ["m", "list", 7, [], None],
        ["=", -1],
        ["=", True],
    ],
)
def test_no_name_but_those_of_the_table(body: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        decoded(body)


@pytest.mark.parametrize("number", [-1, True, "0", 0.0])
def test_a_handle_is_a_number(number: Any) -> None:
    memo = Memo()
    memo.add([])
    memo.add([])
    assert Codec().decode(["=", 0], memo) is memo.objects[0]
    with pytest.raises(ValueError, match="no number of a handle"):
        Codec().decode(["=", number], memo)


@pytest.mark.parametrize("name", ["__globals__", "_secret", "__class__"])
def test_a_callback_reaches_nothing_private(name: str) -> None:
    tests = remote.Tests()
    tests._mine = {1: SimpleNamespace(_secret="the answer", open="yes"), 2: lambda: None}
    with pytest.raises(CannotCrossError):
        tests.perform("get", 1, name, [], {})
    with pytest.raises(CannotCrossError):
        tests.perform("get", 2, name, [], {})


def test_a_class_is_told_once() -> None:
    tests = remote.Tests()
    described = ["Point", "shapes", "Point", [], []]
    told = ["C", 1, described]
    assert tests._class(told) is tests._class(["C", 1, None])
    for lie in (told, ["C", 2, None], ["C", "1", described], ["C", 3, ["P", 1, "P", [], []]]):
        with pytest.raises((ValueError, KeyError)):
            tests._class(lie)


def test_a_frame_of_too_many_containers_ends_the_link() -> None:
    body = b'["ok",[' + b",".join([b"[]"] * MAX_BRACKETS) + b"]]"
    with pytest.raises(LinkLostError, match="values within values"):
        received_later(len(body).to_bytes(4, "big") + body)


def received_later(data: bytes) -> Any:
    """As `received`, of more than a pipe holds."""
    ours, theirs = os.pipe()
    writer = threading.Thread(target=lambda: os.fdopen(theirs, "wb").write(data))
    writer.start()
    try:
        return Pipe(ours).receive()
    finally:
        os.close(ours)
        writer.join()
