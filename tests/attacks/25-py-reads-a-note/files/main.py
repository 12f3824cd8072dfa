import os
import tempfile

for folder in (".", "..", "/tmp", tempfile.gettempdir(), "/dev/shm", "/work", "/build", "/"):
    try:
        print(folder, open(os.path.join(folder, "note-for-the-next")).read())
    except OSError as error:
        print(folder, error.strerror)
print(os.listdir("/tmp"))
