import pytest
from bank import BrokenError, CoinError, PiggyBank


def filled(*coins):
    bank = PiggyBank()
    for coin in coins:
        bank.put(coin)
    return bank


def test_total():
    assert PiggyBank().total == 0
    assert filled(50, 200, 1).total == 251


def test_length_and_order():
    bank = filled(5, 200, 20, 5)
    assert len(bank) == 4
    assert list(bank) == [200, 20, 5, 5]


@pytest.mark.parametrize("cents", [0, 3, -5, 1000])
def test_no_such_coin(cents):
    with pytest.raises(CoinError) as raised:
        PiggyBank().put(cents)
    assert raised.value.cents == cents
    assert isinstance(raised.value, ValueError)


def test_smash():
    bank = filled(1, 2)
    assert bank.smash() == [2, 1]
    with pytest.raises(BrokenError):
        bank.put(1)
    with pytest.raises(RuntimeError):
        bank.smash()
