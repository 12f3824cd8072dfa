"""Which programs surely do the same in each run."""
# ruff: noqa: E501 - a program stands on one line

from __future__ import annotations

import re
from pathlib import Path

import pytest

from judge import runs
from judge.repeatable import MAX_CHARACTERS, is_repeatable, shows_chance

GO = "package main\n\n{}\n"
SUM = 'import ("bufio"; "fmt"; "os"; "strings")\n// map, go, time\nfunc main() {{ {} }}'

REPEATABLE = {
    "go": [
        'import "fmt"\nfunc main() { fmt.Println("in time, go to the map", `time.Now`) }',
        SUM.format("s := bufio.NewScanner(os.Stdin); s.Scan(); fmt.Fprintln(os.Stdout, s.Text())"),
        SUM.format(
            'var a, b int; fmt.Scan(&a, &b); fmt.Printf("%d %s\\n", a*b, strings.Title("x"))'
        ),
        'import "fmt"\ntype S struct{ n int }\nfunc main() { s := &S{1}; fmt.Println(s.n, *s) }',
        "import `fmt`\nfunc main() { for i := range 3 { fmt.Println(i, '\"', '\\'') } }",
        'import ("fmt"; out "os")\nfunc main() { fmt.Fprintln(out.Stderr, 1); out.Exit(0) }',
        'import ("encoding/json"; "fmt")\nfunc main() { b, _ := json.Marshal([]int{1}); fmt.Print(b) }',
    ],
    "python": [
        "print(input())",
        "import sys\nfor line in sys.stdin: print(line.strip())",
        "from collections import Counter, deque\nimport math\nprint(Counter('aab'), math.pi, deque([1]))",
        "class A:\n    def __init__(self): self.x = 1\n    def __repr__(self): return 'A'\nprint(A())",
        "d = {'a': 1}\nfor k, v in d.items(): print(k, v)\nprint(sorted(d.keys()), [k for k in d.keys()])",
        "if __name__ == '__main__': print('set, time, random, {1, 2}')",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nprint(P(1))",
        "import collections.abc\nprint(isinstance([], collections.abc.Sequence))",
        "from functools import lru_cache\n@lru_cache\ndef f(n): return n if n < 2 else f(n-1) + f(n-2)\nprint(f(9))",
        "try: 1 / 0\nexcept ZeroDivisionError as error: print(error)",
    ],
    "javascript": [
        "console.log(1)",
        "const xs = [3, 1]; console.log(xs.sort((a, b) => a - b), Math.max(...xs), 'Date and process');",
        "class A { constructor(x) { this.x = x } get y() { return this.x } }\nconsole.log(new A(1).y);",
        "const fs = require('fs'); const t = fs.readFileSync(0, 'utf8'); console.log(t.trim());",
        "const t = require('node:fs').readFileSync('/dev/stdin', 'utf8'); console.log(t);",
        "const { readFileSync } = require('fs'); console.log(readFileSync(0, 'utf8'));",
        "const m = new Map([['a', 1]]); for (const [k, v] of m) console.log(`${k}: ${v}`);",
        "async function f() { await null; console.log(2) } f().catch((e) => console.error(e.message));",
        "function f({ a, b: [c] = [1], ...rest }, d = 4) { console.log(a, c, rest, d) } f({ a: 1 });",
        "const assert = require('assert'); assert.equal(1, 1); for (let i = 0; i < 2; i++) console.log(i)",
    ],
}
CHANGING = {
    "go": [
        'import "time"\nfunc main() { println(1) }',
        'import "log"\nfunc main() { log.Println("what time is it?") }',
        'import ("log/slog"; "os")\nfunc main() { slog.New(slog.NewTextHandler(os.Stdout, nil)) }',
        'import ("fmt"; "uuid")\nfunc main() { fmt.Println(uuid.New()) }',
        'import "sync"\nfunc main() { var m sync.Map; _ = m }',
        'import "fmt"\nimport r `math/rand`\nfunc main() { fmt.Println(r.Int()) }',
        'import r "math/rand/v2"\nfunc main() { _ = r.Int() }',
        'import ("mime/multipart"; "os")\nfunc main() { multipart.NewWriter(os.Stdout).Boundary() }',
        'import "net/url"\nfunc main() { q, _ := url.ParseQuery("a=1"); for range q {} }',
        'import "maps"\nfunc main() { _ = maps.Keys[M] }',
        'import "fmt"\nfunc main() { for k := range map[string]int{"a": 1} { fmt.Println(k) } }',
        "func main() { go work() }",
        "func main() { select {} }",
        "func main() { c := make(chan int); _ = c }",
        'import . "os"\nfunc main() { Getpid() }',
        'import "os"\nfunc main() { os.Getpid() }',
        'import system "os"\nfunc main() { system.ReadFile("/dev/urandom") }',
        'import "os"\nfunc main() { f := os.Stdin; f.Stat() }',
        "func main() { println([]int{1}) }",
        'import "fmt"\nfunc main() { x := 1; fmt.Printf("%d\\n", &x) }',
        'import "fmt"\ntype N int\nfunc (n *N) f() { fmt.Printf("%x\\n", n) }\nfunc main() { var n N; n.f() }',
        'import "crypto/rand"\nfunc main() {}',
        'import "runtime"\nfunc main() {}',
        'import ("fmt"; _ "net/http")\nfunc main() { fmt.Println() }',
        'import "hash/maphash"\nfunc main() {}',
        'import /* a comment */ ("fmt"\n"iter" // x\n"time")\nfunc main() {}',
    ],
    "python": [
        "import random",
        "import time, math",
        "from datetime import date",
        "import logging\nlogging.info('now')",
        "words = 'one two'.split()\nprint({w for w in words})",
        "print({'a', 'b'})",
        "print(set('ab'))",
        "print(frozenset('ab'))",
        "print(id(1))",
        "print(hash('a'))",
        "a, b = {'x': 1}, {'y': 2}\nprint(a.keys() | b.keys())",
        "k = {'x': 1}.items()\nprint(k - {})",
        "__import__('os')",
        "print(open('/dev/urandom', 'rb').read(1))",
        "import dataclasses\nprint(dataclasses.inspect.os.getpid())",
        "from dataclasses import sys",
        "import hashlib\nprint(hashlib.algorithms_available)",
        "import sys\nprint(sys.getrefcount(1))",
        "import collections\nprint(collections._sys)",
        "print(''.__class__.__base__.__subclasses__())",
        "print('{0.__class__.__init__.__globals__}'.format(1))",
        "getattr(math, 'x')",
        "eval('1')",
        "print(__file__)",
        "print(vars())",
        "def f(:",
        "import os.path",
        "from asyncio import run",
        "print(object())",
        "import uuid",
        "import math.os",
    ],
    "javascript": [
        "console.log(Math.random())",
        "console.log(Math['random']())",
        "const { random } = Math; console.log(random())",
        "const M = Math; console.log(M.floor(1))",
        "console.log(new Date())",
        "console.log(globalThis.Date.now())",
        "console.log(this.performance.now())",
        "console.log(new Intl.DateTimeFormat('en', { timeStyle: 'medium' }).format())",
        "console.log(process.pid)",
        "console.log(require('os').freemem())",
        "console.log(require('fs').readFileSync('/dev/urandom'))",
        "const fs = require('fs'); console.log(fs.statSync('.').mtime)",
        "const fs = require('fs'); const r = fs; console.log(r)",
        "console.log(require(name))",
        "import crypto from 'crypto'; console.log(crypto.randomUUID())",
        "import('crypto').then(console.log)",
        "setTimeout(() => console.log(1), 1)",
        "console.log(performance.now())",
        "console.time('x'); console.timeEnd('x')",
        "console.log((() => {}).constructor('return 1')())",
        "console.log((() => {})['constructor']('return 1')())",
        "console.log(new Error('x').stack)",
        "console.log((1).toLocaleString())",
        "console.log(__filename)",
        "console.log(import.meta.url)",
        "eval('1')",
        "function f(Date) { return Date } console.log(new Date())",
        "undeclared()",
        "let x = ;",
        "console.log(crypto.getRandomValues(new Uint8Array(1)))",
        "new WeakRef({})",
    ],
}
MAIN = {"go": "main.go", "python": "main.py", "javascript": "main.js"}


