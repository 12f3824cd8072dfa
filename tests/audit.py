"""Known vulnerabilities in what we depend on: `python -m tests.audit`, a part of `make lint`.

Each of uv, npm and govulncheck asks the public database of its own ecosystem about
exactly what our lock files name. A known vulnerability fails the audit. A database that
cannot be reached does not, since that says nothing about the code; it is named, and
`JUDGE_TEST_AUDIT=required` makes it a failure too, as a nightly run should.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import go

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
NODE = ROOT / ".venv" / "node"
GOVULNCHECK = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
GO_DATABASE = "https://vuln.go.dev/index/db.json"
SECONDS = 300
LOOK_SECONDS = 10
REQUIRED = "required"


class Unreachable(Exception):
    """Nobody could be asked; the text says why."""


class Vulnerable(Exception):
    """Something is known; the text is what the tool says about it."""


def called(
    command: Sequence[str | Path], folder: Path = ROOT, **environment: str
) -> tuple[int, str, str]:
    """A tool's exit code, output and complaints."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreachable(str(error)) from error
    return done.returncode, done.stdout, done.stderr


def python(*options: str) -> None:
    """Everything in uv.lock, with OSV. uv ends with 1 where it found something, else with 2."""
    flags = ("--frozen", "--preview-features", "audit-command", *options)
    code, said, complaints = called([BIN / "uv", "audit", *flags])
    if code == 1:
        raise Vulnerable(said)
    if code:
        raise Unreachable(last(complaints))


def scripts(*options: str) -> None:
    """Everything in package-lock.json, with the registry.

    npm ends with 1 whatever happens; a report has a version, an error has none.
    """
    path = f"{NODE}{os.pathsep}{os.environ['PATH']}"
    _, said, complaints = called(["npm", "audit", "--json", *options], ROOT / "static", PATH=path)
    try:
        report = json.loads(said)
    except ValueError:
        report = {}
    if "auditReportVersion" not in report:
        raise Unreachable(report.get("message") or last(complaints))
    if found := report["vulnerabilities"]:
        raise Vulnerable("\n".join(map(_advice, found.values())))


def _advice(found: Mapping[str, object]) -> str:
    """A package, how bad it is, and the advisories or the packages that it has it from."""
    via = found["via"]
    assert isinstance(via, list)
    reasons = [one if isinstance(one, str) else f"{one['title']} {one['url']}" for one in via]
    return f"{found['name']} {found['range']} ({found['severity']}): {', '.join(reasons)}"


def runner() -> None:
    """The Go runner and Go's standard library as far as it is called, with Go's database."""
    try:
        urllib.request.urlopen(GO_DATABASE, timeout=LOOK_SECONDS).close()
    except OSError as error:
        raise Unreachable(f"{GO_DATABASE}: {error}") from error
    program = Path(go.__path__[0]) / "bin" / "go"
    cache = ROOT / "var" / "cache"
    settings = {
        "GOTOOLCHAIN": "local",
        "GOENV": "off",
        "GOFLAGS": "-mod=mod",
        "GOCACHE": str(cache / "go"),
        "GOMODCACHE": str(cache / "gomod"),
        # govulncheck calls go by its name.
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
    }
    folder = ROOT / "judge" / "sandbox" / "runner"
    code, said, complaints = called([program, "run", GOVULNCHECK, "./..."], folder, **settings)
    if "Vulnerability #" in said:
        raise Vulnerable(said)
    if code:
        raise Unreachable(last(complaints))


def last(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no reason")


AUDITS: Mapping[str, Callable[[], None]] = {
    "uv.lock": python,
    "static/package-lock.json": scripts,
    "the Go runner": runner,
}


def main() -> int:
    """Ask about everything; 1 where something is known, or required and not to be asked."""
    failed = False
    for name, audit in AUDITS.items():
        try:
            audit()
        except Vulnerable as known:
            failed = True
            print(f"audit: {name}: known vulnerabilities\n{known}")
        except Unreachable as reason:
            failed |= os.environ.get("JUDGE_TEST_AUDIT") == REQUIRED
            print(f"audit: {name}: NOT AUDITED, the database cannot be asked ({reason})")
        else:
            print(f"audit: {name}: nothing is known")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
