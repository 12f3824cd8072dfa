"""Results in the terminal: the first failing test first, as on the page."""

from __future__ import annotations

from typing import Any

import click

_COLOURS = {"accepted": "green", "compile_error": "yellow", "rejected": "yellow"}
_MARKS = {"pass": ("ok   ", "green"), "skip": ("skip ", "yellow")}
_BAD = ("FAIL ", "red")


def result(told: dict[str, Any], purpose: str) -> None:
    """Print a result."""
    verdict = told["verdict"]
    words = told["label"]
    if purpose == "trial" and verdict == "accepted":
        words = "The visible tests pass"
    click.secho(words, fg=_COLOURS.get(verdict, "red"), bold=True, nl=False)
    if purpose == "submit" and told.get("score") is not None:
        click.echo(f"  {told['score']:g} of {told['max_score']:g} points", nl=False)
    click.echo()
    if verdict != "accepted" and told.get("message"):
        click.echo(told["message"])
    for found in (told.get("build") or {}).get("diagnostics", []):
        click.echo(f"  {found['file']}:{found['line']}:{found['column']}: {found['message']}")
    if purpose == "submit":
        for group in told.get("groups") or []:
            _group(group)
    tests = told.get("tests") or []
    for test in sorted(tests, key=lambda test: test["status"] in _MARKS):
        _test(test)
    for found in told.get("warnings") or []:
        click.secho(f"  vet: {found['file']}:{found['line']}: {found['message']}", fg="yellow")


def _group(group: dict[str, Any]) -> None:
    line = f"  {group['name'] or 'all tests':30} {group['points']:g} of {group['max_points']:g}"
    click.echo(f"{line}, {group['passed']} of {group['total']} tests")
    if group.get("hint") and group["points"] < group["max_points"]:
        click.secho(f"    hint: {group['hint']}", dim=True)


def _test(test: dict[str, Any]) -> None:
    word, colour = _MARKS.get(test["status"], _BAD)
    click.secho(f"  {word}", fg=colour, nl=False)
    click.echo(test["name"] or "a hidden test")
    if test["status"] in _MARKS:
        return
    for text in (test.get("message"), test.get("output"), test.get("stderr")):
        for line in (text or "").splitlines():
            click.echo(f"        {line}")
