"""In which roles isolated Python tests take objects of a submission: those of the reference."""

from __future__ import annotations

import json
from typing import Any

import pytest

from judge.sandbox.languages.isolated import remote, standins
from judge.sandbox.languages.isolated.codec import Memo
from judge.sandbox.languages.isolated.record import Record, Recorder, Strict
from judge.sandbox.languages.isolated.remote import WrongShapeError

DOG = ["Dog", "shop", "Dog", [], ["__eq__", "__len__"]]
YES = ["Yes", "shop", "Yes", [], ["__eq__", "__sub__"]]


def recorded(**parts: Any) -> remote.Tests:
    known = {
        "roles": {
            "shop.Dog": ["C:shop.Dog"],
            "shop.Dog()": ["I:shop.Dog"],
            "shop.double": ["function"],
            "shop.squares()": ["iterator"],
        },
        "plain": {"shop.double()": "int"},
        "classes": {"shop.Dog": ["__eq__"]},
        "reach": {"shop.Dog": "shop.Dog"},
        "names": {"shop": ["Dog", "double"]},
        **parts,
    }
    tests = remote.start(Record(json.dumps(known).encode()))
    tests.modules = {"shop": 1}
    return tests


def given(tests: remote.Tests, place: str, body: Any) -> Any:
    tests._place = place
    return tests.decode(body, Memo())


def dog(tests: remote.Tests, number: int) -> Any:
    """An instance of the class that the tests have named."""
    if 5 not in tests._classes:
        tests._named["shop.Dog"] = given(tests, "shop.Dog", ["C", 5, DOG])
    return given(tests, "shop.Dog()", ["o", number, "object", ["C", 5, None], []])


def test_an_instance_of_the_reference_class_is_taken() -> None:
    tests = recorded()
    assert type(dog(tests, 6)).__name__ == "Dog"
    assert dog(tests, 6) is not dog(tests, 7)


@pytest.mark.parametrize(
    "body",
    [
        ["o", 9, "object", ["C", 8, YES], []],
        ["o", 9, "object", ["C", 8, YES], ["call", "iter"]],
        ["o", 9, "function", None, ["call"]],
        ["o", 9, "coroutine", None, []],
        ["o", 9, "module", None, ["math"]],
        ["C", 8, YES],
        ["e", 9, ["C", 8, ["No", "shop", "No", [["T", "ValueError"]], []]], [], "", None],
        ["t", [1, ["o", 9, "object", ["C", 8, YES], []]]],
    ],
)
def test_an_object_where_the_reference_gives_data_is_refused(body: Any) -> None:
    tests = recorded()
    with pytest.raises(WrongShapeError, match=r"^shop.double\(\) .* asks for int$"):
        given(tests, "shop.double()", body)


def test_a_named_class_in_another_place_is_refused() -> None:
    tests = recorded()
    dog(tests, 6)
    with pytest.raises(WrongShapeError, match="gave a Dog object"):
        given(tests, "shop.double()", ["o", 6, "object", ["C", 5, None], []])


def test_an_instance_of_another_class_is_refused() -> None:
    tests = recorded()
    dog(tests, 6)
    with pytest.raises(WrongShapeError, match="gave a Yes object"):
        given(tests, "shop.Dog()", ["o", 9, "object", ["C", 8, YES], []])


def test_a_wrong_role_is_noted_whatever_the_test_catches() -> None:
    tests = recorded()
    with pytest.raises(WrongShapeError):
        given(tests, "shop.double()", ["o", 9, "function", None, []])
    assert tests.violation.startswith("shop.double() gave a function")
    assert not issubclass(WrongShapeError, Exception)


def test_subclasses_of_data_come_as_data() -> None:
    tests = recorded()
    kind = ["C", 8, ["Yes", "shop", "Yes", [["T", "int"]], ["__eq__"]]]
    found = given(tests, "shop.double()", ["o", 9, "object", kind, [], 7])
    assert type(found) is int
    assert found == 7


def test_a_class_in_place_of_a_function_can_be_called_and_no_more() -> None:
    tests = recorded()
    found = given(tests, "shop.double", ["C", 8, YES])
    assert type(found) is standins.Function
    assert not isinstance(found, type)


def test_special_methods_are_those_of_the_reference() -> None:
    tests = recorded()
    one = dog(tests, 6)
    with pytest.raises(TypeError):
        len(one)


def test_an_operator_meets_only_the_data_that_the_reference_met() -> None:
    tests = recorded(operands={"shop.Dog#__eq__()": ["str"]})
    asked: list[Any] = []
    tests.ask = lambda *call: asked.append(call) or True  # type: ignore[assignment,func-returns-value]
    one, other = dog(tests, 6), dog(tests, 7)
    assert one != 4  # decided here, since nobody is asked
    assert not asked
    assert one == "rex"
    assert one == other
    assert len(asked) == 2


def test_names_of_a_module_are_those_of_the_reference() -> None:
    assert recorded().record.public("shop", ["Dog", "math", "sorted"]) == ["Dog"]


def test_a_record_is_read_as_it_was_written() -> None:
    recorder = Recorder()
    recorder.note("shop.make()", "I:shop.Dog")
    assert recorder.specials("shop.Dog", ["__eq__"]) == ["__eq__"]
    assert recorder.may_meet("shop.Dog#__eq__()", int)
    read = Record(recorder.dump())
    assert set(read.roles_at("shop.make()")) == {"I:shop.Dog"}
    assert read.specials("shop.Dog", ["__sub__"]) == ["__eq__"]
    assert read.may_meet("shop.Dog#__eq__()", int)
    assert not read.may_meet("shop.Dog#__eq__()", str)


def test_without_a_reference_functions_give_data() -> None:
    text = """
import shop
from shop import Dog, double, BarkError
def test_all():
    with raises(BarkError): Dog().bark()
    assert isinstance(shop.make(), shop.cat)
    assert double(2).startswith("x") and double("").upper()
"""
    strict = Strict({"test_shop.py": text}, ["shop"])
    assert set(strict.roles_at("shop.double")) == {"function"}
    assert not set(strict.roles_at("shop.double()"))
    assert set(strict.roles_at("shop.Dog()")) == {"I:shop.Dog"}
    assert set(strict.roles_at("shop.Dog#bark")) == {"function"}
    assert not set(strict.roles_at("shop.Dog#bark()"))
    assert "C:shop.cat" in strict.roles_at("shop.cat")
