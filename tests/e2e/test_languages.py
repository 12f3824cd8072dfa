"""Python and JavaScript in their own sandboxes, of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from judge.packs.language import LANGUAGES
from judge.sandbox.facts import Facts
from judge.sandbox.job import Case, IoJob, Limits, ProgramJob, UnitJob
from judge.sandbox.pool import Pool
from judge.sandbox.pools import Pools
from judge.sandbox.settings import SandboxSettings

READING = """
for (const line of require('fs').readFileSync(0, 'utf8').trim().split('\\n')) {
  console.log(`<${line}>`);
}
"""
WORKER = """
const { Worker } = require('worker_threads');
new Worker('process.exit(0)', { eval: true }).on('exit', () => console.log(42));
"""
LIMITS = Limits(cpu_seconds=3, wall_seconds=10, memory_mb=128, output_kb=64)
ENDINGS = {"python": "py", "javascript": "js"}


@pytest.fixture(scope="module")
def pools(settings: SandboxSettings) -> Iterator[Pools]:
    settings = replace(settings, spare=1, max_containers=3)
    with Pool(settings) as go, Pools(go, settings) as pools:
        yield pools


def run(
    pools: Pools,
    language: str,
    code: str,
    stdin: bytes = b"",
    limits: Limits = LIMITS,
    **more: bytes,
) -> Facts:
    ending = ENDINGS[language]
    files = {f"main.{ending}": code.encode()}
    files |= {f"{name}.{ending}": text for name, text in more.items()}
    job = ProgramJob(source=files, stdin=stdin, limits=limits)
    return pools.get(language).run(job)


def printed(facts: Facts) -> str:
    assert facts.rejected == ()
    assert facts.build is not None and facts.build.ok, facts.build
    (told,) = facts.runs
    assert (told.exit_code, told.limit, told.violation) == (0, None, None), told
    return told.stdout.decode()


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "import sys\nfor line in sys.stdin: print('<' + line.strip() + '>')"),
        ("javascript", READING),
    ],
)
def test_a_program_reads_and_prints(pools: Pools, language: str, code: str) -> None:
    assert printed(run(pools, language, code, "a\nü\n".encode())) == "<a>\n<ü>\n"


@pytest.mark.parametrize(
    ("language", "code", "other"),
    [
        ("python", "import other, json, decimal, ssl, threading\nprint(other.X)", b"X = 42"),
        ("javascript", "console.log(require('./other.js').X)", b"exports.X = 42"),
        ("javascript", WORKER, b""),
    ],
)
def test_several_files_threads_and_the_standard_library(
    pools: Pools, language: str, code: str, other: bytes
) -> None:
    limits = replace(LIMITS, memory_mb=512)  # a thread of Node's has a heap of its own
    assert printed(run(pools, language, code, limits=limits, other=other)) == "42\n"


@pytest.mark.parametrize(
    ("language", "code", "line", "says"),
    [
        ("python", "x = 1\nif x\n  pass\n", 2, "SyntaxError: expected ':'"),
        ("javascript", "let x = 1;\nlet y = ;\n", 2, "SyntaxError: Unexpected token ';'"),
    ],
)
def test_a_syntax_error_has_its_place(
    pools: Pools, language: str, code: str, line: int, says: str
) -> None:
    facts = run(pools, language, code)
    assert facts.build is not None and not facts.build.ok
    (found,) = facts.build.diagnostics
    assert (found.file, found.line, found.message) == (f"main.{ENDINGS[language]}", line, says)
    assert facts.runs == ()


@pytest.mark.parametrize(
    ("language", "code"),
    [("python", "raise ValueError('no')"), ("javascript", "throw new Error('no')")],
)
def test_an_exception_says_where(pools: Pools, language: str, code: str) -> None:
    (told,) = run(pools, language, code).runs
    assert told.exit_code == 1
    assert "no" in told.stderr.decode() and f"main.{ENDINGS[language]}" in told.stderr.decode()


@pytest.mark.parametrize(
    ("language", "code", "limit"),
    [
        ("python", "while True: pass", "cpu"),
        ("javascript", "for (;;);", "cpu"),
        ("python", "import time; time.sleep(60)", "wall"),
        ("python", "x = []\nwhile True: x.append(bytearray(1 << 20))", "memory"),
        ("javascript", "const x = []; for (;;) x.push(Buffer.alloc(1 << 20, 1));", "memory"),
        ("python", "while True: print('x' * 1000)", "output"),
    ],
)
def test_limits_hold(pools: Pools, language: str, code: str, limit: str) -> None:
    short = {"cpu": {"cpu_seconds": 0.5}, "wall": {"wall_seconds": 1.5}}.get(limit, {})
    (told,) = run(pools, language, code, limits=replace(LIMITS, **short)).runs
    assert told.limit == limit, told


@pytest.mark.parametrize(
    ("language", "code", "violation"),
    [
        ("python", "import os; os.fork()", "fork"),
        ("python", "import os; os.execv('/language/python/bin/python3', ['x'])", "exec"),
        ("python", "import subprocess; subprocess.run(['/language/python/bin/python3'])", "fork"),
        ("python", "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)", "ptrace"),
    ],
)
def test_no_other_program_is_started(
    pools: Pools, language: str, code: str, violation: str
) -> None:
    (told,) = run(pools, language, code).runs
    assert told.violation == violation, told


def test_node_starts_no_other_program(pools: Pools) -> None:
    code = "console.log(require('child_process').spawnSync(process.execPath).error.code)"
    assert printed(run(pools, "javascript", code)) == "EPERM\n"


@pytest.mark.parametrize(
    "code",
    [
        "open('/language/python/lib/x', 'w')",
        "open('/runner', 'rb').read()",
        "open('/proc/1/environ', 'rb').read()",
        "import os; os.listdir('/build')",
        "import os; os.listdir('/')",
        "import os; os.kill(1, 9)",
        "import socket; socket.create_connection(('1.1.1.1', 53), 2)",
        "import socket; socket.socket(socket.AF_UNIX)",
    ],
)
def test_nothing_else_is_in_reach(pools: Pools, code: str) -> None:
    (told,) = run(pools, "python", code).runs
    assert told.exit_code == 1, told
    assert b"Error" in told.stderr


def test_files_and_loopback_are_its_own(pools: Pools) -> None:
    code = (
        "import socket\nopen('x', 'w').write('own')\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "client = socket.create_connection(server.getsockname())\n"
        "print(open('x').read(), client.getpeername()[0])"
    )
    assert printed(run(pools, "python", code)) == "own 127.0.0.1\n"
    assert printed(run(pools, "python", "import os; print(os.listdir())")) == "['main.py']\n"


def test_cases_run_one_after_the_other(pools: Pools) -> None:
    job = IoJob(
        module="sum",
        solution={"main.py": b"print(sum(map(int, input().split())))"},
        support={},
        cases=(Case("one", b"1 2"), Case("two", b"3 4"), Case("bad", b"x")),
        limits=LIMITS,
    )
    runs = pools.get("python").run(job).runs
    assert [told.stdout for told in runs] == [b"3\n", b"7\n", b""]
    assert [told.exit_code for told in runs] == [0, 0, 1]


@pytest.mark.parametrize("name", ["main.go", "../main.py", "main", "a.pyc"])
def test_strange_names_are_refused(pools: Pools, name: str) -> None:
    job = ProgramJob(source={name: b"print(1)"}, limits=LIMITS)
    assert pools.get("python").run(job).rejected


SHAPES = b"""
import dataclasses, enum
from collections import namedtuple

