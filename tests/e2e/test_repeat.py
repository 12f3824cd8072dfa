"""One verdict for a submission, whatever else the machine does; the benchmark does it 200 times."""

from __future__ import annotations

import pytest

from benchmarks import repeat

pytestmark = pytest.mark.usefixtures("engine")


def test_busy_neighbours_change_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    repeat.main(["--times", "4", "--limits", "2", "--sandbox", "docker"])
    told = capsys.readouterr().out
    for expected in ("4 accepted", "4 wrong_answer", "2 accepted", "2 time_limit"):
        assert expected in told
