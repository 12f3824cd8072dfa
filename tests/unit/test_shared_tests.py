"""Tests of other languages than Go that run in the submission's process, or with a record."""

from __future__ import annotations

import pytest

from judge.errors import BadPack
from judge.grading import _unit_job
from judge.packs.load import load_files

MANIFEST = b'format = 1\nslug = "leap"\ntitle = "Leap"\nkind = "unit"\nlanguage = "python"\n'
FILES = {
    "problem.toml": MANIFEST,
    "statement.md": b"Write it.",
    "starter/leap.py": b"",
    "tests/test_leap.py": b"def test_leap(): pass",
    "submissions/accepted/ref/leap.py": b"right = True",
    "submissions/accepted/ref/README.md": b"It is right.",
}


def test_pack_in_python_gives_its_reference_to_the_job() -> None:
    job = _unit_job(load_files(FILES, "leap"), {"leap.py": b""})
    assert job.reference == {"leap.py": b"right = True"}
    assert (job.named, job.shared) == (("leap.py",), False)


def test_pack_without_a_reference_gives_none_to_the_job() -> None:
    files = {name: text for name, text in FILES.items() if not name.startswith("submissions/")}
    assert _unit_job(load_files(files, "leap", complete=False), {}).reference is None


def test_pack_without_isolation_shares_the_process() -> None:
    files = dict(FILES)
    files["problem.toml"] += b'isolation = "none"\n'
    job = _unit_job(load_files(files, "leap"), {"leap.py": b""})
    assert (job.reference, job.shared) == (None, True)


def test_isolation_of_a_program_is_refused() -> None:
    files = {"problem.toml": MANIFEST.replace(b"unit", b"io") + b'isolation = "none"\n'}
    with pytest.raises(BadPack, match=r'isolation: "none" is for kind = "unit"'):
        load_files(files, "leap", complete=False)
