import time


def double(n):
    time.sleep(3600)
