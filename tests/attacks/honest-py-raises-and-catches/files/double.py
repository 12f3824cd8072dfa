def double(n):
    try:
        {}["missing"]
    except KeyError:
        return n * 2
