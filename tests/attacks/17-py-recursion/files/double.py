def double(n):
    return double(n)
