"""Sandboxes kept ready, given out one job at a time, replaced off the hot path.

Theory of operation. One background thread, the keeper, makes and removes all
sandboxes (the local ones die with the thread that made them, so it is the same
thread as long as the pool lives). `_State` under one condition holds how many
there are and which are idle. A job takes an idle one that is large enough, the
last used first, so that the others stay fresh; if there is none it asks the
keeper and waits. After its job a sandbox goes back, or to the keeper for removal
where anything was out of the ordinary or it has done its number of jobs. The
keeper sees to it that `spare` ones stand ready.

A problem may ask for more memory than the sandboxes made ahead have: for such a
job one of that size is made, and removed when room is needed.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog

from judge.errors import JudgeFault, SandboxBroken, SandboxUnavailable
from judge.sandbox.facts import Event, Facts
from judge.sandbox.job import Job, Limits, ProgramJob
from judge.sandbox.rootfs import Progress
from judge.sandbox.session import Runner, Session
from judge.sandbox.settings import SandboxSettings
from judge.sandbox.shape import Shape
from judge.sandbox.transport import Launcher

WAIT_SECONDS = 120.0
"""How long a job waits for a sandbox, the first one's making included."""
_RETRY_SECONDS = 2.0
_REAP_SECONDS = 300.0
_CANARY = b'package main\n\nfunc main() { println("alive") }\n'


@dataclass(frozen=True, eq=False, slots=True)
class _Wish:
    """A job that waits for a sandbox of at least this size."""

    memory_mb: int


_log = structlog.get_logger(__name__)


