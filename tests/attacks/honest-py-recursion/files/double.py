def add(n, times):
    return n if times == 0 else 1 + add(n, times - 1)


def double(n):
    return add(2 * n, 800) - 800
