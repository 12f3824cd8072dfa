"""Programs under a debugger: a sandbox for each, thrown away after, few at a time.

Theory of operation. The files of those sandboxes take a minute or two to make, so a thread
makes them when the worker starts, at low priority, and whoever comes earlier waits and
is told how far it is. A session is a run like any other (`judge.interactive`) to whose
messages those of Delve are added: ``{"type": "dap", "message"}`` both ways, through
`judge.debugger.dialogue`, which decides what may pass.

The program's limits hold while it runs. While it is stopped its clock rests, and the
page's silence is what is limited.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import structlog

from judge import interactive, projects, queue
from judge.config import Settings
from judge.debugger import rootfs
from judge.debugger.dialogue import BadMessage, Dialogue
from judge.errors import JudgeFault, SandboxBroken
from judge.interactive import Request
from judge.sandbox.facts import Event, Facts
from judge.sandbox.framing import Framing, framed
from judge.sandbox.job import DEBUG_SECONDS, DebugJob, Dependency, Limits
from judge.sandbox.pool import Pool, choose
from judge.sandbox.session import Session
from judge.sandbox.settings import SandboxSettings
from judge.sandbox.tool import prepare_in_background
from judge.worker import programs
from judge.worker.watching import OUTPUT_KB, STOPPED, Listening, Telling, given_up

AGAIN_SECONDS = 60.0
TELL_SECONDS = 1.0
CPUS = 1.0
"""Of program and debugger together: half of one is little for both."""

_log = structlog.get_logger(__name__)


class Debuggers:
    """Where they run. A context manager; `play` may be called from any thread."""

    def __init__(self, settings: Settings, sandbox: SandboxSettings) -> None:
        """Begin to make the files, and return."""
        self._settings = settings
        self._sandbox = replace(
            sandbox, max_containers=max(1, settings.debug_max), reuse=1, spare=0
        )
        self._places = threading.BoundedSemaphore(max(1, settings.debug_max))
        self._closed = threading.Event()
        self._pool: Pool | None = None
        self._step, self._percent, self._error = "starting", 0, ""
        self._thread = threading.Thread(target=self._prepare, name="debuggers", daemon=True)
        if settings.debug_max:
            self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        if self._settings.debug_max:
            self._thread.join()
        if self._pool is not None:
            self._pool.close()

    def play(
        self,
        run_id: str,
        request: Request,
        closing: threading.Event,
        dependencies: tuple[Dependency, ...] = (),
    ) -> dict[str, Any]:
        """Debug a program until it or its page has ended; the last message, without its type."""
        if not self._settings.debug_max:
            return _not("the debugger is switched off here")
        if not self._places.acquire(blocking=False):
            return _not("all debuggers are in use: try again in a few minutes")
        try:
            pool = self._await_pool(run_id, closing)
            if pool is None:
                return STOPPED
            made = job(request, self._settings, dependencies)
            return self._session(pool, run_id, made, closing)
        except JudgeFault as error:
            _log.error("debugging failed", run=run_id, error=str(error))
            return _not(str(error))
        finally:
            self._places.release()

    def _await_pool(self, run_id: str, closing: threading.Event) -> Pool | None:
        """The pool once there is one, None where the page left before. Raises JudgeFault."""
        told = None
        while self._pool is None:
            if self._error:
                raise SandboxBroken(f"the debugger cannot be prepared: {self._error}")
            if closing.is_set() or given_up(run_id):
                return None
            now = {"type": "preparing", "step": self._step, "percent": self._percent}
            word = {"type": "beat"} if now == told else now
            interactive.say(queue.connection(), interactive.out_key(run_id), word)
            told = now
            closing.wait(TELL_SECONDS)
        return self._pool

    def _session(
        self, pool: Pool, run_id: str, made: DebugJob, closing: threading.Event
    ) -> dict[str, Any]:
        telling = Telling(run_id)
        with pool.open(made) as session:
            talk = Talk(session, Dialogue([*made.source, *made.tests]), telling)
            hearing = Hearing(run_id, session, closing, talk, self._settings.debug_idle)
            with hearing:
                for event in session.events():
                    talk.event(event)
                facts = session.result()
        telling.flush()
        return ended(facts, made, hearing)

    def _prepare(self) -> None:
        """Make the files; where that fails say why and try again."""
        while not self._closed.is_set():
            try:
                shape = rootfs.shape(Path(self._settings.debug_dir), self._sandbox)
                launcher = choose(self._sandbox, shape)
                prepare_in_background(launcher, self._tell, self._closed.is_set)
                if not self._closed.is_set():
                    self._pool, self._error = Pool(self._sandbox, launcher), ""
                    _log.info("debugger is prepared", sandbox=launcher.describe())
            except JudgeFault as error:
                _log.warning("debugger cannot be prepared", reason=str(error))
                self._error = str(error)
                self._closed.wait(AGAIN_SECONDS)
            else:
                return

    def _tell(self, step: str, percent: int) -> None:
        self._step, self._percent = step, percent


class Talk:
    """What is said between page and Delve. Two threads: one hears the page, one Delve."""

    def __init__(self, session: Session, dialogue: Dialogue, telling: Telling) -> None:
        self._session = session
        self._dialogue = dialogue
        self._telling = telling
        self._framing = Framing("the debugger")
        self._lock = threading.Lock()
        self._started = False

    @property
    def waits(self) -> bool:
        """Whether the program is stopped, so that it is the page's turn."""
        return self._started and not self._dialogue.running

    def event(self, event: Event) -> None:
        """Something happened in the sandbox. Raises SandboxBroken."""
        if event.kind == "debugger":
            for message in self._framing.feed(event.data):
                self._heard(message)
            return
        if event.kind == "running":
            if not event.name.isdecimal():
                raise SandboxBroken("the sandbox did not say what is to be debugged")
            self._started = True
            for message in self._dialogue.begin(int(event.name)):
                self._session.send_debugger(framed(message))
        self._telling.event(event)

    def ask(self, message: Mapping[str, Any]) -> None:
        """The page asks for something. Raises SandboxBroken."""
        try:
            with self._lock:
                request = self._dialogue.from_page(message)
        except BadMessage as error:
            refused = {"type": "response", "seq": message.get("seq"), "error": str(error)}
            self._telling.say({"type": "dap", "message": refused})
            return
        self._session.send_debugger(framed(request))

    def _heard(self, message: dict[str, Any]) -> None:
        with self._lock:
            shown = self._dialogue.from_delve(message)
        if shown is not None:
            self._telling.say({"type": "dap", "message": shown})