class Pool:
    """A context manager; all of it may be used from any thread."""

    def __init__(self, settings: SandboxSettings, launcher: Launcher | None = None) -> None:
        """Start to make the first sandbox and return.

        Raises SandboxUnavailable at once where there is nothing to make them with.
        """
        self._settings = settings
        self._launcher = launcher or choose(settings)
        self._changed = threading.Condition()
        self._idle: list[Runner] = []
        self._busy: list[Runner] = []
        self._doomed: list[Runner] = []
        self._waiting: list[_Wish] = []
        self._total = 0
        self._closed = False
        self._error: JudgeFault | None = None
        self._replaced: Counter[str] = Counter()
        self._keeper = threading.Thread(target=self._keep, name="sandbox-keeper", daemon=True)
        self._keeper.start()

    def run(self, job: Job, on_event: Callable[[Event], None] | None = None) -> Facts:
        """Do `job`; `on_event` is called from this thread, and what it raises ends the job.

        Raises SandboxUnavailable and SandboxBroken, both `JudgeFault`.
        """
        with self.open(job) as session:
            for event in session.events():
                if on_event is not None:
                    on_event(event)
            return session.result()

    def open(self, job: Job) -> Session:
        """Begin `job`; interactive where it says so. Raises like `run`."""
        runner = self._take(memory_of(job.limits))
        _log.info("in a sandbox", sandbox=runner.name)
        try:
            return Session(runner, job, self._give_back)
        except ValueError as error:
            raise SandboxBroken(f"a job that no sandbox takes: {error}") from error

    def canary(self) -> Facts:
        """Judge a tiny program whose result is known. Raises `JudgeFault` where it differs."""
        facts = self.run(ProgramJob(source={"main.go": _CANARY}))
        if not facts.runs or facts.runs[0].exit_code != 0 or facts.runs[0].stderr != b"alive\n":
            raise SandboxBroken("a sandbox judges wrongly: the test program did not print `alive`")
        return facts

    def renew(self) -> None:
        """Replace every sandbox that is idle: something is wrong, and it may be with these."""
        with self._changed:
            idle, self._idle = self._idle, []
            for runner in idle:
                self._doom(runner, "doubted")

    def describe(self) -> str:
        """One line: which sandbox is in use and why."""
        return self._launcher.describe()

    @property
    def counters(self) -> Mapping[str, int]:
        """Sandboxes: "total" and "idle" now, and "replaced_<reason>" since the start."""
        with self._changed:
            return {
                "total": self._total,
                "idle": len(self._idle),
                **{f"replaced_{reason}": count for reason, count in self._replaced.items()},
            }

    def close(self) -> None:
        """Remove every sandbox and return when they are gone. Never raises."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if threading.current_thread() is not self._keeper:
            self._keeper.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # What jobs do.

    def _take(self, memory_mb: int) -> Runner:
        if memory_mb > self._settings.max_memory_mb:
            raise SandboxUnavailable(
                f"a problem asks for {memory_mb} MB and JUDGE_SANDBOX_MAX_MEMORY_MB is "
                f"{self._settings.max_memory_mb}"
            )
        end = time.monotonic() + WAIT_SECONDS
        wish = _Wish(memory_mb)
        with self._changed:
            self._error = None
            self._waiting.append(wish)
            self._changed.notify_all()
            try:
                while not (runner := self._pick(memory_mb)):
                    if self._closed:
                        raise SandboxUnavailable("the pool of sandboxes is closed")
                    if self._error is not None:
                        raise self._error
                    if not self._changed.wait(max(0.0, end - time.monotonic())):
                        raise SandboxUnavailable(
                            f"no sandbox became free in {WAIT_SECONDS:.0f} s: MAX_CONTAINERS is "
                            f"{self._settings.max_containers}"
                        )
                self._busy.append(runner)
                return runner
            finally:
                self._waiting.remove(wish)
                self._changed.notify_all()

    def _pick(self, memory_mb: int) -> Runner | None:
        """An idle runner that is large enough and alive. Under the lock."""
        for runner in reversed(self._idle):
            if runner.memory_mb < memory_mb:
                continue
            self._idle.remove(runner)
            if runner.fit():
                return runner
            self._doom(runner, "vanished")
            return self._pick(memory_mb)
        return None

    def _give_back(self, runner: Runner, replace: str) -> None:
        with self._changed:
            if runner not in self._busy:
                return  # the pool was closed over its head
            self._busy.remove(runner)
            if replace:
                _log.info("sandbox replaced", sandbox=runner.name, reason=replace)
                self._doom(runner, "abnormal")
            elif runner.jobs >= self._settings.reuse:
                self._doom(runner, "used")
            else:
                self._idle.append(runner)
            self._changed.notify_all()

    def _doom(self, runner: Runner, reason: str) -> None:
        self._replaced[reason] += 1
        self._doomed.append(runner)
        self._changed.notify_all()

    # What the keeper does.

    def _keep(self) -> None:
        may_make = next_reap = 0.0
        while True:
            with self._changed:
                while not (task := self._task(may_make, next_reap)):
                    now = time.monotonic()
                    soon = [at - now for at in (may_make, next_reap) if at > now]
                    self._changed.wait(min(soon))
            if task == "end":
                break
            if task == "reap":
                self._reap()
                next_reap = time.monotonic() + _REAP_SECONDS
            elif isinstance(task, int):
                may_make = self._make(task)
            elif isinstance(task, list):
                self._remove(task)
        self._end()

    def _task(self, may_make: float, next_reap: float) -> list[Runner] | int | str | None:
        """The next thing to do: runners to remove, megabytes to make one of, "reap", "end".

        One that a job waits for comes before everything else. Under the lock.
        """
        if self._closed:
            return "end"
        now = time.monotonic()
        lacking = self._lacking()
        room = self._total < self._settings.max_containers
        if lacking and room and now >= may_make:
            return max(lacking, self._settings.memory_mb)
        if lacking and not room and self._idle and not self._doomed:
            self._doom(self._idle.pop(0), "size")
        if self._doomed:
            doomed, self._doomed = self._doomed, []
            return doomed
        if room and now >= may_make and len(self._idle) < self._settings.spare:
            return self._settings.memory_mb
        return "reap" if now >= next_reap else None

    def _lacking(self) -> int:
        """Megabytes that the first waiting job needs which no idle sandbox will serve, or 0."""
        idle = [runner.memory_mb for runner in self._idle]
        for wish in self._waiting:
            enough = [memory_mb for memory_mb in idle if memory_mb >= wish.memory_mb]
            if not enough:
                return wish.memory_mb
            idle.remove(enough[0])
        return 0

    def _make(self, memory_mb: int) -> float:
        """Make one; returns when the next may be tried."""
        with self._changed:
            self._total += 1
        try:
            runner = Runner(self._launcher.start(memory_mb), self._launcher.kind, memory_mb)
        except JudgeFault as error:
            _log.warning("sandbox not started", error=str(error))
            with self._changed:
                self._total -= 1
                self._error = error
                self._changed.notify_all()
            return time.monotonic() + _RETRY_SECONDS
        with self._changed:
            self._error = None
            self._idle.append(runner)
            self._changed.notify_all()
        return 0.0

    def _remove(self, runners: list[Runner]) -> None:
        for runner in runners:
            runner.close()
        with self._changed:
            self._total -= len(runners)
            self._changed.notify_all()

    def _reap(self) -> None:
        try:
            if count := self._launcher.reap():
                _log.warning("leaked sandboxes removed", count=count)
        except JudgeFault as error:
            _log.warning("leaked sandboxes not looked for", error=str(error))

    def _end(self) -> None:
        """Remove all; a job that is still under way learns that its sandbox broke."""
        with self._changed:
            runners = [*self._idle, *self._doomed, *self._busy]
            self._idle, self._doomed, self._busy = [], [], []
        self._remove(runners)
        self._launcher.close()


def memory_of(limits: Limits) -> int:
    """What a sandbox must have for builds and runs under `limits`, in MB."""
    return max(limits.memory_mb, limits.build_memory_mb)


def prepare(settings: SandboxSettings, progress: Progress) -> str:
    """Make files and image ahead, telling how far it is; what is used and why, in one line.

    Raises SandboxUnavailable.
    """
    launcher = choose(settings)
    try:
        launcher.prepare(progress)
        return launcher.describe()
    finally:
        launcher.close()


def choose(settings: SandboxSettings, shape: Shape | None = None) -> Launcher:
    """The launcher that `settings` ask for; "auto" is Docker where an engine answers, else local.

    `shape`: of what kind of sandbox; None: the runner's. Raises SandboxUnavailable, also for
    local in production.
    """
    # Imported here: who uses the one needs not have the other.
    if settings.kind == "local":
        return _local(settings, "JUDGE_SANDBOX=local", shape)
    from judge.sandbox.docker import DockerLauncher

    try:
        return DockerLauncher(settings, shape)
    except SandboxUnavailable as error:
        if settings.kind == "docker":
            raise
        return _local(settings, str(error).partition(" (")[0], shape)


def _local(settings: SandboxSettings, why: str, shape: Shape | None) -> Launcher:
    from judge.sandbox.local import LocalLauncher

    if settings.production and not settings.allow_local_in_production:
        raise SandboxUnavailable(
            f"the local sandbox is not for production ({why}): start a container engine and set "
            "JUDGE_SANDBOX=docker, or set JUDGE_ALLOW_LOCAL_SANDBOX=on"
        )
    return LocalLauncher(settings, why, shape)
