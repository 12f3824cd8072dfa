"""Sessions held at once: editors that are open, programs that run, and people who type.

A class has its editors open and most of it listens: each editor's socket is there, and a
language server in those that came first. Beside them programs run. What is measured is what
those notice who are at work meanwhile, and what somebody notices who begins to type.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence

import psutil

from benchmarks import playground
from benchmarks.client import GENEROUS, Student
from benchmarks.editor import Editor, ready, servers, typing
from benchmarks.live import part
from benchmarks.table import milliseconds, percentile, show
from judge.languageserver import wire
from judge.launch.trial import Product, product

SERVER_MB = 160
"""Of a language server, with what its container costs."""
LEFT_MB = 3000
"""For everything else."""
SPARE_SECONDS = 8
"""Until the next language server stands ready in the place of a silent one."""
COMING_BACK = 10
OPENED_AT_ONCE = 32


async def _open(running: Product, number: int) -> tuple[Editor, bool]:
    """The editor of somebody new, and whether it got a language server."""
    student = Student(running)
    await asyncio.to_thread(student.register, f"listener-{number}")
    editor = await Editor.open(student)
    # A machine that is short of time may fail to start one; pages look again then.
    while (state := await editor.state()) not in (wire.READY, wire.BUSY):
        await editor.close()
        await asyncio.sleep(SPARE_SECONDS)
        editor = await Editor.open(student)
    if state == wire.READY:
        await editor.start()
        await editor.complete("fmt.")
    return editor, state == wire.READY


async def _open_all(running: Product, count: int) -> list[tuple[Editor, bool]]:
    """Editors of so many people, as a class opens them: not one after the other."""
    gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one(number: int) -> tuple[Editor, bool]:
        async with gate:
            return await _open(running, number)

    return await asyncio.gather(*(one(number) for number in range(count)))


async def _back(editors: Sequence[Editor]) -> list[float]:
    """Seconds from the first key in each, which has no server, to what completes it."""
    took = []
    for editor in editors:
        await asyncio.sleep(SPARE_SECONDS)
        took.append(await editor.come_back())
    return took


async def _measure(running: Product, editors: int, programs: int, typists: int, words: str) -> None:
    free = psutil.virtual_memory().available
    (web,) = part(running, "judge.cli", "web")
    before = web.memory_full_info().uss
    started = time.monotonic()
    found = await _open_all(running, editors)
    opened = time.monotonic() - started
    resting = [editor for editor, is_ready in found if not is_ready][:COMING_BACK]
    sleeping = await asyncio.gather(*(playground.asleep(running) for _ in range(programs)))
    taken = free - psutil.virtual_memory().available
    back = await _back(resting)
    # The last who came: those before may have been silent for too long already.
    keys = await asyncio.gather(*(typing(editor, 4) for editor in resting[-typists:]))
    hello = [await playground.hello(running, number) for number in range(10)]
    delays = await playground.delays(running)
    (carrier,) = part(running, "worker", "--interactive")
    rows = [
        ["editors open, each by somebody else", f"{len(found)}"],
        ["opened in", f"{opened:.0f} s"],
        ["language servers at once", words],
        ["of these running now", f"{len(servers())}"],
        ["programs running", f"{len(sleeping)}"],
        ["memory that all of it takes", f"{taken / 1e9:.1f} GB"],
        [
            "web's memory for each editor",
            f"{(web.memory_full_info().uss - before) / 1e3 / editors:.0f} kB",
        ],
        ["memory of the programs' worker", f"{carrier.memory_full_info().uss / 1e6:.0f} MB"],
        [
            f"{typists} type at once, from a key to its completion, p95 (aim: 50 ms)",
            milliseconds(percentile([took for one in keys for took in one], 95)),
        ],
        [
            "from Run to the first line, p95",
            milliseconds(percentile([first for first, _ in hello], 95)),
        ],
        ["from a write to the page, p95 (aim: 50 ms)", milliseconds(percentile(delays, 95))],
        [
            "who begins to type: from a key to the first completion, p50",
            milliseconds(percentile(back, 50)),
        ],
        ["the slowest of them", milliseconds(max(back))],
    ]
    for editor, _ in found:
        await editor.close()
    await asyncio.gather(*(program.close() for program in sleeping))
    show("sessions held at once: editors, programs, and those at work", ["", ""], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a product, fill it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editors", type=int, default=200)
    parser.add_argument("--programs", type=int, default=20)
    parser.add_argument("--servers", type=int, default=24, help="the most language servers")
    parser.add_argument("--typists", type=int, default=5)
    options = parser.parse_args(arguments)
    free_mb = psutil.virtual_memory().available >> 20
    most = max(options.typists + 2, min(options.servers, (free_mb - LEFT_MB) // SERVER_MB))
    words = f"at most {most}"
    if most < options.servers:
        words += f": for {options.servers} there is too little memory, {free_mb / 1000:.1f} GB"
    room = str(options.programs + 2)
    settings = GENEROUS | {
        "JUDGE_LIMIT_ANONYMOUS_RUN": "100000/minute",
        "JUDGE_GOPLS_MAX": str(most),
        "JUDGE_INTERACTIVE_PLACES": room,
        "JUDGE_INTERACTIVE_EACH": room,
        "MAX_CONTAINERS": room,
        "JUDGE_INTERACTIVE_WALL": "30m",
    }
    with product(JUDGE_WORKERS="1", **settings) as running:
        student = Student(running)
        student.sign_in()
        asyncio.run(_built(student))
        asyncio.run(_measure(running, options.editors, options.programs, options.typists, words))


async def _built(student: Student) -> None:
    """Wait until gopls is."""
    await (await ready(student)).close()


if __name__ == "__main__":
    main()
