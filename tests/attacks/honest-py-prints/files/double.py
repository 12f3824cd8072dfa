import threading
from fractions import Fraction


def double(n):
    print("PASSED", n)
    found = []
    thread = threading.Thread(target=lambda: found.append(n + n))
    thread.start()
    thread.join()
    assert Fraction(n) * 2 == found[0]
    return found[0]
