"""Special methods that cross. Names of neither list do not."""

from __future__ import annotations

SHAPE = (
    *("__iter__", "__next__", "__reversed__", "__len__", "__length_hint__"),
    *("__getitem__", "__setitem__", "__delitem__", "__call__", "__enter__", "__exit__"),
    *("__str__", "__repr__", "__format__"),
)
"""Asked of any object."""

_BINARY = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow"),
    *("lshift", "rshift", "and", "xor", "or"),
)
OPERATORS = (
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__"),
    *("__contains__", "__neg__", "__pos__", "__abs__", "__invert__", "__round__"),
    *("__int__", "__float__", "__complex__", "__index__", "__bytes__"),
    *("__trunc__", "__floor__", "__ceil__"),
    *(f"__{name}__" for name in _BINARY),
    *(f"__r{name}__" for name in _BINARY),
    *(f"__i{name}__" for name in _BINARY if name != "divmod"),
)
"""Asked only of objects whose class the tests have named: what they answer can be a lie."""

FORWARDED = (*SHAPE, *OPERATORS)
