"""`judge run`: the whole product on one machine, until Ctrl-C.

Theory of operation: this process stays small. It takes the lock on var/, checks
what can be checked (port, disk), writes the supervisor's configuration and starts
supervisord with the embedded servers. A child, `judge.launch.prepare`, then brings
image, tables and demo content up to date and ends, and with it the memory it took;
where nothing of what it looks at has changed since the last start it is left out. Then
web and a worker start, and once /readyz says so the address is printed and the rest
starts.
From then on this process only waits: for a signal, for supervisord's end, or for
the end of the `make` that started it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

import click

from judge import config
from judge.errors import JudgeFault
from judge.launch import child
from judge.launch.parents import Parent
from judge.launch.place import Place, check, lock, secret_key
from judge.launch.supervisor import Part, Supervisor
from judge.launch.terminal import say
from judge.sandbox.settings import from_environment as sandbox_settings

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "judge"
EMBEDDED = {"DATABASE_URL": "postgresql:///judge", "REDIS_URL": "unix:///"}
"""Stand in for the embedded servers' addresses while the settings are checked."""
READY_SECONDS = 120
PATIENCE_SECONDS = 15
"""After so long without being ready we say what we are waiting for."""
DEMO_ACCOUNTS = ("student", "instructor", "admin")


class Stopped(Exception):
    """Somebody asked us to stop."""


class Failed(Exception):
    """A step failed with this exit code and has told why."""


