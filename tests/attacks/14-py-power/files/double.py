HUGE = 9**9**9**9


def double(n):
    return n + HUGE
