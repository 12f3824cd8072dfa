"""A thousand live pages on one web process: what they cost, and how soon they know.

The workers are stopped (SIGSTOP) while the pages open, so that all of them wait for a
verdict as in a lecture hall; then they go on, and each page's time from "graded" to
knowing it is taken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.client import GENEROUS, Student
from benchmarks.table import milliseconds, percentile, show
from benchmarks.workload import UNIT
from judge.launch.trial import Product, product

SUBMISSIONS = 20
"""Each watched by as many pages."""
OPENED_AT_ONCE = 50
SETTLE_SECONDS = 5


def part(running: Product, *words: str) -> list[psutil.Process]:
    """The processes of a product whose command line ends with these words."""
    found = []
    for process in psutil.Process(running.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            if tuple(process.cmdline()[-len(words) :]) == words:
                found.append(process)
    return found


async def _open(student: Student, submissions: Sequence[str], pages: int) -> list[ClientConnection]:
    gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one(submission: str) -> ClientConnection:
        async with gate:
            socket = await connect(
                student.live_address(submission),
                additional_headers={"Cookie": student.cookie},
                origin=student.origin,
                ping_interval=None,
            )
            await socket.recv()  # the state that a page is sent first
            return socket

    waiting = (one(submissions[number % len(submissions)]) for number in range(pages))
    return await asyncio.gather(*waiting)


async def _told(socket: ClientConnection) -> float | None:
    """Seconds from "graded" to the page's knowing it; None where the socket just ended."""
    with suppress(ConnectionClosed):
        async for message in socket:
            told = json.loads(message)
            if told["type"] == "state" and told["state"] == "done":
                graded = datetime.fromisoformat(told["timestamps"]["graded"]).timestamp()
                return time.time() - graded
    return None


async def _measure(running: Product, student: Student, pages: int) -> None:
    (web,) = part(running, "judge.cli", "web")
    workers = part(running, "judge.cli", "worker")
    before = web.memory_full_info().uss
    for worker in workers:
        worker.send_signal(signal.SIGSTOP)
    ids = [student.hand_in(UNIT.pack, {UNIT.file: UNIT.variant()}) for _ in range(SUBMISSIONS)]
    started = time.monotonic()
    sockets = await _open(student, ids, pages)
    opened = time.monotonic() - started
    web.cpu_percent()
    await asyncio.sleep(SETTLE_SECONDS)
    rows = [
        ["open pages", f"{len(sockets)}"],
        ["opened in", f"{opened:.1f} s"],
        ["web's memory, before", f"{before / 1e6:.0f} MB"],
        ["web's memory, with all open", f"{web.memory_full_info().uss / 1e6:.0f} MB"],
        ["web's threads", f"{web.num_threads()}"],
        ["web's CPU while all wait", f"{web.cpu_percent():.1f} %"],
    ]
    rows += await _verdicts(sockets, workers, student)
    show("live pages on one web process", ["", ""], rows)


async def _verdicts(
    sockets: Sequence[ClientConnection], workers: Sequence[psutil.Process], student: Student
) -> list[list[str]]:
    """Let the workers go on; how soon the pages know, and whether the web answers meanwhile."""
    told = asyncio.gather(*(_told(socket) for socket in sockets))
    for worker in workers:
        worker.send_signal(signal.SIGCONT)
    slowest = 0.0
    while not told.done():
        asked = time.perf_counter()
        await asyncio.to_thread(student.get, "/healthz")
        slowest = max(slowest, time.perf_counter() - asked)
        await asyncio.sleep(0.1)
    delays = [delay for delay in await told if delay is not None]
    return [
        ["pages that were told", f"{len(delays)}"],
        ["from graded to told, p50", milliseconds(percentile(delays, 50))],
        ["from graded to told, p95", milliseconds(percentile(delays, 95))],
        ["slowest /healthz meanwhile", milliseconds(slowest)],
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Open the pages and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--sandbox", choices=["docker", "local"], default=None)
    options = parser.parse_args(arguments)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    settings = GENEROUS | ({"JUDGE_SANDBOX": options.sandbox} if options.sandbox else {})
    with product(JUDGE_WORKERS="2", **settings) as running:
        running.command("course", "import", str(UNIT.path.parent))
        student = Student(running)
        student.sign_in()
        asyncio.run(_measure(running, student, options.pages))


if __name__ == "__main__":
    main()