@click.command()
@click.option("--end-with-parent", is_flag=True, help="Stop when the process that started it ends.")
def run(*, end_with_parent: bool) -> int:
    """Start the whole product on this machine; Ctrl-C stops all of it.

    PostgreSQL and a Redis-compatible server are part of it unless DATABASE_URL and
    REDIS_URL name others. Data is kept in var/.
    """
    if end_with_parent:
        child.end_with_parent(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    given = {name: value for name, value in os.environ.items() if value.strip()}
    settings = config.load(EMBEDDED | {"SECRET_KEY": "x" * config.MIN_KEY_CHARACTERS} | given)
    sandbox_settings()  # only to refuse a bad one before anything is started
    place = Place(Path(settings.var).resolve(), settings.host, settings.port, settings.workers)
    try:
        with lock(place):
            return _run(place, Parent() if end_with_parent else None)
    except Stopped:
        return 0
    except Failed as failed:
        return int(str(failed))


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _run(place: Place, parent: Parent | None) -> int:
    started = time.monotonic()
    check(place)
    say("judge: starting (Ctrl-C stops everything)")
    environment = {"JUDGE_SANDBOX_DIR": str(place.var / "sandbox")} | dict(os.environ)
    environment |= {"SECRET_KEY": secret_key(place), "PYTHONUNBUFFERED": "1"}
    with_gopls = _gopls(place, environment)
    servers = list(_servers(place, environment))
    parts = _parts(place, with_gopls)
    supervisor = Supervisor([*servers, *parts], place.run, place.logs, _tell)
    try:
        supervisor.start(environment)
        _prepare(place, environment)
        supervisor.start_stage(1)
        ready = _wait_until_ready(place, supervisor)
        _welcome(place, str(ready.get("sandbox", "")), time.monotonic() - started)
        supervisor.start_stage(2)
        return _watch(supervisor, parent)
    except Stopped:
        say("judge: stopping")
        return 0
    finally:
        _stop_all(supervisor)


def _tell(line: str) -> None:
    say(f"judge: {line}")


def _servers(place: Place, environment: dict[str, str]) -> Iterator[Part]:
    """The embedded servers that are needed; puts their addresses into the environment."""
    if not environment.get("DATABASE_URL"):
        postgres = place.postgres
        if not (postgres.data / "PG_VERSION").exists():
            say("  creating a PostgreSQL cluster in var/postgres")
        postgres.initialise()
        environment["DATABASE_URL"] = postgres.url(DATABASE)
        yield Part("postgres", postgres.command(), stage=0, stop_signal="INT")
    if not environment.get("REDIS_URL"):
        valkey = place.valkey
        valkey.initialise()
        environment["REDIS_URL"] = valkey.url
        yield Part("valkey", valkey.command(), stage=0)


def _gopls(place: Place, environment: dict[str, str]) -> bool:
    """Whether language servers are ours to keep; puts where they listen into the environment."""
    environment.setdefault("JUDGE_DEBUG_DIR", str(place.var / "debugger"))
    environment.setdefault("JUDGE_GOPLS_DIR", str(place.var / "gopls"))
    if environment.get("JUDGE_GOPLS_ADDRESS") or environment.get("JUDGE_GOPLS_MAX") == "0":
        return False
    environment["JUDGE_GOPLS_ADDRESS"] = f"unix:{place.run / 'gopls.sock'}"
    return True


def _parts(place: Place, with_gopls: bool) -> Iterator[Part]:
    """What is ours: web and one worker, which readiness needs, then the others."""

    def part(name: str, stage: int, *command: str) -> Part:
        program = [sys.executable, "-m", "judge.cli", *command]
        return Part(name, child.command(program), stage)

    yield part("web", 1, "web")
    for number in range(1, place.workers + 1):
        yield part(f"worker-{number}", 1 if number == 1 else 2, "worker")
    yield part("playground", 2, "worker", "--interactive")
    yield part("janitor", 2, "janitor")
    if with_gopls:
        yield part("gopls", 2, "gopls")


def _prepare(place: Place, environment: dict[str, str]) -> None:
    """Run `judge.launch.prepare` to its end, if there is anything new; it says what it does.

    :raises Failed: it failed.
    """
    arguments = [DATABASE]
    stamp, digest = place.var / "prepared", ""
    if not os.environ.get("DATABASE_URL"):
        postgres = place.postgres
        arguments += [str(postgres.data), str(postgres.sockets)]
        digest = _state_of_preparation(environment)
        if stamp.exists() and stamp.read_text() == digest:
            return
    stamp.unlink(missing_ok=True)
    command = child.command([sys.executable, "-m", "judge.launch.prepare", *arguments])
    with subprocess.Popen(command, env=environment, start_new_session=True) as process:
        try:
            code = process.wait()
        except Stopped:
            process.terminate()
            raise
    if code:
        raise Failed(code)
    if digest:
        stamp.write_text(digest)


def _state_of_preparation(environment: Mapping[str, str]) -> str:
    """A digest over names, sizes and times of all that preparation looks at, and its settings."""
    total = hashlib.sha256()
    for folder in ("judge", "migrations", "problems"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                status = path.stat()
                total.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    for name in sorted(environment):
        if name.startswith(("JUDGE_", "DOCKER_", "DATABASE_")):
            total.update(f"{name}={environment[name]}\n".encode())
    return total.hexdigest()


def _wait_until_ready(place: Place, supervisor: Supervisor) -> dict[str, object]:
    """What /readyz says once it says yes.

    :raises JudgeFault: it does not within `READY_SECONDS`.
    """
    started = time.monotonic()
    told = False
    while True:
        ready, answer = _ask(f"{place.address}/readyz")
        if ready:
            return answer
        took = time.monotonic() - started
        why = answer.get("detail") or answer or supervisor.last_words("web")
        if took > PATIENCE_SECONDS and not told:
            say(f"  not ready yet: {why}")
            told = True
        if took > READY_SECONDS or supervisor.wait(0.1) is not None:
            raise JudgeFault(f"the judge does not get ready: {why} (logs are in {place.logs})")


def _ask(address: str) -> tuple[bool, dict[str, object]]:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - our own http
            return True, json.load(response)
    except urllib.error.HTTPError as error:
        with contextlib.suppress(ValueError):
            return False, dict(json.load(error))
    except (OSError, ValueError):
        pass
    return False, {}


def _welcome(place: Place, sandbox: str, seconds: float) -> None:
    say(f"judge: ready after {seconds:.1f} s on {place.address}")
    if os.environ.get("JUDGE_ENV") != "production":
        accounts = ", ".join(f"{name} / demo-{name}" for name in DEMO_ACCOUNTS)
        say(f"  accounts  {accounts}")
    say(f"  sandbox   {sandbox}")
    say(f"  data      {place.var}   logs {place.logs}")


def _watch(supervisor: Supervisor, parent: Parent | None) -> int:
    """Wait for the end; only a signal or a dead supervisor ends it."""
    while (code := supervisor.wait(1)) is None:
        if parent and parent.is_over():
            raise Stopped
    raise JudgeFault(f"supervisord ended with {code}: its log is var/log/supervisord.log")


def _stop_all(supervisor: Supervisor) -> None:
    """Stop the parts in order; a second signal ends them at once."""
    try:
        supervisor.stop()
    except Stopped:
        supervisor.kill()
