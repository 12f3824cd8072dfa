"""`judge-cli`: sign in, download, test, submit, watch."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
import time
import uuid
from base64 import b64decode
from pathlib import Path
from typing import Any

import click

from judge_cli import compare, config, show, tools
from judge_cli.config import Account, ConfigError, Place
from judge_cli.server import Server, ServerError, checked_url
from judge_cli.tools import Tool

EXIT_NOT_ACCEPTED, EXIT_USAGE, EXIT_UNREACHABLE = 1, 2, 3
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.15, 2.0
SAID_FROM_SECONDS = 3.0


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="judge-cli")
def commands() -> None:
    """Solve problems of a judge from the terminal."""


def main() -> None:
    """Run a command; its exit code."""
    try:
        code = commands.main(standalone_mode=False)
    except (ConfigError, click.UsageError) as error:
        text = error.format_message() if isinstance(error, click.UsageError) else str(error)
        _fail(text, EXIT_USAGE)
    except ServerError as error:
        known = error.status and error.status < 500
        _fail(str(error), EXIT_USAGE if known else EXIT_UNREACHABLE)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped; what was handed in is judged all the same", 130)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(text: str, code: int) -> None:
    click.secho(f"judge-cli: {text}", fg="red", err=True)
    sys.exit(code)


@commands.command()
@click.argument("url")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def login(url: str, no_browser: bool) -> None:
    """Sign in at the judge at URL, through a page in the browser."""
    server = Server(checked_url(url))
    codes = server.post("/api/v1/device/codes", {"name": f"judge-cli on {platform.node()[:40]}"})
    click.echo(f"Open {codes['verification_uri']} and type the code ", nl=False)
    click.secho(codes["user_code"], bold=True)
    if not no_browser and sys.stdout.isatty():
        click.launch(codes["verification_uri_complete"])
    end = time.monotonic() + codes["expires_in"]
    while time.monotonic() < end:
        found = server.post("/api/v1/device/token", {"device_code": codes["device_code"]})
        if found["token"]:
            config.save(Account(server.url, found["token"], found["username"]))
            click.echo(f"Signed in as {found['username']}.")
            return
        time.sleep(codes["interval"])
    raise ConfigError("nobody typed the code in time; try again")


@commands.command()
def logout() -> None:
    """Forget the token on this machine."""
    click.echo("Signed out." if config.forget() else "You were not signed in.")


@commands.command("list")
@click.argument("course", required=False)
def list_problems(course: str | None) -> None:
    """Courses with their problems and how far you are; or those of one COURSE."""
    server = _server()
    slugs = [course] if course else [one["slug"] for one in server.get("/api/v1/courses")]
    for slug in slugs:
        found = server.get(f"/api/v1/courses/{slug}")
        click.secho(f"{found['title']}  ", bold=True, nl=False)
        click.echo(f"{found['slug']}, {found['solved']} of {found['problems']} solved")
        for unit in found["units"]:
            click.echo(f"  {unit['title']}")
            for step in unit["problems"]:
                _step(step)


def _step(step: dict[str, Any]) -> None:
    solved = step["state"] == "solved"
    mark = click.style("*", fg="green") if solved else " "
    click.echo(f"  {mark} {step['slug']:28} {step['score']:g} of {step['max_score']:g}")


@commands.command()
@click.argument("slug")
@click.option("--into", type=click.Path(path_type=Path), help="The folder; default: SLUG.")
@click.option("--force", is_flag=True, help="Overwrite files that are there already.")
def download(slug: str, into: Path | None, force: bool) -> None:
    """Put the problem SLUG into a folder: starter, visible tests and what they read."""
    account = config.load()
    problem = Server(account.url, account.token).get(f"/api/v1/problems/{slug}")
    folder = into or Path(problem["slug"])
    # A judge of an older version has Go alone, and no data.
    language, checker = problem.get("language", "go"), problem.get("checker", {})
    files = {**problem["starter"], **problem["tests"]}
    if language == "go":
        files["go.mod"] = f"module {problem['module']}\n\ngo {problem['go'] or _go_version()}\n"
    for case in problem["cases"]:
        files[f"testdata/{case['name']}.in"] = case["stdin"]
        files[f"testdata/{case['name']}.out"] = case["expected"]
    contents = {name: text.encode() for name, text in files.items()}
    contents |= {name: b64decode(data) for name, data in problem.get("data", {}).items()}
    _write(folder, contents, force=force)
    place = Place(
        folder,
        account.url,
        slug,
        problem["kind"],
        solution=list(problem["solution"]),
        extra=problem["extra"],
        given=sorted(set(contents) - set(problem["starter"])),
        language=language,
        checker=checker.get("kind", "lines"),
        tolerance=checker.get("tolerance", 1e-6),
    )
    config.mark(place)
    click.echo(f"{problem['title']} is in {folder}: {', '.join(sorted(contents))}")


def _write(folder: Path, contents: dict[str, bytes], *, force: bool) -> None:
    """Write all files or, with the reason as ConfigError, none."""
    for name in contents:
        if not _harmless(name):
            raise ConfigError(f"the judge sent a file of the name {name!r}; nothing was written")
    there = sorted(name for name in contents if (folder / name).exists())
    if there and not force:
        raise ConfigError(f"{folder} has {', '.join(there)} already; --force overwrites")
    for name, content in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _go_version() -> str:
    """Of this machine's Go, "1.26", or of the oldest that has all that courses use."""
    go = shutil.which("go")
    if go is not None:
        done = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
        if found := re.match(r"go(\d+\.\d+)", done.stdout):
            return found[1]
    return "1.23"


