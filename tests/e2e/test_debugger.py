"""Debugging as pages have it: the real Delve in both kinds of sandbox, a page's side over Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import docker
import pytest

from judge import interactive, queue
from judge.config import Settings, load
from judge.debugger import rootfs
from judge.sandbox.settings import SandboxSettings
from judge.worker.debugging import Debuggers
from tests.e2e.test_console import Console, Open, console  # noqa: F401 - a fixture

PATIENCE_SECONDS = 60

PROGRAM = """package main

import (
	"bufio"
	"fmt"
	"os"
)

type node struct {
	Name string
	Next *node
}

func double(n int) int {
	twice := n * 2
	return twice
}

func main() {
	list := &node{"a", &node{"b", nil}}
	done := make(chan int)
	for i := range 3 {
		go func() { <-done; fmt.Println(i) }()
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		n := double(len(lines.Text()))
		fmt.Println(lines.Text(), n)
	}
	fmt.Println(list.Name)
}
"""
TWICE, RETURN, CALL, PRINT = 15, 16, 27, 28
"""Lines of it."""


class Session:
    """A page that debugs: what it was told, and how it asks."""

    def __init__(self, debuggers: Debuggers, **request: Any) -> None:
        self.run_id = uuid4().hex
        self.closing = threading.Event()
        self.told: list[dict[str, Any]] = []
        self._numbers = count(1)
        made = interactive.check({"type": "debug"} | request)
        self.last: dict[str, Any] = {}

        def work() -> None:
            self.last = debuggers.play(self.run_id, made, self.closing)
            interactive.say(
                queue.connection(), interactive.out_key(self.run_id), {"type": "end", **self.last}
            )

        self._thread = threading.Thread(target=work)
        self._thread.start()

    def say(self, **message: Any) -> None:
        interactive.check_input(message)
        interactive.say(queue.connection(), interactive.in_key(self.run_id), message)

    def hear(self) -> dict[str, Any]:
        # In short waits: a socket's own timeout is made for quick answers.
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = queue.connection().blpop([interactive.out_key(self.run_id)], timeout=2)
            if found is not None:
                message = interactive.read(found[1])
                self.told.append(message)
                return message
        raise AssertionError(f"nothing more came after {self.told[-3:]}")

    def event(self, name: str) -> dict[str, Any]:
        while True:
            message = self.hear()
            assert message["type"] != "end", message
            if message["type"] == "dap" and message["message"].get("event") == name:
                body: dict[str, Any] = message["message"]["body"]
                return body

    def send(self, command: str, **arguments: Any) -> int:
        number = next(self._numbers)
        self.say(type="dap", seq=number, command=command, arguments=arguments)
        return number

    def answer(self, number: int) -> dict[str, Any]:
        while True:
            message = self.hear()
            assert message["type"] != "end", message
            if message["type"] == "dap" and message["message"].get("seq") == number:
                answered: dict[str, Any] = message["message"]
                return answered

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        answered = self.answer(self.send(command, **arguments))
        assert "error" not in answered, answered
        body: dict[str, Any] = answered["body"]
        return body

    def begin(self, *lines: int, file: str = "main.go", **more: Any) -> list[dict[str, Any]]:
        """Set breakpoints and let it go."""
        self.event("initialized")
        wanted = [{"line": line, **more} for line in lines]
        set_: list[dict[str, Any]] = self.ask("setBreakpoints", file=file, breakpoints=wanted)[
            "breakpoints"
        ]
        self.ask("configurationDone")
        return set_

    def stopped(self) -> tuple[int, list[dict[str, Any]]]:
        """Where it stops next: goroutine and frames."""
        thread = self.event("stopped")["threadId"]
        frames: list[dict[str, Any]] = self.ask("stackTrace", threadId=thread)["frames"]
        return thread, frames

    def variables(self, reference: int) -> dict[str, dict[str, Any]]:
        found = self.ask("variables", variablesReference=reference)["variables"]
        return {one["name"]: one for one in found}

    def locals(self, frame: int) -> dict[str, dict[str, Any]]:
        (scope,) = self.ask("scopes", frameId=frame)["scopes"]
        return self.variables(scope["variablesReference"])

    def step(self, command: str, thread: int) -> tuple[str, int]:
        self.ask(command, threadId=thread)
        _, frames = self.stopped()
        return frames[0]["name"], frames[0]["line"]

    def end(self) -> dict[str, Any]:
        while (message := self.hear())["type"] != "end":
            pass
        self.close()
        return message

    def close(self) -> None:
        self.closing.set()
        self._thread.join()

    def printed(self) -> str:
        return "".join(one["data"] for one in self.told if one["type"] == "output")


Debug = Callable[..., Session]


@pytest.fixture(scope="session")
def debugger_dir() -> Path:
    """Delve and its files, made once for the whole run and kept for the next."""
    return rootfs.build(Path("var/debugger")).path.parent


def configured(debugger_dir: Path, redis_url: str, **more: str) -> Settings:
    return load(
        {
            "DATABASE_URL": "postgresql://nobody@localhost/none",
            "REDIS_URL": redis_url,
            "JUDGE_DEBUG_DIR": str(debugger_dir),
            "JUDGE_DEBUG_MAX": "2",
            **more,
        }
    )


@pytest.fixture(scope="module")
def debuggers(settings: SandboxSettings, debugger_dir: Path, redis_url: str) -> Iterator[Debuggers]:
    queue.configure(redis_url)
    with Debuggers(configured(debugger_dir, redis_url), settings) as found:
        yield found


@pytest.fixture
def debug(debuggers: Debuggers, redis_url: str) -> Iterator[Debug]:
    """Starts a session; all are over with the test."""
    queue.configure(redis_url)
    with ExitStack() as opened:

        def call(files: dict[str, str] | None = None, **more: Any) -> Session:
            session = Session(debuggers, files=files or {"main.go": PROGRAM}, **more)
            opened.callback(session.close)
            return session

        yield call


def test_a_program_is_debugged(debug: Debug) -> None:
    one = debug()
    set_ = one.begin(TWICE, condition="n == 5")
    assert set_ == [{"verified": True, "line": TWICE, "message": ""}]
    one.say(type="stdin", data="xx\nhello\n")
    thread, frames = one.stopped()
    assert one.printed() == "xx 4\n"  # the condition let the first line pass
    assert [(frame["name"], frame["line"]) for frame in frames[:2]] == [
        ("main.double", TWICE),
        ("main.main", CALL),
    ]
    assert (frames[0]["file"], frames[0]["own"]) == ("main.go", True)
    assert frames[2]["file"] == "runtime/proc.go"
    assert not frames[2]["own"]

    # The tree of variables, in the frame above.
    found = one.locals(frames[1]["id"])
    assert found["list"]["type"] == "*main.node"
    (pointed,) = one.variables(found["list"]["variablesReference"]).values()
    fields = one.variables(pointed["variablesReference"])
    assert fields["Name"]["value"] == '"a"'
    assert "b" in fields["Next"]["value"]

    # Goroutines: main and those that wait.
    assert len(one.ask("threads")["threads"]) >= 4

    expression = one.ask(
        "evaluate", expression="list.Next.Name", frameId=frames[1]["id"], context="watch"
    )
    assert expression["value"] == '"b"'

    assert one.step("next", thread) == ("main.double", RETURN)
    assert one.step("stepOut", thread) == ("main.main", CALL)
    assert one.step("next", thread) == ("main.main", PRINT)
    called = one.ask("evaluate", expression="call double(50)", context="repl")
    assert "100" in called["value"] or "stopped" in called["value"]
    one.ask("setBreakpoints", file="main.go", breakpoints=[])
    one.ask("continue", threadId=thread)
    one.say(type="eof")
    end = one.end()
    assert (end["verdict"], end["run"]["exit_code"]) == ("accepted", 0)
    assert one.printed() == "xx 4\nhello 10\na\n"


def test_a_single_test_is_debugged_and_stepped_into(debug: Debug) -> None:
    files = {
        "go.mod": "module example.com/x\n",
        "calc/calc.go": "package calc\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n",
        "calc/calc_test.go": (
            'package calc\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n'
            '\tif sum := Add(1, 2); sum != 4 {\n\t\tt.Errorf("sum %d", sum)\n\t}\n}\n\n'
            'func TestOther(t *testing.T) {\n\tt.Fatal("not this one")\n}\n'
        ),
    }  # fmt: skip
    one = debug(files, test="TestAdd", package="calc")
    one.begin(6, file="calc/calc_test.go")
    thread, frames = one.stopped()
    assert (frames[0]["name"], frames[0]["file"]) == (
        "calc.TestAdd",
        "calc/calc_test.go",
    )
    assert one.step("stepIn", thread) == ("calc.Add", 3)
    one.ask("continue", threadId=thread)
    end = one.end()
    assert end["run"]["exit_code"] == 1
    assert "calc_test.go:7: sum 3" in one.printed()
    assert "not this one" not in one.printed()


def test_time_rests_while_it_is_stopped_and_runs_while_it_runs(
    settings: SandboxSettings, debugger_dir: Path, redis_url: str
) -> None:
    queue.configure(redis_url)
    short = configured(debugger_dir, redis_url, JUDGE_INTERACTIVE_WALL="1500ms")
    with Debuggers(short, settings) as debuggers:
        one = Session(debuggers, files={"main.go": PROGRAM})
        one.begin(TWICE)
        one.say(type="stdin", data="abc\n")
        thread, _ = one.stopped()
        time.sleep(2)  # longer than the program may run: this is what is tested
        assert one.step("next", thread) == ("main.double", RETURN)
        one.ask("continue", threadId=thread)
        end = one.end()  # it waits for input, which is running
        assert (end["verdict"], end["run"]["limit"]) == ("time_limit", "wall")
        assert one.printed() == "abc 6\n"


def test_one_that_nobody_uses_ends_and_says_why(
    settings: SandboxSettings, debugger_dir: Path, redis_url: str
) -> None:
    queue.configure(redis_url)
    idle = configured(debugger_dir, redis_url, JUDGE_DEBUG_IDLE="1s", JUDGE_DEBUG_MAX="1")
    with Debuggers(idle, settings) as debuggers:
        one = Session(debuggers, files={"main.go": PROGRAM})
        one.begin(TWICE)
        one.say(type="stdin", data="abc\n")
        one.stopped()
        # There is one place, and it is taken.
        other = Session(debuggers, files={"main.go": PROGRAM}).end()
        assert "all debuggers are in use" in other["message"]
        end = one.end()
        assert end["message"] == "nobody used the debugger for 1 seconds, so it was ended"
        assert end["verdict"] == "stopped"


def test_the_program_has_the_walls_of_any_run(debug: Debug) -> None:
    forks = (
        'package main\n\nimport (\n\t"fmt"\n\t"os/exec"\n)\n\nfunc main() {\n\tn := 1\n'
        '\tfmt.Println(n, exec.Command("/dlv", "version").Run())\n}\n'
    )
    one = debug({"main.go": forks})
    one.begin(10)
    thread, _ = one.stopped()
    one.ask("continue", threadId=thread)
    end = one.end()
    assert end["verdict"] == "sandbox_violation", end
    reads = (
        'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n'
        '\tfor _, name := range []string{"/dlv", "/go/importcfg", "/proc/1/environ"} {\n'
        "\t\t_, err := os.ReadFile(name)\n\t\tfmt.Println(err != nil)\n\t}\n}\n"
    )
    one = debug({"main.go": reads})
    one.begin(9)
    thread, _ = one.stopped()
    one.ask("continue", threadId=thread)
    one.end()
    assert one.printed() == "true\ntrue\ntrue\n"


def test_what_does_not_build_and_what_loops_for_ever(debug: Debug) -> None:
    broken = debug({"main.go": "package main\n\nfunc main() {\n\tx := 1\n}\n"}).end()
    assert broken["verdict"] == "compile_error"
    assert broken["diagnostics"][0]["line"] == 4
    loops = debug({"main.go": "package main\n\nfunc main() {\n\tfor {\n\t}\n}\n"})
    loops.begin()
    assert loops.end()["run"]["limit"] == "cpu"


def test_hostile_requests_are_answered_and_nothing_more(debug: Debug) -> None:
    one = debug()
    one.begin(TWICE)
    one.say(type="stdin", data="abc\n")
    thread, _ = one.stopped()
    for command, arguments in (
        ("launch", {"mode": "exec", "program": "/dlv"}),
        ("attach", {"processId": 1}),
        ("readMemory", {"memoryReference": "0x0", "count": 1 << 30}),
        ("evaluate", {"expression": "dlv config -list", "context": "repl"}),
        ("evaluate", {"expression": "  dlv target list", "context": "watch"}),
        ("setBreakpoints", {"file": "../../etc/passwd", "breakpoints": []}),
        ("disconnect", {}),
    ):
        assert "error" in one.answer(one.send(command, **arguments)), command
    # It is there still.
    assert one.step("next", thread) == ("main.double", RETURN)
    one.say(type="stop")
    assert one.end()["verdict"] == "stopped"


def of_debuggers(engine: docker.DockerClient) -> set[str]:
    found = engine.api.containers(all=True, filters={"name": "judge-debugger"})
    return {str(one["Id"]) for one in found}


def test_a_page_that_leaves_takes_its_container_along(
    console: Open,  # noqa: F811
    engine: docker.DockerClient,
    debugger_dir: Path,
) -> None:
    before = of_debuggers(engine)
    one = console({"main.go": PROGRAM}, "debug")
    while not any(told["type"] == "dap" for told in one.told):
        assert one.hear()["type"] != "end", one.told
    assert len(of_debuggers(engine) - before) == 1
    # One at a time for everybody.
    refused = console({"main.go": PROGRAM}, "debug").hear()
    assert refused["type"] == "refused", refused
    one.connection.close()
    end = time.monotonic() + PATIENCE_SECONDS
    while of_debuggers(engine) - before:
        assert time.monotonic() < end, "its container is still there"
        time.sleep(0.1)
