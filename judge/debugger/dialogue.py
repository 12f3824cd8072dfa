"""What a page may say to Delve, and what of Delve's words reaches it. Pure: no I/O.

Nothing that a page sends is passed on. Each request is made anew from the few fields
that its command has, each of them checked: breakpoints are in files of its own program,
numbers are numbers, expressions are short and none is a command to Delve itself. What
is launched or attached to is not the page's to say. Of what Delve says, answers to the
page's own requests and three events get through, made anew as well and bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from judge.errors import UserError

Message = dict[str, Any]

MAX_WAITING = 64
MAX_BREAKPOINTS = 100
"""In one file."""
MAX_EXPRESSION = 500
MAX_FRAMES = 100
MAX_SHOWN = 200
"""Goroutines, variables of one level."""
MAX_TEXT = 4096
"""Characters of one name or value."""
MAX_LINE = 1_000_000
_MAX_NUMBER = 1 << 31

_INITIALIZE, _ATTACH = _MAX_NUMBER, _MAX_NUMBER + 1
"""Our own requests, with numbers that no page's has."""
_COMMAND = re.compile(r"\s*dlv\b")
_CALL = re.compile(r"\s*call\b")
CONTEXTS = ("watch", "repl", "hover")


class BadMessage(UserError):
    """A page asked for something that no page of ours asks for."""


