import sys

print("reading\n" * 1000, file=sys.stderr)
sys.stdout.write(str(2 * int(sys.stdin.readline())))
