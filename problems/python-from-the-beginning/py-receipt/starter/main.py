import sys

total = 0.0
for line in sys.stdin:
    # A line is: quantity, price, name.
    pass

print(total)
