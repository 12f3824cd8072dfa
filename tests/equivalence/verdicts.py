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
_STOPPED = "stopped after its time"
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
            # Without go test's timeout, whose timer would hide a deadlock.
            binary = folder / "judged.test"
            go = self._go.goroot / "bin" / "go"
            built = self._run(folder, go, "test", "-c", "-vet=off", "-o", binary, seconds=600)
            if not binary.exists():
                return Outcome("compile_error", said=built)
            said = self._run(folder, binary, "-test.paniconexit0", seconds=_NATIVE_SECONDS)
        return Outcome(_verdict(said), frozenset(_FAILED.findall(said)), said)

    def _run(self, folder: Path, *command: str | Path, seconds: int) -> str:
        """What it says and how it ended."""
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=self._go.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _STOPPED
        return f"{done.stdout.decode(errors='replace')}\nexit code {done.returncode}\n"


def _verdict(said: str) -> str:
    if said == _STOPPED:
        return "time_limit"
    if said.endswith("\nexit code 0\n"):
        return "wrong_answer" if "warning: no tests to run" in said else "accepted"
    if re.search(r"^\s*(panic: |fatal error: |runtime: )", said, re.MULTILINE):
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