class Hearing(Listening):
    """Hears what the page says to program and debugger, and when it says nothing any more."""

    def __init__(
        self, run_id: str, session: Session, closing: threading.Event, talk: Talk, idle: float
    ) -> None:
        super().__init__(run_id, session, closing)
        self.why = ""
        """Why it was ended, where that was neither the page nor the program."""
        self._talk = talk
        self._idle_seconds = idle
        self._began = self._heard = time.monotonic()

    def _obey(self, message: Mapping[str, Any]) -> None:
        if message["type"] != "over":
            self._heard = time.monotonic()
        if message["type"] == "dap":
            self._talk.ask(message)
        else:
            super()._obey(message)

    def _look(self) -> None:
        super()._look()
        now = time.monotonic()
        if not self._talk.waits:
            self._heard = now
        elif now - self._heard > self._idle_seconds:
            self._end(
                f"nobody used the debugger for {_spoken(self._idle_seconds)}, so it was ended"
            )
        if now - self._began > DEBUG_SECONDS:
            self._end(f"a program may be debugged for {_spoken(DEBUG_SECONDS)} at most")

    def _end(self, why: str) -> None:
        if not self.why and not self.stopped:
            self.why = why
            self._stop()


def job(
    request: Request, settings: Settings, dependencies: tuple[Dependency, ...] = ()
) -> DebugJob:
    """The sandbox's job for a request of kind "debug"."""
    files = {name: text.encode() for name, text in request.files.items()}
    module = projects.module(request.files)
    (folder,) = request.packages
    tests = {name: files.pop(name) for name in list(files) if projects.is_test(name)}
    code = {name: files.pop(name) for name in list(files) if projects.is_code(name)}
    own = {name: text for name, text in tests.items() if projects.folder(name) == folder}
    return DebugJob(
        source=code,
        files=files,
        tests=own if request.test else {},
        args=(f"-test.run=^{request.test}$", "-test.v") if request.test else request.args,
        env=request.env,
        limits=Limits(
            cpu_seconds=settings.timeout,
            wall_seconds=settings.interactive_wall,
            memory_mb=settings.interactive_memory,
            output_kb=OUTPUT_KB,
            cpus=CPUS,
        ),
        module=module.path if module else projects.MODULE,
        go=module.go if module else None,
        package=folder,
        dependencies=dependencies,
    )


def ended(facts: Facts, made: DebugJob, hearing: Hearing) -> dict[str, Any]:
    """The last message to the page, without its type."""
    told = programs.ended(facts, made.limits, tuple(made.source))
    if hearing.stopped:
        why = {"label": "Ended", "message": hearing.why} if hearing.why else {}
        return told | STOPPED | why
    if any(run.name == "debugger" for run in facts.runs):
        message = (
            "the debugger used up what it may have: conditions that are asked very often, "
            "or very large values, are too much for it"
        )
        return told | {"verdict": "time_limit", "label": "Debugger's limit", "message": message}
    return told


def _not(message: str) -> dict[str, Any]:
    return {"verdict": "internal_error", "message": message}


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} seconds"
