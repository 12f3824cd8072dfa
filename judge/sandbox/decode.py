"""From a runner's JSON to facts, each value checked for presence and type.

A `Reader` is one JSON object and the path that leads to it, so that what is
wrong can be named. Everything raises `SandboxBroken`: the runner is ours, and a
message that does not fit means that the container can no longer be believed.
"""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, Literal, TypeVar, cast, get_args

from judge.errors import SandboxBroken
from judge.sandbox.facts import (
    BuildFacts,
    Diagnostic,
    Event,
    EventKind,
    Facts,
    LimitHit,
    RunFacts,
    TestFacts,
    TestStatus,
)

_EVENT_KINDS = ("building", "running", "test", "stdout", "stderr", "debugger", "fuzz")
_MISSING: Any = object()
_T = TypeVar("_T")


class Reader:
    """Typed access to the members of a JSON object."""

    def __init__(self, value: object, path: str) -> None:
        """`path` says where `value` was found, for the error."""
        if not isinstance(value, dict):
            raise SandboxBroken(f"the runner's {path} is not an object")
        self._value: dict[str, Any] = value
        self._path = path

    def text(self, key: str, default: str = _MISSING) -> str:
        """A string; lone surrogates, which nobody downstream could store, are replaced."""
        value = self._typed(key, str, default)
        return value.encode("utf-8", "replace").decode() if value else value

    def maybe_text(self, key: str) -> str | None:
        """A string, or None where it is absent, null or empty."""
        return self.text(key) or None if self._value.get(key) is not None else None

    def whole(self, key: str, default: int = _MISSING) -> int:
        """An integer (a JSON true is none)."""
        return self._typed(key, int, default)

    def truth(self, key: str, default: bool = _MISSING) -> bool:
        """A boolean."""
        return self._typed(key, bool, default)

    def number(self, key: str, default: float = _MISSING) -> float:
        """A finite number that is not negative: all of ours are seconds."""
        value = self._value.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key)
        try:
            number = float(value)
        except OverflowError:
            raise self._wrong(key) from None
        if not math.isfinite(number) or number < 0:
            raise self._wrong(key)
        return number

    def data(self, key: str) -> bytes:
        """Base64, b"" where it is absent or null."""
        if self._value.get(key) is None:
            return b""
        try:
            return b64decode(self.text(key), validate=True)
        except ValueError:
            raise self._wrong(key) from None

    def choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        """One of `choices`, or None where it is absent or empty."""
        value = self.maybe_text(key)
        if value is not None and value not in choices:
            raise self._wrong(key)
        return value

    def object(self, key: str) -> Reader:
        """A nested object."""
        return Reader(self._value.get(key), f"{self._path}.{key}")

    def maybe_object(self, key: str) -> Reader | None:
        """A nested object, or None where it is absent or null."""
        return None if self._value.get(key) is None else self.object(key)

    def objects(self, key: str) -> Iterator[Reader]:
        """The objects of a list; none where it is absent or null."""
        for index, item in enumerate(self._list(key)):
            yield Reader(item, f"{self._path}.{key}[{index}]")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where it is absent or null."""
        return tuple(
            Reader({key: item}, f"{self._path}.{key}").text(key) for item in self._list(key)
        )

    def lengths(self, key: str) -> tuple[int, ...]:
        """A list of integers that are not negative; empty where it is absent or null."""
        found = self._list(key)
        if any(type(one) is not int or one < 0 for one in found):
            raise self._wrong(key)
        return tuple(found)

    def pairs(self, key: str) -> tuple[tuple[str, float], ...]:
        """A list of {"name", "seconds"}."""
        return tuple((item.text("name"), item.number("seconds")) for item in self.objects(key))

    def diagnostics(self, key: str) -> tuple[Diagnostic, ...]:
        """A list of diagnostics."""
        return tuple(
            Diagnostic(
                file=item.text("file", ""),
                line=item.whole("line", 0),
                column=item.whole("column", 0),
                message=item.text("message"),
            )
            for item in self.objects(key)
        )

    def facts(self, sandbox: str) -> Facts:
        """This object as the facts of a job."""
        build = self.maybe_object("build")
        return Facts(
            toolchain=self.text("toolchain"),
            sandbox=cast(Literal["docker", "local"], sandbox),
            rejected=self.diagnostics("rejected"),
            build=build.build() if build else None,
            declared=self.texts("declared"),
            hidden=frozenset(self.texts("hidden")),
            tests=tuple(test.test() for test in self.objects("tests")),
            runs=tuple(run.run() for run in self.objects("runs")),
            warnings=self.diagnostics("warnings"),
            together=self.text("together", ""),
        )

    def build(self) -> BuildFacts:
        """This object as the facts of a build."""
        culprit = self.choice("culprit", ("solution", "tests")) or "solution"
        return BuildFacts(
            ok=self.truth("ok"),
            seconds=self.number("seconds"),
            diagnostics=self.diagnostics("diagnostics"),
            limit=self._limit(),
            culprit=cast(Literal["solution", "tests"], culprit),
            phases=self.pairs("phases"),
        )

    def test(self) -> TestFacts:
        """This object as the facts of a test."""
        status = self.choice("status", get_args(TestStatus))
        if status is None:
            raise self._wrong("status")
        return TestFacts(
            name=self.text("name"),
            status=cast(TestStatus, status),
            seconds=self.number("seconds", 0.0),
            message=self.text("message", ""),
            output=self.text("output", ""),
            stderr=self.text("stderr", ""),
            started=self.whole("started", 0),
        )

    def run(self) -> RunFacts:
        """This object as the facts of a run."""
        exited = self._value.get("exit_code") is not None
        return RunFacts(
            name=self.text("name", ""),
            exit_code=self.whole("exit_code") if exited else None,
            signal=self.maybe_text("signal"),
            cpu_seconds=self.number("cpu_seconds"),
            wall_seconds=self.number("wall_seconds"),
            memory_bytes=self.whole("memory_bytes"),
            stdout=self.data("stdout"),
            stderr=self.data("stderr"),
            output_bytes=self.whole("output_bytes"),
            limit=self._limit(),
            violation=self.maybe_text("violation"),
            complete=self.truth("complete", True),
            order=self.lengths("order"),
        )

    def event(self) -> Event:
        """This object as an event."""
        kind = self.choice("kind", _EVENT_KINDS)
        if kind is None:
            raise self._wrong("kind")
        run = self.maybe_object("run")
        return Event(
            kind=cast(EventKind, kind),
            name=self.text("name", ""),
            status=cast(TestStatus | None, self.choice("status", get_args(TestStatus))),
            hidden=self.truth("hidden", False),
            data=self.data("data"),
            run=run.run() if run else None,
        )

    def _limit(self) -> LimitHit | None:
        return cast(LimitHit | None, self.choice("limit", get_args(LimitHit)))

    def _list(self, key: str) -> list[Any]:
        value = self._value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(key)
        return value

    def _typed(self, key: str, kind: type[_T], default: _T) -> _T:
        value = self._value.get(key, default)
        if type(value) is not kind:
            raise self._wrong(key)
        return value

    def _wrong(self, key: str) -> SandboxBroken:
        return SandboxBroken(f"the runner's {self._path} has no proper {key!r}")
