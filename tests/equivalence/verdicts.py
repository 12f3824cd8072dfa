"""The three ways to run a package's tests, each with what came of it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from judge.errors import UserError
from judge.grading import Sandbox, grade
from judge.packs.pack import Pack
from judge.sandbox import rootfs

_NATIVE_SECONDS = 8
_FAILED = re.compile(r"^--- FAIL: (\S+)", re.MULTILINE)
_REFUSED = "these tests cannot be isolated"


@dataclass(frozen=True)
class Outcome:
    """A verdict, with the top-level tests that failed and what was said."""

    verdict: str
    failed: frozenset[str] = frozenset()
    said: str = ""

    def same(self, other: Outcome) -> bool:
        """Whether both say the same of a submission.

        Of a run that was stopped the first test that failed decides; natively more of them are
        named, or fewer.
        """
        if self.verdict != other.verdict:
            return False
        return self.verdict != "wrong_answer" or self.failed == other.failed


class Native:
    """``go test``, with the toolchain of the sandbox."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._go = rootfs.Go(rootfs.toolchain(), place)

    def run(self, pack: Pack, submission: dict[str, bytes]) -> Outcome:
        with tempfile.TemporaryDirectory(dir=self._place) as made:
            folder = Path(made)
            files = {**pack.support, **pack.tests, **pack.hidden, **submission}
            files["go.mod"] = f"module {pack.module}\n\ngo {pack.go or '1.26'}\n".encode()
            for name, text in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(text)
            command = ["test", "-count=1", "-vet=off", f"-timeout={_NATIVE_SECONDS}s", "."]
            done = subprocess.run(
                [self._go.goroot / "bin" / "go", *command],
                cwd=folder,
                env=self._go.environment,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=10 * _NATIVE_SECONDS,
                check=False,
            )
        said = done.stdout + done.stderr
        return Outcome(_verdict(done.returncode, said), frozenset(_FAILED.findall(said)), said)


def _verdict(code: int, text: str) -> str:
    if code == 0:
        return "wrong_answer" if "[no tests to run]" in text else "accepted"
    if "[build failed]" in text or "[setup failed]" in text:
        return "compile_error"
    if "panic: test timed out" in text:
        return "time_limit"
    if re.search(r"^(\s*)(panic: |fatal error: |runtime: )", text, re.MULTILINE):
        return "runtime_error"
    return "wrong_answer"


def judged(pack: Pack, submission: dict[str, bytes], sandbox: Sandbox) -> Outcome | None:
    """What the judge says; None where the tests cannot be isolated."""
    try:
        result = grade(pack, submission, sandbox)
    except UserError as error:
        if _REFUSED in str(error):
            return None
        return Outcome("bad_pack", said=str(error))
    if _REFUSED in result.message:
        return None
    failed = {test.name.partition("/")[0] for test in result.tests if test.status == "fail"}
    return Outcome(result.verdict.value, frozenset(failed), result.message)
