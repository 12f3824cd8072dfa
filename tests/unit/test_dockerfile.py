"""The Dockerfile copies only what .dockerignore lets into the build."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_dockerfile_copied_paths_are_in_the_build_context() -> None:
    allowed = {
        line.removeprefix("!").rstrip("/")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copies = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    sources = {source for line in copies for source in line.split()}
    assert sources
    for source in sources:
        assert source.split("/")[0] in allowed, f"{source} is not in the build context"
        assert (ROOT / source).exists(), source
