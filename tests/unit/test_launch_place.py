"""What is refused before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from judge.errors import JudgeFault
from judge.launch import place as module
from judge.launch.place import Place
from judge.launch.trial import free_port


def test_a_full_disk_is_refused_with_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, "127.0.0.1", free_port(), 1)
    module.check(place)
    monkeypatch.setattr(module, "LEAST_FREE_BYTES", 1 << 60)
    with pytest.raises(JudgeFault, match=r"MB are free for .*: make room for"):
        module.check(place)
