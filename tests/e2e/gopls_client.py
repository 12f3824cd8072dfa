"""A page's side of the connection to `judge gopls`, without web process and browser."""

from __future__ import annotations

import json
import socket
import time
from types import TracebackType
from typing import Any, Self

from judge.languageserver import wire
from judge.languageserver.framing import LENGTH, to_web

ANSWER_SECONDS = 30.0


class Page:
    """A context manager. `state` is what it was told at first."""

    def __init__(self, address: str, key: str, person: str = "1") -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_SECONDS)
        self._socket.connect(wire.read_address(address).path)
        nonce = self._exactly(wire.NONCE_BYTES)
        self.say({"proof": wire.proof(key, nonce), "person": person})
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.modules: dict[str, str] = {}
        self._last = 0
        self.state = self.hear()["params"]["state"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def start(self, module: str, files: dict[str, str], go: str = "1.27") -> None:
        self.notify("judge/start", {"module": module, "go": go})
        for name, text in files.items():
            self.open(name, text)

    def open(self, name: str, text: str) -> None:
        document = {"uri": uri(name), "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def require(self, go_mod: str, *imports: str, sums: str = "") -> dict[str, str]:
        """Say what go.mod says, and wait for what came of it."""
        said = {"goMod": go_mod, "goSum": sums, "imports": list(imports)}
        self.modules = {}
        self.notify("judge/modules", said)
        while self.modules.get("state") not in ("ready", "failed"):
            self.hear()
        return self.modules

    def change(self, name: str, text: str, version: int) -> None:
        document = {"uri": uri(name), "version": version}
        changed = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", changed)

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self.say({"method": method, "params": params})

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self._last += 1
        self.say({"id": self._last, "method": method, "params": params})
        while True:
            said = self.hear()
            if said.get("id") == self._last:
                assert "error" not in said, said
                return said["result"]

    def at(self, method: str, name: str, line: int, character: int, **more: Any) -> Any:
        where = {"line": line, "character": character}
        return self.ask(method, {"textDocument": {"uri": uri(name)}, "position": where, **more})

    def labels(self, name: str, line: int, character: int) -> list[str]:
        found = self.at("textDocument/completion", name, line, character)
        return [item["label"] for item in found["items"]]

    def wait_for(self, name: str, words: str) -> dict[str, Any]:
        """The first diagnostic of a file that says `words`."""
        end = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < end:
            for one in self.diagnostics.get(uri(name), []):
                if words in one["message"]:
                    return one
            self.hear()
        raise AssertionError(f"no diagnostic says {words!r}: {self.diagnostics}")

    def say(self, message: dict[str, Any]) -> None:
        self._socket.sendall(to_web(message))

    def hear(self) -> dict[str, Any]:
        """The next message; EOFError at the end."""
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        message: dict[str, Any] = json.loads(self._exactly(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "judge/modules":
            self.modules = message["params"]
        return message

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data


def uri(name: str) -> str:
    return f"file:///work/{name}"
