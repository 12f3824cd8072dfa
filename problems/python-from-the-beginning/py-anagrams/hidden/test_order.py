import random

import pytest
from anagrams import group


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        (["a", "b", "a"], [["a", "a"], ["b"]]),
        (["ab", "ba", "abb", "bab"], [["ab", "ba"], ["abb", "bab"]]),
        (["", "x", ""], [["", ""], ["x"]]),
        (["Straße", "ßeartS"], [["Straße", "ßeartS"]]),
    ],
)
def test_order(words, groups):
    assert group(words) == groups


def test_any_iterable():
    assert group(word for word in ("on", "no")) == [["on", "no"]]


def test_argument_stays():
    words = ["one", "two", "eno"]
    group(words)
    assert words == ["one", "two", "eno"]


def test_many_words():
    letters = random.Random(7)
    words = ["".join(letters.choices("abcdefg", k=6)) for _ in range(20_000)]
    groups = {}
    for word in words:
        groups.setdefault("".join(sorted(word)), []).append(word)
    assert group(words) == list(groups.values())
