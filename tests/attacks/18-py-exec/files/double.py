import subprocess


def double(n):
    return subprocess.run(["/bin/sh", "-c", "true"]).returncode
