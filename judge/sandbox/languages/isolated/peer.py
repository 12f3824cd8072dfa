"""Requests and replies over the link, nested as calls and callbacks nest."""

from __future__ import annotations

import threading
from typing import Any

from .codec import MAX_DEPTH, CannotCrossError, Codec, LinkLostError, Memo, Pipe


class Peer(Codec):
    """One end. Subclasses say what requests do, and how exceptions are told and raised."""

    def __init__(self, descriptor: int) -> None:
        self._pipe = Pipe(descriptor)
        self._lock = threading.RLock()
        self._depth = 0
        self.released: list[int] = []
        """Handles of the other side that nobody here needs any more."""

    def perform(
        self, operation: str, number: int, name: str, given: list[Any], named: dict[str, Any]
    ) -> Any:
        """Do what the other end asks, and return its value."""
        raise NotImplementedError

    def release(self, numbers: list[int]) -> None:
        """Forget objects of this side that the other end needs no more."""
        raise NotImplementedError

    def outgoing(self) -> dict[str, Any] | None:
        """What has changed here beside values, such as what was printed; JSON."""
        return None

    def incoming(self, world: dict[str, Any]) -> None:
        """The other end's `outgoing`."""

    def printed(self) -> int:
        """Bytes that this process has printed so far."""
        return 0

    def heard(self, printed: int) -> None:
        """The other end has printed so much."""

    def tell_error(self, error: BaseException, memo: Memo) -> tuple[Any, str]:
        """An exception as a value, and the trace that goes with it."""
        raise NotImplementedError

    def raised(self, error: object, trace: str) -> BaseException:
        """What to raise for an exception of the other end."""
        raise NotImplementedError

    def ask(
        self,
        operation: str,
        number: int = 0,
        name: str = "",
        given: tuple[Any, ...] = (),
        named: dict[str, Any] | None = None,
    ) -> Any:
        """Have the other end do something; its value, or its exception."""
        with self._lock:
            memo = Memo()
            arguments = [self.encode(one, memo) for one in given]
            keywords = [[key, self.encode(one, memo)] for key, one in (named or {}).items()]
            released, self.released = self.released, []
            if self._depth >= MAX_DEPTH:
                raise RecursionError("too many calls within calls between code and tests")
            world = self.outgoing()
            self._pipe.send(["ask", operation, number, name, arguments, keywords, released, world])
            self._depth += 1
            try:
                return self._reply(memo)
            finally:
                self._depth -= 1

    def _reply(self, memo: Memo) -> Any:
        while True:
            message = self._pipe.receive()
            if message[0] == "ask":
                self.serve(message)
                continue
            if message[0] not in ("ok", "raise"):
                raise LinkLostError(f"an unknown message {message[0][:20]!r}")
            value = self.decode(message[1], memo)
            for number, content in message[2]:
                self.fill(memo.objects[number], content, memo)
            self.heard(message[3])
            if message[4] is not None:
                self.incoming(message[4])
            if message[0] == "raise":
                raise self.raised(value, str(message[5]))
            return value

    def serve(self, message: list[Any]) -> None:
        """Answer one request."""
        _, operation, number, name, arguments, keywords, released, world = message
        memo = Memo()
        if world is not None:
            self.incoming(world)
        self._depth += 1
        try:
            if self._depth > 2 * MAX_DEPTH:
                raise LinkLostError("calls nested without end")
            given = [self.decode(one, memo) for one in arguments]
            named = {str(key): self.decode(one, memo) for key, one in keywords}
            self.release(released)
            memo.hold()
            self._pipe.send(self._answer(memo, operation, number, name, given, named))
        finally:
            self._depth -= 1

    def _answer(
        self,
        memo: Memo,
        operation: str,
        number: int,
        name: str,
        given: list[Any],
        named: dict[str, Any],
    ) -> list[Any]:
        try:
            value = self.encode(self.perform(operation, number, name, given, named), memo)
            return ["ok", value, self._changes(memo), self.printed(), self.outgoing()]
        except LinkLostError:
            raise
        except BaseException as error:  # noqa: BLE001 - all of them are the asker's
            told, trace = self.tell_error(error, memo)
            changes, world = self._changes(memo), self.outgoing()
            return ["raise", told, changes, self.printed(), world, trace]

    def _changes(self, memo: Memo) -> list[Any]:
        try:
            return [[one, self.encode_content(memo.objects[one], memo)] for one in memo.changed()]
        except CannotCrossError:
            return []
