"""What a page may say to gopls, and what of gopls' words reaches it. Pure: no I/O.

Nothing that a page sends is passed on. Each message is made anew from the few
fields that its method has, each of them checked: files are Go files of the workspace
(or, to look at, sources of the standard library and of modules), numbers are numbers. There is no
way to gopls' commands: a code action reaches the page without what it stands for,
as a number, and only such a number comes back. Of what gopls says, answers to the
page's own questions and diagnostics of its files get through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from judge.errors import UserError
from judge.languageserver.rootfs import GOROOT, MODULES, WORK

Message = dict[str, Any]

MAX_TEXT = 256 * 1024
"""Characters of one file; more than can be handed in."""
MAX_OPEN = 64
MAX_WAITING = 64
MAX_ACTIONS = 512
"""Code actions that are remembered until one of them is chosen."""
_MAX_NUMBER = 1 << 31

_PART = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
_FILE = re.compile(rf"file://{WORK}/(?:{_PART}/){{0,5}}{_PART}\.go\Z", re.ASCII)
LIBRARY = re.compile(rf"file://{GOROOT}/src/(?:{_PART}/){{0,8}}[A-Za-z0-9_]{_PART}\.go\Z", re.ASCII)
OF_OTHERS = re.compile(
    rf"file://{MODULES}/[0-9]{{1,9}}/(?:[A-Za-z0-9_~][A-Za-z0-9_.~+@-]{{0,200}}/){{1,20}}{_PART}\.go\Z",
    re.ASCII,
)
_MODULE = re.compile(rf"(?:{_PART}/){{0,4}}{_PART}\Z", re.ASCII)
_GO_MOD = f"file://{WORK}/go.mod"
_LANGUAGE = re.compile(r"1\.[0-9]{1,2}\Z", re.ASCII)
_IDENTIFIER = re.compile(r"[^\W\d]\w{0,99}\Z")
_ACTIONS = ("quickfix", "source.organizeImports", "refactor.rewrite", "refactor.inline")
_EXTRACTIONS = (
    "refactor.extract.function",
    "refactor.extract.method",
    "refactor.extract.variable",
    "refactor.extract.constant",
)

_SHOWN_OF_DIAGNOSTICS = ("range", "severity", "code", "source", "message", "tags")

SETTINGS: Message = {
    "usePlaceholders": False,
    "hoverKind": "FullDocumentation",
    "staticcheck": False,
    "vulncheck": "Off",
    "semanticTokens": False,
    "diagnosticsDelay": "250ms",
    "codelenses": dict.fromkeys(
        (
            "generate",
            "regenerate_cgo",
            "run_govulncheck",
            "test",
            "tidy",
            "upgrade_dependency",
            "vendor",
        ),
        False,
    ),
}
CAPABILITIES: Message = {
    "workspace": {
        "configuration": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": []},
    },
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown"],
                "deprecatedSupport": True,
                "insertReplaceSupport": False,
            }
        },
        "hover": {"contentFormat": ["markdown"]},
        "signatureHelp": {"signatureInformation": {"documentationFormat": ["markdown"]}},
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["quickfix", "refactor", "source.organizeImports"]}
            },
            "isPreferredSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "rename": {"prepareSupport": True},
        "publishDiagnostics": {"relatedInformation": False, "tagSupport": {"valueSet": [1, 2]}},
    },
}


class BadMessage(UserError):
    """A page said something that no page of ours says."""


def initialize() -> Message:
    """The first request to gopls, without an id."""
    return {
        "method": "initialize",
        "params": {
            "processId": None,
            "rootUri": f"file://{WORK}",
            "workspaceFolders": [{"uri": f"file://{WORK}", "name": "work"}],
            "capabilities": CAPABILITIES,
            "initializationOptions": SETTINGS,
        },
    }


def answer(message: Message, settings: Message = SETTINGS) -> Message | None:
    """What gopls gets to hear when it asks something; None where `message` is no request."""
    if "method" not in message or "id" not in message:
        return None
    result: Any = None
    if message["method"] == "workspace/configuration":
        items = (message.get("params") or {}).get("items") or ()
        result = [settings for _ in items]
    elif message["method"] == "workspace/applyEdit":
        result = {"applied": False}
    return {"id": message["id"], "result": result}


class Dialogue:
    """One page and one gopls."""

    def __init__(self, language: str) -> None:
        """`language`: the toolchain's version, "1.27", for who names none."""
        self._language = language
        self._open: set[str] = set()
        self._started = False
        self._own_mod = ""
        self._mod_version = 1
        self._waiting: dict[int, str] = {}
        self._actions: dict[int, Message] = {}
        self._told: dict[str, list[Message]] = {}
        self._last_action = 0

    def from_page(self, message: Any) -> Message:
        """What gopls gets. Raises BadMessage."""
        if not isinstance(message, dict):
            raise BadMessage("a message is an object")
        method = message.get("method")
        params = message.get("params")
        if not isinstance(method, str) or not isinstance(params, dict):
            raise BadMessage("a message has a method and params")
        if method == "judge/start":
            return self._start(params)
        if not self._started:
            raise BadMessage("judge/start comes first")
        if method in _NOTIFICATIONS:
            return {"method": method, "params": _NOTIFICATIONS[method](self, params)}
        if method == "$/cancelRequest":
            return {"method": method, "params": {"id": _number(params.get("id"))}}
        return self._request(method, params, message.get("id"))

    def from_gopls(self, message: Message) -> Message | None:
        """What the page gets, or None where it is not for the page."""
        if "method" in message:
            return self._diagnostics(message)
        ident = message.get("id")
        if not isinstance(ident, int) or ident not in self._waiting:
            return None
        method = self._waiting.pop(ident)
        if "error" in message:
            text = (message["error"] or {}).get("message", "")
            return {"id": ident, "error": {"message": str(text)[:500]}}
        result = message.get("result")
        if method == "textDocument/codeAction":
            result = self._offer(result)
        return {"id": ident, "result": result}

    def _start(self, params: Message) -> Message:
        """The module's go.mod, which is ours to write.

        What it says stays: gopls loads no module anew for a go.mod that is not saved.
        """
        if self._started:
            raise BadMessage("judge/start comes once")
        self._own_mod = self._go_mod(params)
        self._started = True
        return _opened(_GO_MOD, "go.mod", self._mod_version, self._own_mod)

    @property
    def started(self) -> bool:
        """Whether the page has said which module it is about."""
        return self._started

    def require(self, modules: Sequence[tuple[str, str, str]]) -> Message:
        """What gopls gets where its go.mod requires modules of others.

        `modules`: path, version, and the folder of each in the sandbox.
        """
        self._mod_version += 1
        lines = [self._own_mod]
        lines += [f"require {path} {version}" for path, version, _ in modules]
        lines += [f"replace {path} => {folder}" for path, _, folder in modules]
        document = {"uri": _GO_MOD, "version": self._mod_version}
        changes = [{"text": "\n".join(lines) + "\n"}]
        return {
            "method": "textDocument/didChange",
            "params": {"textDocument": document, "contentChanges": changes},
        }

    def _go_mod(self, params: Message) -> str:
        module, language = params.get("module"), params.get("go") or self._language
        if not isinstance(module, str) or not _MODULE.match(module):
            raise BadMessage("module is the path of a module")
        if not isinstance(language, str) or not _LANGUAGE.match(language):
            raise BadMessage("go is a version such as 1.26")
        return f"module {module}\n\ngo {language}\n"

    def _request(self, method: str, params: Message, ident: Any) -> Message:
        if method not in _REQUESTS:
            raise BadMessage(f"no page asks for {method[:100]}")
        if len(self._waiting) >= MAX_WAITING:
            raise BadMessage("too many questions at once")
        number = _number(ident)
        if number in self._waiting:
            raise BadMessage("two questions with one number")
        asked = _REQUESTS[method](self, params)
        self._waiting[number] = method
        return {"id": number, "method": method, "params": asked}

    def _did_open(self, params: Message) -> Message:
        document = _object(params.get("textDocument"))
        uri = _file(document)
        if uri in self._open or len(self._open) >= MAX_OPEN:
            raise BadMessage("too many files, or one twice")
        self._open.add(uri)
        version, text = _number(document.get("version")), checked_text(document.get("text"))
        opened: Message = _opened(uri, "go", version, text)["params"]
        return opened

    def _did_change(self, params: Message) -> Message:
        document = _object(params.get("textDocument"))
        changes = params.get("contentChanges")
        if not isinstance(changes, list) or not 1 <= len(changes) <= 1000:
            raise BadMessage("contentChanges is a list")
        return {
            "textDocument": {
                "uri": self._opened(document),
                "version": _number(document.get("version")),
            },
            "contentChanges": [_change(change) for change in changes],
        }

    def _did_close(self, params: Message) -> Message:
        uri = self._opened(_object(params.get("textDocument")))
        self._open.discard(uri)
        self._told.pop(uri, None)
        return {"textDocument": {"uri": uri}}

    def _at(self, params: Message) -> Message:
        return {
            "textDocument": {"uri": self._seen(params)},
            "position": _position(params.get("position")),
        }

    def _completion(self, params: Message) -> Message:
        return self._at(params) | {"context": {"triggerKind": 1}}

    def _rename(self, params: Message) -> Message:
        name = params.get("newName")
        if not isinstance(name, str) or not _IDENTIFIER.match(name):
            raise BadMessage("newName is an identifier")
        return self._at(params) | {"newName": name}

    def _formatting(self, params: Message) -> Message:
        uri = self._opened(_object(params.get("textDocument")))
        return {
            "textDocument": {"uri": uri},
            "options": {"tabSize": 4, "insertSpaces": False},
        }

    def _code_action(self, params: Message) -> Message:
        uri = self._opened(_object(params.get("textDocument")))
        context = _object(params.get("context"))
        only = context.get("only")
        if only is not None and (
            not isinstance(only, list) or not all(isinstance(kind, str) for kind in only)
        ):
            raise BadMessage("only is a list of kinds")
        wanted = [str(kind)[:100] for kind in (only or ["quickfix", "refactor"])][:8]
        span = _range(params.get("range"))
        return {
            "textDocument": {"uri": uri},
            "range": span,
            "context": {
                # With what gopls attached to them, which no page gets to see.
                "diagnostics": _touching(self._told.get(uri, []), span),
                "only": wanted,
                "triggerKind": 1,
            },
        }

    def _resolve(self, params: Message) -> Message:
        action = self._actions.get(_number(params.get("handle")))
        if action is None:
            raise BadMessage("no such action was offered")
        return action

    def _offer(self, actions: Any) -> list[Message]:
        """Actions as a page sees them: those that are an edit, or that one can be made of."""
        offered = []
        for action in actions if isinstance(actions, list) else ():
            if not isinstance(action, dict) or "command" in action or "disabled" in action:
                continue
            kind = str(action.get("kind", ""))
            if not kind.startswith(_ACTIONS) and not kind.startswith(_EXTRACTIONS):
                continue
            shown = {
                name: action[name]
                for name in ("title", "kind", "isPreferred", "edit")
                if name in action
            }
            if "edit" not in action:
                shown["handle"] = self._remember(action)
            offered.append(shown)
        return offered

    def _remember(self, action: Message) -> int:
        self._last_action += 1
        self._actions[self._last_action] = action
        self._actions.pop(self._last_action - MAX_ACTIONS, None)
        return self._last_action

    def _diagnostics(self, message: Message) -> Message | None:
        params = message.get("params")
        if message["method"] != "textDocument/publishDiagnostics" or not isinstance(params, dict):
            return None
        uri, diagnostics = params.get("uri"), params.get("diagnostics")
        if uri not in self._open or not isinstance(diagnostics, list):
            return None
        diagnostics = [one for one in diagnostics if _is_diagnostic(one)]
        self._told[uri] = diagnostics
        shown = [
            {name: one[name] for name in _SHOWN_OF_DIAGNOSTICS if name in one}
            for one in diagnostics
        ]
        told = {"uri": uri, "version": params.get("version"), "diagnostics": shown}
        return {"method": message["method"], "params": told}

    def _opened(self, document: Message) -> str:
        uri = _file(document)
        if uri not in self._open:
            raise BadMessage("a file is opened first")
        return uri

    def _seen(self, params: Message) -> str:
        """An opened file, or one of the standard library or of a module."""
        document = _object(params.get("textDocument"))
        uri = document.get("uri")
        if isinstance(uri, str) and (LIBRARY.match(uri) or OF_OTHERS.match(uri)):
            return uri
        return self._opened(document)


