"""Lab."""
import abc
import asyncio
import collections
import contextlib
import datetime
import functools
import json
import os
import random
import re
import sys
import time
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, IntEnum, Flag
from fractions import Fraction
from typing import NamedTuple, Optional

counter = 0
LIMITS = {"a": 1}


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __bool__(self):
        return bool(self.x or self.y)

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def __iter__(self):
        yield self.x
        yield self.y

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __contains__(self, v):
        return v in (self.x, self.y)

    def __format__(self, spec):
        return f"<{self.x:{spec}}|{self.y:{spec}}>"

    def __lt__(self, other):
        return abs(self) < abs(other)

    @property
    def norm(self):
        return abs(self)

    @classmethod
    def zero(cls):
        return cls(0, 0)

    @staticmethod
    def dims():
        return 2


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


class Square(Shape):
    def __init__(self, s):
        self.s = s

    def area(self):
        return self.s**2


class LabError(Exception):
    """Lab."""


class TooBig(LabError):
    def __init__(self, amount):
        super().__init__(f"too big: {amount}")
        self.amount = amount


def check(n):
    if n > 10:
        raise TooBig(n)
    if n < 0:
        try:
            int("x")
        except ValueError as error:
            raise LabError("negative") from error
    return n


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Perm(Flag):
    R = 1
    W = 2


def level():
    return Level.HIGH


class P(NamedTuple):
    x: int
    y: int = 0

    def norm(self):
        return self.x + self.y


def stack_of(*items):
    return Stack(items)


class Stack(list):
    def push(self, x):
        self.append(x)

    def peek(self):
        return self[-1]


class managed:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        self.log("in")
        return 5

    def __exit__(self, *_):
        self.log("out")


class Timer:
    def __enter__(self):
        self.start = time.time()
        return self

    def __exit__(self, *exc):
        self.took = time.time() - self.start
        return False


def counter_up():
    global counter
    counter += 1
    return counter


class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return x + self.n


def make_adder(n):
    return Adder(n)


class squares:
    def __init__(self, n):
        self.left = iter(range(n))

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.left) ** 2


def echo():
    got = yield "start"
    while True:
        got = yield got


def timestamp():
    return time.time()


def home():
    return os.environ.get("LAB_HOME", "none")


def load(path):
    with open(path) as f:
        return json.load(f)


def memo(fn):
    @functools.wraps(fn)
    def inner(*a):
        inner.calls += 1
        return fn(*a)
    inner.calls = 0
    return inner


def apply(fn, *a):
    return fn(*a)


def group(words):
    d = collections.defaultdict(list)
    for w in words:
        d[w[0]].append(w)
    return d


def count(words):
    return collections.Counter(words)


def price():
    return Decimal("1.10")


def half():
    return Fraction(1, 2)


def pat():
    return re.compile("a+", re.I)


def today():
    return datetime.date.today()


def weather(client):
    return client.get("url", timeout=3).json()["temp"]


def append_to(items, x):
    items.append(x)
    return items


def find(name):
    return Vector(1, 2) if name == "v" else None


@dataclass
class Item:
    name: str
    tags: list = field(default_factory=list)

    def add(self, tag):
        self.tags.append(tag)
        return self


def items():
    return [Item("a"), Item("b", ["x"])]


class Link:
    def __init__(self, value, next=None):
        self.value, self.next = value, next


Node = Link


def build(values):
    head = None
    for v in reversed(values):
        head = Link(v, head)
    return head


def report():
    print("out")
    print("err", file=sys.stderr)


def main():
    n = int(input())
    print(n * 2)
    sys.exit(3)


def word():
    return random.choice(["a", "b", "c"])


async def fetch(n):
    await asyncio.sleep(0)
    return n * 2
