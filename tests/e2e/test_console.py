"""The playground's socket against the whole product: real queue, worker and sandbox."""

from __future__ import annotations

import json
import re
import secrets
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from judge import interactive, queue
from judge.config import load
from judge.sandbox.pool import Pool
from judge.sandbox.pools import Pools
from judge.sandbox.settings import SandboxSettings
from judge.worker.debugging import Debuggers
from judge.worker.interactive import Stage

PATIENCE_SECONDS = 60.0

Open = Callable[..., "Console"]


def program(body: str, *imports: str) -> dict[str, str]:
    listed = "".join(f'import "{name}"\n' for name in imports)
    return {"main.go": f"package main\n\n{listed}\nfunc main() {{\n{body}\n}}\n"}


class Console:
    """One run: what was told so far, and how to wait for more."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.told: list[dict[str, Any]] = []

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(PATIENCE_SECONDS))
        self.told.append(message)
        return message

    def until(self, kind: str) -> dict[str, Any]:
        while (message := self.hear())["type"] != kind:
            assert message["type"] not in ("end", "refused"), message
        return message

    def until_printed(self, text: str) -> None:
        while text not in self.printed("stdout"):
            self.hear()

    def end(self) -> dict[str, Any]:
        return self.until("end")

    def printed(self, stream: str) -> str:
        outputs = (one for one in self.told if one["type"] == "output")
        return "".join(one["data"] for one in outputs if one["stream"] == stream)


@pytest.fixture
def console(stack: str) -> Iterator[Open]:
    """Opens sockets as the page does; all are closed with the test."""
    address = stack.replace("http", "ws", 1) + "/live/run"
    with ExitStack() as opened:

        def call(
            files: dict[str, str] | None,
            kind: str = "run",
            args: list[str] | None = None,
            **more: Any,
        ) -> Console:
            connection = opened.enter_context(connect(address, origin=stack))  # type: ignore[arg-type]
            console = Console(connection)
            if files is not None:
                console.say(type=kind, files=files, args=args or [], **more)
            return console

        yield call


def test_output_comes_as_it_is_printed(console: Open) -> None:
    one = console(
        program(
            'fmt.Println("one"); time.Sleep(700*time.Millisecond); fmt.Println("two")',
            "fmt",
            "time",
        )
    )
    one.until_printed("one\n")
    assert "two" not in one.printed("stdout")
    end = one.end()
    assert one.printed("stdout") == "one\ntwo\n"
    assert (end["verdict"], end["run"]["exit_code"]) == ("accepted", 0)
    assert end["run"]["wall_seconds"] >= 0.7
    kinds = [message["type"] for message in one.told]
    assert kinds[:3] == ["queued", "building", "running"]


def test_what_is_typed_is_read(console: Open) -> None:
    one = console(
        program(
            's := bufio.NewScanner(os.Stdin)\nfor s.Scan() { fmt.Printf("<%s>\\n", s.Text()) }\n'
            'fmt.Println("over")',
            "bufio", "fmt", "os",
        )
    )  # fmt: skip
    one.until("running")
    one.say(type="stdin", data="héllo\n")
    one.until_printed("<héllo>\n")
    one.say(type="stdin", data="last")
    one.say(type="eof")
    one.end()
    assert one.printed("stdout") == "<héllo>\n<last>\nover\n"


def test_streams_arguments_and_exit_code(console: Open) -> None:
    body = 'fmt.Println(os.Args[1:]); fmt.Fprintln(os.Stderr, "bad"); os.Exit(3)'
    one = console(program(body, "fmt", "os"), args=["-x", "two words"])
    end = one.end()
    assert one.printed("stdout") == "[-x two words]\n"
    assert one.printed("stderr") == "bad\n"
    assert (end["verdict"], end["run"]["exit_code"]) == ("runtime_error", 3)


def test_variables_reach_the_run_and_not_the_build(console: Open) -> None:
    body = 'fmt.Println(os.Getenv("GREETING"), os.Getenv("GOROOT"), os.Getenv("HOME") != "")'
    env = {"GREETING": "hi there", "GOROOT": "/nowhere", "GOFLAGS": "-x", "GODEBUG": "bad=1"}
    one = console(program(body, "fmt", "os"), env=env)
    assert one.end()["verdict"] == "accepted"
    assert one.printed("stdout") == "hi there /nowhere true\n"
    python = console(
        {"main.py": "import os\nprint(os.environ['A'], os.environ.get('PYTHONHOME'))\n"},
        language="python", env={"A": "b", "PYTHONHOME": "/nowhere"},
    )  # fmt: skip
    # The interpreter that looks at the program before it runs is not misled.
    assert python.end()["diagnostics"] == []


def test_an_interrupt_reaches_the_program(console: Open) -> None:
    body = (
        "c := make(chan os.Signal, 1)\nsignal.Notify(c, os.Interrupt)\n"
        'fmt.Println("up")\nfmt.Println(<-c)'
    )
    one = console(program(body, "fmt", "os", "os/signal"))
    one.until_printed("up\n")
    one.say(type="signal", name="SIGINT")
    assert one.end()["verdict"] == "accepted"
    assert "interrupt" in one.printed("stdout")


def test_stop_ends_a_program_at_once(console: Open) -> None:
    one = console(program('fmt.Println("up")\nfor {}', "fmt"))
    one.until_printed("up\n")
    one.say(type="stop")
    assert one.end()["verdict"] == "stopped", "its limit would have ended it a little later"


def test_a_page_that_leaves_frees_its_place(console: Open) -> None:
    for _ in range(3):  # as many as one may have at once
        one = console(program('fmt.Println("up")\ntime.Sleep(time.Hour)', "fmt", "time"))
        one.until_printed("up\n")
        one.connection.close()
    admitted(console, program("")).end()


def admitted(console: Open, files: dict[str, str]) -> Console:
    """A run, once those that pages have left are counted no longer."""
    end = time.monotonic() + 20
    while (said := (one := console(files, fresh=True)).hear())["type"] == "refused":
        assert time.monotonic() < end, said
        time.sleep(0.2)
    return one


def test_no_more_than_so_many_at_once(console: Open) -> None:
    sleeps = program("time.Sleep(time.Hour)", "time")
    waiting = [admitted(console, sleeps) for _ in range(3)]
    for one in waiting:
        one.until("running")
    refused = console(program(""), fresh=True).until("refused")
    assert "3 programs running" in refused["message"]
    for one in waiting:
        one.say(type="stop")
        one.end()


def test_of_ten_tabs_at_once_three_run_and_nothing_stays_behind(console: Open) -> None:
    admitted(console, program("")).end()
    mark = secrets.token_hex(8)
    sleeps = program("time.Sleep(time.Hour)", "time")
    tabs = [console(sleeps, args=[mark]) for _ in range(10)]
    told = [first_of(tab, "running", "refused") for tab in tabs]
    assert 1 <= [one["type"] for one in told].count("running") <= 3
    assert {one.get("message") for one in told} <= {
        None,
        "you have 3 programs running already; stop one of them first",
    }
    assert running_with(mark)
    for tab in tabs:
        tab.connection.close()
    end = time.monotonic() + 20
    while running_with(mark):
        assert time.monotonic() < end, "a program outlives its page"
        time.sleep(0.1)


def first_of(one: Console, *kinds: str) -> dict[str, Any]:
    while (message := one.hear())["type"] not in kinds:
        pass
    return message


def running_with(argument: str) -> list[int]:
    """Processes on this machine, in containers or not, that were started with `argument`."""
    found = psutil.process_iter(["cmdline"])
    return [one.pid for one in found if argument in (one.info["cmdline"] or ())]


def test_the_same_program_is_told_again_until_somebody_wants_it_run(console: Open) -> None:
    mark = secrets.token_hex(8)
    same = program(f'fmt.Println("{mark}")\nfmt.Fprintln(os.Stderr, "!")', "fmt", "os")
    assert "kept_seconds" not in console(same).end()
    again = console(same)
    kept = again.end()
    assert kept["kept_seconds"] < 60
    assert [one["type"] for one in again.told if one["type"] != "output"] == ["end"]
    assert (again.printed("stdout"), again.printed("stderr")) == (f"{mark}\n", "!\n")
    assert kept["run"]["exit_code"] == 0
    own = console(same, fresh=True)
    assert "kept_seconds" not in own.end()
    assert {"type": "running"} in own.told


def test_what_was_typed_into_is_run_again(console: Open) -> None:
    mark = secrets.token_hex(8)
    same = program(f'var s string\nfmt.Scan(&s)\nfmt.Println("{mark}", s)', "fmt")
    for name in ("Ada", "Bo"):
        one = console(same)
        one.until("running")
        one.say(type="stdin", data=f"{name}\n")
        assert "kept_seconds" not in one.end()
        assert one.printed("stdout") == f"{mark} {name}\n"


def test_what_floods_is_cut_off(console: Open) -> None:
    one = console(program('for { fmt.Println("0123456789012345678901234567890123456789") }', "fmt"))
    assert one.end()["verdict"] == "output_limit"
    assert 900_000 < len(one.printed("stdout")) < 1_200_000


def test_bytes_that_are_no_text(console: Open) -> None:
    body = (
        'os.Stdout.Write([]byte("a\\xff\\xc3"))\ntime.Sleep(300*time.Millisecond)\n'
        'os.Stdout.Write([]byte("\\xa9!"))'
    )
    one = console(program(body, "os", "time"))
    one.end()
    assert one.printed("stdout") == "a\ufffdé!"


def test_a_build_that_fails_says_where(console: Open) -> None:
    end = console({"main.go": "package main\n\nfunc main() {\n\tx := 1\n}\n"}).end()
    assert (end["verdict"], end["run"]) == ("compile_error", None)
    assert end["diagnostics"][0] | {"message": ""} == {
        "file": "main.go",
        "line": 4,
        "column": 2,
        "message": "",
    }
    assert "declared and not used" in end["diagnostics"][0]["message"]


def test_tests_of_ones_own(console: Open) -> None:
    files = {
        "stack.go": 'package stack\n\nimport "os"\n\nvar Home = os.TempDir\n\n'
        "func Two() int { return 2 }\n",
        "stack_test.go": 'package stack_test\n\nimport (\n\t"playground"\n\t"testing"\n)\n\n'
        'func TestTwo(t *testing.T) {\n\tif stack.Two() != 2 {\n\t\tt.Fatal("no")\n\t}\n}\n\n'
        'func TestThree(t *testing.T) {\n\tt.Errorf("got %d", stack.Two())\n}\n',
    }  # fmt: skip
    one = console(files, "test")
    end = one.end()
    assert [(test["name"], test["status"]) for test in end["tests"]] == [
        ("TestTwo", "pass"),
        ("TestThree", "fail"),
    ]
    assert "got 2" in end["tests"][1]["message"]
    assert (end["verdict"], end["message"]) == ("wrong_answer", "1 of 2 tests failed")
    assert [message["test"]["name"] for message in one.told if message["type"] == "test"] == [
        "TestTwo",
        "TestThree",
    ]


@pytest.mark.parametrize(
    "code", ['import "C"', 'import _ "unsafe"\n//go:linkname x runtime.x\nfunc x()']
)
def test_own_tests_go_through_the_gate(console: Open, code: str) -> None:
    files = {"a.go": "package a\n", "a_test.go": f"package a\n\n{code}\n"}
    assert console(files, "test").end()["verdict"] == "rejected"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("no json", "JSON object"),
        ("[]", "JSON object"),
        ('{"type": "run"}', "files"),
        ('{"type": "run", "files": {"a.txt": ""}}', "no Go file"),
        ('{"type": "run", "files": {"../a.go": ""}}', "../a.go"),
    ],
)
def test_nonsense_is_refused_in_words(console: Open, sent: str, says: str) -> None:
    one = console(None)
    one.connection.send(sent)
    assert says in one.until("refused")["message"]


def test_a_page_from_elsewhere_gets_nothing(stack: str) -> None:
    for origin in ("https://evil.example", None):
        address = stack.replace("http", "ws", 1) + "/live/run"
        with pytest.raises(InvalidStatus), connect(address, origin=origin):  # type: ignore[arg-type]
            pass


@pytest.mark.parametrize(
    ("language", "code", "output"),
    [
        ("python", "print(input()[::-1])", "cba\n"),
        ("javascript", "console.log(require('fs').readFileSync(0, 'utf8').toUpperCase())", "ABC\n"),
        ("go", 'package main\n\nfunc main() { print("x") }\n', "x"),
    ],
)
def test_the_api_runs_every_language(stack: str, language: str, code: str, output: str) -> None:
    body = json.dumps({"code": code, "language": language, "stdin": "abc"}).encode()
    request = urllib.request.Request(f"{stack}/api/run", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=90) as answer:
        told = json.load(answer)
    assert (told["output"], told["verdict"], told["exit_code"]) == (output, "accepted", 0)


@pytest.mark.parametrize(
    ("language", "files"),
    [
        (
            "python",
            {"main.py": "import other\nprint(other.X, flush=False)\n", "other.py": "X = 7\n"},
        ),
        ("javascript", {"main.js": "console.log(require('./b.js'))", "b.js": "module.exports = 7"}),
        (
            "python",
            {
                "main.py": "from shop.cart import total\nprint(total())\n",
                "shop/__init__.py": "",
                "shop/cart.py": "from . import sums\n\ndef total():\n"
                "    return sums.of(map(int, open('shop/prices.txt')))\n",
                "shop/sums.py": "of = sum\n",
                "shop/prices.txt": "3\n4\n",
            },
        ),
        (
            "javascript",
            {
                "package.json": '{"type": "module", "main": "./src/start.js"}',
                "src/start.js": "import { x } from './lib/x.js';\nconsole.log(x);\n",
                "src/lib/x.js": "export const x = 7;\n",
            },
        ),
        (
            "javascript",
            {
                "main.mjs": "import { x } from './lib/x.mjs';\nconsole.log(x);\n",
                "lib/x.mjs": "export const x = 7;\n",
            },
        ),
    ],
)
def test_other_languages_stream_too(console: Open, language: str, files: dict[str, str]) -> None:
    one = console(None)
    one.say(type="run", language=language, files=files)
    end = one.end()
    assert end["verdict"] == "accepted", end
    assert one.printed("stdout") == "7\n"


def test_what_is_wrong_in_a_folder_is_told_with_its_path(console: Open) -> None:
    files = {"main.py": "import a.b\n", "a/b.py": "x = 1\nif x\n"}
    one = console(None)
    one.say(type="run", language="python", files=files)
    (found,) = one.end()["diagnostics"]
    assert (found["file"], found["line"]) == ("a/b.py", 2)
    for files, says in (
        ({"a.js": "", "b.js": ""}, "none is called main.js"),
        ({"a.js": "", "package.json": '{"main": "b.js"}'}, '"b.js" is the main file'),
    ):
        one = console(None)
        one.say(type="run", language="javascript", files=files)
        assert says in one.end()["diagnostics"][0]["message"]


SHOP = {
    "go.mod": "module example.com/shop\n\ngo 1.26\n",
    "cart/cart.go": 'package cart\n\nimport "example.com/shop/cart/internal/sum"\n\n'
    "func Total(n ...int) int { return sum.Of(n) }\n",
    "cart/cart_test.go": 'package cart_test\n\nimport (\n\t"os"\n\t"testing"\n\n'
    '\t"example.com/shop/cart"\n)\n\nfunc TestTotal(t *testing.T) {\n'
    '\tif _, err := os.Stat("testdata/a.txt"); err != nil || cart.Total(1, 2) != 3 {\n'
    "\t\tt.Fatal(err)\n\t}\n}\n",
    "cart/testdata/a.txt": "a",
    "cart/internal/sum/sum.go": "package sum\n\nfunc Of(list []int) (n int) {\n"
    "\tfor _, one := range list {\n\t\tn += one\n\t}\n\treturn\n}\n",
    "cart/internal/sum/sum_test.go": 'package sum\n\nimport "testing"\n\n'
    'func TestOf(t *testing.T) { t.Fatal("no") }\n',
    "cmd/a/main.go": 'package main\n\nimport "example.com/shop/cart"\n\n'
    "func main() { println(cart.Total(1, 2)) }\n",
    "cmd/b/main.go": "package main\n\nfunc main() { var x []int; println(x[3]) }\n",
}


def test_a_module_in_folders(console: Open) -> None:
    assert "choose one of cmd/a, cmd/b" in console(SHOP).hear()["message"]
    one = console(SHOP, package="cmd/a")
    assert one.end()["verdict"] == "accepted"
    assert one.printed("stderr") == "3\n"
    other = console(SHOP, package="cmd/b")
    assert other.end()["run"]["exit_code"] == 2
    assert "cmd/b/main.go:3" in other.printed("stderr")
    end = console(SHOP, "test").end()
    assert end["message"] == "the tests of 1 of 2 packages failed"
    verdicts = [(each["folder"], each["verdict"]) for each in end["packages"]]
    assert verdicts == [("cart", "accepted"), ("cart/internal/sum", "wrong_answer")]
    refused = console(SHOP | {"go.mod": "module a\nreplace b => ./c\n"}).hear()
    assert "go.mod:2: replace is not taken" in refused["message"]


def test_benchmarks(console: Open) -> None:
    bench = (
        'package main\n\nimport "testing"\n\nvar kept []byte\n\n'
        "func BenchmarkMake(b *testing.B) {\nfor b.Loop() {\nkept = make([]byte, 64)\n}\n}\n"
        'func BenchmarkFails(b *testing.B) { b.Fatal("no") }\n'
    )
    one = console(program("") | {"a_test.go": bench}, "bench", seconds=0.05)
    assert one.end()["run"]["exit_code"] == 1
    assert re.search(
        r"BenchmarkMake\S*\s+\d+\s+[\d.]+ ns/op\s+64 B/op\s+1 allocs/op", one.printed("stdout")
    )
    assert "no" in one.printed("stdout")


FUZZED = {
    "go.mod": "module example.com/m\n",
    "a/a.go": "package a\n\nfunc Parse(s string) {\n"
    "\tif len(s) > 1 && s[0] == '{' && s[1] == '}' {\n\t\tpanic(\"found\")\n\t}\n}\n",
    "a/a_test.go": 'package a\n\nimport "testing"\n\nfunc FuzzParse(f *testing.F) {\n'
    '\tf.Add("{a")\n\tf.Fuzz(func(t *testing.T, s string) { Parse(s) })\n}\n\n'
    "func FuzzFine(f *testing.F) {\n\tf.Fuzz(func(t *testing.T, n int) {})\n}\n",
}


def test_a_target_is_fuzzed(console: Open) -> None:
    one = console(FUZZED, "fuzz", test="FuzzParse", seconds=10)
    end = one.end()
    assert end["verdict"] == "wrong_answer", end
    told = [message for message in one.told if message["type"] == "fuzz"]
    last = told[-1]
    assert (last["outcome"], last["state"]) == ("failed", "over")
    assert last["input"] == 'go test fuzz v1\nstring("{}")\n'
    assert "panic: found" in last["message"]
    assert "a/a.go:5" in last["message"]
    assert "an input fails, after " in end["message"]
    # Kept in the project, it is a seed, and a test.
    seed = {f"a/testdata/fuzz/FuzzParse/{last['name']}": last["input"]}
    again = console(FUZZED | seed, "fuzz", test="FuzzParse").end()
    assert f"the seed {last['name']} fails" in again["message"]
    fine = console(FUZZED, "fuzz", test="FuzzFine", seconds=0.5)
    assert fine.end()["message"].startswith("no failing input in ")
    slow = console(FUZZED, "fuzz", test="FuzzFine", seconds=10)
    while not slow.until("fuzz")["execs"]:
        pass
    slow.say(type="stop")
    assert slow.end()["verdict"] == "stopped"
    summary = [message for message in slow.told if message["type"] == "fuzz"][-1]
    assert (summary["outcome"], summary["input"]) == ("stopped", "")


GO_MOD = "module example.com/m\n\ngo 1.27\n\nrequire ex.test/greet v0.3.0\n"
GREET = 'package main\n\nimport "ex.test/greet"\n\nfunc main() { println(greet.Hello()) }\n'


def test_a_package_is_checked_and_nothing_runs(console: Open) -> None:
    files = {
        "go.mod": "module ex.com/m\n",
        "main.go": 'package main\n\nfunc main() { println("ran") }\n',
        "a/a.go": "package a\n\nconst One = 1\n\nvar  x = 2\n",
        "a/a_test.go": 'package a\n\nimport "testing"\n\n'
        'func TestA(t *testing.T) { t.Logf("%s", One) }\n',
    }
    checked = console(files, "check", package="a")
    end = checked.end()
    assert (end["verdict"], end["diagnostics"]) == ("accepted", [])
    assert [one["file"] for one in end["warnings"]] == ["a/a_test.go"]
    hints = [(one["file"], one["line"], one["column"]) for one in end["hints"]]
    assert hints == [("a/a.go", 5, 5)]
    assert all(one["type"] not in ("running", "output") for one in checked.told)
    broken = console(files | {"a/a.go": "package a\n\nfunc {\n"}, "check", package="a").end()
    assert [(one["file"], one["line"]) for one in broken["diagnostics"]] == [("a/a.go", 3)]


def test_a_check_gives_way_to_programs(
    pool: Pool, settings: SandboxSettings, redis_url: str
) -> None:
    """Whoever waits for a program pressed a button; nobody did for a check."""
    queue.configure(redis_url)
    none = {"DATABASE_URL": "postgresql://nobody@localhost/none", "JUDGE_DEBUG_MAX": "0"}
    configured = load(none | {"REDIS_URL": redis_url})
    request = interactive.check({"type": "check", "files": program("")})
    run_id = secrets.token_hex(8)
    with Debuggers(configured, settings) as debuggers, Pools(pool, settings) as pools:
        stage = Stage(configured, pools, 0, debuggers)
        stage.start(run_id, interactive.to_json(request))
        stage.close()
    told = queue.connection().lrange(interactive.out_key(run_id), 0, -1)
    assert [interactive.read(one)["verdict"] for one in told] == ["busy"]


def test_modules_of_others_are_fetched_and_built(console: Open) -> None:
    one = console({"go.mod": GO_MOD, "main.go": GREET})
    assert one.end()["verdict"] == "accepted"
    assert one.printed("stderr") == "hello, v1.0.0\n"
    kinds = [message["type"] for message in one.told]
    assert kinds[:3] == ["queued", "fetching", "building"]
    test = GREET.replace("package main", "package greeting").replace(
        "func main() { println(greet.Hello()) }",
        'func TestHello(t *testing.T) {\n\tif greet.Hello() == "" {\n\t\tt.Fatal()\n\t}\n}',
    )
    tested = test.replace('import "ex', 'import "testing"\n\nimport "ex')
    end = console({"go.mod": GO_MOD, "greeting/a_test.go": tested}, "test").end()
    assert (end["verdict"], [one["status"] for one in end["tests"]]) == ("accepted", ["pass"])


@pytest.mark.parametrize(
    ("required", "imported", "place", "says"),
    [
        ("ex.test/words v1.7.0", "ex.test/words", ("go.mod", 3), "there is no version v1.7.0"),
        ("ex.test/c v1.0.0", "ex.test/c", ("main.go", 3), "needs C, in c.go"),
        (
            "ex.test/words v1.0.0",
            "ex.test/greet",
            ("main.go", 3),
            "add to go.mod: require ex.test/greet v0.3.0",
        ),
        ("ex.test/words v1.0.0", "ex.test/words/internal/deep", ("main.go", 3), "internal package"),
    ],
)
def test_a_module_that_cannot_be_had(
    console: Open, required: str, imported: str, place: tuple[str, int], says: str
) -> None:
    main = f'package main\n\nimport _ "{imported}"\n\nfunc main() {{}}\n'
    end = console({"go.mod": f"module m\n\nrequire {required}\n", "main.go": main}).end()
    (found,) = end["diagnostics"]
    assert end["verdict"] == "compile_error" and says in found["message"]
    assert (found["file"], found["line"]) == place


PYTHON_TESTS = {
    "shop/__init__.py": "",
    "shop/basket.py": "class Basket(list):\n    def total(self):\n        return sum(self)\n",
    "tests/test_basket.py": (
        "import pytest\nfrom shop.basket import Basket\n\n"
        "def test_empty():\n    print('told')\n    assert Basket().total() == 0\n\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_one(n):\n    assert Basket([n]).total() == 1\n"
    ),
    "old_test.py": (
        "import unittest\n\nclass Old(unittest.TestCase):\n"
        "    @unittest.skip('not yet')\n    def test_it(self):\n        pass\n"
    ),
    "test_broken.py": "import nowhere\n",
}
JAVASCRIPT_TESTS = {
    "basket.js": "exports.total = (prices) => prices.reduce((a, b) => a + b, 0);\n",
    "test/basket.js": (
        "const test = require('node:test');\nconst assert = require('node:assert');\n"
        "const { total } = require('../basket.js');\n"
        "test('empty', () => { console.log('told'); assert.equal(total([]), 0); });\n"
        "test('one', async (t) => {\n"
        "  await t.test('of 1', () => assert.equal(total([1]), 1));\n"
        "  await t.test('of 2', () => assert.equal(total([2]), 1));\n});\n"
    ),
    "later.test.mjs": (
        "import test from 'node:test';\ntest('later', { skip: 'not yet' }, () => {});\n"
    ),
    "broken.test.js": "require('./nowhere');\n",
}


@pytest.mark.parametrize(
    ("language", "files", "expected"),
    [
        (
            "python",
            PYTHON_TESTS,
            {
                "test_broken.py": "fail", "old_test.Old.test_it": "skip",
                "tests.test_basket.test_empty": "pass", "tests.test_basket.test_one": "fail",
                "tests.test_basket.test_one/1": "pass", "tests.test_basket.test_one/2": "fail",
            },
        ),
        (
            "javascript",
            JAVASCRIPT_TESTS,
            {
                "broken.test.js": "fail", "later.test.mjs: later": "skip",
                "test|basket.js: empty": "pass", "test|basket.js: one": "fail",
                "test|basket.js: one/of 1": "pass", "test|basket.js: one/of 2": "fail",
            },
        ),
    ],
)  # fmt: skip
def test_other_languages_have_tests_of_ones_own(
    console: Open, language: str, files: dict[str, str], expected: dict[str, str]
) -> None:
    end = console(files, "test", language=language).end()
    tests = {one["name"]: one for one in end["tests"]}
    assert {name: one["status"] for name, one in tests.items()} == expected
    assert end["verdict"] == "wrong_answer"
    broken, *_, failed = (one for one in end["tests"] if one["status"] == "fail")
    assert "nowhere" in broken["message"]
    place = {"python": "tests/test_basket.py:10", "javascript": "test/basket.js:7"}[language]
    assert failed["message"].startswith(place)
    (told,) = (one for one in end["tests"] if one["output"])
    assert (told["status"], told["output"]) == ("pass", "told\n")


@pytest.mark.parametrize(
    ("language", "name", "text", "verdict", "says"),
    [
        ("python", "test_a.py", "def test_it():\n    pass\n", "accepted", ""),
        ("python", "test_a.py", "x = 1\n", "wrong_answer", "there is no test"),
        ("python", "test_a.py", "def test_it(:\n", "compile_error", "could not be built"),
        ("python", "test_a.py", "def test_it():\n    while True: pass\n", "time_limit", "CPU"),
        ("javascript", "a.test.mjs", "import 'node:test';\n", "wrong_answer", "there is no test"),
        (
            "javascript",
            "a.test.js",
            "require('node:test')('it', () => process.exit(0));\n",
            "wrong_answer",
            "",
        ),
        (
            "javascript",
            "a.test.js",
            "const test = require('node:test');\ntest('it', () => {});\ntest('it', () => {});\n",
            "accepted",
            "",
        ),
        ("python", "test_a.py", "import sys\nsys.exit(7)\n", "wrong_answer", "before any test"),
    ],
)
def test_what_tests_of_other_languages_come_to(
    console: Open, language: str, name: str, text: str, verdict: str, says: str
) -> None:
    end = console({name: text}, "test", language=language).end()
    assert end["verdict"] == verdict, end
    assert says in end["message"]
