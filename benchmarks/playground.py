"""The playground: how soon output is on the page, and how many programs run at a time.

Programs print the time at which they print, so that the delay is from the write to the
moment at which a page's socket has it; nothing is guessed. Then as many programs as are
asked for run at once, each asleep, while another prints.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from benchmarks.client import GENEROUS
from benchmarks.live import part
from benchmarks.table import milliseconds, percentile, show
from judge.launch.trial import Product, product

HELLO = """package main

import "fmt"

func main() {
	fmt.Println("hello", %d)
}
"""
CLOCK = """package main

import (
	"fmt"
	"time"
)

func main() {
	for range %d {
		fmt.Println(time.Now().UnixNano())
		time.Sleep(20 * time.Millisecond)
	}
}
"""
SLEEP = """package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println("up")
	time.Sleep(time.Hour)
}
"""
LINES = 100
PATIENCE_SECONDS = 120


async def _open(running: Product, code: str) -> ClientConnection:
    address = f"{running.address.replace('http', 'ws', 1)}/live/run"
    socket = await connect(address, origin=Origin(running.address), ping_interval=None)
    await socket.send(json.dumps({"type": "run", "files": {"main.go": code}}))
    return socket


async def _hear(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS))
    if message["type"] == "refused":
        raise SystemExit(message["message"])
    return message


async def hello(running: Product, number: int) -> tuple[float, float]:
    """Seconds from asking to the first line, and to the end."""
    started, first = time.perf_counter(), 0.0
    socket = await _open(running, HELLO % number)
    while (message := await _hear(socket))["type"] != "end":
        if message["type"] == "output" and not first:
            first = time.perf_counter() - started
    return first, time.perf_counter() - started


async def delays(running: Product) -> list[float]:
    """Seconds from the write of each line to its being here."""
    socket, found, rest = await _open(running, CLOCK % LINES), [], ""
    while (message := await _hear(socket))["type"] != "end":
        if message["type"] == "output":
            now = time.time()
            *lines, rest = (rest + message["data"]).split("\n")
            found += [now - int(line) / 1e9 for line in lines]
    return found


async def asleep(running: Product) -> ClientConnection:
    """A program that runs and does nothing."""
    socket = await _open(running, SLEEP)
    while (await _hear(socket))["type"] != "output":
        pass
    return socket


async def _measure(running: Product, rounds: int, at_once: int) -> None:
    await hello(running, -1)
    runs = [await hello(running, number) for number in range(rounds)]
    alone = await delays(running)
    started = time.monotonic()
    sleeping = await asyncio.gather(*(asleep(running) for _ in range(at_once)))
    took = time.monotonic() - started
    crowded = await delays(running)
    (carrier,) = part(running, "worker", "--interactive")
    rows = [
        ["from Run to the first line, p50", milliseconds(percentile([a for a, _ in runs], 50))],
        ["from Run to the first line, p95", milliseconds(percentile([a for a, _ in runs], 95))],
        ["from Run to the end, p50", milliseconds(percentile([b for _, b in runs], 50))],
        ["from a write to the page, p50", milliseconds(percentile(alone, 50))],
        ["from a write to the page, p95 (aim: 50 ms)", milliseconds(percentile(alone, 95))],
        [f"{at_once} programs running at once, all up after", f"{took:.1f} s"],
        ["from a write to the page beside them, p95", milliseconds(percentile(crowded, 95))],
        ["memory of their worker", f"{carrier.memory_full_info().uss / 1e6:.0f} MB"],
        ["its threads", f"{carrier.num_threads()}"],
    ]
    await asyncio.gather(*(socket.close() for socket in sleeping))
    show("playground: Go programs, from the page's side", ["", ""], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a product, run programs in it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--at-once", type=int, default=20)
    options = parser.parse_args(arguments)
    room = str(options.at_once + 2)
    settings = GENEROUS | {
        "JUDGE_LIMIT_ANONYMOUS_RUN": "100000/minute",
        "JUDGE_INTERACTIVE_PLACES": room,
        "JUDGE_INTERACTIVE_EACH": room,
        "MAX_CONTAINERS": room,
        "JUDGE_INTERACTIVE_WALL": "10m",
    }
    with product(JUDGE_WORKERS="1", **settings) as running:
        asyncio.run(_measure(running, options.rounds, options.at_once))


if __name__ == "__main__":
    main()