_NOTIFICATIONS: dict[str, Callable[[Dialogue, Message], Message]] = {
    "textDocument/didOpen": Dialogue._did_open,  # noqa: SLF001 - the class's own table
    "textDocument/didChange": Dialogue._did_change,  # noqa: SLF001
    "textDocument/didClose": Dialogue._did_close,  # noqa: SLF001
}
_REQUESTS: dict[str, Callable[[Dialogue, Message], Message]] = {
    "textDocument/completion": Dialogue._completion,  # noqa: SLF001
    "textDocument/hover": Dialogue._at,  # noqa: SLF001
    "textDocument/signatureHelp": Dialogue._at,  # noqa: SLF001
    "textDocument/definition": Dialogue._at,  # noqa: SLF001
    "textDocument/prepareRename": Dialogue._at,  # noqa: SLF001
    "textDocument/rename": Dialogue._rename,  # noqa: SLF001
    "textDocument/formatting": Dialogue._formatting,  # noqa: SLF001
    "textDocument/codeAction": Dialogue._code_action,  # noqa: SLF001
    "codeAction/resolve": Dialogue._resolve,  # noqa: SLF001
}


def _opened(uri: str, language: str, version: int, text: str) -> Message:
    document = {"uri": uri, "languageId": language, "version": version, "text": text}
    return {"method": "textDocument/didOpen", "params": {"textDocument": document}}


