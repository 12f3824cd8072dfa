import sys

lines = sys.stdin.readlines()
while True:
    if not lines:
        lines = sys.stdin.readlines()