def _harmless(name: str) -> bool:
    parts = Path(name).parts
    return (
        bool(parts)
        and not Path(name).is_absolute()
        and not any(
            part == ".." or part.startswith(".") or "\\" in part or ":" in part for part in parts
        )
    )


@commands.command()
@click.option("--remote", is_flag=True, help="On the judge, as its page does; it does not count.")
def test(remote: bool) -> int:
    """Run the visible tests."""
    place = config.here(Path.cwd())
    if remote:
        return _hand_in(place, "trial")
    tool = tools.find(place)
    if isinstance(tool, str):
        click.echo(f"There is no {tool} here, so the judge runs them.")
        return _hand_in(place, "trial")
    if place.kind == "unit":
        return subprocess.run(tool.tests, cwd=place.folder, check=False).returncode
    if place.checker not in compare.KINDS:
        click.echo("Answers are compared by a program of the judge's, so the judge runs them.")
        return _hand_in(place, "trial")
    return _run_cases(tool, place)


def _run_cases(tool: Tool, place: Place) -> int:
    """Run the program for each case, and compare its output as the judge does."""
    failed = 0
    for file in sorted((place.folder / "testdata").glob("*.in")):
        done = subprocess.run(
            tool.program,
            cwd=place.folder,
            input=file.read_bytes(),
            capture_output=True,
            check=False,
        )
        if done.stderr:
            click.echo(done.stderr.decode("utf-8", "replace"), err=True)
        answer = file.with_suffix(".out").read_bytes()
        right = compare.same(place.checker, place.tolerance, done.stdout, answer)
        passed = done.returncode == 0 and right
        failed += not passed
        click.secho("ok    " if passed else "FAIL  ", fg="green" if passed else "red", nl=False)
        click.echo(file.stem)
        if done.returncode == 0 and not right:
            click.echo(f"      expected {_shown(answer)}\n      got      {_shown(done.stdout)}")
    return EXIT_NOT_ACCEPTED if failed else 0


def _shown(output: bytes) -> str:
    return repr(output.decode("utf-8", "replace").rstrip())


@commands.command()
@click.option("--no-watch", is_flag=True, help="Only hand in; do not wait for the verdict.")
def submit(no_watch: bool) -> int:
    """Hand in the solution of the problem in this folder, and watch."""
    return _hand_in(config.here(Path.cwd()), "submit", watch=not no_watch)


def _hand_in(place: Place, purpose: str, *, watch: bool = True) -> int:
    server = _server(place)
    body = {"files": _solution(place), "purpose": purpose}
    path = f"/api/v1/problems/{place.slug}/submissions"
    made = server.post(path, body, Idempotency_Key=uuid.uuid4().hex)
    if not watch:
        click.echo(f"{server.url}/submissions/{made['id']}")
        return 0
    told = _watch(server, made["id"])
    show.result(told, purpose)
    if purpose == "submit":
        click.secho(f"{server.url}/submissions/{made['id']}", dim=True)
    return 0 if told["verdict"] == "accepted" else EXIT_NOT_ACCEPTED


def _solution(place: Place) -> dict[str, str]:
    files = [place.folder / name for name in place.solution]
    if place.extra:
        own = {*place.solution, *place.given}
        files += [
            one
            for one in sorted(place.folder.iterdir())
            if tools.is_source(place.language, one.name) and one.name not in own
        ]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise ConfigError(f"{', '.join(missing)} is not in {place.folder}")
    try:
        return {file.name: file.read_text("utf-8") for file in files}
    except UnicodeDecodeError as error:
        raise ConfigError(f"a file is not UTF-8: {error}") from None


def _watch(server: Server, submission: str) -> dict[str, Any]:
    wait, said = FIRST_WAIT_SECONDS, ""
    while True:
        found = server.get(f"/api/v1/submissions/{submission}")
        if found["state"] == "done":
            _status("", said)
            told: dict[str, Any] = found["result"]
            return told
        place, expected = found["place"], found["wait_seconds"]
        words = "judging" if found["state"] == "running" else f"place {place} in the queue"
        if place and expected and expected > SAID_FROM_SECONDS:
            words += f", about {expected:.0f} s"
        said = _status(words, said)
        time.sleep(wait)
        wait = min(wait * 1.3, LONGEST_WAIT_SECONDS)


def _status(words: str, before: str) -> str:
    """One line that is written over, in a terminal only."""
    if words != before and sys.stderr.isatty():
        click.echo(f"\r\033[K{words}", nl=False, err=True)
    return words


def _server(place: Place | None = None) -> Server:
    account = config.load()
    if place is not None and place.url != account.url:
        raise ConfigError(f"this problem is from {place.url}; you are signed in at {account.url}")
    return Server(account.url, account.token)


if __name__ == "__main__":
    main()