def _object(value: Any) -> Message:
    if not isinstance(value, dict):
        raise BadMessage("an object is missing")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _MAX_NUMBER:
        raise BadMessage("a number is missing")
    return value


def checked_text(value: Any) -> str:
    """A text of a page. Raises BadMessage."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise BadMessage("a text is missing, or too long")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadMessage("a text is not Unicode") from None
    return value


def _file(document: Message) -> str:
    uri = document.get("uri")
    if not isinstance(uri, str) or not _FILE.match(uri):
        raise BadMessage("a file is a Go file of the workspace")
    return uri


def _position(value: Any) -> Message:
    at = _object(value)
    return {"line": _number(at.get("line")), "character": _number(at.get("character"))}


def _range(value: Any) -> Message:
    span = _object(value)
    return {"start": _position(span.get("start")), "end": _position(span.get("end"))}


def _change(value: Any) -> Message:
    change = _object(value)
    made: Message = {"text": checked_text(change.get("text"))}
    if change.get("range") is not None:
        made["range"] = _range(change["range"])
    return made


def _is_diagnostic(value: Any) -> bool:
    try:
        _range(_object(value).get("range"))
    except BadMessage:
        return False
    return isinstance(value.get("message"), str)


def _touching(diagnostics: list[Message], span: Message) -> list[Message]:
    """Those that overlap `span` or touch it."""

    def place(position: Message) -> tuple[int, int]:
        return position["line"], position["character"]

    start, end = place(span["start"]), place(span["end"])
    return [
        one
        for one in diagnostics
        if place(one["range"]["start"]) <= end and start <= place(one["range"]["end"])
    ]
