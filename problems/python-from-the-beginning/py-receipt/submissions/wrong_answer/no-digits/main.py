import sys

total = 0.0
for line in sys.stdin:
    quantity, price, _ = line.split(maxsplit=2)
    total += int(quantity) * float(price)
print(total)