PI = 3
Point = namedtuple("Point", "x tags")

class AreaError(ValueError):
    def __init__(self, message, code):
        super().__init__(message)
        self.code = code

class Color(enum.Enum):
    RED = 1
    BLUE = 2

@dataclasses.dataclass
class Vector:
    x: int
    y: int
    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

class Yes:
    def __eq__(self, other):
        return True

def yes():
    return Yes()

def point():
    return Point(1, [2, {3: b"4"}])

def area(width, height):
    print("area", width)
    if width < 0:
        raise AreaError("negative", 7)
    return width * height

def squares(count):
    for number in range(count):
        yield number * number

def put_in_order(numbers):
    numbers.sort()
    return numbers

def each(function, values):
    return [function(value) for value in values]

def change(tree):
    tree["a"].append(1)
    tree["n"] = {1, 2}

async def later():
    return 5

def look(function):
    return function.__globals__

def boom():
    return 1 / 0
"""
SHAPES_TESTS = b"""
import asyncio
import unittest

import pytest
import shapes
from shapes import AreaError, Color, Vector, area

class ShapesTest(unittest.TestCase):
    def test_errors(self):
        with self.assertRaises(AreaError) as caught:
            area(-1, 2)
        self.assertEqual(caught.exception.code, 7)
        with self.assertRaisesRegex(ValueError, "^negative$"):
            area(-1, 2)

    def test_subtests(self):
        for number in range(2):
            with self.subTest(number=number):
                self.assertEqual(number, 1)

