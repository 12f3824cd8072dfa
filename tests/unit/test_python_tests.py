"""What `judge check` says of tests in Python that cannot run apart."""

from __future__ import annotations

import pytest

from judge.packs.python_tests import against_isolation


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("class Puppy(shop.Dog): pass", "Puppy cannot derive from shop.Dog"),
        ("class Puppy(Cat): pass", "Puppy cannot derive from Cat"),
        ("import subprocess", "subprocess: tests cannot start processes"),
        ("from multiprocessing.pool import Pool", "tests cannot start processes"),
        ("os.system('ls')", "os.system: tests cannot start processes"),
        ("import numpy as np", "numpy: only the standard library and pytest are there"),
        ("text = open('shop.py').read()", "shop.py does not lie beside the tests"),
    ],
)
def test_what_cannot_run_apart_is_named_with_its_line(line: str, says: str) -> None:
    text = f"import shop\nfrom shop import Cat\n{line}\n"
    found = against_isolation({"tests/test_shop.py": text.encode()}, ("shop.py",), {})
    assert len(found) == 1
    assert found[0].startswith("tests/test_shop.py:3: ")
    assert says in found[0]


def test_ordinary_tests_are_not_named() -> None:
    text = b"""
import helper, os.path, pytest, shop
from conftest import made
from unittest import TestCase
class ShopTest(TestCase): pass
open("data.txt")
"""
    files = {"tests/test_shop.py": text, "tests/conftest.py": b"", "tests/data.txt": b"\xff"}
    assert against_isolation(files, ("shop.py",), {"helper.py": b""}) == []
