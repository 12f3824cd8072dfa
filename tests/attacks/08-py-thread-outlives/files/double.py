import threading
import time


def forever():
    while True:
        time.sleep(0.01)


def double(n):
    threading.Thread(target=forever).start()
    return 2 * n
