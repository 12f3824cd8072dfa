"""Programs that run while somebody watches: several at a time, each in a thread of its own.

RQ's loop takes one job after the other. A job of ours waits for a free place, starts
a thread, and is over; so a worker for these carries as many programs as its pool
has containers, and what waits in the queue waits for a place and for nothing else.

For each run there is a second thread that hears what the page says, and tells every
`BEAT_SECONDS` that the run is alive.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import structlog
from redis.exceptions import RedisError

from judge import interactive, projects, queue
from judge.config import Settings
from judge.errors import JudgeFault, UserError
from judge.interactive import Request
from judge.modules.fetch import Stopped
from judge.sandbox.facts import Facts
from judge.sandbox.job import (
    CheckJob,
    Dependency,
    Files,
    FormatJob,
    IoJob,
    Job,
    Limits,
    ProgramJob,
    UnitJob,
)
from judge.sandbox.pools import Pools
from judge.worker import cloning, fuzzing, programs, thirdparty
from judge.worker.debugging import Debuggers
from judge.worker.watching import OUTPUT_KB, STOPPED, Listening, Telling, given_up

_STOP_SECONDS = 20.0
_LISTEN_SECONDS = 0.5
"""How often the page is heard while its modules are fetched."""
_MODULES_BUILD_SECONDS = 30.0
"""Of a program that needs packages of others: they are compiled anew each time."""
_BENCH_FLAGS = ("-test.run=^$", "-test.bench=.", "-test.benchmem")
_FUZZ_SPARE_SECONDS = 5.0
"""Beside the time that is asked for: for a call that does not end, or for a smaller input."""
_FUZZ_OUTPUT_KB = 8 * 1024
"""A target prints with each input; the runner passes on the beginning and the end of it."""
_BEAT = {"type": "beat"}
_BUSY = {"type": "end", "verdict": "busy", "message": "programs go first: ask again in a moment"}
"""Of a check, for which nobody waits, where all places are taken."""

_log = structlog.get_logger(__name__)


class Stage:
    """Where they run. `close` stops them all."""

    def __init__(self, settings: Settings, pools: Pools, places: int, debuggers: Debuggers) -> None:
        self._settings = settings
        self._pools = pools
        self._debuggers = debuggers
        self._places = threading.BoundedSemaphore(places)
        self._threads: set[threading.Thread] = set()
        self._closing = threading.Event()
        self._modules = thirdparty.Shelf(settings)

    def start(self, run_id: str, text: str) -> None:
        """Begin a run as soon as there is a place for it."""
        request = interactive.from_json(text)
        if request.kind == "check":
            if not self._places.acquire(blocking=False):
                interactive.say(queue.connection(), interactive.out_key(run_id), _BUSY)
                return
        elif request.kind != "debug":  # those have places of their own, and hold them for long
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
            if request.kind == "import":
                end = _imported(request, self._settings, Waiting(run_id, self._closing))
            else:
                end = self._play(run_id, request)
            interactive.say(queue.connection(), interactive.out_key(run_id), end)
        except RedisError as error:
            # The page notices by itself that nothing comes any more.
            _log.warning("run lost", run=run_id, error=str(error))
        finally:
            self._threads.discard(threading.current_thread())
            if request.kind != "debug":
                self._places.release()

    def _play(  # noqa: PLR0911 - an end each
        self, run_id: str, request: Request
    ) -> dict[str, Any]:
        """The last message to the page."""
        if given_up(run_id):
            return {"type": "end", **STOPPED}
        ends: list[dict[str, Any]] = []
        waiting = Waiting(run_id, self._closing)
        try:
            needed = self._modules.gather(request, waiting, waiting.begin)
            if request.kind == "debug":
                end = self._debuggers.play(run_id, request, self._closing, needed.dependencies)
                return {"type": "end", **end}
            last = time.monotonic() + self._settings.interactive_wall
            for folder, made in jobs(request, self._settings, needed.dependencies):
                if ends and (ends[-1]["verdict"] == "stopped" or time.monotonic() > last):
                    break
                ends.append(self._step(run_id, request.language, folder, made))
        except Stopped:
            return {"type": "end", **STOPPED}
        except thirdparty.Refused as refused:
            return {"type": "end", **refused.end}
        except JudgeFault as error:
            _log.error("run failed", run=run_id, error=str(error))
            return {"type": "end", "verdict": "internal_error", "message": str(error)}
        if needed.warnings:
            ends[0]["warnings"] = [*needed.warnings, *ends[0].get("warnings", ())]
        if request.kind in ("run", "format", "check"):
            return {"type": "end", **ends[0]}
        return {"type": "end", **programs.together(ends, len(request.packages))}

    def _step(self, run_id: str, language: str, folder: str, made: Job) -> dict[str, Any]:
        """Run the program, or the tests of the package in `folder`."""
        telling = Telling(run_id, folder)
        with (
            self._pools.get(language).open(made) as session,
            Listening(run_id, session, self._closing) as listening,
        ):
            for event in session.events():
                telling.event(event)
            facts = session.result()
        telling.flush()
        told = outcome(facts, made, stopped=listening.stopped)
        return {"folder": folder, **fuzzing.ended(telling.fuzzed, told)}


def _imported(request: Request, settings: Settings, waiting: Waiting) -> dict[str, Any]:
    """The files of a repository as the last message, or the folders that one can choose from."""
    try:
        found = cloning.fetch(request, settings, waiting.came)
    except Stopped:
        return {"type": "end", **STOPPED}
    except UserError as error:
        return {"type": "end", "verdict": "rejected", "message": str(error)}
    return {"type": "end", "verdict": "accepted", "message": "", **asdict(found)}


def jobs(
    request: Request, settings: Settings, dependencies: tuple[Dependency, ...] = ()
) -> Iterator[tuple[str, Job]]:
    """The sandbox's jobs with their folders: a program, or each package that has tests."""
    limits = Limits(
        build_seconds=_MODULES_BUILD_SECONDS if dependencies else Limits().build_seconds,
        cpu_seconds=settings.timeout,
        wall_seconds=settings.interactive_wall,
        memory_mb=settings.interactive_memory,
        output_kb=OUTPUT_KB,
        cpus=settings.interactive_cpus,
    )
    files = {name: text.encode() for name, text in request.files.items()}
    if request.language != "go":
        endings = projects.extensions(request.language)
        code = {name: files.pop(name) for name in list(files) if name.endswith(endings)}
        if request.kind == "test":
            tests = {name: code.pop(name) for name in projects.tests_of(code, request.language)}
            yield "", _own_tests(request, limits, code, tests, files)
            return
        yield (
            "",
            ProgramJob(
                source=code,
                files=files,
                args=request.args,
                env=request.env,
                limits=limits,
                module=projects.MODULE,
                interactive=True,
            ),
        )
        return
    if request.kind == "format":
        yield "", FormatJob(files, limits)
        return
    module = projects.module(request.files)
    path, version = (module.path, module.go) if module else (projects.MODULE, None)
    tests = {name: files.pop(name) for name in list(files) if projects.is_test(name)}
    code = {name: files.pop(name) for name in list(files) if projects.is_code(name)}
    for folder in request.packages:
        if request.kind == "check":
            yield (
                folder,
                CheckJob(
                    source=code,
                    files=files,
                    tests=_in(folder, tests),
                    limits=limits,
                    module=path,
                    go=version,
                    package=folder,
                    dependencies=dependencies,
                ),
            )
            continue
        if request.kind != "test":
            if request.kind == "fuzz":
                limits = _for_fuzzing(limits)
            bench = request.kind == "bench"
            flags = (*_BENCH_FLAGS, f"-test.benchtime={request.seconds:g}s")
            yield (
                folder,
                ProgramJob(
                    source=code,
                    files=files,
                    tests=_in(folder, tests) if request.kind in ("bench", "fuzz") else {},
                    args=flags if bench else request.args,
                    env=request.env,
                    limits=_for_benchmarks(limits) if bench else limits,
                    module=path,
                    go=version,
                    package=folder,
                    dependencies=dependencies,
                    interactive=True,
                    vet=request.kind == "run",
                    fuzz=request.test,
                    fuzz_seconds=_fuzz_seconds(request, settings),
                ),
            )
            continue
        yield (
            folder,
            UnitJob(
                module=path,
                solution=code,
                support=files,
                tests=_in(folder, tests),
                hidden={},
                limits=limits,
                env=request.env,
                go=version,
                package=folder,
                dependencies=dependencies,
                own_tests=True,
            ),
        )


