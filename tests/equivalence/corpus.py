"""Where the packages come from: shipped packs, an Exercism track, folders of Go packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from judge.errors import UserError
from judge.packs import exercism
from judge.packs.load import load, load_files
from judge.packs.names import imports_of
from judge.packs.pack import Pack
from judge.packs.write import manifest_toml

_OUTSIDE = re.compile(r"^[^/]+\.[^/]*/")
_LIMITS = {"cpu_seconds": 3, "wall_seconds": 8}


@dataclass(frozen=True)
class Package:
    """A Go package with tests, graded in one process and isolated."""

    name: str
    one_process: Pack
    isolated: Pack


def shipped(problems: Path) -> Iterator[Package]:
    """The unit problems in Go below a folder of courses."""
    for manifest in sorted(problems.rglob("problem.toml")):
        pack = load(manifest.parent)
        if pack.kind == "unit" and pack.language == "go":
            yield _package(pack.slug, dict(pack.files))


def of(corpus: Path) -> Iterator[Package]:
    """The packages below a folder that need only the standard library."""
    if (corpus / "config.json").is_file() and (corpus / "exercises").is_dir():
        for exercise in exercism.exercises(corpus):
            try:
                yield _package(exercise.slug, exercism.convert(exercise))
            except (UserError, ValueError):
                continue  # the importer says why
        return
    for folder in sorted({path.parent for path in corpus.rglob("*_test.go")}):
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.go"))}
        try:
            yield _package(str(folder.relative_to(corpus)), _pack(folder, corpus, files))
        except (UserError, ValueError):
            continue


def _pack(folder: Path, corpus: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    tests = {name for name in files if name.endswith("_test.go")}
    sources = sorted(set(files) - tests)
    imported = {found for text in files.values() for found in imports_of(text)}
    if not sources or any(_OUTSIDE.match(path + "/") for path in imported):
        raise ValueError("it imports modules, or has no source")
    pack = {f"tests/{name}": files[name] for name in tests}
    for data in (path for path in folder.glob("testdata/**/*") if path.is_file()):
        pack[f"tests/{data.relative_to(folder)}"] = data.read_bytes()
    for name in sources:
        pack[f"starter/{name}"] = pack[f"submissions/accepted/own/{name}"] = files[name]
    used = {found for name in sources for found in imports_of(files[name])}
    slug = re.sub(r"[^a-z0-9]+", "-", str(folder.relative_to(corpus)).lower()).strip("-")
    pack["problem.toml"] = manifest_toml(
        {
            "format": 1,
            "slug": slug[-60:].strip("-"),
            "title": slug,
            "kind": "unit",
            "module": _clause(files[sources[0]]),
            "imports": {"allow": sorted(used & exercism.REFUSED)},
        }
    )
    return pack


def _clause(source: bytes) -> str:
    found = re.search(rb"^package (\w+)", source, re.MULTILINE)
    if found is None or found[1] == b"main":
        raise ValueError("it is no package to import")
    return found[1].decode()


def _package(name: str, files: dict[str, bytes]) -> Package:
    text = re.sub(rb"(?m)^isolation = .*\n", b"", files["problem.toml"])
    text = re.sub(rb"(?ms)^\[limits\]\n.*?(?=^\[|\Z)", b"", text)
    limits = "\n[limits]\n" + "".join(f"{key} = {value}\n" for key, value in _LIMITS.items())

    def pack(isolation: str) -> Pack:
        manifest = f'isolation = "{isolation}"\n'.encode() + text + limits.encode()
        return load_files({**files, "problem.toml": manifest}, name, complete=False)

    return Package(name, pack("none"), pack("process"))
