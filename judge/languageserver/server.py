"""One gopls in its sandbox: made warm before a page needs it."""

from __future__ import annotations

import io
import tarfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from judge.errors import SandboxBroken
from judge.languageserver import dialogue
from judge.languageserver.rootfs import WORK
from judge.sandbox.framing import Framing, framed
from judge.sandbox.transport import Transport

WARM_SECONDS = 60.0
SEND_SECONDS = 10.0
ARCHIVE_BYTES = 1 << 20
"""About as much is sent at a time: what is typed meanwhile comes between."""

_IMPORTS = (
    *("bufio", "errors", "fmt", "maps", "math", "os", "slices", "sort"),
    *("strconv", "strings", "sync", "testing", "time", "unicode"),
)
_WARMING = (
    "package warm\n\nimport (\n"
    + "".join(f'\t"{name}"\n' for name in _IMPORTS)
    + ")\n\nfunc warm() {\n\tfmt."
)
_URI = f"file://{WORK}/warm.go"


class Server:
    """gopls, ready to be spoken to. One thread may send while another receives."""

    def __init__(self, transport: Transport) -> None:
        """Takes `transport` over; `warm` comes first."""
        self._transport = transport
        self._framing = Framing("gopls")
        self._came: list[dict[str, Any]] = []
        self._sending = threading.Lock()
        self._settings = dialogue.SETTINGS

    @property
    def name(self) -> str:
        """The sandbox's name."""
        return self._transport.name

    def warm(self) -> None:
        """Let it load what most programs import. Raises SandboxBroken, TimeoutError."""
        end = time.monotonic() + WARM_SECONDS
        self._ask(dialogue.initialize(), end)
        self.send({"method": "initialized", "params": {}})
        document = {"uri": _URI, "languageId": "go", "version": 1, "text": _WARMING + "\n}\n"}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        lines = _WARMING.split("\n")
        at = {"line": len(lines) - 1, "character": len(lines[-1])}
        params = {"textDocument": {"uri": _URI}, "position": at}
        self._ask({"method": "textDocument/completion", "params": params}, end)
        closed = {"textDocument": {"uri": _URI}}
        self.send({"method": "textDocument/didClose", "params": closed})

    def send(self, message: dict[str, Any]) -> None:
        """Say something. Raises SandboxBroken."""
        self._send(framed({"jsonrpc": "2.0", **message}))

    def put(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Give it files to read: names below `rootfs.MODULES`, and texts. Raises SandboxBroken."""
        for archive in _archives(files):
            self._send(b"Files: %d\r\n\r\n%s" % (len(archive), archive))

    def forget(self, folder: str) -> None:
        """Take a folder of such files away. Raises SandboxBroken."""
        name = folder.encode()
        self._send(b"Forget: %d\r\n\r\n%s" % (len(name), name))

    def configure(self, environment: Mapping[str, str]) -> None:
        """Give its go command other variables; it begins anew with all that it knows.

        Raises SandboxBroken.
        """
        self._settings = dialogue.SETTINGS | {"env": dict(environment)}
        changed = {"settings": None}
        self.send({"method": "workspace/didChangeConfiguration", "params": changed})

    def receive(self, timeout_seconds: float) -> dict[str, Any]:
        """The next message that is for somebody; gopls' own questions are answered here.

        Raises SandboxBroken at its end, TimeoutError when none comes in time.
        """
        end = time.monotonic() + timeout_seconds
        while True:
            while not self._came:
                left = max(0.0, end - time.monotonic())
                self._came = self._framing.feed(self._transport.receive(left))
            message = self._came.pop(0)
            answer = dialogue.answer(message, self._settings)
            if answer is None:
                return message
            self.send(answer)

    def alive(self) -> bool:
        """Whether it is there still; what it said meanwhile is of no interest."""
        try:
            while True:
                self.receive(0.0)
        except TimeoutError:
            return True
        except SandboxBroken:
            return False

    def close(self) -> None:
        """End it with all that is in its sandbox. Never raises."""
        self._transport.close()

    def _send(self, data: bytes) -> None:
        with self._sending:
            self._transport.send(data, SEND_SECONDS)

    def _ask(self, request: dict[str, Any], end: float) -> None:
        """Ask and wait for the answer."""
        self.send({"id": "warm", **request})
        while self.receive(end - time.monotonic()).get("id") != "warm":
            pass


def _archives(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The files as tar archives, each with as many as `ARCHIVE_BYTES` reach for."""
    left = iter(files)
    for name, text in left:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
            _add(archive, name, text)
            while packed.tell() < ARCHIVE_BYTES and (more := next(left, None)) is not None:
                _add(archive, *more)
        yield packed.getvalue()


def _add(archive: tarfile.TarFile, name: str, text: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(text)
    archive.addfile(member, io.BytesIO(text))