class Dialogue:
    """One page and one Delve."""

    def __init__(self, files: Collection[str]) -> None:
        """`files`: names of the program's own, as the debugger knows them."""
        self._files = frozenset(files)
        self._waiting: dict[int, tuple[str, bool]] = {}
        """Commands by number, and whether the program ran before each."""
        self.running = False
        """Whether the program runs, or is about to, as far as Delve has said."""

    def begin(self, process: int) -> list[Message]:
        """What Delve hears first: to attach to the program, which is held."""
        return [
            _request(
                _INITIALIZE,
                "initialize",
                {
                    "adapterID": "go",
                    "pathFormat": "path",
                    "linesStartAt1": True,
                    "columnsStartAt1": True,
                    "supportsVariableType": True,
                    "supportsVariablePaging": True,
                },
            ),
            _request(
                _ATTACH,
                "attach",
                {
                    "mode": "local",
                    "processId": process,
                    "stackTraceDepth": MAX_FRAMES,
                    "maxStringLen": 512,
                    "maxArrayValues": 64,
                    "hideSystemGoroutines": True,
                },
            ),
        ]

    def from_page(self, message: Mapping[str, Any]) -> Message:
        """What Delve gets. Raises BadMessage."""
        command, arguments = message.get("command"), message.get("arguments")
        if not isinstance(command, str) or command not in _REQUESTS:
            raise BadMessage(f"no page asks a debugger for {str(command)[:100]}")
        if not isinstance(arguments, dict):
            raise BadMessage("a request has arguments")
        number = _number(message, "seq")
        if number in self._waiting or len(self._waiting) >= MAX_WAITING:
            raise BadMessage("too many requests at once, or two with one number")
        asked = _REQUESTS[command](self, arguments)
        self._waiting[number] = command, self.running
        if command in _RESUMING:
            self.running = True
        return _request(number, command, asked)

    def from_delve(self, message: Message) -> Message | None:
        """What the page gets, or None where it is not for the page. Raises nothing."""
        kind, body = message.get("type"), _object(message.get("body"))
        if kind == "event":
            return self._event(message.get("event"), body)
        number = message.get("request_seq")
        if kind != "response" or not isinstance(number, int):
            return None
        if number in (_INITIALIZE, _ATTACH):
            return None if message.get("success") else _failed(0, "attach", message)
        command, ran_before = self._waiting.pop(number, ("", False))
        if not command:
            return None
        if not message.get("success"):
            if command in _RESUMING:
                self.running = ran_before
            return _failed(number, command, message)
        shown = _ANSWERS.get(command, _nothing)(self, body)
        return {"type": "response", "seq": number, "command": command, "body": shown}

    def _event(self, name: Any, body: Message) -> Message | None:
        if name not in ("initialized", "stopped", "continued"):
            return None
        if name != "initialized":
            self.running = name == "continued"
        shown = {
            "reason": _text(body.get("reason")),
            "description": _text(body.get("description")),
            "text": _text(body.get("text")),
            "threadId": _whole(body.get("threadId")),
        }
        return {"type": "event", "event": name, "body": shown if name == "stopped" else {}}

    # Requests.

    def _set_breakpoints(self, arguments: Message) -> Message:
        points = arguments.get("breakpoints")
        if not isinstance(points, list) or len(points) > MAX_BREAKPOINTS:
            raise BadMessage(f"breakpoints is a list of at most {MAX_BREAKPOINTS}")
        file = arguments.get("file")
        if not isinstance(file, str) or file not in self._files:
            raise BadMessage("file is one of the program's own")
        return {"source": {"path": file}, "breakpoints": [_breakpoint(one) for one in points]}

    def _of_thread(self, arguments: Message) -> Message:
        return {"threadId": _number(arguments, "threadId")}

    def _stack_trace(self, arguments: Message) -> Message:
        return self._of_thread(arguments) | {"startFrame": 0, "levels": MAX_FRAMES}

    def _scopes(self, arguments: Message) -> Message:
        return {"frameId": _number(arguments, "frameId")}

    def _variables(self, arguments: Message) -> Message:
        asked: Message = {"variablesReference": _number(arguments, "variablesReference")}
        if "start" in arguments:
            start, count = _number(arguments, "start"), _number(arguments, "count")
            asked |= {"filter": "indexed", "start": start, "count": min(count, MAX_SHOWN)}
        return asked

    def _evaluate(self, arguments: Message) -> Message:
        context = arguments.get("context")
        if context not in CONTEXTS:
            raise BadMessage(f"context is one of {', '.join(CONTEXTS)}")
        expression = _expression(arguments.get("expression"))
        if context != "repl" and _CALL.match(expression):
            # The whole program would run meanwhile, at each stop.
            raise BadMessage("functions are called from the line for expressions only")
        asked = {"expression": expression, "context": context}
        if "frameId" in arguments:
            asked["frameId"] = _number(arguments, "frameId")
        return asked

    def _none(self, _arguments: Message) -> Message:
        return {}

    # Answers.

    def _points(self, body: Message) -> Message:
        return {
            "breakpoints": [
                {
                    "verified": one.get("verified") is True,
                    "line": _whole(one.get("line")),
                    "message": _text(one.get("message")),
                }
                for one in _objects(body.get("breakpoints"), MAX_BREAKPOINTS)
            ]
        }

    def _threads(self, body: Message) -> Message:
        found = _objects(body.get("threads"), MAX_SHOWN)
        threads = [{"id": _whole(one.get("id")), "name": _text(one.get("name"))} for one in found]
        return {"threads": threads, "more": _length(body.get("threads")) > MAX_SHOWN}

    def _frames(self, body: Message) -> Message:
        return {
            "frames": [self._frame(one) for one in _objects(body.get("stackFrames"), MAX_FRAMES)]
        }

    def _frame(self, frame: Message) -> Message:
        file = _text(_object(frame.get("source")).get("path"))
        return {
            "id": _whole(frame.get("id")),
            "name": _text(frame.get("name")),
            "file": file,
            "line": _whole(frame.get("line")),
            "own": file in self._files,
        }

    def _shown_scopes(self, body: Message) -> Message:
        return {
            "scopes": [
                {
                    "name": _text(one.get("name")),
                    "variablesReference": _whole(one.get("variablesReference")),
                }
                for one in _objects(body.get("scopes"), 8)
            ]
        }

    def _values(self, body: Message) -> Message:
        found = body.get("variables")
        return {
            "variables": [
                {"name": _text(one.get("name"))} | _value(one) for one in _objects(found, MAX_SHOWN)
            ],
            "more": _length(found) > MAX_SHOWN,
        }

    def _evaluated(self, body: Message) -> Message:
        return _value({"value": body.get("result")} | body)


