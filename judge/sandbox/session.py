"""One job in one sandbox, from the first byte sent to its facts.

`Runner` is a sandbox whose runner has said hello; it takes one job at a time.
`Session` is a job under way: input goes in while events come out. Whoever reads
`events` or asks for `result` is the one reader; other threads may send.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from judge.errors import JudgeFault, SandboxBroken
from judge.sandbox import protocol
from judge.sandbox.facts import Event, Facts
from judge.sandbox.job import DEBUG_SECONDS, DebugJob, IoJob, Job, Limits, UnitJob
from judge.sandbox.transport import SandboxName, Transport

HELLO_SECONDS = 30.0
SEND_SECONDS = 30.0
_BUILD_STEPS = 4
"""What a build is at most: the package alone, with its tests, the link, and vet."""
_WALL_STRETCH = 6
"""A run is given more of the wall clock for the time that others kept the CPUs from it, up to so
many times its limit: `mostStretch` of the runner."""
_DYING_SECONDS = 1.0
"""How much longer than a program in it a sandbox may live that somebody kills."""
_SLACK_SECONDS = 20.0
"""On a machine with more to do than it can. Past this the sandbox hangs."""


class Runner:
    """A sandbox that is up. Not to be shared: the pool gives it to one user at a time."""

    def __init__(self, transport: Transport, kind: SandboxName, memory_mb: int) -> None:
        """Waits for the hello. Raises SandboxBroken where none comes; `transport` is closed."""
        self.memory_mb = memory_mb
        self.jobs = 0
        self._transport = transport
        self._kind = kind
        self._frames = protocol.Frames()
        self._waiting: deque[bytes] = deque()
        self._sending = threading.Lock()
        self._throttling: threading.Thread | None = None
        try:
            hello = self.receive(time.monotonic() + HELLO_SECONDS)
            if not isinstance(hello, protocol.Hello):
                raise SandboxBroken("the runner did not say hello first")
        except BaseException:
            transport.close()
            raise
        self.toolchain = hello.toolchain

    @property
    def name(self) -> str:
        """The sandbox's name."""
        return self._transport.name

    def fit(self) -> bool:
        """Whether it can take a job now."""
        return not self._waiting and not self._frames.partial and self._transport.idle()

    def send(self, frame: bytes) -> None:
        """Write a whole frame. Raises SandboxBroken."""
        with self._sending:
            self._transport.send(frame, SEND_SECONDS)

    def receive(self, end: float) -> protocol.Message:
        """The next message.

        Raises SandboxBroken, also when none comes until `end` (`time.monotonic`).
        """
        while not self._waiting:
            try:
                data = self._transport.receive(max(0.0, end - time.monotonic()))
            except TimeoutError:
                raise SandboxBroken(f"{self.name} does not answer in time") from None
            self._waiting.extend(self._frames.feed(data))
        return protocol.decode(self._waiting.popleft(), self._kind)

    def survives(self, seconds: float) -> bool:
        """Whether it lives on, without a word, for so long."""
        try:
            self._transport.receive(seconds)
        except TimeoutError:
            return True
        except SandboxBroken:
            pass
        return False

    def throttle(self, cpus: float | None) -> None:
        """See `Transport`. Returns at once: an engine takes 20 ms, and nobody waits for it."""
        before = self._throttling

        def change() -> None:
            if before is not None:
                before.join()
            self._transport.throttle(cpus)

        self._throttling = threading.Thread(target=change, name=f"throttle {self.name}")
        self._throttling.start()

    def close(self) -> None:
        """Kill it. Never raises."""
        self._transport.close()


OnEnd = Callable[[Runner, str], None]
"""Gets the runner back with the reason why it must be replaced, "" if it need not be."""


