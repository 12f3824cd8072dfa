from bank import PiggyBank


def test_equal():
    one, other = PiggyBank(), PiggyBank()
    assert one == other
    one.put(5)
    one.put(10)
    assert one != other
    other.put(10)
    other.put(5)
    assert one == other


def test_banks_are_apart():
    one, other = PiggyBank(), PiggyBank()
    one.put(100)
    assert (one.total, other.total, len(other)) == (100, 0, 0)