_REQUESTS: dict[str, Callable[[Dialogue, Message], Message]] = {
    "setBreakpoints": Dialogue._set_breakpoints,  # noqa: SLF001 - the class's own tables
    "configurationDone": Dialogue._none,  # noqa: SLF001
    "continue": Dialogue._of_thread,  # noqa: SLF001
    "next": Dialogue._of_thread,  # noqa: SLF001
    "stepIn": Dialogue._of_thread,  # noqa: SLF001
    "stepOut": Dialogue._of_thread,  # noqa: SLF001
    "pause": Dialogue._of_thread,  # noqa: SLF001
    "threads": Dialogue._none,  # noqa: SLF001
    "stackTrace": Dialogue._stack_trace,  # noqa: SLF001
    "scopes": Dialogue._scopes,  # noqa: SLF001
    "variables": Dialogue._variables,  # noqa: SLF001
    "evaluate": Dialogue._evaluate,  # noqa: SLF001
}
_RESUMING = ("configurationDone", "continue", "next", "stepIn", "stepOut")
_ANSWERS: dict[str, Callable[[Dialogue, Message], Message]] = {
    "setBreakpoints": Dialogue._points,  # noqa: SLF001
    "threads": Dialogue._threads,  # noqa: SLF001
    "stackTrace": Dialogue._frames,  # noqa: SLF001
    "scopes": Dialogue._shown_scopes,  # noqa: SLF001
    "variables": Dialogue._values,  # noqa: SLF001
    "evaluate": Dialogue._evaluated,  # noqa: SLF001
}


def _nothing(_dialogue: Dialogue, _body: Message) -> Message:
    return {}


def _request(number: int, command: str, arguments: Message) -> Message:
    return {"seq": number, "type": "request", "command": command, "arguments": arguments}


def _failed(number: int, command: str, message: Message) -> Message:
    error = _object(_object(message.get("body")).get("error"))
    text = _text(error.get("format") or message.get("message"))
    return {"type": "response", "seq": number, "command": command, "error": text}


def _breakpoint(value: Any) -> Message:
    if not isinstance(value, dict):
        raise BadMessage("a breakpoint is an object")
    line = _number(value, "line")
    if not 1 <= line <= MAX_LINE:
        raise BadMessage("line counts from 1")
    made: Message = {"line": line}
    if value.get("condition"):
        made["condition"] = _expression(value["condition"])
    return made


def _expression(value: Any) -> str:
    """Go, not a command to Delve, which `dlv …` would be."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_EXPRESSION:
        raise BadMessage(f"an expression has 1 to {MAX_EXPRESSION} characters")
    if _COMMAND.match(value):
        raise BadMessage("commands to the debugger itself are not taken")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadMessage("an expression is not Unicode") from None
    return value


def _number(arguments: Mapping[str, Any], name: str) -> int:
    value = arguments.get(name)
    if type(value) is not int or not 0 <= value < _MAX_NUMBER:
        raise BadMessage(f"{name} is a number")
    return value


def _value(one: Message) -> Message:
    return {
        "value": _text(one.get("value")),
        "type": _text(one.get("type")),
        "variablesReference": _whole(one.get("variablesReference")),
        "indexed": _whole(one.get("indexedVariables")),
        "expression": _text(one.get("evaluateName")),
    }


def _object(value: Any) -> Message:
    return value if isinstance(value, dict) else {}


def _objects(value: Any, most: int) -> list[Message]:
    return [_object(one) for one in value[:most]] if isinstance(value, list) else []


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _whole(value: Any) -> int:
    return value if type(value) is int else 0


def _text(value: Any) -> str:
    """What may be shown of a text: Delve read it in somebody's memory."""
    if not isinstance(value, str):
        return ""
    text = value.encode("utf-8", "replace").decode()
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