def _own_tests(
    request: Request, limits: Limits, code: Files, tests: Files, files: Files
) -> UnitJob:
    """All tests of a program in another language, in one process."""
    return UnitJob(
        module=projects.MODULE,
        solution=code,
        support=files,
        tests=tests,
        hidden={},
        limits=limits,
        env=request.env,
        package="",
        own_tests=True,
    )


def _in(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: text for name, text in files.items() if projects.folder(name) == folder}


def _for_benchmarks(limits: Limits) -> Limits:
    """Measuring takes longer than running, and half a CPU would be what is measured."""
    return replace(
        limits, cpu_seconds=interactive.BENCH_TIMES * limits.cpu_seconds, cpus=Limits().cpus
    )


def _for_fuzzing(limits: Limits) -> Limits:
    limits = _for_benchmarks(limits)
    spare = _FUZZ_SPARE_SECONDS
    return replace(
        limits,
        cpu_seconds=limits.cpu_seconds + limits.cpus * spare,
        wall_seconds=limits.wall_seconds + spare,
        output_kb=_FUZZ_OUTPUT_KB,
    )


def _fuzz_seconds(request: Request, settings: Settings) -> float:
    """For how long the target is fuzzed: no longer than its CPU time lasts on all CPUs."""
    if request.kind != "fuzz":
        return 0.0
    cpu_seconds = interactive.BENCH_TIMES * settings.timeout
    return min(request.seconds, cpu_seconds / Limits().cpus, settings.interactive_wall)


