def double(n):
    raise KeyboardInterrupt
