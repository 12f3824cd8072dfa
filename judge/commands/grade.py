"""`judge grade`: one submission, or many from a file of jobs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from judge.commands.sandboxes import open_pools, sandbox_option, workers_option


@click.command(short_help="Grade files against a problem pack.")
@click.argument("pack", required=False, type=click.Path(path_type=Path))
@click.argument("files", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    metavar="JOBS.jsonl",
    help='Grade many: each line {"id": …, "pack": PATH, "files": {"leap.go": PATH}}.',
)
@workers_option(1)
@sandbox_option
def grade(
    pack: Path | None,
    files: tuple[str, ...],
    as_json: bool,
    batch: Path | None,
    workers: int,
    sandbox: str | None,
) -> int:
    """Grade FILES against the problem PACK (a folder or a zip), without web or database.

    A file is handed in under its own name; NAME=PATH hands it in under another.

    Exit code: 0 once graded, whatever the verdict; 2 for bad usage or a bad pack;
    3 where the judge itself failed.
    """
    if batch is not None:
        if pack is not None:
            raise click.UsageError("--batch takes packs and files from its lines, not from here")
        from judge.commands.batch import run_batch

        return run_batch(batch, workers, sandbox, as_json)
    if pack is None or not files:
        raise click.UsageError("say which PACK and which FILES to grade, or --batch JOBS.jsonl")
    return _grade_one(pack, _read_files(files), sandbox, as_json)


def _grade_one(path: Path, files: dict[str, bytes], sandbox: str | None, as_json: bool) -> int:
    from judge.cli import EXIT_JUDGE_FAILED
    from judge.commands.grading import grade_by_pack
    from judge.packs.load import load
    from judge.verdict.verdicts import Verdict

    pack = load(path, complete=False)
    with open_pools(sandbox, spare=0) as pools:
        result = grade_by_pack(pack, files, pools.get(pack.language))
    if as_json:
        json.dump(result.to_json(), sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
    else:
        from judge.commands.report import print_result

        print_result(pack, result)
    return EXIT_JUDGE_FAILED if result.verdict is Verdict.INTERNAL_ERROR else 0


def _read_files(arguments: tuple[str, ...]) -> dict[str, bytes]:
    """The files named on the command line, by the name they are handed in under."""
    files: dict[str, bytes] = {}
    for argument in arguments:
        name, equals, path = argument.partition("=")
        if not equals or Path(argument).exists():
            name, path = Path(argument).name, argument
        if name in files:
            raise click.UsageError(f"two files named {name}")
        try:
            files[name] = Path(path).read_bytes()
        except OSError as error:
            raise click.UsageError(f"{path}: {error.strerror}") from error
    return files
