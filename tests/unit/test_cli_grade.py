"""`judge grade` and `judge check` around a sandbox that answers from memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from judge import cli
from judge.commands import batch, check, grade
from judge.errors import JudgeFault, SandboxBroken, SandboxUnavailable
from judge.packs.write import write_folder
from judge.sandbox.facts import BuildFacts, Diagnostic, Facts
from judge.sandbox.job import Job, UnitJob
from tests.unit.fakes import FakePool, failed_build, unit_facts, unit_files

Answer = Callable[[Job], Facts | JudgeFault]
RIGHT = b"package leap // right\n"
WRONG = b"package leap\n"


def by_content(job: Job) -> Facts:
    """Accept the reference, fail anything else."""
    assert isinstance(job, UnitJob)
    if b"right" in job.solution["leap.go"]:
        return unit_facts()
    return unit_facts([("TestA", "pass"), ("TestB", "fail")])


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], FakePool]:
    """Put a `FakePool` in the place of every command's pool."""

    def use(answer: Answer) -> FakePool:
        pool = FakePool(answer)
        pools = SimpleNamespace(get=lambda _language: pool)
        for module in (batch, check, grade):
            monkeypatch.setattr(module, "open_pools", lambda *_, **__: nullcontext(pools))
        return pool

    use(by_content)
    return use


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "leap"
    write_folder(unit_files(), folder)
    return folder


