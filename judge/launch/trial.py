"""A whole product for a while, in a folder that is thrown away: for tests and benchmarks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from judge.errors import JudgeFault
from judge.launch.place import Place
from judge.launch.start import DATABASE

STOP_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Product:
    """A running product: `judge run` with its own data, on a port of its own."""

    place: Place
    process: subprocess.Popen[str]
    environment: Mapping[str, str]

    @property
    def address(self) -> str:
        """The base of its addresses, "http://127.0.0.1:43210"."""
        return self.place.address

    def command(self, *arguments: str) -> str:
        """What `judge` prints when it is called against this product's servers.

        :raises JudgeFault: it failed.
        """
        program = [sys.executable, "-m", "judge.cli", *arguments]
        done = subprocess.run(
            program, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise JudgeFault(f"judge {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def product(*, within: Path | None = None, **settings: str) -> Iterator[Product]:
    """Start everything, and stop it at the end of the block.

    :param within: where its folder is made; None: where temporary files are.
    :param settings: environment variables on top of our own.
    :raises JudgeFault: it does not get ready; the text is what it printed.
    """
    folder = Path(tempfile.mkdtemp(prefix="judge-", dir=within))
    folder.chmod(0o755)
    place = Place(folder, "127.0.0.1", free_port(), int(settings.get("JUDGE_WORKERS", 2)))
    environment = {
        # These files are the same for all and take long to make.
        "JUDGE_SANDBOX_DIR": str(Path("var/sandbox").resolve()),
        "JUDGE_GOPLS_DIR": str(Path("var/gopls").resolve()),
        "JUDGE_DEBUG_DIR": str(Path("var/debugger").resolve()),
        **os.environ,
        "JUDGE_VAR": str(folder),
        "JUDGE_HOST": place.host,
        "JUDGE_PORT": str(place.port),
        "JUDGE_WORKERS": str(place.workers),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "judge.cli", "run"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait(process)
        servers = {"DATABASE_URL": place.postgres.url(DATABASE), "REDIS_URL": place.valkey.url}
        yield Product(place, process, environment | servers)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[str]) -> None:
    """Read what it prints until it says that it is ready."""
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line.strip())
        if "judge: ready" in line:
            return
    raise JudgeFault(f"the product did not start: {' / '.join(said[-4:])}")
