"""What pages may say to gopls and what comes back: nothing passes that was not made anew."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import SandboxBroken
from judge.languageserver import dialogue, wire
from judge.languageserver.dialogue import BadMessage, Dialogue
from judge.sandbox.framing import Framing, framed

A = "file:///work/a.go"
START = {"method": "judge/start", "params": {"module": "leap-year", "go": "1.26"}}
ZERO = {"line": 0, "character": 0}
SPAN = {"start": ZERO, "end": {"line": 0, "character": 3}}


def opened(uri: str = A, text: str = "package a\n") -> dict[str, Any]:
    document = {"uri": uri, "version": 1, "text": text}
    return {"method": "textDocument/didOpen", "params": {"textDocument": document}}


def question(method: str, ident: Any = 1, **params: Any) -> dict[str, Any]:
    where = {"textDocument": {"uri": A}, "position": ZERO}
    return {"id": ident, "method": method, "params": {**where, **params}}


@pytest.fixture
def talk() -> Dialogue:
    talk = Dialogue("1.27")
    talk.from_page(START)
    talk.from_page(opened())
    return talk


def test_the_module_is_ours_to_write() -> None:
    made = Dialogue("1.27").from_page(START)["params"]["textDocument"]
    assert made["uri"] == "file:///work/go.mod"
    assert made["text"] == "module leap-year\n\ngo 1.26\n"


def test_and_stays_as_it_is(talk: Dialogue) -> None:
    """gopls would go on with the first; a page that wants another starts anew."""
    with pytest.raises(BadMessage):
        talk.from_page(START)


def test_modules_of_others_are_required_and_replaced_by_folders(talk: Dialogue) -> None:
    for version in (2, 3):
        params = talk.require([("a.test/m", "v1.0.0", "/modules/1/a.test/m@v1.0.0")])["params"]
        assert params["textDocument"] == {"uri": "file:///work/go.mod", "version": version}
        assert params["contentChanges"][0]["text"].split("\n") == [
            *("module leap-year", "", "go 1.26", ""),
            *("require a.test/m v1.0.0", "replace a.test/m => /modules/1/a.test/m@v1.0.0", ""),
        ]


def test_without_a_version_it_is_the_toolchains() -> None:
    start = {"method": "judge/start", "params": {"module": "m", "go": ""}}
    text = Dialogue("1.27").from_page(start)["params"]["textDocument"]["text"]
    assert text.endswith("go 1.27\n")


@pytest.mark.parametrize(
    ("module", "go"),
    [
        ("m\n\nreplace x => ../..", "1.26"),
        ("../m", "1.26"),
        ("m", "1.26\ntoolchain go1.99"),
        ("m", "1.26rc1"),
        ("", "1.26"),
        (7, "1.26"),
    ],
)
def test_a_module_that_is_none_is_refused(module: Any, go: Any) -> None:
    with pytest.raises(BadMessage):
        Dialogue("1.27").from_page(
            {"method": "judge/start", "params": {"module": module, "go": go}}
        )


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "file:///work/../etc/a.go",
        "file:///work/a/../../a.go",
        "file:///work/go.mod",
        "file:///work/.hidden.go",
        "file:///work/a%2f..%2fb.go",
        "file:///work/a.go\n",
        "http://example.org/a.go",
        "file:///usr/local/go/src/fmt/print.go",
        7,
    ],
)
def test_only_go_files_of_the_workspace_are_opened(uri: Any) -> None:
    talk = Dialogue("1.27")
    talk.from_page(START)
    with pytest.raises(BadMessage):
        talk.from_page(opened(uri))


@pytest.mark.parametrize(
    "message",
    [
        question("workspace/executeCommand", command="gopls.run_tests"),
        question("workspace/symbol"),
        question("textDocument/references"),
        question("shutdown"),
        question("initialize"),
        {"method": "workspace/didChangeConfiguration", "params": {"settings": {}}},
        {"method": "exit", "params": {}},
        {"id": 1, "result": None},
        {"method": "textDocument/didChange", "params": {}},
        question("textDocument/hover", ident="1"),
        question("textDocument/hover", ident=True),
        question("textDocument/hover", position={"line": -1, "character": 0}),
        question("textDocument/hover", position={"line": 1e9, "character": 0}),
        question("textDocument/rename", newName="x\ny"),
        question("codeAction/resolve", handle=1),
        question("textDocument/hover", textDocument={"uri": "file:///work/other.go"}),
        opened(),
        opened("file:///work/b.go", "x" * (dialogue.MAX_TEXT + 1)),
        opened("file:///work/b.go", "\ud800"),
        START,
        [],
        "text",
        None,
    ],
)
def test_what_no_page_says_is_refused(talk: Dialogue, message: Any) -> None:
    with pytest.raises(BadMessage):
        talk.from_page(message)


def test_the_start_comes_first() -> None:
    with pytest.raises(BadMessage):
        Dialogue("1.27").from_page(opened())


def test_what_is_not_known_is_left_out(talk: Dialogue) -> None:
    asked = question("textDocument/hover", workDoneToken="t", extra=1)
    made = talk.from_page({**asked, "extra": 1})
    assert made == {
        "id": 1,
        "method": "textDocument/hover",
        "params": {"textDocument": {"uri": A}, "position": ZERO},
    }


def test_answers_come_once_and_only_to_questions(talk: Dialogue) -> None:
    talk.from_page(question("textDocument/hover", 5))
    assert talk.from_gopls({"id": 6, "result": "no"}) is None
    assert talk.from_gopls({"id": 5, "result": "yes"}) == {"id": 5, "result": "yes"}
    assert talk.from_gopls({"id": 5, "result": "again"}) is None


def test_an_error_is_an_answer(talk: Dialogue) -> None:
    talk.from_page(question("textDocument/hover", 5))
    told = talk.from_gopls({"id": 5, "error": {"code": 1, "message": "no"}})
    assert told == {"id": 5, "error": {"message": "no"}}


def test_too_many_questions_end_it(talk: Dialogue) -> None:
    for ident in range(dialogue.MAX_WAITING):
        talk.from_page(question("textDocument/hover", ident))
    with pytest.raises(BadMessage):
        talk.from_page(question("textDocument/hover", 1000))


def test_actions_come_without_what_they_stand_for(talk: Dialogue) -> None:
    fix = {"title": "Fix", "kind": "quickfix", "data": {"command": "gopls.apply_fix"}}
    offered = [
        fix,
        {"title": "Run", "kind": "quickfix", "command": {"command": "gopls.run_tests"}},
        {"title": "New file", "kind": "refactor.extract.toNewFile", "data": {}},
        {"title": "Browse", "kind": "source.doc", "data": {}},
        {"title": "Sort", "kind": "source.organizeImports", "edit": {"documentChanges": []}},
        "noise",
    ]
    talk.from_page(question("textDocument/codeAction", 1, range=SPAN, context={}))
    told = talk.from_gopls({"id": 1, "result": offered})
    assert told is not None
    assert [action["title"] for action in told["result"]] == ["Fix", "Sort"]
    assert told["result"][0] == {"title": "Fix", "kind": "quickfix", "handle": 1}
    resolve = {"id": 2, "method": "codeAction/resolve", "params": {"handle": 1, "data": "forged"}}
    assert talk.from_page(resolve)["params"] == fix


def test_diagnostics_keep_what_gopls_attached_to_them(talk: Dialogue) -> None:
    found = {"range": SPAN, "message": "declared and not used: x", "data": {"secret": 1}}
    said = {"uri": A, "version": 1, "diagnostics": [found]}
    told = talk.from_gopls({"method": "textDocument/publishDiagnostics", "params": said})
    assert told is not None
    assert told["params"]["diagnostics"] == [{"range": SPAN, "message": found["message"]}]
    asked = question("textDocument/codeAction", 1, range=SPAN, context={"diagnostics": ["forged"]})
    assert talk.from_page(asked)["params"]["context"]["diagnostics"] == [found]


def test_only_what_was_opened_is_told_of(talk: Dialogue) -> None:
    said = {"uri": "file:///work/go.mod", "diagnostics": []}
    message = {"method": "textDocument/publishDiagnostics", "params": said}
    assert talk.from_gopls(message) is None
    log = {"method": "window/logMessage", "params": {"message": "x"}}
    assert talk.from_gopls(log) is None


def test_the_librarys_sources_can_be_looked_at_and_not_changed(talk: Dialogue) -> None:
    library = {"uri": "file:///usr/local/go/src/fmt/print.go"}
    assert talk.from_page(question("textDocument/hover", textDocument=library))
    with pytest.raises(BadMessage):
        talk.from_page(question("textDocument/formatting", 2, textDocument=library))
    outside = {"uri": "file:///usr/local/go/src/../../etc/a.go"}
    with pytest.raises(BadMessage):
        talk.from_page(question("textDocument/hover", 3, textDocument=outside))


def test_gopls_own_questions_are_answered() -> None:
    asked = {"id": 1, "method": "workspace/configuration", "params": {"items": [{}, {}]}}
    answer = dialogue.answer(asked)
    assert answer == {"id": 1, "result": [dialogue.SETTINGS, dialogue.SETTINGS]}
    edit = dialogue.answer({"id": "x", "method": "workspace/applyEdit", "params": {}})
    assert edit == {"id": "x", "result": {"applied": False}}
    assert dialogue.answer({"id": 1, "result": None}) is None


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)
METHODS = [*dialogue._REQUESTS, *dialogue._NOTIFICATIONS, "$/cancelRequest", "judge/start"]


@given(method=st.sampled_from(METHODS), params=json, ident=json)
def test_anything_is_refused_or_made_anew(method: str, params: Any, ident: Any) -> None:
    talk = Dialogue("1.27")
    talk.from_page(START)
    talk.from_page(opened())
    try:
        made = talk.from_page({"id": ident, "method": method, "params": params})
    except BadMessage:
        return
    assert made["method"] == method


@given(st.lists(st.dictionaries(st.text(), st.text()), max_size=5), st.integers(1, 40))
def test_messages_are_put_together_again(messages: list[dict[str, Any]], size: int) -> None:
    stream = b"".join(map(framed, messages))
    framing = Framing("gopls")
    found = [
        message
        for start in range(0, len(stream), size)
        for message in framing.feed(stream[start : start + size])
    ]
    assert found == messages


@pytest.mark.parametrize(
    "said",
    [
        b"Content-Length: 999999999\r\n\r\n",
        b"Nothing: 1\r\n\r\n{}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 2\r\n\r\n{x",
        b"x" * 300,
    ],
)
def test_what_is_no_message_ends_it(said: bytes) -> None:
    with pytest.raises(SandboxBroken):
        Framing("gopls").feed(said)


def test_addresses_are_read() -> None:
    assert wire.read_address("unix:/run/gopls.sock") == wire.Address(path="/run/gopls.sock")
    assert wire.read_address("tcp://gopls:8100") == wire.Address(host="gopls", port=8100)
    assert wire.read_address("tcp://[::1]:8100") == wire.Address(host="::1", port=8100)


def test_a_proof_needs_the_key_and_the_nonce() -> None:
    assert wire.proof("a", b"1") == wire.proof("a", b"1")
    assert len({wire.proof("a", b"1"), wire.proof("b", b"1"), wire.proof("a", b"2")}) == 3