def outcome(facts: Facts, made: Job, *, stopped: bool) -> dict[str, Any]:
    """The last message to the page, without its type."""
    if isinstance(made, FormatJob):
        return programs.formatted(facts)
    if isinstance(made, CheckJob):
        return programs.checked(facts, {**made.source, **made.tests})
    tested = isinstance(made, UnitJob)
    told = programs.ended(facts, made.limits, tuple(_sources(made)), tested=tested)
    return told | STOPPED if stopped else told


def _sources(made: Job) -> Mapping[str, bytes]:
    return made.solution if isinstance(made, UnitJob | IoJob) else made.source


class Waiting:
    """Called while modules are fetched: the page hears that it is alive, and can stop it."""

    def __init__(self, run_id: str, closing: threading.Event) -> None:
        self._run_id = run_id
        self._closing = closing
        self._next = 0.0

    def begin(self) -> None:
        """Tell that modules are fetched."""
        out = interactive.out_key(self._run_id)
        interactive.say(queue.connection(), out, {"type": "fetching"})

    def came(self, size: int) -> None:
        """As a call, and tells how many bytes have come."""
        self({"type": "fetching", "bytes": size})

    def __call__(self, message: Mapping[str, Any] = _BEAT) -> None:
        """Every now and then. Raises Stopped."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _LISTEN_SECONDS
        if self._closing.is_set() or given_up(self._run_id):
            raise Stopped
        out = interactive.out_key(self._run_id)
        interactive.say(queue.connection(), out, message)
