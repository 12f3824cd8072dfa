"""Results for people at a terminal. Colours go away where there is none (click sees to it)."""

from __future__ import annotations

import click

from judge.packs.pack import Pack
from judge.sandbox.facts import TestStatus
from judge.verdict.parts import place
from judge.verdict.result import Result, TestResult
from judge.verdict.verdicts import Verdict

_MARKS: dict[TestStatus, tuple[str, str]] = {
    "pass": ("pass ", "green"),
    "fail": ("FAIL ", "red"),
    "error": ("ERROR", "red"),
    "skip": ("skip ", "yellow"),
}
_INDENT = " " * 8


def print_result(pack: Pack, result: Result) -> None:
    """Verdict and score, then compiler messages, tests (the bad ones first) and groups."""
    colour = "green" if result.verdict is Verdict.ACCEPTED else "red"
    verdict = click.style(result.verdict.label, fg=colour, bold=True)
    click.echo(f"{pack.title}: {verdict}, {result.score:g} of {result.max_score:g} points")
    if result.message:
        click.echo(_indented(result.message, "  "))
    if result.build is not None:
        _print_diagnostics("Compiler", [place(found) for found in result.build.diagnostics])
    _print_tests(result)
    for group in result.groups:
        passed = f"{group.passed} of {group.total} tests"
        click.echo(f"  {group.name}: {group.points:g} of {group.max_points:g} points, {passed}")
    _print_diagnostics("Vet", [place(found) for found in result.warnings])
    click.echo(f"  {_cost(result)}")


def _print_tests(result: Result) -> None:
    if not result.tests:
        return
    click.echo()
    for test in sorted(result.tests, key=lambda test: test.status not in ("fail", "error")):
        word, colour = _MARKS[test.status]
        hidden = "" if test.visible else click.style("  (hidden)", dim=True)
        click.echo(f"  {click.style(word, fg=colour)} {test.name}{hidden}")
        if test.status in ("fail", "error"):
            _print_details(test)
    click.echo()


def _print_details(test: TestResult) -> None:
    if test.message:
        click.echo(_indented(test.message, _INDENT))
    if test.stdin:
        click.echo(f"{_INDENT}input:\n{_indented(test.stdin, _INDENT + '  ')}")
    if test.output:
        click.echo(f"{_INDENT}printed:\n{_indented(test.output, _INDENT + '  ')}")
    if test.stderr:
        click.echo(f"{_INDENT}standard error:\n{_indented(test.stderr, _INDENT + '  ')}")


def _print_diagnostics(title: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"  {title}:")
        click.echo(_indented("\n".join(lines), "    "))


def _cost(result: Result) -> str:
    told = [f"{result.toolchain or 'not built'}"]
    if result.sandbox:
        told.append(f"{result.sandbox} sandbox")
    if result.build is not None:
        told.append(f"build {result.build.seconds:.2f} s")
    if result.usage is not None:
        told.append(f"run {result.usage.wall_seconds:.2f} s")
        told.append(f"CPU {result.usage.cpu_seconds:.2f} s")
        told.append(f"memory {result.usage.memory_bytes / 2**20:.0f} MiB")
    return ", ".join(told)


def _indented(text: str, indent: str) -> str:
    return "\n".join(indent + line for line in text.rstrip("\n").split("\n"))
