import os, struct
def double(n):
    body = b'["ok",["t",[' + b",".join(b'["m","list",%d,[],null]' % i for i in range(140_000)) + b"]],[],0,null]"

    data = struct.pack(">I", len(body)) + body
    while data:
        data = data[os.write(3, data) :]
    while True:
        pass
