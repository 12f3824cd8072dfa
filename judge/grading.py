"""Grade a submission: pack and files in, a result out. No web, database or queue.

The way: refuse what may not be handed in, make the job, let the sandbox run it,
let `judge.verdict` say what the facts mean. What the sandbox raises
(`JudgeFault`) goes through to the caller, who tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from judge.errors import BadSubmission
from judge.packs.language import LANGUAGES
from judge.packs.names import could_match
from judge.packs.pack import Group, IoCase, Pack
from judge.packs.submission import validate
from judge.sandbox.facts import Event, Facts, RunFacts
from judge.sandbox.job import Case, Files, IoJob, Job, ProgramJob, UnitJob
from judge.verdict import io, parts, unit
from judge.verdict.checkers import Opinion
from judge.verdict.result import Result
from judge.verdict.text import shown

OnEvent = Callable[[Event], None]

STOP_AFTER_FAILURES = 5
"""Of io cases that were stopped or crashed: after these the rest won't be run."""
CHECKER_ACCEPTS, CHECKER_REFUSES = 0, 1
"""Exit codes of a checker program; any other means that it is broken."""
_CHECKER_MESSAGE_BYTES = 1000


class Sandbox(Protocol):
    """What grading needs of `judge.sandbox.pool.Pool`."""

    def run(self, job: Job, on_event: OnEvent | None = None) -> Facts:
        """Run `job` to its end. Raises `JudgeFault` only."""


def grade(
    pack: Pack,
    files: Mapping[str, bytes | str],
    pool: Sandbox,
    on_event: OnEvent | None = None,
    *,
    visible_only: bool = False,
) -> Result:
    """Judge `files` by `pack`.

    :param on_event: told what happens while it happens, from the thread that
        called; cases of io problems come with their status.
    :param visible_only: a trial run: only the tests that students see, and only
        the groups that have any.
    :raises JudgeFault: the sandbox failed; nothing is known about the submission.
    """
    try:
        contents = validate(pack, files)
    except BadSubmission as error:
        return parts.rejected(pack, [str(error)])
    if visible_only:
        pack = only_visible(pack)
    if pack.kind == "io":
        return _grade_io(pack, contents, pool, on_event)
    return unit.judge(pack, pool.run(_unit_job(pack, contents), on_event))


def only_visible(pack: Pack) -> Pack:
    """`pack` without its hidden tests, and without groups that then have none.

    Other hidden files (test data) stay: visible tests may read them.
    """
    cases = tuple(case for case in pack.cases if case.visible)
    language = LANGUAGES[pack.language]
    names = [case.name for case in cases] or language.declared(pack.tests)
    groups = tuple(group for group in pack.groups if _has_any(group, names))
    return replace(
        pack,
        hidden={
            name: content
            for name, content in pack.hidden.items()
            if "/" in name or not language.is_test(name)
        },
        cases=cases,
        groups=groups,
        points=sum(group.points for group in groups) if groups else pack.points,
    )


def _has_any(group: Group, names: list[str]) -> bool:
    return any(could_match(pattern, names) for pattern in group.tests)


def _unit_job(pack: Pack, files: Files) -> UnitJob:
    return UnitJob(
        module=pack.module,
        solution=files,
        support=pack.support,
        tests=pack.tests,
        hidden=pack.hidden,
        limits=pack.limits,
        imports=pack.imports,
        go=pack.go,
        reference=_reference(pack),
        may_share=pack.isolation == "auto",
        named=pack.solution,
        shared=pack.language != "go" and pack.isolation == "none",
        declared=_declared(pack, pack.tests),
        declared_hidden=_declared(pack, pack.hidden),
    )


def _reference(pack: Pack) -> Files | None:
    """What isolated tests know a solution's interface from.

    Go's cannot be built without; of other languages a pack may be graded by that has none.
    """
    if pack.isolation == "none":
        return None
    if pack.language == "go" and pack.isolation == "process":
        return pack.reference.files
    proof = next((proof for proof in pack.proofs if proof.verdict == "accepted"), None)
    if proof is None:
        return None
    if pack.language == "go":
        return proof.files
    endings = LANGUAGES[pack.language].endings
    return {
        name: content
        for name, content in proof.files.items()
        if name.endswith(endings) or name in pack.solution
    }


def _declared(pack: Pack, files: Files) -> tuple[str, ...]:
    """For languages whose tests the sandbox does not read; Go's it reads itself."""
    return () if pack.language == "go" else tuple(LANGUAGES[pack.language].declared(files))


def _grade_io(pack: Pack, files: Files, pool: Sandbox, on_event: OnEvent | None) -> Result:
    job = IoJob(
        module=pack.module,
        solution=files,
        support=pack.support,
        cases=tuple(Case(case.name, case.stdin) for case in pack.cases),
        limits=pack.limits,
        imports=pack.imports,
        go=pack.go,
        stop_after_failures=STOP_AFTER_FAILURES,
    )
    facts = pool.run(job, _with_status(pack, on_event))
    opinions: dict[str, Opinion] = {}
    if pack.checker.program is not None:
        for case, run in io.answered(pack, facts):
            opinions[case.name] = _ask_checker(pack, case, run, pool)
    return io.judge(pack, facts, opinions)


def _with_status(pack: Pack, on_event: OnEvent | None) -> OnEvent | None:
    """Add to a case's event what the sandbox cannot know: its status, and who may see it."""
    if on_event is None:
        return None
    cases = {case.name: case for case in pack.cases}

    def tell(event: Event) -> None:
        case = cases.get(event.name)
        if event.kind == "test" and case is not None and event.run is not None:
            status = io.case_status(pack, case, event.run)
            event = replace(event, status=status, hidden=not case.visible)
        on_event(event)

    return tell


def _ask_checker(pack: Pack, case: IoCase, run: RunFacts, pool: Sandbox) -> Opinion:
    """Let the pack's own program compare, boxed like any other."""
    assert pack.checker.program is not None
    job = ProgramJob(
        source=pack.checker.program,
        files={"input": case.stdin, "output": run.stdout, "answer": case.answer},
        args=("input", "output", "answer"),
        limits=pack.limits,
        module="checker",
        trusted=True,
    )
    facts = pool.run(job)
    if facts.build is None or not facts.build.ok or not facts.runs:
        diagnostics = facts.rejected or (facts.build.diagnostics if facts.build else ())
        return Opinion(False, f"does not build: {parts.first_diagnostic(diagnostics)}", broken=True)
    return _opinion(facts.runs[0])


def _opinion(run: RunFacts) -> Opinion:
    said = shown(run.stdout, _CHECKER_MESSAGE_BYTES).strip()
    stopped = run.limit is not None or run.violation is not None or run.signal is not None
    if not stopped and run.exit_code == CHECKER_ACCEPTS:
        return Opinion(True, said)
    if not stopped and run.exit_code == CHECKER_REFUSES:
        return Opinion(False, said or "the checker refused the output")
    how = run.limit or run.violation or run.signal or f"exit code {run.exit_code}"
    return Opinion(False, f"{how} {shown(run.stderr, _CHECKER_MESSAGE_BYTES)}".strip(), broken=True)
