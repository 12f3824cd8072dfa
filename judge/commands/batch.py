"""`judge grade --batch`: many submissions through one pool.

Theory of operation. Lines are read one by one and handed to `workers` threads
(the work is done in the sandbox, so threads are enough); a result line is
written the moment its job ends, under a lock. With one worker everything happens
in this thread, in the order of the lines. A job that cannot be graded gives an
error line and the others go on.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from judge.cli import EXIT_JUDGE_FAILED, EXIT_USAGE
from judge.commands.grading import grade_by_pack
from judge.commands.sandboxes import open_pools
from judge.errors import BadPack, JudgeFault, SandboxUnavailable, UserError
from judge.packs.load import load
from judge.packs.pack import Pack
from judge.sandbox.pools import Pools
from judge.verdict.verdicts import Verdict


class BadJob(UserError):
    """A line of the jobs file that is not a job, or names files that aren't there."""


@dataclass(slots=True)
class Batch:
    """The state that the jobs of one batch share. Thread-safe."""

    pools: Pools
    folder: Path
    """What relative paths are relative to."""
    as_json: bool
    exit_code: int = 0
    _packs: dict[Path, Pack | BadPack] = field(default_factory=dict)
    _packs_lock: threading.Lock = field(default_factory=threading.Lock)
    _output_lock: threading.Lock = field(default_factory=threading.Lock)

    def do(self, number: int, line: str) -> None:
        """Grade the job on line `number` and print its line."""
        job_id: Any = None
        try:
            job = _parse(number, line)
            job_id = job["id"]
            answer = self._grade(number, job)
        except SandboxUnavailable:
            raise
        except UserError as error:
            answer = self._error(str(error), EXIT_USAGE)
        except JudgeFault as error:
            answer = self._error(f"the judge failed: {error}", EXIT_JUDGE_FAILED)
        self._print({"id": job_id, **answer})

    def _grade(self, number: int, job: dict[str, Any]) -> dict[str, Any]:
        path, named = job.get("pack"), job.get("files")
        if not isinstance(path, str) or not isinstance(named, dict):
            raise BadJob(f'line {number}: needs "pack", a path, and "files", names to paths')
        if not all(isinstance(file, str) for file in named.values()):
            raise BadJob(f'line {number}: "files" maps each name to a path')
        pack = self._pack(self.folder / path)
        files = {name: _read(self.folder / file) for name, file in named.items()}
        result = grade_by_pack(pack, files, self.pools.get(pack.language))
        if result.verdict is Verdict.INTERNAL_ERROR:
            self._note_exit(EXIT_JUDGE_FAILED)
        return result.to_json()

    def _pack(self, path: Path) -> Pack:
        """Load each pack once; a broken one is remembered too."""
        with self._packs_lock:
            if path not in self._packs:
                try:
                    self._packs[path] = load(path, complete=False)
                except BadPack as error:
                    self._packs[path] = error
            found = self._packs[path]
        if isinstance(found, BadPack):
            raise BadPack(str(found))
        return found

    def _error(self, text: str, exit_code: int) -> dict[str, Any]:
        self._note_exit(exit_code)
        return {"verdict": None, "error": " ".join(text.split())}

    def _note_exit(self, exit_code: int) -> None:
        with self._output_lock:
            self.exit_code = max(self.exit_code, exit_code)

    def _print(self, answer: dict[str, Any]) -> None:
        text = json.dumps(answer, ensure_ascii=False) if self.as_json else _human(answer)
        with self._output_lock:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()


def run_batch(jobs: Path, workers: int, sandbox: str | None, as_json: bool) -> int:
    """Grade every line of `jobs` ("-" for stdin); the exit code.

    :raises SandboxUnavailable: there is no sandbox, so no job can be done.
    """
    folder = Path() if str(jobs) == "-" else jobs.parent
    # More at once than there are cores would only take each other's time.
    workers = min(workers, len(os.sched_getaffinity(0)))
    with open_pools(sandbox) as pools:
        batch = Batch(pools, folder, as_json)
        if workers == 1:
            for number, line in _lines(jobs):
                batch.do(number, line)
        else:
            _run_threads(batch, jobs, workers)
    return batch.exit_code


def _run_threads(batch: Batch, jobs: Path, workers: int) -> None:
    # The semaphore keeps a long file of jobs from being read ahead of the work.
    free = threading.Semaphore(2 * workers)
    failed: list[BaseException] = []

    def done(future: Future[None]) -> None:
        free.release()
        error = future.exception()
        if error is not None:
            failed.append(error)

    with ThreadPoolExecutor(workers) as threads:
        for number, line in _lines(jobs):
            free.acquire()
            if failed:
                break
            threads.submit(batch.do, number, line).add_done_callback(done)
    if failed:
        raise failed[0]


def _lines(jobs: Path) -> Iterator[tuple[int, str]]:
    with click.open_file(str(jobs), encoding="utf-8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, line


def _parse(number: int, line: str) -> dict[str, Any]:
    try:
        job = json.loads(line)
    except ValueError as error:
        raise BadJob(f"line {number}: not JSON ({error})") from error
    if not isinstance(job, dict) or "id" not in job:
        raise BadJob(f'line {number}: not a job; it needs "id", "pack" and "files"')
    return job


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadJob(f"{path}: {error.strerror}") from error
    except ValueError as error:  # a NUL byte in a path
        raise BadJob(f"{str(path)!r}: {error}") from error


def _human(answer: dict[str, Any]) -> str:
    if answer["verdict"] is None:
        return f"{answer['id']}: error: {answer['error']}"
    return (
        f"{answer['id']}: {answer['verdict']}, {answer['score']:g} of {answer['max_score']:g}: "
        f"{answer['message'].splitlines()[0] if answer['message'] else ''}"
    )
