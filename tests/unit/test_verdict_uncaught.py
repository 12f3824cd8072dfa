"""Exceptions of scripts, as Python and Node print them."""

from __future__ import annotations

import pytest

from judge.verdict.uncaught import Uncaught, node, python

PYTHON = {
    "a class of the program's own, two lines": (
        """Traceback (most recent call last):
  File "/work/5-1/src/main.py", line 4, in <module>
    f(1)
  File "/work/5-1/src/main.py", line 3, in f
    raise Oops("no\\nsecond line")
Oops: no
second line
""",
        Uncaught("Oops", "Oops: no", "main.py:3"),
    ),
    "raised while another was handled": (
        """Traceback (most recent call last):
  File "/work/5-1/src/main.py", line 2, in f
    try: [][1]
         ~~^^^
IndexError: list index out of range

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/work/5-1/src/main.py", line 4, in <module>
    f()
  File "/language/python/lib/python3.11/main.py", line 99, in f
    raise KeyError("x") from e
KeyError: 'x'
""",
        Uncaught("KeyError", "KeyError: 'x'", "main.py:4"),
    ),
    "after one of a thread": (
        """Exception in thread Thread-1 (f):
Traceback (most recent call last):
  File "/work/5-1/src/main.py", line 2, in f
    def f(): raise ValueError("in a thread")
ValueError: in a thread
Traceback (most recent call last):
  File "/work/5-1/src/main.py", line 4, in <module>
    assert t is None
AssertionError
""",
        Uncaught("AssertionError", "AssertionError", "main.py:4"),
    ),
    "a group": (
        """  + Exception Group Traceback (most recent call last):
  |   File "/work/5-1/src/main.py", line 3, in <module>
  |     g()
  | ExceptionGroup: many (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/work/5-1/src/main.py", line 9, in h
    | ValueError: 1
    +------------------------------------
""",
        Uncaught("ExceptionGroup", "ExceptionGroup: many (1 sub-exception)", "main.py:3"),
    ),
    "in a file of a folder": (
        """Traceback (most recent call last):
  File "/work/5-1/src/lib/a.py", line 7, in <module>
    1 // 0
ZeroDivisionError: integer division or modulo by zero
""",
        Uncaught(
            "ZeroDivisionError",
            "ZeroDivisionError: integer division or modulo by zero",
            "lib/a.py:7",
        ),
    ),
    "none": ("ValueError: printed by the program\n", None),
}
NODE = {
    "an error": (
        """before
/work/5-1/src/main.js:3
console.log(a.x);
              ^

TypeError: Cannot read properties of null (reading 'x')
    at Object.<anonymous> (/work/5-1/src/main.js:3:15)
    at Module._compile (node:internal/modules/cjs/loader:1872:14)
    at node:internal/main/run_main_module:33:47

Node.js v24.19.0
""",
        Uncaught(
            "TypeError", "TypeError: Cannot read properties of null (reading 'x')", "main.js:3"
        ),
    ),
    "an error of Node's own, with members": (
        """node:fs:622
  return binding.open(
                 ^

Error: ENOENT: no such file or directory, open 'nothing'
    at Object.openSync (node:fs:622:18)
    at Timeout._onTimeout (/work/5-1/src/main.js:2:20) {
  errno: -2,
  path: 'nothing'
}

Node.js v24.19.0
""",
        Uncaught("Error", "Error: ENOENT: no such file or directory, open 'nothing'", "main.js:2"),
    ),
    "of JSON.parse, after what looks like one": (
        """Error: not this one
    at main.js:99:1
<anonymous_script>:1
{

SyntaxError: Expected property name
    at JSON.parse (<anonymous>)
    at file:///work/5-1/src/main.js:2:6

Node.js v24.19.0
""",
        Uncaught("SyntaxError", "SyntaxError: Expected property name", "main.js:2"),
    ),
    "a text": (
        """
/work/5-1/src/main.js:1
function f() { throw "text"; }
               ^
text
(Use `node --trace-uncaught ...` to show where the exception was thrown)

Node.js v24.19.0
""",
        Uncaught("a thrown value", "uncaught text", "main.js:1"),
    ),
    "a rejection": (
        """node:internal/process/promises:392
      new UnhandledPromiseRejection(reason);
      ^

UnhandledPromiseRejection: This error originated either by throwing inside of an async function \
without a catch block, or by rejecting a promise which was not handled with .catch(). \
The promise rejected with the reason "7".
    at throwUnhandledRejectionsMode (node:internal/process/promises:392:7) {
  code: 'ERR_UNHANDLED_REJECTION'
}

Node.js v24.19.0
""",
        Uncaught("UnhandledPromiseRejection", "a promise was rejected with 7", ""),
    ),
    "one that the program caught and printed": (
        "TypeError: no\n    at Object.<anonymous> (/work/5-1/src/main.js:1:12)\n",
        None,
    ),
}


@pytest.mark.parametrize(("said", "found"), PYTHON.values(), ids=PYTHON)
def test_python_exception_has_name_and_line(said: str, found: Uncaught | None) -> None:
    assert python(said, ("main.py", "lib/a.py")) == found


@pytest.mark.parametrize(("said", "found"), NODE.values(), ids=NODE)
def test_node_exception_has_name_and_line(said: str, found: Uncaught | None) -> None:
    assert node(said, ("main.js",)) == found


def test_class_that_the_program_made_up_is_not_passed_on() -> None:
    assert Uncaught("KeyError", "", "").kind == "KeyError"
    assert Uncaught("Input_was_42_Error", "", "").kind == "an exception"
