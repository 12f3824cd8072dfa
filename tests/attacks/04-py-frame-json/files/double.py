import os
import struct


def double(n):
    body = b"\xff\xfe"
    os.write(3, struct.pack(">I", len(body)) + body)
    return 2 * n
