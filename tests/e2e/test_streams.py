"""Standard streams by name, their order, and /tmp, in each language and in both sandboxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from judge.sandbox.facts import RunFacts
from judge.sandbox.job import Case, IoJob, Limits, ProgramJob
from judge.sandbox.pool import Pool
from judge.sandbox.pools import Pools
from judge.sandbox.settings import SandboxSettings
from judge.worker import programs

LIMITS = Limits(cpu_seconds=5, wall_seconds=20, memory_mb=256, output_kb=256)
FILES = {"go": "main.go", "python": "main.py", "javascript": "main.js"}
LANGUAGES = tuple(FILES)

BY_NAME = {
    "go": """package main
import ("fmt"; "os")
func main() {
    text, err := os.ReadFile("/dev/stdin")
    if err != nil { panic(err) }
    out, err := os.OpenFile("/dev/stdout", os.O_WRONLY, 0)
    if err != nil { panic(err) }
    fmt.Fprintf(out, "<%s>", text)
    if err := os.WriteFile("/dev/stderr", []byte("complaint"), 0o600); err != nil { panic(err) }
}""",
    "python": """
text = open("/dev/stdin").read()
with open("/dev/stdout", "w") as out: print(f"<{text}>", end="", file=out)
with open("/dev/stderr", "w") as err: err.write("complaint")
""",
    "javascript": """
const fs = require("fs");
const text = fs.readFileSync("/dev/stdin", "utf8");
fs.writeFileSync("/dev/stdout", `<${text}>`);
fs.writeFileSync("/dev/stderr", "complaint");
""",
}
TEMPORARY = {
    "go": """package main
import ("fmt"; "os"; "strings")
func main() {
    before, err := os.ReadDir("/tmp")
    if err != nil { panic(err) }
    folder, err := os.MkdirTemp("", "mine-")
    if err != nil { panic(err) }
    if err := os.WriteFile("/tmp/note", []byte("left here"), 0o644); err != nil { panic(err) }
    text, _ := os.ReadFile(os.TempDir() + "/note")
    fmt.Println(len(before), strings.HasPrefix(folder, "/tmp/"), string(text))
}""",
    "python": """
import os, tempfile
before = os.listdir("/tmp")
folder = tempfile.mkdtemp(prefix="mine-")
with open("/tmp/note", "w") as note: note.write("left here")
text = open(os.path.join(tempfile.gettempdir(), "note")).read()
print(len(before), str(folder.startswith("/tmp/")).lower(), text)
""",
    "javascript": """
const fs = require("fs"), os = require("os"), path = require("path");
const before = fs.readdirSync("/tmp");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mine-"));
fs.writeFileSync("/tmp/note", "left here");
const text = fs.readFileSync(path.join(os.tmpdir(), "note"), "utf8");
console.log(before.length, folder.startsWith("/tmp/"), text);
""",
}
FILLS = {
    "go": """package main
import ("fmt"; "os")
func main() {
    block := make([]byte, 16<<20)
    for i := range 64 {
        if err := os.WriteFile(fmt.Sprint("/tmp/", i), block, 0o644); err != nil {
            fmt.Println("full"); return
        }
    }
    fmt.Println("a gibibyte")
}""",
    "python": """
try:
    for i in range(64):
        with open(f"/tmp/{i}", "wb") as file: file.write(bytes(16 << 20))
    print("a gibibyte")
except OSError: print("full")
""",
    "javascript": """
const fs = require("fs"), block = Buffer.alloc(16 << 20);
try {
  for (let i = 0; i < 64; i++) fs.writeFileSync(`/tmp/${i}`, block);
  console.log("a gibibyte");
} catch { console.log("full"); }
""",
}
ALTERNATING = {
    "go": """package main
import ("fmt"; "os")
func main() {
    for i := range 300 { fmt.Fprintln(os.Stderr, "ä error", i); fmt.Println("ö output", i) }
}""",
    "python": """
import sys
for i in range(300):
    print("ä error", i, file=sys.stderr)
    print("ö output", i)
""",
    "javascript": """
