import math

from shop import *


def test_star():
    assert math.isclose(mean([1, 2, 6]), 3.0)
    assert sorted(places(3)) == [0, 1, 2] and len(label("x")) == 6
