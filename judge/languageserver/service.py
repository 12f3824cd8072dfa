"""`judge gopls`: the process that keeps language servers and lets web processes speak to them.

Theory of operation. It listens where the web processes can reach it and nobody else
(a unix socket, or a port of a private network; a proof of the secret key is asked for
all the same). Each connection is one page: it takes a warm server from the pool, and
two threads carry messages, one each way, through `Dialogue`, which decides what may
pass. When the page goes, falls silent for long, or loses its place to another, the
connection ends and the sandbox with it.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import select
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from judge.config import Settings
from judge.errors import JudgeFault, UserError
from judge.languageserver import rootfs, wire
from judge.languageserver.dialogue import BadMessage, Dialogue
from judge.languageserver.framing import LENGTH, to_web
from judge.languageserver.others import Others, Shelf
from judge.languageserver.pool import Lease, NotNow, Pool
from judge.languageserver.sources import Sources
from judge.sandbox import pool as sandboxes
from judge.sandbox.settings import SandboxSettings
from judge.sandbox.transport import Launcher

HELLO_SECONDS = 5.0
PAGE_SECONDS = 20.0
"""How long a page may take to take what it is told."""
_LOOK_SECONDS = 0.5
_CONNECTIONS_BESIDE = 64
"""Connections that may ask for a server beside those that have one."""

_log = structlog.get_logger(__name__)


class Service:
    """Listens and serves until `stop`."""

    def __init__(self, settings: Settings, pool: Pool, shelf: Shelf | None = None) -> None:
        """Listen; nothing is served yet. Raises UserError for an address that cannot be had.

        `shelf`: where modules of others come from; None where there are none.
        """
        self._settings = settings
        self._pool = pool
        self._shelf = shelf
        self._sources = Sources()
        self._stopping = threading.Event()
        self._places = threading.BoundedSemaphore(settings.gopls_max + _CONNECTIONS_BESIDE)
        self._listener = _listen(wire.read_address(settings.gopls_address))

    def serve(self) -> None:
        """Serve until `stop` is called."""
        self._listener.settimeout(_LOOK_SECONDS)
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            if not self._places.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._connection, args=(connection,), daemon=True).start()
        self._listener.close()
        if path := wire.read_address(self._settings.gopls_address).path:
            Path(path).unlink(missing_ok=True)

    def stop(self) -> None:
        """Let `serve` return."""
        self._stopping.set()

    def _connection(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._hello(connection)
        except (OSError, ValueError, UserError) as error:
            _log.info("a page's connection ended", reason=str(error))
        finally:
            self._places.release()

    def _hello(self, connection: socket.socket) -> None:
        connection.settimeout(HELLO_SECONDS)
        nonce = secrets.token_bytes(wire.NONCE_BYTES)
        connection.sendall(nonce)
        said = json.loads(_frame(connection))
        proof = wire.proof(self._settings.secret_key, nonce)
        if not hmac.compare_digest(str(said["proof"]), proof):
            raise UserError("somebody connected who does not know the secret key")
        connection.settimeout(PAGE_SECONDS)
        try:
            lease = self._pool.take(str(said["person"]))
        except NotNow as refusal:
            state = wire.state(refusal.state, refusal.detail, refusal.percent)
            connection.sendall(to_web(state))
            return
        try:
            idle_seconds = self._settings.gopls_idle
            _Session(connection, lease, idle_seconds, self._sources, self._shelf).run()
        finally:
            self._pool.give_back(lease)


class _Session:
    """A page and its server."""

    def __init__(
        self,
        connection: socket.socket,
        lease: Lease,
        idle_seconds: float,
        sources: Sources,
        shelf: Shelf | None,
    ) -> None:
        self._connection = connection
        self._sources = sources
        self._lease = lease
        self._idle_seconds = idle_seconds
        self._dialogue = Dialogue(rootfs.language())
        self._telling = threading.Lock()
        self._writing = threading.Lock()
        self._ended = threading.Event()
        self._others = shelf and Others(shelf, lease.server, self._require, self._tell)

    def run(self) -> None:
        """Carry messages until one side ends."""
        self._tell(wire.state(wire.READY))
        back = threading.Thread(target=self._from_gopls, daemon=True)
        back.start()
        try:
            state = self._from_page()
        finally:
            self._ended.set()
            if self._others:
                self._others.end()
            back.join()
        if state:
            with suppress(OSError):
                self._tell(wire.state(state))

    def _from_page(self) -> str:
        """Why it ended, as a state of `wire`; "" where the page has gone."""
        while not self._ended.is_set():
            silent_seconds = time.monotonic() - self._lease.used
            if self._lease.lost.is_set() or silent_seconds > self._idle_seconds:
                return wire.IDLE
            if not select.select([self._connection], [], [], _LOOK_SECONDS)[0]:
                continue
            try:
                self._pass_on(json.loads(_frame(self._connection)))
            except (OSError, EOFError):
                return ""
            except (ValueError, RecursionError, BadMessage) as error:
                _log.warning("a page said what no page says", reason=str(error))
                return wire.REFUSED
            except JudgeFault as error:
                _log.warning("language server ended", reason=str(error))
                return wire.ENDED
        return wire.ENDED

    def _pass_on(self, said: Any) -> None:
        self._lease.use()
        method = said.get("method") if isinstance(said, dict) else None
        if method == "judge/source":
            of_others = self._others.source if self._others else _none_of_them
            self._tell(self._sources.answer(said, of_others))
            return
        if method == "judge/modules":
            if not self._dialogue.started:
                raise BadMessage("judge/start comes first")
            if self._others:
                self._others.ask(said.get("params"))
            return
        with self._telling:
            message = self._dialogue.from_page(said)
        self._lease.server.send(message)

    def _from_gopls(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    message = self._lease.server.receive(_LOOK_SECONDS)
                except TimeoutError:
                    continue
                with self._telling:
                    shown = self._dialogue.from_gopls(message)
                if shown is not None:
                    self._tell(shown)
        except (JudgeFault, OSError) as error:
            if not self._ended.is_set():
                _log.warning("language server ended", reason=str(error))
        finally:
            self._ended.set()

    def _require(self, modules: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
        with self._telling:
            return self._dialogue.require(modules)

    def _tell(self, message: dict[str, Any]) -> None:
        with self._writing:
            self._connection.sendall(to_web(message))


def open_pool(settings: Settings, sandbox: SandboxSettings, shelf: Shelf | None = None) -> Pool:
    """The pool that `settings` ask for, in sandboxes of the kind that judging uses."""
    tags = shelf.tags if shelf else None

    def choose() -> Launcher:
        shape = rootfs.shape(Path(settings.gopls_dir), settings.gopls_memory_mb, tags)
        return sandboxes.choose(sandbox, shape)

    return Pool(choose, settings.gopls_max, settings.gopls_spare, settings.gopls_memory_mb)


def run(
    settings: Settings, sandbox: SandboxSettings, stop: threading.Event, shelf: Shelf | None
) -> None:
    """Serve until `stop` is set. Raises UserError for settings that cannot work."""
    if settings.gopls_max == 0 or not settings.gopls_address:
        raise UserError("JUDGE_GOPLS_ADDRESS is missing, or JUDGE_GOPLS_MAX is 0: nothing to do")
    with open_pool(settings, sandbox, shelf) as pool:
        service = Service(settings, pool, shelf)
        thread = threading.Thread(target=service.serve)
        thread.start()
        _log.info("listening", address=settings.gopls_address)
        stop.wait()
        service.stop()
        thread.join()


def _none_of_them(_uri: str) -> None:
    """Where there are no modules of others."""


def _listen(address: wire.Address) -> socket.socket:
    try:
        if not address.path:
            return socket.create_server((address.host, address.port), reuse_port=False)
        Path(address.path).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            listener.bind(address.path)
        finally:
            os.umask(before)
        listener.listen(128)
    except OSError as error:
        raise UserError(f"JUDGE_GOPLS_ADDRESS cannot be listened on: {error}") from error
    return listener


def _frame(connection: socket.socket) -> bytes:
    """The next frame from the web process. Raises EOFError, ValueError, OSError."""
    (length,) = LENGTH.unpack(_exactly(connection, LENGTH.size))
    if length > wire.MAX_FROM_WEB:
        raise ValueError("a frame is too long")
    return _exactly(connection, length)


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError("the connection ended")
        data += piece
    return bytes(data)