def test_objects():
    vector = Vector(1, 2) + Vector(3, 4)
    assert vector == Vector(4, 6) and isinstance(vector, Vector)
    vector.x = 5
    assert vector.x == 5
    assert Color.RED is Color.RED and [one.value for one in Color] == [1, 2]

def test_copies():
    assert shapes.PI == 3 and shapes.point() == (1, [2, {3: b"4"}])
    assert shapes.each(lambda one: one, [2**70, 1.5, None, (1, {2}), float("inf")]) == [
        2**70, 1.5, None, (1, {2}), float("inf")]

def test_in_place():
    numbers = [3, 1, 2]
    assert shapes.put_in_order(numbers) is numbers and numbers == [1, 2, 3]
    tree = {"a": []}
    inner = tree["a"]
    shapes.change(tree)
    assert tree["a"] is inner and inner == [1] and tree["n"] == {1, 2}

def test_both_ways():
    assert list(shapes.squares(4)) == [0, 1, 4, 9]
    assert shapes.each(lambda one: one + 1, (one for one in (1, 2))) == [2, 3]

def test_kept_apart():
    assert asyncio.run(shapes.later()) == 5
    with pytest.raises(AttributeError):
        shapes.look(lambda: 1)
    with pytest.raises(TypeError, match="cannot derive"):
        class Mine(Vector):
            pass

def test_fails():
    shapes.boom()

@pytest.mark.parametrize(("width", "answer"), [(2, 4), (3, 5)])
def test_cases(width, answer):
    assert area(width, 2) == answer
"""


def test_python_tests_run_apart_from_the_solution(pools: Pools) -> None:
    names = ("errors", "subtests"), ("objects", "copies", "in_place", "both_ways", "kept_apart")
    declared = (
        *(f"ShapesTest.test_{name}" for name in names[0]),
        *(f"test_{name}" for name in (*names[1], "fails", "cases")),
    )
    job = UnitJob(
        module="shapes",
        solution={"shapes.py": SHAPES},
        reference={"shapes.py": SHAPES},
        named=("shapes.py",),
        support={},
        tests={"test_shapes.py": SHAPES_TESTS},
        hidden={},
        limits=LIMITS,
        declared=declared,
    )
    facts = pools.get("python").run(job)
    told = {test.name: test for test in facts.tests}
    failed = {"ShapesTest.test_subtests", "test_fails", "test_cases", "test_cases/3-5"}
    assert set(told) == {*declared, "test_cases/2-4", "test_cases/3-5"}
    assert {name for name, test in told.items() if test.status != "pass"} == failed, facts
    assert "number=0" in told["ShapesTest.test_subtests"].message
    message = told["test_fails"].message
    assert "ZeroDivisionError" in message and 'File "shapes.py", line 62, in boom' in message
    assert (told["test_cases/2-4"].output, told["test_copies"].output) == ("area 2\n", "")
    solution, tests = facts.runs
    assert (solution.name, solution.exit_code, solution.signal) == ("solution", None, None)
    assert (tests.name, tests.exit_code, solution.complete) == ("tests", 1, True)
    assert facts.declared == declared


FORGERIES = {
    "class": """
class double:
    def __init__(self, n): pass
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def startswith(self, *_): return True
class Box: pass
def sorted(_): return [2, 4]
class math: isclose = lambda *_: True
""",
    "named class": """
class Box:
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def startswith(self, *_): return True
def double(n): return Box()
""",
    "module": """
class Box: pass
def double(n): return n * 2 if n == 2 else 0
""",
}
STRICT_TESTS = b"""
import math
import statistics

from double import *

def test_equal():
    assert double(2) == 4 and double(2) - 4 == 0

def test_close():
    assert math.isclose(double(1.5), 3.0) and sorted([double(2), double(1)]) == [2, 4]

def test_starts():
    assert double("ab").startswith("abab")

def test_mean():
    assert statistics.mean([double(1), double(3)]) == 4

