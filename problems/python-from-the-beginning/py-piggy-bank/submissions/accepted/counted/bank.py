COINS = (200, 100, 50, 20, 10, 5, 2, 1)


class CoinError(ValueError):
    def __init__(self, cents):
        super().__init__(f"there is no coin of {cents} cents")
        self.cents = cents


class BrokenError(RuntimeError):
    pass


class PiggyBank:
    def __init__(self):
        self._coins = []
        self._broken = False

    def put(self, cents):
        self._check()
        if cents not in COINS:
            raise CoinError(cents)
        self._coins.append(cents)

    @property
    def total(self):
        return sum(self._coins)

    def smash(self):
        self._check()
        self._broken = True
        return list(self)

    def _check(self):
        if self._broken:
            raise BrokenError("the bank is broken")

    def __len__(self):
        return len(self._coins)

    def __iter__(self):
        return iter(sorted(self._coins, reverse=True))

    def __eq__(self, other):
        return isinstance(other, PiggyBank) and list(self) == list(other)