for (let i = 0; i < 300; i++) { console.error("ä error", i); console.log("ö output", i); }
""",
}
AS_WRITTEN = "".join(f"ä error {i}\nö output {i}\n" for i in range(300))


@pytest.fixture(scope="module")
def pools(settings: SandboxSettings) -> Iterator[Pools]:
    """One sandbox for each language: what a run leaves, the next would find."""
    settings = replace(settings, spare=0, max_containers=1)
    with Pool(settings) as go, Pools(go, settings) as pools:
        yield pools


def program(pools: Pools, language: str, code: str, stdin: bytes = b"") -> RunFacts:
    job = ProgramJob(source={FILES[language]: code.encode()}, stdin=stdin, limits=LIMITS)
    facts = pools.get(language).run(job)
    assert facts.runs, facts
    return facts.runs[0]


def case(pools: Pools, language: str, code: str, stdin: bytes = b"") -> RunFacts:
    files = {FILES[language]: code.encode()}
    job = IoJob(solution=files, support={}, cases=(Case("1", stdin),), limits=LIMITS, module="main")
    facts = pools.get(language).run(job)
    assert facts.runs, facts
    return facts.runs[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_streams_opened_by_name_are_the_programs_own(pools: Pools, language: str) -> None:
    for told in (
        program(pools, language, BY_NAME[language], b"3 4\n"),
        case(pools, language, BY_NAME[language], b"3 4\n"),
    ):
        assert (told.exit_code, told.stdout, told.stderr) == (0, b"<3 4\n>", b"complaint"), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_tmp_is_writable_and_empty_for_each_run(pools: Pools, language: str) -> None:
    for told in (
        program(pools, language, TEMPORARY[language]),
        program(pools, language, TEMPORARY[language]),
        case(pools, language, TEMPORARY[language]),
    ):
        assert (told.exit_code, told.stdout) == (0, b"0 true left here\n"), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_tmp_is_bounded(pools: Pools, language: str) -> None:
    told = program(pools, language, FILLS[language])
    assert told.stdout == b"full\n" or told.limit is not None, told
    assert program(pools, language, TEMPORARY[language]).stdout == b"0 true left here\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_output_comes_in_the_order_written(pools: Pools, language: str) -> None:
    job = ProgramJob(source={FILES[language]: ALTERNATING[language].encode()}, limits=LIMITS)
    outcome = programs.outcome(pools.get(language).run(job), LIMITS)
    assert outcome["output"] == AS_WRITTEN
    assert outcome["stdout"] == "".join(f"ö output {i}\n" for i in range(300))
    assert outcome["stderr"] == "".join(f"ä error {i}\n" for i in range(300))


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_come_in_the_order_written(pools: Pools, language: str) -> None:
    source = {FILES[language]: ALTERNATING[language].encode()}
    job = ProgramJob(source=source, limits=LIMITS, interactive=True)
    with pools.get(language).open(job) as session:
        said = [one.data for one in session.events() if one.kind in ("stdout", "stderr")]
        session.result()
    assert b"".join(said).decode() == AS_WRITTEN


PYTHON_BUFFERS = "import sys; print(sys.stdout.write_through)"


def test_python_collects_output_unless_somebody_watches(pools: Pools) -> None:
    assert case(pools, "python", PYTHON_BUFFERS).stdout == b"False\n"
    assert program(pools, "python", PYTHON_BUFFERS).stdout == b"True\n"


def test_python_knows_time_zones(pools: Pools) -> None:
    told = program(
        pools,
        "python",
        """
import os, time
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones
print(datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).isoformat())
print(len(available_timezones()) > 400)
os.environ["TZ"] = "America/New_York"
time.tzset()
print(time.tzname)
""",
    )
    assert told.stdout.decode().splitlines() == [
        "2026-07-01T00:00:00+02:00",
        "True",
        "('EST', 'EDT')",
    ], told


def test_python_runs_asyncio(pools: Pools) -> None:
    told = program(
        pools,
        "python",
        """
import asyncio

async def double(n):
    await asyncio.sleep(0.001)
    return 2 * n

async def serve():
    async def answer(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\\n")
    return await reader.readline()

async def main():
    print(await asyncio.gather(*map(double, range(3))), await asyncio.to_thread(sum, [1, 2]))
    print(await serve())

asyncio.run(main())
""",
    )
    assert told.stdout == b"[0, 2, 4] 3\nb'HELLO\\n'\n", told


def test_python_gets_only_connected_pairs_of_unix_sockets(pools: Pools) -> None:
    told = program(
        pools,
        "python",
        """
import socket
def refused(what, *arguments):
    try: what(*arguments)
    except OSError: return True
    return False
one, other = socket.socketpair()
print(
    refused(socket.socket, socket.AF_UNIX),
    refused(socket.socketpair, socket.AF_UNIX, socket.SOCK_DGRAM),
    refused(socket.socketpair, socket.AF_UNIX, socket.SOCK_SEQPACKET),
    refused(one.listen),
    refused(one.connect, "\\0name"),
    refused(one.sendto, b"x", "\\0name"),
)
""",
    )
    assert told.stdout == b"True True True True True True\n", told


UNCAUGHT = {
    "go": (
        "package main\n\nfunc main() {\n\tvar l []int\n\tprintln(l[2])\n}\n",
        "panic: runtime error: index out of range [2] with length 0 (main.go:5)",
    ),
    "python": (
        "def half(n):\n    return n // 0\n\nprint(half(3))\n",
        "ZeroDivisionError: integer division or modulo by zero (main.py:2)",
    ),
    "javascript": (
        "const a = null;\nconsole.log(a.x);\n",
        "TypeError: Cannot read properties of null (reading 'x') (main.js:2)",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_outcome_names_exception_and_line(pools: Pools, language: str) -> None:
    code, message = UNCAUGHT[language]
    job = ProgramJob(source={FILES[language]: code.encode()}, limits=LIMITS)
    outcome = programs.outcome(pools.get(language).run(job), LIMITS, language)
    assert (outcome["verdict"], outcome["message"]) == ("runtime_error", message)
