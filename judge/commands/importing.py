"""`judge import`: packs from other people's problems."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import click

from judge.cli import EXIT_NOT_PROVEN
from judge.commands.apart import against_isolation
from judge.commands.sandboxes import open_pools, sandbox_option
from judge.errors import UserError
from judge.grading import Sandbox
from judge.packs import exercism
from judge.packs.load import load_files
from judge.packs.write import write_folder


@click.group("import", short_help="Make packs from other collections of problems.")
def import_() -> None:
    """Make problem packs from other collections."""


@import_.command("exercism", short_help="From a checkout of an Exercism Go track.")
@click.argument("track", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to write; each exercise becomes DIR/<slug>/.",
)
@click.option("--only", multiple=True, metavar="SLUG", help="Take only this one; may be repeated.")
@click.option(
    "--isolation",
    type=click.Choice(["auto", "process", "none"]),
    default="auto",
    show_default=True,
    help="Run tests apart from the submission: process where possible, or none.",
)
@sandbox_option
def import_exercism(
    track: Path, out: Path, only: tuple[str, ...], isolation: str, sandbox: str | None
) -> int:
    """Turn an Exercism Go TRACK checkout into packs, a line for each left out and why.

    Whether tests can run apart is tried with the example solution, so all but
    --isolation none needs a sandbox; process leaves out what cannot.

    Exit code: 0 when each exercise was taken or left out for a printed reason,
    1 when one failed.
    """
    chosen = _choose(exercism.exercises(track), only)
    licence = exercism.licence_of(track)
    taken = left_out = failed = apart = 0
    with ExitStack() as stack:
        pool: Sandbox | None = None
        if isolation != "none":
            pool = stack.enter_context(open_pools(sandbox)).get("go")
        for exercise in chosen:
            try:
                apart += _import_one(exercise, licence, out, pool, must=isolation == "process")
                taken += 1
            except exercism.LeftOut as reason:
                click.echo(f"left out  {exercise.slug or '(no slug)'}: {reason}")
                left_out += 1
            except (UserError, OSError) as error:
                click.echo(f"FAILED    {exercise.slug}: {' '.join(str(error).split())}")
                failed += 1
    if pool is not None:
        click.echo(f"{apart} of them with their tests in a process of their own")
    click.echo(f"{taken} taken, {left_out} left out, {failed} failed; packs are in {out}")
    return EXIT_NOT_PROVEN if failed else 0


@import_.command("classroom", short_help="From a GitHub Classroom assignment's repository.")
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to write; each pack becomes DIR/<slug>/.",
)
@click.option(
    "--solution",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="A checkout in which it is solved, to prove the packs with.",
)
@click.option(
    "--isolation",
    type=click.Choice(["auto", "none"]),
    default="auto",
    show_default=True,
    help="Run tests apart from the submission where possible, or none.",
)
@sandbox_option
def import_classroom(
    path: Path, out: Path, solution: Path | None, isolation: str, sandbox: str | None
) -> int:
    """Turn the assignment in PATH, a checkout of its template repository, into packs.

    Its autograding tests become groups of points: go test those of unit tests, in a pack for
    each package, go run with an expected output cases of stdin and stdout. What cannot be taken
    has a line with the reason, and so has each test of the repository that is in no pack.

    With --solution and --isolation auto it is tried, in a sandbox, whether tests can run apart.

    Exit code: 0 when each test was taken or left out for a printed reason, 1 when a pack
    could not be made.
    """
    from judge.packs import classroom, classroom_graders

    assignment = classroom.open_folder(path, solution)
    graders = classroom_graders.read(path)
    taken = failed = apart = 0
    with ExitStack() as stack:
        pool: Sandbox | None = None
        if solution is not None and isolation != "none":
            pool = stack.enter_context(open_pools(sandbox)).get("go")
        for slug, files in classroom.convert(assignment, graders).items():
            try:
                apart += _write_classroom(slug, files, out, pool)
                taken += 1
            except (UserError, OSError) as error:
                click.echo(f"FAILED    {slug}: {' '.join(str(error).split())}")
                failed += 1
    for name, reason in assignment.left_out:
        click.echo(f"left out  {name}: {' '.join(reason.split())}")
    for name in assignment.untaken:
        click.echo(f"left out  {name}: it is in no pack, since no grader that was taken runs it")
    if pool is not None:
        click.echo(f"{apart} of them with their tests in a process of their own")
    names = {grader.name for grader in graders} - {name for name, _ in assignment.left_out}
    tests = f"{sum(grader.name in names for grader in graders)} of {len(graders)} tests"
    click.echo(f"{tests} are in {taken} packs, {failed} failed; packs are in {out}")
    return EXIT_NOT_PROVEN if failed else 0


def _write_classroom(slug: str, files: dict[str, bytes], out: Path, pool: Sandbox | None) -> bool:
    """Write one pack; whether its tests run apart, which `pool` is there to try."""
    solved = any(name.startswith("submissions/") for name in files)
    # What is written must load; a pack that does not never reaches the disk.
    pack = load_files(files, slug, complete=solved)
    why = "not tried"
    if pool is not None and solved and pack.kind == "unit":
        why = against_isolation(pack, pool)
        files = exercism.with_isolation(files, "none" if why else "process")
        pack = load_files(files, slug)
    write_folder(files, out / slug)
    click.echo(f"taken     {slug}: {pack.kind}, {pack.points:g} points")
    if pool is not None and not solved:
        click.echo(f"note      {slug}: no file of it is in the solution, so nothing proves it")
    elif pool is not None and why and pack.kind == "unit":
        click.echo(f"note      {slug}: its tests share a process with the submission: {why}")
    return not why


def _choose(found: list[exercism.Exercise], only: tuple[str, ...]) -> list[exercism.Exercise]:
    known = {exercise.slug for exercise in found}
    for slug in only:
        if slug not in known:
            raise click.UsageError(f"the track has no exercise {slug!r}")
    return [exercise for exercise in found if not only or exercise.slug in only]


def _import_one(
    exercise: exercism.Exercise,
    licence: bytes | None,
    out: Path,
    pool: Sandbox | None,
    *,
    must: bool,
) -> bool:
    """Write one pack; whether its tests run apart, which `pool` is there to try.

    :raises LeftOut: it cannot become a pack, or none that runs its tests apart and `must`.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", exercise.slug):
        raise exercism.LeftOut("its slug cannot name a pack")
    files = exercism.convert(exercise, licence)
    # What is written must load; a pack that does not never reaches the disk.
    pack = load_files(files, exercise.slug)
    why = against_isolation(pack, pool) if pool is not None else "not asked for"
    if why and must:
        raise exercism.LeftOut(f"its tests cannot run apart: {why}")
    if not why:
        files = exercism.isolated(files)
    for name in pack.tests:
        if name == exercism.BUILDS_TEST:
            click.echo(
                f"note      {exercise.slug}: has no tests; its pack only sees that it builds"
            )
    write_folder(files, out / exercise.slug)
    return not why
