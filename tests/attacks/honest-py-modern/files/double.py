from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Factor:
    value: int

    def parts(self, n):
        yield from (n for _ in range(self.value))


@cache
def double(n):
    match n:
        case int() | float():
            return sum(Factor(2).parts(n))
        case _:
            return n + n
