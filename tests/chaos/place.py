"""Where a product can be broken to the ground: an engine and a disk of its own, where we may."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import engine
from tests.engine import Engine

DISK = "size=3g,mode=0755"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the product's alone. `left_out`: what is not, and why."""

    engine: Engine | None = None
    disk: Path | None = None
    left_out: tuple[str, ...] = ()


@contextmanager
def ground() -> Iterator[Ground]:
    """An engine and a disk, as far as they can be had."""
    with ExitStack() as stack:
        left_out = []
        own_engine = None
        if why := engine.missing():
            left_out.append(f"the engine's faults: {why}")
        else:
            own_engine = stack.enter_context(engine.engine())
        disk, why = _mount(stack)
        if why:
            left_out.append(f"a full disk: {why}")
        yield Ground(own_engine, disk, tuple(left_out))


def _mount(stack: ExitStack) -> tuple[Path | None, str]:
    if os.geteuid():
        return None, "only root can mount one to fill"
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="judge-disk-")))
    command = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None, done.stderr.strip()
    stack.callback(subprocess.run, ["umount", "--lazy", folder], check=False)
    return folder, ""
