"""Modules of others for one page: asked for aside, put into its sandbox, told to gopls.

Theory of operation. Where modules come from is not known here: a `Shelf` is handed in. A
thread of the page's own asks it, begun with the first question; while it is at work only
the newest question is kept. What it gives is put below a numbered folder of
`rootfs.MODULES`, each module at PATH@VERSION with a go.mod of ours that requires nothing;
the workspace's go.mod then requires and replaces all of them, and gopls is given the
folder as its module cache, which makes it begin anew with all that it knows. The folder
before is removed. A page has what it had until something else could be had.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog

from judge.errors import JudgeFault, SandboxBroken, UserError
from judge.languageserver.dialogue import BadMessage, Message, checked_text
from judge.languageserver.rootfs import MODULES
from judge.languageserver.server import Server

MAX_IMPORTS = 200
FETCHING, READY, FAILED = "fetching", "ready", "failed"
"""What a page is told in `judge/modules`."""

_IMPORT = re.compile(r"[A-Za-z0-9_~][A-Za-z0-9_.~/+-]{0,299}\Z", re.ASCII)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page says: its go.mod and go.sum, and packages that it may import."""

    go_mod: str
    go_sum: str
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Module:
    """A module as gopls gets it; `files` are below its folder."""

    path: str
    version: str
    go: str
    """Language version, "1.26"."""
    files: Mapping[str, Path | None]
    """Where their texts are on this machine; None: there is nothing in it."""


class Shelf(Protocol):
    """Where modules come from."""

    tags: str
    """Build tags by which their files are chosen, "a,b"."""

    def find(self, asked: Asked, waiting: Callable[[], None]) -> Sequence[Module]:
        """The modules that `asked` needs; `waiting` is called now and then and may raise.

        Raises UserError and JudgeFault, whose texts the page shows.
        """


class _Left(Exception):
    """The page has gone."""


class Others:
    """Of one page."""

    def __init__(
        self,
        shelf: Shelf,
        server: Server,
        require: Callable[[Sequence[tuple[str, str, str]]], Message],
        tell: Callable[[Message], None],
    ) -> None:
        """`tell` tells the page something.

        `require` makes what gopls is told: modules, their versions, their folders.
        """
        self._shelf = shelf
        self._server = server
        self._require = require
        self._tell = tell
        self._changed = threading.Condition()
        self._wanted: Asked | None = None
        self._ended = False
        self._thread: threading.Thread | None = None
        self._modules: tuple[Module, ...] = ()
        self._number = 0

    def ask(self, params: Any) -> None:
        """The page's go.mod, go.sum and imports. Raises BadMessage."""
        asked = read(params)
        with self._changed:
            self._wanted = asked
            self._changed.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="modules", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """The page has gone. Returns when nothing is done for it any more."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def source(self, uri: str) -> str | None:
        """The text of a file that gopls was given, by its address there."""
        for module in self._modules:
            start = f"file://{_folder(self._number, module)}/"
            if uri.startswith(start):
                text = _text(module.files.get(uri.removeprefix(start)))
                return None if text is None else text.decode("utf-8", "replace")
        return None

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            try:
                self._tell(told(FETCHING))
                modules = tuple(self._shelf.find(asked, self._wait))
                if modules != self._modules:
                    self._give(modules)
                self._tell(told(READY))
            except (_Left, SandboxBroken, OSError):
                return
            except (UserError, JudgeFault) as error:
                _log.info("modules of others cannot be had", reason=str(error))
                self._tell(told(FAILED, str(error)))

    def _next(self) -> Asked | None:
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._wanted is not None)
            asked, self._wanted = self._wanted, None
            return None if self._ended else asked

    def _wait(self) -> None:
        if self._ended:
            raise _Left

    def _give(self, modules: tuple[Module, ...]) -> None:
        number = self._number + 1
        self._server.put(_laid_out(number, modules))
        required = [(one.path, one.version, _folder(number, one)) for one in modules]
        self._server.send(self._require(required))
        self._modules, self._number = modules, number
        # gopls would link what is explained to a page about the folder.
        private = ",".join(one.path for one in modules)
        self._server.configure({"GOMODCACHE": f"{MODULES}/{number}", "GOPRIVATE": private})
        self._server.forget(str(number - 1))


def told(state: str, reason: str = "") -> Message:
    """The message that tells a page how its modules stand."""
    return {"method": "judge/modules", "params": {"state": state, "reason": reason}}


def read(params: Any) -> Asked:
    """What a page says, checked. Raises BadMessage."""
    said = params if isinstance(params, dict) else {}
    go_mod, go_sum = checked_text(said.get("goMod")), checked_text(said.get("goSum"))
    imports = said.get("imports")
    if not isinstance(imports, list) or len(imports) > MAX_IMPORTS:
        raise BadMessage(f"imports are at most {MAX_IMPORTS}")
    if not all(isinstance(one, str) and _IMPORT.match(one) for one in imports):
        raise BadMessage("an import is the path of a package")
    return Asked(go_mod, go_sum, tuple(sorted(set(imports))))


def _folder(number: int, module: Module) -> str:
    return f"{MODULES}/{number}/{module.path}@{module.version}"


def _laid_out(number: int, modules: Sequence[Module]) -> Iterator[tuple[str, bytes]]:
    """Names below `MODULES`, and texts. What was thrown away meanwhile is left out."""
    for module in modules:
        folder = _folder(number, module).removeprefix(f"{MODULES}/")
        yield f"{folder}/go.mod", f"module {module.path}\n\ngo {module.go}\n".encode()
        for name, place in module.files.items():
            text = _text(place) if place else b""
            if text is not None:
                yield f"{folder}/{name}", text


def _text(place: Path | None) -> bytes | None:
    try:
        return place.read_bytes() if place else None
    except OSError:
        return None
