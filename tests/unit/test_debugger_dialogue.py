"""What a page may say to Delve and Delve to a page, without either."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.debugger.dialogue import MAX_EXPRESSION, MAX_SHOWN, MAX_TEXT, BadMessage, Dialogue

FILES = ["main.go", "calc/calc.go"]


@pytest.fixture
def talk() -> Dialogue:
    return Dialogue(FILES)


def ask(talk: Dialogue, command: str, seq: int = 1, **arguments: Any) -> dict[str, Any]:
    return talk.from_page({"seq": seq, "command": command, "arguments": arguments})


def test_what_is_attached_to_is_ours_to_say(talk: Dialogue) -> None:
    initialize, attach = talk.begin(42)
    assert initialize["command"] == "initialize"
    assert (attach["command"], attach["arguments"]["processId"]) == ("attach", 42)
    for number in (initialize["seq"], attach["seq"]):
        answered = {"type": "response", "request_seq": number, "success": True}
        assert talk.from_delve(answered) is None


def test_requests_are_made_anew(talk: Dialogue) -> None:
    said = ask(
        talk,
        "setBreakpoints",
        file="calc/calc.go",
        breakpoints=[
            {"line": 3, "condition": "a > 1", "logMessage": "{secret}", "hitCondition": ""}
        ],
        source={"path": "/etc/passwd"},
        substitutePath=[],
    )
    assert said == {
        "seq": 1,
        "type": "request",
        "command": "setBreakpoints",
        "arguments": {
            "source": {"path": "calc/calc.go"},
            "breakpoints": [{"line": 3, "condition": "a > 1"}],
        },
    }
    evaluated = ask(talk, "evaluate", 2, expression="call f(1)", context="repl", frameId=7, x=1)
    assert evaluated["arguments"] == {"expression": "call f(1)", "context": "repl", "frameId": 7}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("launch", {"mode": "exec", "program": "/bin/sh"}),
        ("attach", {"mode": "local", "processId": 1}),
        ("restart", {}),
        ("disconnect", {"terminateDebuggee": False}),
        ("readMemory", {"memoryReference": "0x1", "count": 1}),
        ("writeMemory", {"memoryReference": "0x1", "data": ""}),
        ("disassemble", {"memoryReference": "0x1"}),
        ("setInstructionBreakpoints", {"breakpoints": []}),
        ("source", {"sourceReference": 1}),
        ("evaluate", {"expression": "dlv config -list", "context": "repl"}),
        ("evaluate", {"expression": "\t dlv  target follow-exec -on", "context": "hover"}),
        ("evaluate", {"expression": "call f()", "context": "watch"}),
        ("evaluate", {"expression": "x", "context": "clipboard"}),
        ("evaluate", {"expression": "x" * (MAX_EXPRESSION + 1), "context": "repl"}),
        ("evaluate", {"expression": "\ud800", "context": "repl"}),
        ("evaluate", {"expression": "", "context": "repl"}),
        ("evaluate", {"expression": "x", "context": "repl", "frameId": "1"}),
        ("setBreakpoints", {"file": "/etc/passwd", "breakpoints": []}),
        ("setBreakpoints", {"file": "fmt/print.go", "breakpoints": []}),
        ("setBreakpoints", {"file": ["main.go"], "breakpoints": []}),
        ("setBreakpoints", {"file": "main.go", "breakpoints": [{"line": 0}]}),
        ("setBreakpoints", {"file": "main.go", "breakpoints": [{"line": True}]}),
        ("setBreakpoints", {"file": "main.go", "breakpoints": [{"line": 1}] * 101}),
        ("setBreakpoints", {"file": "main.go", "breakpoints": [{"line": 1, "condition": "dlv x"}]}),
        ("stackTrace", {"threadId": -1}),
        ("stackTrace", {"threadId": 1 << 40}),
        ("variables", {"variablesReference": 1.5}),
        ("variables", {"variablesReference": 1, "start": 0}),
    ],
)
def test_what_no_page_asks_for_is_refused(
    talk: Dialogue, command: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(BadMessage):
        ask(talk, command, **arguments)


def test_bounded_in_number_and_each_number_once(talk: Dialogue) -> None:
    for number in range(64):
        ask(talk, "threads", number)
    with pytest.raises(BadMessage):
        ask(talk, "threads", 64)
    talk.from_delve({"type": "response", "request_seq": 3, "success": True, "body": {}})
    ask(talk, "threads", 64)
    with pytest.raises(BadMessage):
        ask(talk, "threads", 1 << 31)  # our own


def test_answers_are_made_anew_and_bounded(talk: Dialogue) -> None:
    ask(talk, "variables", 1, variablesReference=5)
    one = {"name": "x", "value": "v" * 10_000, "type": "int", "variablesReference": 6, "memory": 1}
    shown = talk.from_delve(
        {
            "type": "response",
            "request_seq": 1,
            "success": True,
            "body": {"variables": [one] * (MAX_SHOWN + 1), "secret": 1},
        }
    )
    assert shown is not None
    assert set(shown["body"]) == {"variables", "more"}
    assert len(shown["body"]["variables"]) == MAX_SHOWN
    first = shown["body"]["variables"][0]
    assert set(first) == {"name", "value", "type", "variablesReference", "indexed", "expression"}
    assert len(first["value"]) == MAX_TEXT + 1
    # A second answer to the same request, and one that nobody asked for.
    assert talk.from_delve({"type": "response", "request_seq": 1, "success": True}) is None
    for event in ("output", "process", "module", "terminated", "capabilities"):
        assert talk.from_delve({"type": "event", "event": event, "body": {}}) is None


def test_it_is_known_when_the_program_runs(talk: Dialogue) -> None:
    assert not talk.running
    ask(talk, "configurationDone", 1)
    assert talk.running
    talk.from_delve({"type": "event", "event": "stopped", "body": {"threadId": 1}})
    assert not talk.running
    ask(talk, "next", 2, threadId=1)
    assert talk.running
    talk.from_delve({"type": "response", "request_seq": 2, "success": False, "message": "no"})
    assert not talk.running


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(anything, anything)
def test_delve_can_say_what_it_likes(body: Any, number: Any) -> None:
    talk = Dialogue(FILES)
    for seq, command in enumerate(("stackTrace", "threads"), 1):
        ask(talk, command, seq, threadId=1)
    for message in (
        {"type": "response", "request_seq": 1, "success": True, "body": body},
        {"type": "response", "request_seq": number, "success": number, "body": body},
        {"type": "event", "event": "stopped", "body": body},
        {"type": body, "event": number},
    ):
        talk.from_delve(message)
