"""Language servers kept ready, given out once, bounded in number.

Theory of operation. One background thread, the keeper, makes and removes all of them
(local sandboxes die with the thread that made them). First it prepares the files, which
at the very first start means to compile gopls; then it keeps `spare` warm. A page takes
a warm one and nobody ever gets it again: it ends with the page.

Where all places are taken the page that has been silent longest gives its own up, if it
has been silent for a while; a person with many pages gives up the oldest. What is given
up comes back unnoticed: the page asks anew with its next keystroke, and finds a warm one,
because of the silent ones so many end in time that there is always one to spare.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import structlog

from judge.errors import JudgeFault
from judge.languageserver.server import Server
from judge.sandbox.tool import prepare_in_background
from judge.sandbox.transport import Launcher

TAKE_SECONDS = 30.0
LOOK_SECONDS = 5.0
AGAIN_SECONDS = 15.0
PREPARE_AGAIN_SECONDS = 60.0
SILENT_SECONDS = 20.0
"""A page that was silent for so long may lose its place to another."""
OF_ONE_PERSON = 3
CALM_SECONDS = 2.0
"""After one was taken: its page has the CPUs first, then the next is made."""
_REAP_SECONDS = 300.0

_log = structlog.get_logger(__name__)


class NotNow(Exception):
    """There is none to be had now. `state` is one of `wire`: preparing, busy or off."""

    def __init__(self, state: str, detail: str, percent: int = 0) -> None:
        super().__init__(detail)
        self.state, self.detail, self.percent = state, detail, percent


@dataclass(eq=False, slots=True)
class Lease:
    """A server that a page has. `lost` is set when it has to go."""

    server: Server
    person: str
    used: float = field(default_factory=time.monotonic)
    lost: threading.Event = field(default_factory=threading.Event)

    def use(self) -> None:
        """The page said something."""
        self.used = time.monotonic()


class Pool:
    """A context manager; all of it may be used from any thread."""

    def __init__(
        self, choose: Callable[[], Launcher], most: int, spare: int, memory_mb: int
    ) -> None:
        """Begin to prepare, and return. `choose` may raise SandboxUnavailable."""
        self._choose = choose
        self._launcher: Launcher | None = None
        self._most, self._spare, self._memory_mb = most, min(spare, most), memory_mb
        self._changed = threading.Condition()
        self._warm: list[Server] = []
        self._leases: list[Lease] = []
        self._doomed: list[Server] = []
        self._making = 0
        self._waiting = 0
        self._calm_until = 0.0
        self._step: tuple[str, int] | None = ("starting", 0)
        self._error = ""
        self._closed = False
        self._keeper = threading.Thread(target=self._keep, name="gopls", daemon=True)
        self._keeper.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all of them and return once they are gone."""
        with self._changed:
            self._closed = True
            for lease in self._leases:
                lease.lost.set()
            self._changed.notify_all()
        self._keeper.join()

    def take(self, person: str) -> Lease:
        """A warm one for `person`'s page. Raises NotNow."""
        end = time.monotonic() + TAKE_SECONDS
        with self._changed:
            self._one_less_of(person)
            self._waiting += 1
            self._changed.notify_all()  # once: those who wait would wake each other for ever
            try:
                while not self._warm:
                    self._refuse()
                    self._make_room()
                    if not self._changed.wait(end - time.monotonic()):
                        raise NotNow("busy", self._error or "all language servers are in use")
                lease = Lease(self._warm.pop(0), person)
            finally:
                self._waiting -= 1
            self._leases.append(lease)
            self._calm_until = time.monotonic() + CALM_SECONDS
            self._changed.notify_all()
        return lease

    def give_back(self, lease: Lease) -> None:
        """The page has gone; so does its server."""
        with self._changed:
            if lease in self._leases:
                self._leases.remove(lease)
                self._doomed.append(lease.server)
            self._changed.notify_all()

    @property
    def _total(self) -> int:
        return len(self._warm) + len(self._leases) + len(self._doomed) + self._making

    def _refuse(self) -> None:
        """Where waiting would not help: say so. Under the lock."""
        if self._closed:
            raise NotNow("off", "the language servers are being stopped")
        if self._error:
            raise NotNow("off", self._error)
        if self._step is not None:
            raise NotNow("preparing", *self._step)

    def _one_less_of(self, person: str) -> None:
        """The oldest of somebody who has as many as one may have is lost."""
        own = [lease for lease in self._held() if lease.person == person]
        if len(own) >= OF_ONE_PERSON:
            min(own, key=lambda lease: lease.used).lost.set()

    def _make_room(self) -> None:
        """Where there are fewer places than pages wait the longest silent one is lost.

        Raises NotNow where nobody is silent. Under the lock.
        """
        if self._waiting <= self._most - len(self._held()):
            return
        if not self._end_silent():
            raise NotNow("busy", "all language servers are in use")

    def _keep_room(self) -> None:
        """Where none could be spared any more the longest silent one is lost. Under the lock."""
        if self._step is None and len(self._held()) > self._most - self._spare:
            self._end_silent()

    def _held(self) -> list[Lease]:
        return [lease for lease in self._leases if not lease.lost.is_set()]

    def _end_silent(self) -> bool:
        """Let go of the longest silent one; whether any is silent. Under the lock."""
        now = time.monotonic()
        silent = [lease for lease in self._held() if now - lease.used > SILENT_SECONDS]
        if silent:
            min(silent, key=lambda lease: lease.used).lost.set()
        return bool(silent)

    def _keep(self) -> None:
        """What the keeper does until the end."""
        try:
            self._prepare()
            reaped = -_REAP_SECONDS
            while True:
                with self._changed:
                    if self._closed:
                        return
                    doomed, self._doomed = self._doomed, []
                    self._making = len(doomed)
                for server in doomed:
                    server.close()
                with self._changed:
                    self._making = 0
                    self._keep_room()
                    wanted = self._wanted()
                if wanted:
                    self._make()
                    continue
                if time.monotonic() - reaped > _REAP_SECONDS:
                    reaped = time.monotonic()
                    self._reap()
                self._look()
                with self._changed:
                    if not (self._closed or self._doomed or self._wanted()):
                        left = self._calm_until - time.monotonic()
                        self._changed.wait(left if left > 0 else LOOK_SECONDS)
        finally:
            self._end()

    def _wanted(self) -> bool:
        """Whether one is to be made now: for a page that waits, or, after a while, to spare."""
        calm = time.monotonic() >= self._calm_until
        enough = max(self._spare if calm else 0, self._waiting)
        return self._total < self._most and len(self._warm) < enough

    def _prepare(self) -> None:
        """Make the files; where that fails say why and try again."""
        while not self._closed:
            try:
                self._launcher = self._launcher or self._choose()
                self._error = ""
                prepare_in_background(self._launcher, self._tell, lambda: self._closed)
            except JudgeFault as error:
                _log.warning("language servers cannot be prepared", reason=str(error))
                with self._changed:
                    self._error = str(error)
                    self._changed.wait_for(lambda: self._closed, PREPARE_AGAIN_SECONDS)
            else:
                with self._changed:
                    self._error, self._step = "", None
                _log.info("language servers are prepared", sandbox=self._launcher.describe())
                return

    def _tell(self, step: str, percent: int) -> None:
        with self._changed:
            self._step = (step, percent)

    def _make(self) -> None:
        with self._changed:
            self._making = 1
        try:
            server = self._start()
        except (JudgeFault, TimeoutError) as error:
            _log.warning("language server not started", reason=str(error))
            with self._changed:
                self._making, self._error = 0, str(error)
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._closed, AGAIN_SECONDS)
            return
        with self._changed:
            self._making, self._error = 0, ""
            self._warm.append(server)
            self._changed.notify_all()

    def _start(self) -> Server:
        assert self._launcher is not None  # it was prepared
        server = Server(self._launcher.start(self._memory_mb))
        try:
            server.warm()
        except BaseException:
            server.close()
            raise
        return server

    def _look(self) -> None:
        """Remove warm ones that have ended by themselves."""
        with self._changed:
            warm, self._warm = self._warm, []
            self._making = len(warm)
        alive = [server for server in warm if server.alive()]
        for server in warm:
            if server not in alive:
                _log.warning("language server ended", name=server.name)
                server.close()
        with self._changed:
            self._making = 0
            self._warm = alive
            self._changed.notify_all()

    def _reap(self) -> None:
        assert self._launcher is not None  # it was prepared
        try:
            self._launcher.reap()
        except JudgeFault as error:
            _log.warning("leaked sandboxes not looked for", error=str(error))

    def _end(self) -> None:
        with self._changed:
            self._closed = True
            servers = [*self._warm, *self._doomed, *(lease.server for lease in self._leases)]
            self._warm, self._doomed, self._leases = [], [], []
            self._changed.notify_all()
        for server in servers:
            server.close()
        if self._launcher is not None:
            self._launcher.close()