class Session:
    """A job under way. A context manager: leaving it ends what still runs."""

    def __init__(self, runner: Runner, job: Job, on_end: OnEnd) -> None:
        """Sends `job`. Raises SandboxBroken, and ValueError for a job that is too large."""
        self._runner = runner
        self._on_end = on_end
        self._facts: Facts | None = None
        self._fault: JudgeFault | None = None
        self._ended = False
        self._state = threading.Lock()
        # Builds are not the program's: it alone is held to its share.
        self._cpus = job.limits.cpus if job.limits.cpus < Limits().cpus else None
        self._throttled = False
        runner.jobs += 1
        self._id = runner.jobs
        self._end = time.monotonic() + patience(job)
        try:
            runner.send(protocol.encode_job(job, self._id))
        except BaseException as error:
            self._finish(f"the job could not be sent: {error}")
            raise

    def send_stdin(self, data: bytes) -> None:
        """Bytes for the program. What comes after its end is dropped. Raises SandboxBroken."""
        for frame in protocol.encode_stdin(self._id, data):
            self._tell(frame)

    def send_debugger(self, data: bytes) -> None:
        """Bytes for the debugger. Raises SandboxBroken."""
        self._tell(protocol.encode_debugger(self._id, data))

    def close_stdin(self) -> None:
        """The program reads the end of its input. Raises SandboxBroken."""
        self._tell(protocol.encode_close_stdin(self._id))

    def signal(self, name: str) -> None:
        """Send the program a signal, as "SIGINT". ValueError for one that is not sent."""
        self._tell(protocol.encode_signal(self._id, name))

    def cancel(self) -> None:
        """Kill the program; facts still come. Raises SandboxBroken."""
        self._tell(protocol.encode_cancel(self._id))

    def events(self) -> Iterator[Event]:
        """What happens, as it happens, until the job has ended. Raises SandboxBroken."""
        while not self._ended:
            message = self._next()
            if isinstance(message, protocol.Told):
                if message.event.kind == "running" and self._cpus and not self._throttled:
                    self._throttled = True
                    self._runner.throttle(self._cpus)
                yield message.event

    def result(self) -> Facts:
        """The facts, once the job has ended. Raises SandboxBroken."""
        for _ in self.events():
            pass
        if self._fault is not None:
            raise self._fault
        if self._facts is None:
            raise SandboxBroken("the job was abandoned")
        return self._facts

    def close(self) -> None:
        """End it. A job that is still under way takes its sandbox with it."""
        self._finish("its job was abandoned")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _tell(self, frame: bytes) -> None:
        if not self._ended:
            self._runner.send(frame)

    def _next(self) -> protocol.Message | None:
        """The next message about this job; those of an earlier one cannot come."""
        try:
            message = self._runner.receive(self._end)
            if isinstance(message, protocol.Hello) or message.id != self._id:
                raise SandboxBroken(f"{self._runner.name} answered what it was not asked")
            if isinstance(message, protocol.Outcome) and _killed(message.facts):
                self._outlive()
        except JudgeFault as fault:
            self._fault = fault
            self._finish(str(fault))
            raise
        if isinstance(message, protocol.Outcome):
            self._facts = message.facts
            self._finish(message.replace)
        return message

    def _outlive(self) -> None:
        """A sandbox that is killed dies process by process: its runner may see the first ones."""
        if not self._runner.survives(_DYING_SECONDS):
            raise SandboxBroken(f"{self._runner.name} was killed, with the program in it")

    def _finish(self, replace: str) -> None:
        with self._state:
            if self._ended:
                return
            self._ended = True
        if self._throttled and not replace:
            self._runner.throttle(None)
        self._on_end(self._runner, replace)


def _killed(facts: Facts) -> bool:
    """Whether something was killed and nobody can be sure by whom."""
    build = facts.build
    if build is not None and build.limit == "memory":
        return True
    return any(run.signal == "SIGKILL" and run.limit is None for run in facts.runs)


def patience(job: Job) -> float:
    """Seconds after which a runner that has not answered hangs.

    Far beyond every limit that it enforces itself.
    """
    limits = job.limits
    if isinstance(job, DebugJob):
        return 3 * limits.build_seconds + DEBUG_SECONDS + 2 * _SLACK_SECONDS
    runs = max(1, len(job.cases)) if isinstance(job, IoJob) else 1
    builds = _BUILD_STEPS if isinstance(job, UnitJob) else 3
    if isinstance(job, UnitJob) and job.reference is not None:
        builds *= 2  # the tests may have to be built first
        runs *= 2  # or run with the reference
    run_seconds = _WALL_STRETCH * runs * (limits.wall_seconds + 1)
    return builds * limits.build_seconds + run_seconds + _SLACK_SECONDS
