"""The editor: how soon a completion is there, alone and beside the editors of others.

A page's side of the language server without the browser: its socket to the web process,
the messages it sends while somebody types `fmt.` and more, and gopls' answers. What a
browser adds is measured by `tests/e2e/test_gopls_pages.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.client import GENEROUS, Student
from benchmarks.live import part
from benchmarks.table import milliseconds, percentile, show
from judge.languageserver import wire
from judge.launch.trial import Product, product

FILE = "file:///work/leap.go"
CODE = 'package leap\n\nimport "fmt"\n\nfunc Leap(year int) bool {\n\t%s\n\treturn true\n}\n'
LINE = 5
TYPED = ("fmt.", "fmt.P", "fmt.Pr", "fmt.Pri", "fmt.Prin", "ye", "y", "Le", "fmt.S", "fmt.Sp")
BUILT_SECONDS = 600
ANSWER_SECONDS = 60
AGAIN_SECONDS = 1


class Editor:
    """One page that edits."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._versions = itertools.count(1)

    @classmethod
    async def open(cls, student: Student) -> Editor:
        """Connect as a page of the student does."""
        address = f"{student.origin.replace('http', 'ws', 1)}/live/gopls"
        cookie = {"Cookie": student.cookie}
        return cls(
            await connect(
                address, additional_headers=cookie, origin=student.origin, ping_interval=None
            )
        )

    async def state(self) -> str:
        """Whether it has a language server ("ready"), or why not."""
        return str((await self._hear())["params"]["state"])

    async def start(self) -> None:
        """Say which module it is and what is in its file."""
        await self._say("judge/start", {"module": "leap", "go": ""})
        text = CODE % ""
        document = {"uri": FILE, "version": next(self._versions), "text": text}
        await self._say("textDocument/didOpen", {"textDocument": document})

    async def complete(self, typed: str) -> float:
        """Seconds from a keystroke to what completes it."""
        started = time.perf_counter()
        document = {"uri": FILE, "version": next(self._versions)}
        changes = [{"text": CODE % typed}]
        await self._say(
            "textDocument/didChange", {"textDocument": document, "contentChanges": changes}
        )
        number = next(self._ids)
        where = {"line": LINE, "character": 1 + len(typed)}
        question = {"textDocument": {"uri": FILE}, "position": where}
        await self._say("textDocument/completion", question, number)
        while (told := await self._hear()).get("id") != number:
            pass
        if not told["result"]["items"]:
            raise SystemExit(f"nothing completes {typed}")
        return time.perf_counter() - started

    async def come_back(self) -> float:
        """Seconds from a keystroke to what completes it, where there is no server yet."""
        started = time.perf_counter()
        await self._socket.send(wire.WAKE)
        while (state := (await self._hear()).get("params", {}).get("state")) != wire.READY:
            if state == wire.BUSY:
                await asyncio.sleep(AGAIN_SECONDS)
                await self._socket.send(wire.WAKE)
        await self.start()
        await self.complete("fmt.")
        return time.perf_counter() - started

    async def close(self) -> None:
        """Leave the page."""
        await self._socket.close()

    async def _say(self, method: str, params: dict[str, Any], number: int | None = None) -> None:
        message = {"method": method, "params": params}
        await self._socket.send(json.dumps(message | ({} if number is None else {"id": number})))

    async def _hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(
            await asyncio.wait_for(self._socket.recv(), ANSWER_SECONDS)
        )
        return message


async def ready(student: Student) -> Editor:
    """An editor that has a language server, as soon as there is one."""
    end = time.monotonic() + BUILT_SECONDS
    while time.monotonic() < end:
        editor = await Editor.open(student)
        with suppress(TimeoutError):
            if await editor.state() == "ready":
                return editor
        await editor.close()
        await asyncio.sleep(1)
    raise SystemExit("no language server got ready")


async def _first(student: Student) -> float:
    """Seconds from opening the socket to the first completion, where one stands ready."""
    started = time.perf_counter()
    editor = await ready(student)
    await editor.start()
    await editor.complete("fmt.")
    took = time.perf_counter() - started
    await editor.close()
    return took


async def typing(editor: Editor, times: int) -> list[float]:
    """Seconds from each of many keystrokes to what completes it."""
    return [await editor.complete(typed) for _ in range(times) for typed in TYPED]


async def _crowd(running: Product, count: int) -> list[Editor]:
    """Editors of as many people, each with a server that has read its file."""
    editors = []
    for number in range(count):
        student = Student(running)
        await asyncio.to_thread(student.register, f"typist-{number}")
        editor = await ready(student)
        await editor.start()
        await editor.complete("fmt.")
        editors.append(editor)
    return editors


def servers() -> list[psutil.Process]:
    """gopls, each in its sandbox."""
    return [found for found in psutil.process_iter(["name"]) if found.info["name"] == "gopls"]


async def _measure(running: Product, student: Student, rounds: int, editors: int) -> None:
    await (await ready(student)).close()
    first = []
    for _ in range(rounds):
        await asyncio.sleep(4)  # the next one is made ready meanwhile
        first.append(await _first(student))
    await asyncio.sleep(4)
    typist = await ready(student)
    await typist.start()
    await typing(typist, 1)
    alone = await typing(typist, rounds)
    (web,) = part(running, "judge.cli", "web")
    before = web.memory_full_info().uss
    crowd = await _crowd(running, editors)
    beside = await typing(typist, rounds)
    memory = [server.memory_full_info().uss for server in servers()]
    rows = [
        ["from opening to the first completion, p50", milliseconds(percentile(first, 50))],
        [
            "from opening to the first completion, p95 (aim: 500 ms)",
            milliseconds(percentile(first, 95)),
        ],
        ["from a key to its completion, p50", milliseconds(percentile(alone, 50))],
        ["from a key to its completion, p95 (aim: 50 ms)", milliseconds(percentile(alone, 95))],
        [
            f"beside {editors} editors of others, from a key to its completion, p95",
            milliseconds(percentile(beside, 95)),
        ],
        [
            "web's memory for each of them",
            f"{(web.memory_full_info().uss - before) / 1e3 / editors:.0f} kB",
        ],
        ["memory of a language server, p50", f"{percentile(memory, 50) / 1e6:.0f} MB"],
    ]
    for editor in (typist, *crowd):
        await editor.close()
    show("editor: completion, from the page's side", ["", ""], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a product, type in it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--editors", type=int, default=20)
    options = parser.parse_args(arguments)
    room = str(options.editors + 2)
    with product(JUDGE_WORKERS="1", JUDGE_GOPLS_MAX=room, **GENEROUS) as running:
        student = Student(running)
        student.sign_in()
        asyncio.run(_measure(running, student, options.rounds, options.editors))


if __name__ == "__main__":
    main()
