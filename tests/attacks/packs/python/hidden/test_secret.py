from double import double

SECRET = "kestrel-4417"
NUMBERS = {4417: 8834, -3: -6, 10**30: 2 * 10**30}


def test_secret():
    for number, answer in NUMBERS.items():
        assert double(number) == answer
