"""The submissions that are measured: one accepted solution in many variants.

Every variant changes a variable's value and so the object code; after a changed
comment or an unused blank variable `go test` answers from its cache.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path

HERE = Path(__file__).parent
_variants = count(1)


@dataclass(frozen=True, slots=True)
class Workload:
    """A pack of benchmarks/packs and the file that is handed in."""

    pack: str
    file: str

    @property
    def path(self) -> Path:
        """The pack's folder."""
        return HERE / "packs" / self.pack

    def variant(self) -> str:
        """A source that no build has seen before in this run."""
        source = (self.path / "submissions/accepted/reference" / self.file).read_text()
        marker = "var Variant = 0"
        assert source.count(marker) == 1, f"{self.pack}: the variant's marker is gone"
        return source.replace(marker, f"var Variant = {next(_variants)}")


UNIT = Workload("leap", "leap.go")
APART = Workload("leap-apart", "leap.go")
"""The same with its tests in a process of their own."""
STDIO = Workload("add", "main.go")


def write_jobs(workload: Workload, folder: Path, how_many: int) -> Path:
    """Write so many variants and a JOBS.jsonl for `judge grade --batch`; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number in range(how_many):
        source = folder / f"{number}.go"
        source.write_text(workload.variant())
        job = {"id": number, "pack": str(workload.path), "files": {workload.file: str(source)}}
        lines.append(json.dumps(job))
    jobs = folder / "JOBS.jsonl"
    jobs.write_text("\n".join(lines) + "\n")
    return jobs
