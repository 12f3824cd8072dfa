"""Programs that run while somebody watches: several at a time, each in a thread of its own.

RQ's loop takes one job after the other. A job of ours waits for a free place, starts
a thread, and is over; so a worker for these carries as many programs as its pool
has containers, and what waits in the queue waits for a place and for nothing else.

For each run there is a second thread that hears what the page says, and tells every
`BEAT_SECONDS` that the run is alive.
"""

from __future__ import annotations

import codecs
import threading
from collections.abc import Mapping
from typing import Any, Self

import structlog
from redis.exceptions import RedisError

from judge import interactive, queue
from judge.config import Settings
from judge.errors import JudgeFault
from judge.interactive import Request
from judge.sandbox.facts import Event, Facts
from judge.sandbox.job import Job, Limits, ProgramJob, UnitJob
from judge.sandbox.pools import Pools
from judge.sandbox.session import Session
from judge.verdict.text import shown
from judge.worker import programs

OUTPUT_KB = 1024
MODULE = "playground"
_STOP_SECONDS = 20.0
_STOPPED = {"verdict": "stopped", "label": "Stopped", "message": "the program was stopped"}

_log = structlog.get_logger(__name__)


class Stage:
    """Where they run. `close` stops them all."""

    def __init__(self, settings: Settings, pools: Pools, places: int) -> None:
        self._settings = settings
        self._pools = pools
        self._places = threading.BoundedSemaphore(places)
        self._threads: set[threading.Thread] = set()
        self._closing = threading.Event()

    def start(self, run_id: str, text: str) -> None:
        """Begin a run as soon as there is a place for it."""
        request = interactive.from_json(text)
        self._places.acquire()
        thread = threading.Thread(target=self._run, args=(run_id, request), name=f"run {run_id}")
        self._threads.add(thread)
        thread.start()

    def close(self) -> None:
        """Stop what runs, each with an end that says so, and wait for it."""
        self._closing.set()
        for thread in list(self._threads):
            thread.join(_STOP_SECONDS)

    def _run(self, run_id: str, request: Request) -> None:
        try:
            end = self._play(run_id, request)
            interactive.say(queue.connection(), interactive.out_key(run_id), end)
        except RedisError as error:
            # The page notices by itself that nothing comes any more.
            _log.warning("run lost", run=run_id, error=str(error))
        finally:
            self._threads.discard(threading.current_thread())
            self._places.release()

    def _play(self, run_id: str, request: Request) -> dict[str, Any]:
        if _given_up(run_id):
            return {"type": "end", **_STOPPED}
        made = job(request, self._settings)
        telling = Telling(run_id)
        try:
            with (
                self._pools.get(request.language).open(made) as session,
                Listening(run_id, session, self._closing) as listening,
            ):
                for event in session.events():
                    telling.event(event)
                facts = session.result()
        except JudgeFault as error:
            _log.error("run failed", run=run_id, error=str(error))
            return {"type": "end", "verdict": "internal_error", "message": str(error)}
        telling.flush()
        return {"type": "end", **outcome(facts, made, stopped=listening.stopped)}


def job(request: Request, settings: Settings) -> Job:
    """The sandbox's job: a program, or a package with its tests."""
    limits = Limits(
        cpu_seconds=settings.timeout,
        wall_seconds=settings.interactive_wall,
        memory_mb=settings.interactive_memory,
        output_kb=OUTPUT_KB,
    )
    files = {name: text.encode() for name, text in request.files.items()}
    tests = {name: files.pop(name) for name in list(files) if name.endswith("_test.go")}
    if request.kind == "test":
        return UnitJob(
            module=MODULE,
            solution=files,
            support={},
            tests=tests,
            hidden={},
            limits=limits,
            own_tests=True,
        )
    return ProgramJob(
        source=files,
        args=request.args,
        limits=limits,
        module=MODULE,
        interactive=True,
        vet=request.language == "go",
    )


def outcome(facts: Facts, made: Job, *, stopped: bool) -> dict[str, Any]:
    """The last message to the page, without its type."""
    told = programs.ended(facts, made.limits, tuple(_sources(made)))
    return told | _STOPPED if stopped else told


def _given_up(run_id: str) -> bool:
    """Whether the page left while the run was waiting."""
    said = queue.connection().lrange(interactive.in_key(run_id), 0, -1)
    return any(interactive.read(one)["type"] == "stop" for one in said)


def _sources(made: Job) -> Mapping[str, bytes]:
    return made.source if isinstance(made, ProgramJob) else made.solution


class Telling:
    """Tells a page what happens. Output is text there: bytes cut in two wait for the rest."""

    def __init__(self, run_id: str) -> None:
        self._client = queue.connection()
        self._key = interactive.out_key(run_id)
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {name: decoder("replace") for name in ("stdout", "stderr")}

    def event(self, event: Event) -> None:
        """Tell one of the sandbox's events."""
        if event.kind in ("stdout", "stderr"):
            self._output(event.kind, self._decoders[event.kind].decode(event.data))
        elif event.kind == "test":
            self._say({"type": "test", "test": {"name": shown(event.name), "status": event.status}})
        else:
            self._say({"type": event.kind})

    def flush(self) -> None:
        """Tell what was held back: half a letter at the very end."""
        for name, decoder in self._decoders.items():
            self._output(name, decoder.decode(b"", final=True))

    def _output(self, stream: str, text: str) -> None:
        if text:
            self._say({"type": "output", "stream": stream, "data": text})

    def _say(self, message: Mapping[str, Any]) -> None:
        interactive.say(self._client, self._key, message)


class Listening:
    """Hears what the page says while the program runs. A context manager."""

    def __init__(self, run_id: str, session: Session, closing: threading.Event) -> None:
        self.stopped = False
        """Whether the page, or the end of this worker, stopped the program."""
        self._run_id = run_id
        self._session = session
        self._closing = closing
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"listen {run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        try:
            # Wakes the thread, which waits on this list.
            interactive.say(queue.connection(), interactive.in_key(self._run_id), {"type": "over"})
        except RedisError as error:
            _log.warning("listener not woken", run=self._run_id, error=str(error))
        self._thread.join()

    def _work(self) -> None:
        client = queue.connection()
        key, out = interactive.in_key(self._run_id), interactive.out_key(self._run_id)
        while not self._over.is_set():
            try:
                found = client.blpop([key], timeout=interactive.BEAT_SECONDS)
                if found is None:
                    interactive.say(client, out, {"type": "beat"})
                else:
                    self._obey(interactive.read(found[1]))
                if self._closing.is_set():
                    self._stop()
            except RedisError as error:
                # Nobody can stop it any more, and nobody sees what it prints.
                _log.warning("page lost", run=self._run_id, error=str(error))
                self._stop()
                return
            except JudgeFault:
                return  # whoever reads the events has it too

    def _obey(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "stdin":
                self._session.send_stdin(message["data"].encode("utf-8", "replace"))
            case "eof":
                self._session.close_stdin()
            case "signal":
                self._session.signal(message["name"])
            case "stop":
                self._stop()

    def _stop(self) -> None:
        self.stopped = True
        self._session.cancel()
