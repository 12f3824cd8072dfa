"""Whether there is room on the disks that a worker writes to."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from judge.errors import JudgeFault


class NoRoom(JudgeFault):
    """A disk is full, or nearly; the text says which and what to do."""


class Room:
    """The folders that must have room.

    A disk that is full fails everybody's submissions in turn; a worker that takes none
    leaves them to the others. The engine's own folder is left to the engine, which
    may be on another machine and says so itself.
    """

    def __init__(self, folders: Collection[Path], least_mb: int) -> None:
        self._folders = folders
        self._least_mb = least_mb

    def check(self) -> None:
        """Return where there is enough.

        :raises NoRoom: there is not, in the first of them.
        """
        for folder in self._folders:
            there = next(path for path in (folder, *folder.parents) if path.exists())
            free_mb = shutil.disk_usage(there).free // 1_000_000
            if free_mb < self._least_mb:
                raise NoRoom(
                    f"the disk is full: {free_mb} MB are free for {folder}, and "
                    f"JUDGE_LEAST_FREE_MB is {self._least_mb}: make room"
                )
