"""Run a program that ends with its parent, as an unprivileged user where asked.

Theory of operation: this module is a process of its own for a moment. It asks
the kernel to send a signal when its parent ends (so that nothing is left behind
by a parent that was killed), gives up root if it was told a user, and then
*becomes* the program with exec. PostgreSQL refuses to run as root, and a
checkout may lie in a folder that only root can enter (/root). For that case one
capability is kept, the one to pass and read such folders.

The order matters: the kernel forgets the parent-death signal when a process
changes its user, so the user comes first.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAPBSET_READ = 23
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
"""Numbers of linux/prctl.h and linux/capability.h, the same on every architecture."""

UNPRIVILEGED_USERS = ("postgres", "nobody", "daemon")
"""Tried in this order. PostgreSQL wants a user that the password file knows."""


def unprivileged_user() -> str | None:
    """The user to run as where we are root; None where we are not."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED_USERS:
        if name in known:
            return name
    raise OSError(f"no unprivileged user here, none of: {', '.join(UNPRIVILEGED_USERS)}")


def command(
    program: Sequence[str | Path],
    *,
    at_parents_end: str = "TERM",
    user: str | None = None,
    reach: Iterable[Path] = (),
) -> list[str]:
    """An argument list that runs `program` through this module.

    :param at_parents_end: name of the signal it gets when its parent ends.
    :param user: whom to become; None: stay as we are.
    :param reach: folders that this user has to be able to enter.
    """
    call = [sys.executable, "-m", __name__, "--signal", at_parents_end]
    if user:
        call += ["--user", user]
        if not all(_can_enter(folder, pwd.getpwnam(user)) for folder in reach):
            call += ["--pass-folders"]
    return [*call, "--", *map(str, program)]


def _can_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether the mode bits of a folder and those above let a user through."""
    for part in [folder.resolve(), *folder.resolve().parents]:
        status = part.stat()
        bits = status.st_mode >> (6 if status.st_uid == user.pw_uid else 0)
        if not bits & 1:
            return False
    return True


def end_with_parent(signal_number: int) -> None:
    """Get this signal when the parent ends, at once if it has already."""
    parent = os.getppid()
    _prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal_number)


def _prctl(*arguments: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.prctl(*(ctypes.c_ulong(value) for value in arguments), 0, 0, 0)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def _become(name: str, keep_passing_folders: bool) -> None:
    user = pwd.getpwnam(name)
    if keep_passing_folders:
        _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    if keep_passing_folders:
        _keep_capability()


def _keep_capability() -> None:
    """Keep the right to pass any folder, over the exec that follows, and no other right."""
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if _prctl(PR_CAPBSET_READ, capability):
            break
    else:
        raise OSError("the folder is closed to unprivileged users, and we may not change that")
    libc = ctypes.CDLL(None, use_errno=True)
    bit = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    # Effective, permitted, inheritable; then the same for capabilities 32 and up.
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if libc.capset(ctypes.byref(header), ctypes.byref(sets)) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def main() -> None:
    """Do as the command line says, then become the program."""
    parser = argparse.ArgumentParser(prog="judge.launch.child")
    parser.add_argument("--signal", default="TERM")
    parser.add_argument("--user")
    parser.add_argument("--pass-folders", action="store_true")
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    if options.user:
        _become(options.user, options.pass_folders)
    end_with_parent(signal.Signals[f"SIG{options.signal}"])
    os.execvp(options.program[0], options.program)


if __name__ == "__main__":
    main()
