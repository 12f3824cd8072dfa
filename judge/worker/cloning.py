"""A repository's files for the playground, fetched in the thread of its run."""

from __future__ import annotations

from collections.abc import Callable

from judge import clones
from judge.config import Settings
from judge.errors import UserError
from judge.git import remote
from judge.interactive import Request


class SwitchedOff(UserError):
    """The operator wants no imports."""


def fetch(request: Request, settings: Settings, progress: Callable[[int], None]) -> clones.Chosen:
    """The files, or the folders that fit.

    :raises UserError: it cannot be had; the text says why.
    """
    if not settings.import_on:
        raise SwitchedOff("importing repositories is switched off here")
    hosts = frozenset(one.lower() for one in settings.import_hosts.replace(",", " ").split())
    allowed = remote.Allowed(hosts, settings.import_ca or None)
    address = remote.check(request.address, allowed)
    found = remote.fetch(address, allowed, settings.import_wait, progress)
    return clones.choose(found, request.folder)