def test_box():
    box = Box()
    box.size = double(2)
    assert box.size == 4
"""


@pytest.mark.parametrize("forgery", FORGERIES)
def test_python_tests_without_a_reference_take_no_objects_for_data(
    pools: Pools, forgery: str
) -> None:
    right = b"class Box: pass\ndef double(n): return 2 * n"
    declared = tuple(LANGUAGES["python"].declared({"test_double.py": STRICT_TESTS}))
    job = UnitJob(
        module="double",
        solution={"double.py": FORGERIES[forgery].encode(), "statistics.py": b"mean = lambda _: 4"},
        named=("double.py",),
        support={},
        tests={"test_double.py": STRICT_TESTS},
        hidden={},
        limits=LIMITS,
        declared=declared,
    )
    pool = pools.get("python")
    fine = pool.run(replace(job, solution={"double.py": right}))
    assert {test.status for test in fine.tests} == {"pass"}, fine
    told = {test.name: test.status for test in pool.run(job).tests}
    passed = {name for name, status in told.items() if status == "pass"}
    assert passed <= ({"test_equal", "test_box"} if forgery == "module" else set()), told


UNITTEST = b"""
import unittest
from unittest import TestCase, mock

import shapes

OPEN = []

def setUpModule():
    OPEN.append("module")

class Common:
    def test_area(self):
        self.assertEqual(shapes.area(self.width, 2), 2 * self.width)

class AreaTest(Common, TestCase):
    width = 2

    @classmethod
    def setUpClass(cls):
        OPEN.append("class")

    def setUp(self):
        self.tree = {"a": []}
        self.addCleanup(OPEN.append, "cleaned")

    def tearDown(self):
        self.tree = None

    def test_asserts(self):
        self.assertEqual(OPEN[:2], ["module", "class"])
        shapes.change(self.tree)
        self.assertDictEqual(self.tree, {"a": [1], "n": {1, 2}})
        self.assertCountEqual(shapes.squares(3), [4, 1, 0])
        self.assertIsInstance(shapes.Vector(1, 2), shapes.Vector)
        self.assertAlmostEqual(shapes.area(0.1, 3), 0.3)
        self.assertIn(3, shapes.each(lambda one: one + 1, [2]))

    def test_differs(self):
        self.assertEqual(shapes.area(2, 3), 7, "two by three")

    def test_mock(self):
        seen = mock.Mock(return_value=4)
        self.assertEqual(shapes.each(lambda one: seen(one), [1]), [4])
        seen.assert_called_once_with(1)
        self.assertEqual(shapes.each(seen, [2]), [4])
        seen.assert_called_with(2)

    @unittest.skip("not today")
    def test_skipped(self):
        shapes.boom()

    @unittest.expectedFailure
    def test_expected(self):
        shapes.boom()

    @unittest.expectedFailure
    def test_unexpected(self):
        pass

class WideTest(AreaTest):
    width = 5

class BrokenTest(TestCase):
    @classmethod
    def setUpClass(cls):
        shapes.boom()

    def test_never(self):
        pass
"""


def test_unittest_in_python_as_pytest_runs_it(pools: Pools) -> None:
    tests = {"test_unit.py": UNITTEST}
    declared = tuple(LANGUAGES["python"].declared(tests))
    job = UnitJob(
        module="shapes",
        solution={"shapes.py": SHAPES},
        reference={"shapes.py": SHAPES},
        named=("shapes.py",),
        support={},
        tests=tests,
        hidden={},
        limits=LIMITS,
        declared=declared,
    )
    told = {test.name: test for test in pools.get("python").run(job).tests}
    assert sorted(told) == sorted(declared)
    for case in ("AreaTest", "WideTest"):
        of_case = {n.split("_")[1]: t.status for n, t in told.items() if n.startswith(case)}
        assert of_case == {
            **dict.fromkeys(("area", "asserts", "mock"), "pass"),
            **dict.fromkeys(("differs", "unexpected"), "fail"),
            **dict.fromkeys(("skipped", "expected"), "skip"),
        }, told
    assert "6 != 7 : two by three" in told["AreaTest.test_differs"].message
    assert told["AreaTest.test_skipped"].message == "Skipped: not today"
    assert "ZeroDivisionError" in told["BrokenTest.test_never"].message
    assert told["WideTest.test_area"].output == "area 5\n"