def judge(*arguments: object) -> int:
    return cli.run([str(argument) for argument in arguments])


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.usefixtures("sandbox")
class TestGrade:
    def test_json_of_an_accepted_file(self, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert judge("grade", pack, pack / "submissions/accepted/reference/leap.go", "--json") == 0
        result = json.loads(capsys.readouterr().out)
        assert (result["verdict"], result["score"]) == ("accepted", 100)

    def test_a_wrong_answer_is_graded_too(
        self, pack: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert judge("grade", pack, pack / "starter/leap.go") == 0
        told = capsys.readouterr().out
        assert "Leap: Wrong answer, 50 of 100 points" in told
        assert told.index("FAIL  TestB  (hidden)") < told.index("pass  TestA")
        assert "\x1b" not in told

    def test_a_file_can_be_handed_in_under_another_name(
        self, pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mine = write(tmp_path / "mine.go", RIGHT)
        assert judge("grade", pack, f"leap.go={mine}", "--json") == 0
        assert json.loads(capsys.readouterr().out)["verdict"] == "accepted"
        assert judge("grade", pack, mine, "--json") == 0
        assert json.loads(capsys.readouterr().out)["verdict"] == "rejected"

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["grade"], "say which PACK and which FILES"),
            (["grade", "{pack}"], "say which PACK and which FILES"),
            (["grade", "{pack}", "none.go"], "none.go: No such file"),
            (["grade", "none", "{pack}/starter/leap.go"], "none: there is no such pack"),
            (["grade", "{pack}", "{pack}/starter/leap.go", "--sandbox", "vm"], "'vm' is not one"),
            (["grade", "--batch", "none.jsonl"], "none.jsonl"),
            (["grade", "--batch", "{pack}/problem.toml", "{pack}"], "--batch takes packs"),
            (["nonsense"], "No such command"),
        ],
    )
    def test_bad_usage_is_one_line(
        self, arguments: list[str], says: str, pack: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert judge(*(argument.format(pack=pack) for argument in arguments)) == 2
        told = capsys.readouterr()
        assert says in told.err
        assert told.err.startswith("judge: ")
        assert told.err.count("\n") == 1
        assert told.out == ""

    def test_a_bad_pack_is_one_line(self, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with (pack / "problem.toml").open("a") as manifest:
            manifest.write("colour = 3\n")
        assert judge("grade", pack, pack / "starter/leap.go") == 2
        assert "problem.toml:5: colour: unknown key" in capsys.readouterr().err


def test_a_sandbox_that_breaks_is_tried_again(
    sandbox: Callable[[Answer], FakePool], pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[Facts | JudgeFault] = [SandboxBroken("gone"), SandboxBroken("gone"), unit_facts()]
    sandbox(lambda _: answers.pop(0))
    assert judge("grade", pack, pack / "starter/leap.go") == 0
    pool = sandbox(lambda _: SandboxBroken("the container vanished"))
    assert judge("grade", pack, pack / "starter/leap.go") == 3
    assert "judge: the container vanished" in capsys.readouterr().err
    assert len(pool.jobs) == 3


def test_no_sandbox_is_said_once(
    sandbox: Callable[[Answer], FakePool], pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = sandbox(lambda _: SandboxUnavailable("no engine answers; start one"))
    assert judge("grade", pack, pack / "starter/leap.go") == 3
    assert capsys.readouterr().err == "judge: no engine answers; start one\n"
    assert len(pool.jobs) == 1


def test_our_own_fault_is_exit_code_3(sandbox: Callable[[Answer], FakePool], pack: Path) -> None:
    sandbox(lambda _: unit_facts([], build=None, runs=()))
    assert judge("grade", pack, pack / "starter/leap.go", "--json") == 3


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.usefixtures("sandbox")
class TestBatch:
    def jobs(self, tmp_path: Path, *jobs: object) -> Path:
        text = "".join((job if isinstance(job, str) else json.dumps(job)) + "\n" for job in jobs)
        return write(tmp_path / "jobs.jsonl", text)

    def job(self, number: object, content: bytes, tmp_path: Path) -> dict[str, Any]:
        write(tmp_path / f"{number}.go", content)
        return {"id": number, "pack": "leap", "files": {"leap.go": f"{number}.go"}}

    @pytest.mark.usefixtures("pack")
    def test_results_keep_the_order_of_the_lines(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = [self.job(n, RIGHT if n % 2 else WRONG, tmp_path) for n in range(6)]
        assert judge("grade", "--batch", self.jobs(tmp_path, *made, ""), "--json") == 0
        results = lines(capsys.readouterr().out)
        assert [result["id"] for result in results] == list(range(6))
        assert results[1]["verdict"] == "accepted"
        assert results[2]["verdict"] == "wrong_answer"

    @pytest.mark.usefixtures("pack")
    def test_many_workers_do_every_job(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = [self.job(n, RIGHT, tmp_path) for n in range(40)]
        assert judge("grade", "--batch", self.jobs(tmp_path, *made), "--json", "--workers", 4) == 0
        results = lines(capsys.readouterr().out)
        assert sorted(result["id"] for result in results) == list(range(40))

    @pytest.mark.usefixtures("pack")
    def test_a_job_that_cannot_be_graded_does_not_stop_the_others(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = tmp_path / "bad"
        write_folder(unit_files("colour = 1\n"), bad)
        good = self.job("good", RIGHT, tmp_path)
        path = self.jobs(
            tmp_path,
            {**good, "id": "pack", "pack": "none"},
            {**good, "id": "key", "pack": "bad"},
            {**good, "id": "file", "files": {"leap.go": "none.go"}},
            {**good, "id": "shape", "files": ["leap.go"]},
            {**good, "id": "path", "files": {"leap.go": 3}},
            "not json",
            "[1]",
            {**good, "id": "name", "files": {"other.go": "good.go"}},
            {**good, "id": "none", "files": {}},
            good,
        )
        assert judge("grade", "--batch", path, "--json") == 2
        results = lines(capsys.readouterr().out)
        assert [result["verdict"] for result in results] == [
            *[None] * 7,
            "rejected",
            "rejected",
            "accepted",
        ]
        says = [result.get("error", "") for result in results]
        assert "there is no such pack" in says[0]
        assert "problem.toml:5: colour: unknown key" in says[1]
        assert "none.go: No such file" in says[2]
        assert says[3].startswith("line 4: needs")
        assert [result["id"] for result in results][3:7] == ["shape", "path", None, None]

    @pytest.mark.usefixtures("pack")
    def test_our_own_failure_is_exit_code_3(
        self,
        sandbox: Callable[[Answer], FakePool],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def answer(job: Job) -> Facts | JudgeFault:
            assert isinstance(job, UnitJob)
            return SandboxBroken("gone") if b"break" in job.solution["leap.go"] else unit_facts()

        sandbox(answer)
        made = [self.job(1, b"break", tmp_path), self.job(2, RIGHT, tmp_path)]
        made.append({**made[1], "id": 3, "pack": "none"})
        assert judge("grade", "--batch", self.jobs(tmp_path, *made), "--json") == 3
        results = lines(capsys.readouterr().out)
        assert results[0] == {"id": 1, "verdict": None, "error": "the judge failed: gone"}
        assert results[1]["verdict"] == "accepted"

    @pytest.mark.parametrize("workers", [1, 3])
    @pytest.mark.usefixtures("pack")
    def test_without_a_sandbox_no_job_is_tried_for_long(
        self,
        workers: int,
        sandbox: Callable[[Answer], FakePool],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        sandbox(lambda _: SandboxUnavailable("no engine answers; start one"))
        made = [self.job(n, RIGHT, tmp_path) for n in range(50)]
        path = self.jobs(tmp_path, *made)
        assert judge("grade", "--batch", path, "--json", "--workers", workers) == 3
        told = capsys.readouterr()
        assert told.err == "judge: no engine answers; start one\n"


@pytest.mark.usefixtures("sandbox")
class TestCheck:
    def test_a_good_pack_is_proven(self, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
        proof = pack / "submissions" / "wrong_answer" / "empty" / "leap.go"
        proof.parent.mkdir(parents=True)
        proof.write_bytes(WRONG)
        assert judge("check", pack) == 0
        told = capsys.readouterr().out
        assert "1 pack, 3 claims, 0 not so" in told
        assert "tests run in a process of their own (they can be isolated)" in told
        assert "accepted/reference (reference)  accepted" in told

    @pytest.mark.usefixtures("pack")
    def test_a_folder_stands_for_the_packs_in_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert judge("check", tmp_path) == 0
        assert "1 pack," in capsys.readouterr().out
        (tmp_path / "empty").mkdir()
        assert judge("check", tmp_path / "empty") == 2
        assert judge("check", tmp_path / "none") == 2

    def test_a_proof_with_another_verdict_is_named(
        self, pack: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        proof = pack / "submissions" / "time_limit" / "loop" / "leap.go"
        proof.parent.mkdir(parents=True)
        proof.write_bytes(WRONG)
        assert judge("check", pack) == 1
        told = capsys.readouterr().out
        assert "FAIL  time_limit/loop" in told
        assert "expected time_limit: 1 of 2 tests failed; first TestB: fail" in told

    def test_a_starter_that_is_right_is_named(
        self, pack: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(pack / "starter" / "leap.go", RIGHT)
        assert judge("check", pack) == 1
        assert "the starter is accepted as it is" in capsys.readouterr().out

    def test_what_is_missing_is_named(self, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (pack / "statement.md").unlink()
        assert judge("check", pack) == 1
        assert "FAIL  statement.md is missing" in capsys.readouterr().out

    def test_a_bad_pack_is_named_and_the_others_are_proven(
        self, pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_folder(unit_files("colour = 3\n"), tmp_path / "bad")
        assert judge("check", tmp_path / "bad", pack) == 1
        told = capsys.readouterr().out
        assert "problem.toml:5: colour: unknown key" in told
        assert "1 pack, 3 claims, 1 not so" in told


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (
            replace(
                failed_build(Diagnostic("leap_test.go", 7, 2, "undefined: Leap"), culprit="tests"),
                together="leap_test.go:5: G: it cannot cross",
            ),
            "the tests do not compile against the reference: leap_test.go:7:2: undefined: Leap",
        ),
        (
            failed_build(Diagnostic("leap.go", 7, 2, "undefined: x")),
            "expected accepted: leap.go:7:2: undefined: x",
        ),
        (
            failed_build(
                Diagnostic("leap_test.go", 7, 2, '"os" imported and not used'), culprit="tests"
            ),
            "the problem's tests do not compile: leap_test.go:7:2",
        ),
    ],
)
def test_check_names_what_does_not_compile(
    facts: Facts,
    says: str,
    sandbox: Callable[[Answer], FakePool],
    pack: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sandbox(lambda _: facts)
    assert judge("check", pack) == 1
    assert says in capsys.readouterr().out


def test_check_names_why_tests_share_the_process(
    sandbox: Callable[[Answer], FakePool], pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    why = "leap_test.go:5: these tests cannot be isolated: G: it cannot cross"
    sandbox(lambda job: replace(by_content(job), together=why))
    assert judge("check", pack) == 0
    told = capsys.readouterr().out
    assert "submission's process (not apart: leap_test.go:5: G: it cannot cross)" in told


def test_pack_that_demands_isolation_its_tests_do_not_allow_is_bad(
    sandbox: Callable[[Answer], FakePool], pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = pack / "problem.toml"
    write(manifest, b'isolation = "process"\n' + manifest.read_bytes())
    said = "these tests cannot be isolated: G: it cannot cross"
    sandbox(lambda _: failed_build(Diagnostic("leap_test.go", 5, 2, said), culprit="tests"))
    assert judge("check", pack) == 2
    assert 'cannot cross; isolation = "none" has them run' in capsys.readouterr().out
    assert judge("grade", pack, pack / "starter" / "leap.go") == 2
    assert "leap_test.go:5:2: these tests cannot be isolated" in capsys.readouterr().err


def test_check_speaks_of_a_starter_that_does_not_compile(
    sandbox: Callable[[Answer], FakePool], pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(job: Job) -> Facts:
        facts = by_content(job)
        if facts.tests[1].status == "pass":
            return facts
        return unit_facts(
            [],
            runs=(),
            build=BuildFacts(False, 0.1, (Diagnostic("leap.go", 1, 1, "missing return"),)),
        )

    sandbox(answer)
    assert judge("check", pack) == 0
    assert "the starter does not compile: leap.go:1:1: missing return" in capsys.readouterr().out


def test_no_command_shows_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge() == 2
    told = capsys.readouterr()
    assert "Commands:" in told.out + told.err


def test_grading_starts_without_the_web(capsys: pytest.CaptureFixture[str]) -> None:
    """A fresh interpreter that loads all of `judge grade` has loaded no framework."""
    program = (
        "import sys; from judge.commands import grade, batch, check, importing; "
        "print([name for name in ('flask', 'sqlalchemy', 'rq', 'redis', 'docker') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
