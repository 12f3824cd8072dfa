import sys
from decimal import Decimal

total = Decimal(0)
for line in sys.stdin:
    quantity, price, _ = line.split(maxsplit=2)
    total += int(quantity) * Decimal(price)
print(f"{total:.2f}")