def cases(of: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, code) for language, codes in of.items() for code in codes]


def program(language: str, code: str) -> dict[str, str]:
    return {MAIN[language]: GO.format(code) if language == "go" else code}


@pytest.mark.parametrize(("language", "code"), cases(REPEATABLE))
def test_plain_program_is_repeatable(language: str, code: str) -> None:
    assert is_repeatable(program(language, code), language)


@pytest.mark.parametrize(("language", "code"), cases(CHANGING))
def test_program_that_may_change_is_not(language: str, code: str) -> None:
    assert not is_repeatable(program(language, code), language)


def test_every_file_counts() -> None:
    files = {"main.py": "import helper\nprint(helper.X)\n", "helper.py": "X = 1\n", "a.txt": "time"}
    assert is_repeatable(files, "python")
    assert not is_repeatable(files | {"helper.py": "import time\nX = time.time()\n"}, "python")
    assert not is_repeatable({"main.py": files["main.py"]}, "python")


def test_long_program_is_not_looked_at() -> None:
    assert not is_repeatable({"main.py": "#" * (MAX_CHARACTERS + 1)}, "python")


@pytest.mark.parametrize(
    "output",
    ["0xc000012345\n", "<__main__.A object at 0x7f12345678>", "at /work/51000-3/src/main.js:1:2"],
)
def test_output_with_address_or_folder_shows_chance(output: str) -> None:
    assert shows_chance(output)
    assert not shows_chance("0xff and /work/out\n")


def test_program_of_the_api_is_looked_at() -> None:
    assert runs.check("print(1)", "", "python").repeats
    assert not runs.check("import time", "", "python").repeats


HOPELESS = re.compile(r"\b(?:map|go|select|chan|time|sync|rand)\b")


def test_most_examples_without_concurrency_and_maps_are_repeatable() -> None:
    """The cache is for what many people run: the examples."""
    examples = Path(__file__).parents[2] / "examples"
    plain = [
        text
        for text in (path.read_text() for path in examples.rglob("*.go"))
        if not HOPELESS.search(text) and "package main" in text
    ]
    kept = [text for text in plain if is_repeatable({"main.go": text}, "go")]
    assert plain and len(kept) >= len(plain) / 2
