import sys

total = 0.0
for line in sys.stdin:
    quantity, price, _ = line.split()
    total += int(quantity) * float(price)
print(f"{total:.2f}")
