import asyncio
import contextlib
import copy
import datetime
import io
import json
import os
import random
import time
import unittest
from decimal import Decimal
from fractions import Fraction
from unittest import mock
from unittest.mock import MagicMock, patch

import pytest

import lab
from lab import LabError, Level, P, Perm, Shape, Square, Stack, TooBig, Vector


def test_vector():
    v = Vector(1, 2)
    assert v + Vector(2, 2) == Vector(3, 4)
    assert v * 3 == Vector(3, 6) and 3 * v == Vector(3, 6)
    assert v != Vector(2, 1)
    assert {v: 1}[Vector(1, 2)] == 1
    assert abs(Vector(3, 4)) == 5.0
    assert not Vector(0, 0) and v
    assert repr(v) == "Vector(1, 2)" and str(v) == "Vector(1, 2)"
    assert list(v) == [1, 2] and len(v) == 2 and v[0] == 1 and 2 in v and 5 not in v
    a, b = v
    assert (a, b) == (1, 2)
    assert f"{v:03d}" == "<001|002>"
    assert sorted([Vector(3, 4), v])[0] == v
    assert max(Vector(3, 4), v) == Vector(3, 4)
    assert v.norm == pytest.approx(2.236, abs=1e-3)
    assert Vector.zero() == Vector(0, 0) and Vector.dims() == 2
    assert sum([v, v], Vector.zero()) == Vector(2, 4)
    assert v != "x"
    assert [Vector(1, 1)] == [Vector(1, 1)]
    v.x = 9
    assert v == Vector(9, 2)
    with pytest.raises(AttributeError):
        v.z
    with pytest.raises(TypeError):
        v < "x"


def test_abstract():
    with pytest.raises(TypeError):
        Shape()
    assert isinstance(Square(2), Shape) and issubclass(Square, Shape)
    assert Square(3).area() == 9
    assert not isinstance(3, Square)


def test_errors():
    with pytest.raises(TooBig, match="too big: 11") as e:
        lab.check(11)
    assert e.value.amount == 11 and str(e.value) == "too big: 11"
    assert isinstance(e.value, LabError)
    with pytest.raises(LabError) as e:
        lab.check(-1)
    assert isinstance(e.value.__cause__, ValueError)
    try:
        lab.check(12)
    except LabError as error:
        assert error.args == ("too big: 12",)
    else:
        raise AssertionError("nothing was raised")
    assert issubclass(TooBig, LabError)
    with pytest.raises(TooBig):
        raise TooBig(3)


def test_enum():
    assert lab.level() is Level.HIGH and lab.level() == 2 and Level(1) is Level.LOW
    assert Level.HIGH > Level.LOW and Level["LOW"] == 1 and len(Level) == 2
    assert [x.name for x in Level] == ["LOW", "HIGH"]
    assert Perm.R | Perm.W == Perm(3) and Perm.R in Perm(3)
    assert Level.LOW.name == "LOW" and Level.LOW.value == 1
    with pytest.raises(ValueError):
        Level(7)


def test_namedtuple():
    p = P(1, 2)
    assert p == (1, 2) and p.x == 1 and p.norm() == 3 and p._replace(x=5) == (5, 2)
    assert p._asdict() == {"x": 1, "y": 2} and isinstance(p, tuple)
    x, y = P(3)
    assert (x, y) == (3, 0)
    assert repr(p) == "P(x=1, y=2)"


def test_stack():
    s = lab.stack_of(1, 2)
    s.push(3)
    assert s.peek() == 3 and len(s) == 3 and s == [1, 2, 3] and s[0] == 1
    assert list(s) == [1, 2, 3]
    t = Stack()
    t.push(1)
    assert t


def test_context():
    log = []
    with lab.managed(log.append) as five:
        assert five == 5 and log == ["in"]
    assert log == ["in", "out"]
    with lab.Timer() as t:
        pass
    assert t.took >= 0


def test_global():
    before = lab.counter
    assert lab.counter_up() == before + 1 and lab.counter == before + 1
    lab.counter = 10
    assert lab.counter_up() == 11
    lab.LIMITS["a"]


def test_functions():
    assert lab.make_adder(3)(4) == 7
    assert list(lab.squares(4)) == [0, 1, 4, 9]
    g = lab.squares(2)
    assert next(g) == 0 and next(g) == 1
    with pytest.raises(StopIteration):
        next(g)
    e = lab.echo()
    assert next(e) == "start" and e.send(5) == 5
    e.close()
    fn = lab.memo(lambda x: x * 2)
    assert fn(3) == 6 and fn.calls == 1
    assert lab.apply(sum, [1, 2]) == 3
    assert lab.apply(lambda *a: a, 1, 2) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        lab.apply(lambda: 1 / 0)


def test_async():
    assert asyncio.run(lab.fetch(2)) == 4

    async def both():
        return await asyncio.gather(lab.fetch(1), lab.fetch(2))

    assert asyncio.run(both()) == [2, 4]


