"""`judge check`: prove that packs judge as they say.

A pack is proven when its reference is accepted, its starter isn't, and each
submission under ``submissions/VERDICT/`` gets that verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import click

from judge.cli import EXIT_NOT_PROVEN, EXIT_USAGE
from judge.commands.apart import against_isolation
from judge.commands.grading import CANNOT_ISOLATE, cannot_isolate, grade_with_retries
from judge.commands.sandboxes import open_pools, sandbox_option, workers_option
from judge.errors import BadPack
from judge.grading import Sandbox
from judge.packs import javascript, python_tests
from judge.packs.language import LANGUAGES
from judge.packs.load import gaps, load
from judge.packs.pack import Pack
from judge.packs.submission import PLAIN_NAME
from judge.sandbox.job import Files
from judge.verdict import scoring
from judge.verdict.parts import first_diagnostic
from judge.verdict.result import Result
from judge.verdict.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim of a pack and whether it holds. `detail`: why not; `note`: worth knowing."""

    claim: str
    verdict: str
    holds: bool
    detail: str = ""
    note: str = ""
    bad: bool = False
    """The pack demands what its tests do not allow."""


@click.command(short_help="Prove that packs judge as they say.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@workers_option(2)
@sandbox_option
def check(paths: tuple[Path, ...], workers: int, sandbox: str | None) -> int:
    """Prove the packs at PATHS; a folder of packs stands for all in it.

    The reference solutions must be accepted, the starter not, and every
    submission under submissions/VERDICT/ must get that verdict. Exit code 1
    where one does not, and 2 where a pack demands isolation that its tests do not allow.
    """
    packs: list[Pack] = []
    proven = failed = 0
    bad = False
    for path in find_packs(paths):
        try:
            packs.append(load(path, complete=False))
        except BadPack as error:
            click.echo(f"{click.style('BAD ', fg='red')} {error}")
            failed += 1
    if packs:
        with open_pools(sandbox) as pools, ThreadPoolExecutor(workers) as threads:
            for pack, proofs, where in threads.map(
                lambda pack: _look_at(pack, pools.get(pack.language)), packs
            ):
                print_proofs(pack, proofs)
                if where:
                    click.echo(f"  {where}")
                proven += sum(proof.holds for proof in proofs)
                failed += sum(not proof.holds for proof in proofs)
                bad = bad or any(proof.bad for proof in proofs)
    noun = "pack" if len(packs) == 1 else "packs"
    click.echo(f"{len(packs)} {noun}, {proven + failed} claims, {failed} not so")
    if bad:
        return EXIT_USAGE
    return EXIT_NOT_PROVEN if failed else 0


def _look_at(pack: Pack, pool: Sandbox) -> tuple[Pack, list[Proof], str]:
    return pack, list(prove(pack, pool)), _where_tests_run(pack, pool)


def _where_tests_run(pack: Pack, pool: Sandbox) -> str:
    """In which process unit tests run; of Go's, whether it could be one of their own."""
    if pack.kind != "unit" or not pack.proofs:
        return ""
    if pack.isolation == "process":
        return "tests run in a process of their own"
    if pack.isolation == "auto":
        return _where_by_itself(pack, pool)
    if pack.language != "go":
        return 'tests run in the submission\'s process, which can forge them (isolation = "none")'
    why = against_isolation(pack, pool)
    advice = f"not apart: {why}" if why else 'isolation = "process" is possible'
    return f"tests run in the submission's process ({advice})"


def _where_by_itself(pack: Pack, pool: Sandbox) -> str:
    """Where tests run of a pack that leaves it to the judge."""
    if not pack.apart(""):
        return "tests run in the submission's process (there is no reference to isolate them with)"
    reference = grade_with_retries(pack, pack.reference.files, pool)
    if reference.together:
        why = reference.together.replace(CANNOT_ISOLATE, "")
        return f"tests run in the submission's process (not apart: {why})"
    if reference.verdict is Verdict.ACCEPTED:
        return "tests run in a process of their own (they can be isolated)"
    shared = grade_with_retries(replace(pack, isolation="none"), pack.reference.files, pool)
    if shared.verdict is not Verdict.ACCEPTED:
        return "tests run in a process of their own"
    return (
        "tests run in a process of their own, where the reference is not accepted "
        f"({_why(reference)}); it is in the submission's process, which "
        'isolation = "none" asks for: until the pack says so, right submissions fail too'
    )


def find_packs(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The packs that `paths` name: packs themselves, or all below a folder.

    :raises BadPack: a folder without any pack.
    """
    for path in paths:
        if path.is_file() or (path / "problem.toml").exists():
            yield path
            continue
        found = sorted(manifest.parent for manifest in path.rglob("problem.toml"))
        if not found:
            raise BadPack(f"{path}: no problem.toml here or below, so no pack")
        yield from found


def prove(pack: Pack, pool: Sandbox) -> Iterator[Proof]:
    """Hold a pack to each of its claims, in order. Raises `JudgeFault`."""
    for gap in gaps(pack):
        yield Proof(gap, "", False)
    if pack.starter:
        yield _prove_starter(grade_with_retries(pack, pack.starter, pool))
    reference = next((proof for proof in pack.proofs if proof.verdict == "accepted"), None)
    for proof in pack.proofs:
        files = _handed_in(pack, proof.files)
        result = grade_with_retries(pack, files, pool)
        if proof is reference:
            yield _prove_reference(pack, proof.name, result)
            if result.verdict is not Verdict.ACCEPTED:
                yield from _not_apart(pack)
        else:
            yield _prove_verdict(f"{proof.verdict}/{proof.name}", proof.verdict, result)


def _not_apart(pack: Pack) -> Iterator[Proof]:
    """What keeps interpreted tests from running in a process of their own, each at its line."""
    if pack.language == "go" or pack.kind != "unit" or pack.isolation != "process":
        return
    tests = {f"tests/{name}": text for name, text in pack.tests.items()}
    tests |= {f"hidden/{name}": text for name, text in pack.hidden.items()}
    if pack.language == "javascript":
        reasons = javascript.against_isolation(tests, pack.solution)
    else:
        reasons = python_tests.against_isolation(tests, pack.solution, pack.support)
    for reason in reasons:
        yield Proof("isolation", "", False, reason)
    if reasons:
        yield Proof("isolation", "", False, python_tests.ADVICE)


def _handed_in(pack: Pack, files: Files) -> Files:
    """A proving submission's files as they are; notes beside the sources are left out."""
    if any(name in pack.solution for name in files):
        return {
            name: content
            for name, content in files.items()
            if name.endswith(LANGUAGES[pack.language].endings)
            or not PLAIN_NAME.match(name)
            or name in pack.solution
        }
    return files


def _prove_starter(result: Result) -> Proof:
    note = ""
    if result.verdict is Verdict.COMPILE_ERROR:
        note = f"the starter does not compile: {result.message}"
    elif result.verdict is Verdict.REJECTED:
        note = f"the starter is refused: {result.message}"
    if result.verdict is Verdict.INTERNAL_ERROR:
        return Proof("starter", result.verdict.value, False, result.message)
    holds = result.verdict is not Verdict.ACCEPTED
    detail = "" if holds else "the starter is accepted as it is, so there is nothing to do"
    return Proof("starter", result.verdict.value, holds, detail, note)


def _prove_reference(pack: Pack, name: str, result: Result) -> Proof:
    proof = _prove_verdict(f"accepted/{name} (reference)", "accepted", result)
    if why := cannot_isolate(result):
        return Proof(proof.claim, proof.verdict, False, why, bad=True)
    if result.verdict is Verdict.COMPILE_ERROR and result.build is not None:
        first = first_diagnostic(result.build.diagnostics)
        own = {*pack.tests, *pack.hidden}
        if result.build.diagnostics and result.build.diagnostics[0].file in own:
            detail = f"the tests do not compile against the reference: {first}"
            return Proof(proof.claim, proof.verdict, False, detail)
    return Proof(proof.claim, proof.verdict, proof.holds, proof.detail, _ungrouped(pack, result))


def _prove_verdict(claim: str, expected: str, result: Result) -> Proof:
    if result.verdict.value == expected:
        return Proof(claim, expected, True)
    return Proof(claim, result.verdict.value, False, f"expected {expected}: {_why(result)}")


def _why(result: Result) -> str:
    """The message, with the first test that isn't right."""
    counted = scoring.units({test.name: test.status for test in result.tests})
    for test in result.tests:
        if test.name in counted and test.status in ("fail", "error"):
            said = test.message.strip().splitlines()
            return f"{result.message}; first {test.name}: {said[0] if said else test.status}"
    return result.message


def _ungrouped(pack: Pack, result: Result) -> str:
    """A note on tests that no group covers: they can only take, never give."""
    if not pack.groups:
        return ""
    counted = scoring.units({test.name: test.status for test in result.tests})
    names = [name for name in counted if not scoring.group_of(name, pack.groups)]
    return f"in no group, so they earn no points: {', '.join(names[:5])}" if names else ""


def print_proofs(pack: Pack, proofs: list[Proof]) -> None:
    """A table of a pack's claims."""
    click.echo(f"{click.style(pack.slug, bold=True)}  {pack.title}")
    width = max((len(proof.claim) for proof in proofs), default=0)
    for proof in proofs:
        mark = click.style("ok  ", fg="green") if proof.holds else click.style("FAIL", fg="red")
        click.echo(f"  {mark}  {proof.claim:<{width}}  {proof.verdict}".rstrip())
        for text, colour in ((proof.detail, "red"), (proof.note, "yellow")):
            if text:
                click.echo(f"        {click.style(text, fg=colour)}")