def test_time(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 7)
    assert lab.timestamp() == 7
    monkeypatch.undo()
    assert lab.timestamp() > 7
    with patch("lab.time.time", return_value=8):
        assert lab.timestamp() == 8


def test_env(monkeypatch):
    monkeypatch.setenv("LAB_HOME", "here")
    assert lab.home() == "here"
    monkeypatch.delenv("LAB_HOME")
    assert lab.home() == "none"
    with patch.dict(os.environ, {"LAB_HOME": "x"}):
        assert lab.home() == "x"
    assert lab.home() == "none"


def test_file(tmp_path):
    p = tmp_path / "x.json"
    p.write_text(json.dumps({"a": 1}))
    assert lab.load(p) == {"a": 1}
    p.write_text(json.dumps({"a": 2}))
    assert lab.load(str(p)) == {"a": 2}
    with pytest.raises(FileNotFoundError):
        lab.load(tmp_path / "none.json")


def test_open_mocked():
    with patch("builtins.open", mock.mock_open(read_data='{"b": 3}')):
        assert lab.load("whatever") == {"b": 3}


def test_data():
    assert lab.group(["ab", "ac", "b"]) == {"a": ["ab", "ac"], "b": ["b"]}
    assert lab.count("aab") == {"a": 2, "b": 1} and lab.count("aab").most_common(1) == [("a", 2)]
    assert lab.price() == Decimal("1.1") and lab.half() == Fraction(1, 2)
    assert lab.pat().match("AAA")
    assert isinstance(lab.today(), datetime.date)


def test_mock_dependency():
    client = MagicMock()
    client.get.return_value.json.return_value = {"temp": 21}
    assert lab.weather(client) == 21
    client.get.assert_called_once_with("url", timeout=3)


def test_fake_class():
    class Reply:
        def json(self):
            return {"temp": 5}

    class Client:
        def get(self, url, timeout):
            assert timeout == 3
            return Reply()

    assert lab.weather(Client()) == 5


def test_mutation():
    a = []
    assert lab.append_to(a, 1) is a and a == [1]


def test_optional():
    assert lab.find("x") is None
    assert lab.find("v") == Vector(1, 2)
    assert lab.find("v") is not None


def test_dataclass():
    i = lab.Item("a")
    assert i == lab.Item("a") and i.add("t") is i and i.tags == ["t"]
    assert i != lab.Item("a")
    assert [x.name for x in lab.items()] == ["a", "b"]
    assert repr(lab.Item("z")) == "Item(name='z', tags=[])"
    b = copy.copy(i)
    assert b == i and b is not i


def test_nodes():
    n = lab.build([1, 2, 3])
    out = []
    while n:
        out.append(n.value)
        n = n.next
    assert out == [1, 2, 3]
    n = lab.Node(5)
    n.next = lab.Node(6)
    assert n.next.value == 6


def test_output(capsys):
    lab.report()
    got = capsys.readouterr()
    assert got.out == "out\n" and got.err == "err\n"
    f = io.StringIO()
    with contextlib.redirect_stderr(f):
        lab.report()
    assert f.getvalue() == "err\n"


def test_main(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("21\n"))
    with pytest.raises(SystemExit) as e:
        lab.main()
    assert e.value.code == 3
    assert capsys.readouterr().out == "42\n"


def test_inputs(monkeypatch):
    answers = iter(["4"])
    monkeypatch.setattr("builtins.input", lambda *_: next(answers))
    with pytest.raises(SystemExit):
        lab.main()


def test_random():
    with patch("random.choice", return_value="q"):
        assert lab.word() == "q"
    with patch("lab.random.choice", side_effect=["x", "y"]):
        assert lab.word() + lab.word() == "xy"
    with patch.object(lab, "word", return_value="w") as w:
        assert lab.word() == "w"
        w.assert_called_once()
    random.seed(1)
    first = lab.word()
    random.seed(1)
    assert lab.word() == first


def test_patch_class():
    with patch.object(Vector, "dims", lambda: 7):
        assert Vector.dims() == 7
    assert Vector.dims() == 2 and Vector(1, 2).dims() == 2
    with patch.object(Square, "area", lambda self: self.s + 1):
        assert Square(4).area() == 5
    assert Square(4).area() == 16
    with patch("lab.Vector.norm", new_callable=mock.PropertyMock, return_value=3):
        pass


class LabCase(unittest.TestCase):
    def setUp(self):
        self.v = Vector(1, 1)

    def test_eq(self):
        self.assertEqual(self.v, Vector(1, 1))
        self.assertIsInstance(self.v, Vector)
        self.assertIn(1, self.v)
        with self.assertRaises(TooBig):
            lab.check(99)
        with self.assertRaisesRegex(LabError, "nega"):
            lab.check(-2)

    @patch("lab.random.choice", return_value="k")
    def test_deco(self, choice):
        self.assertEqual(lab.word(), "k")
        choice.assert_called_with(["a", "b", "c"])
