"""Turn an Exercism Go track into packs.

A track is a checkout with ``config.json`` and a folder for each exercise under
``exercises/practice`` and ``exercises/concept``. What this module knows of it,
traps included:

- the stub, tests and example are named in ``.meta/config.json``, but not all
  of the package's files are: every other ``.go`` file at the top is taken, tests
  into ``tests/``, the rest into ``support/``;
- files with build constraints are copied like the others; whether they are built
  is decided as `go test` would;
- module path, package name and slug may all differ, so the module comes from
  ``go.mod`` and nothing is derived from the slug;
- a function of the tests that the example calls is moved into ``support/``;
- an exercise without any test gets one that says it builds, which is what
  `go test` says of it too;
- a reference that imports what the gate keeps from solutions brings its
  imports along as the problem's exceptions.

Nothing is run here; `judge check` proves the packs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from judge.errors import UserError
from judge.packs import exercism_text as texts
from judge.packs.exercism_helpers import share_helpers
from judge.packs.names import declared, imports_of
from judge.packs.write import manifest_toml

BUILDS_TEST = "builds_test.go"

# Exercism's own runner gives an exercise 20 s, 3 GB and 1 MB of output; the tests
# are written with that in mind, some for concurrency or big tables.
_LIMITS = {"cpu_seconds": 20, "wall_seconds": 20, "memory_mb": 1024, "output_kb": 1024}

# What the gate refuses to unit tests' submissions; a test compares the two. An exercise
# whose reference needs one of these brings it along as its own exception.
_REFUSED = """
    crypto/fips140 crypto/mlkem/mlkemtest crypto/tls crypto/x509 database/sql debug/buildinfo
    debug/elf debug/macho debug/pe debug/plan9obj embed expvar flag go/build go/importer go/parser
    html/template io/ioutil log/syslog mime/multipart net net/http net/http/cgi net/http/cookiejar
    net/http/fcgi net/http/httptest net/http/httptrace net/http/httputil net/http/pprof net/rpc
    net/rpc/jsonrpc net/smtp net/textproto os os/exec os/signal os/user plugin runtime/cgo
    runtime/coverage runtime/pprof runtime/race runtime/trace syscall testing testing/cryptotest
    testing/fstest testing/iotest testing/quick testing/slogtest testing/synctest text/template
    unsafe
"""
REFUSED = frozenset(_REFUSED.split())
_NOT_OF_THE_PACKAGE = {"go.mod", "go.sum", "go.work", "README.md", "HELP.md", "HINTS.md"}
_PACKAGE = re.compile(rb"^package\s+(\w+)", re.MULTILINE)
_MODULE = re.compile(r'^module\s+"?([^\s"]+)"?', re.MULTILINE)
_GO = re.compile(r"^go\s+(1\.\d+)", re.MULTILINE)
_REQUIRE = re.compile(r"^require\b", re.MULTILINE)


class BadTrack(UserError):
    """The folder is not an Exercism track."""


class LeftOut(UserError):
    """An exercise that cannot become a pack, through no mistake of ours; says why."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """An entry of the track's ``config.json``. `topics` become tags."""

    kind: str
    slug: str
    name: str
    difficulty: int
    topics: tuple[str, ...]
    status: str
    folder: Path


def exercises(track: Path) -> list[Exercise]:
    """All exercises of the track at `track`, in its own order.

    :raises BadTrack: it is not a track for Go.
    """
    config = _read_json(track / "config.json", BadTrack)
    listed = config.get("exercises")
    if not isinstance(listed, dict):
        raise BadTrack(f"{track}: config.json lists no exercises; is this a track's checkout?")
    if config.get("slug", "go") != "go":
        raise BadTrack(f"{track}: a track for {config['slug']}, not for go")
    return [
        _exercise(track, kind, entry)
        for kind in ("concept", "practice")
        for entry in listed.get(kind, [])
        if isinstance(entry, dict)
    ]


def convert(exercise: Exercise, licence: bytes | None = None) -> dict[str, bytes]:
    """The files of the pack that `exercise` becomes.

    :raises LeftOut: it cannot become one; says why.
    """
    if not exercise.folder.is_dir():
        raise LeftOut(f"there is no folder {exercise.kind}/{exercise.slug}")
    meta = _read_json(exercise.folder / ".meta" / "config.json", LeftOut)
    named = meta.get("files")
    if not isinstance(named, dict):
        raise LeftOut(".meta/config.json names no files")
    solution = _names(named, "solution")
    package = dict(_package_files(exercise.folder))
    files = _sort_package(package, solution)
    allow = _add_reference(exercise.folder, named, solution, files, package)
    _add_builds_test(files)
    files |= texts.documents(exercise.folder, meta)
    files["problem.toml"] = _manifest(exercise, solution, allow)
    if licence is not None:
        files["LICENSE"] = licence
    return files


def isolated(files: dict[str, bytes]) -> dict[str, bytes]:
    """The pack `files`, with its tests in a process of their own."""
    return with_isolation(files, "process")


def with_isolation(files: dict[str, bytes], isolation: str) -> dict[str, bytes]:
    """The pack `files` with another `isolation` in its manifest."""
    line = f'isolation = "{isolation}"\n'.encode()
    manifest = re.sub(rb'^isolation = "\w+"\n', b"", files["problem.toml"], flags=re.MULTILINE)
    manifest = re.sub(rb'^language = "go"\n', rb"\g<0>" + line, manifest, flags=re.MULTILINE)
    return {**files, "problem.toml": manifest}


def licence_of(track: Path) -> bytes | None:
    """The track's licence, which goes with every copy of its exercises."""
    path = track / "LICENSE"
    return path.read_bytes() if path.is_file() else None


def _exercise(track: Path, kind: str, entry: dict[str, Any]) -> Exercise:
    slug = str(entry.get("slug", ""))
    topics = entry.get("topics") or entry.get("practices") or entry.get("concepts") or []
    return Exercise(
        kind=kind,
        slug=slug,
        name=str(entry.get("name") or slug),
        difficulty=min(max(int(entry.get("difficulty") or 1), 1), 10),
        topics=tuple(dict.fromkeys(str(topic) for topic in topics)),
        status=str(entry.get("status", "active")),
        folder=track / "exercises" / kind / slug,
    )


def _package_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the Go package: not the hidden folders, not what belongs to the site."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(".") or name in _NOT_OF_THE_PACKAGE or path.is_dir():
            continue
        if path.is_symlink():
            raise LeftOut(f"{name} is a link")
        yield name, path.read_bytes()


def _sort_package(package: dict[str, bytes], solution: list[str]) -> dict[str, bytes]:
    files = {}
    for name in solution:
        if name not in package:
            raise LeftOut(f"the stub {name} is missing")
        files[f"starter/{name}"] = package[name]
    for name, content in package.items():
        if name in solution:
            continue
        is_test = name.endswith("_test.go") or name.startswith("testdata/")
        files[f"{'tests' if is_test else 'support'}/{name}"] = content
    return files


def _add_reference(
    folder: Path,
    named: dict[str, Any],
    solution: list[str],
    files: dict[str, bytes],
    package: dict[str, bytes],
) -> list[str]:
    """Add the reference as a proof; the imports that it needs exceptions for.

    Examples stand for solution files in order. One that has the name of another
    file of the package would replace a file that students cannot; there is none.
    """
    key = "exemplar" if "exemplar" in named else "example"
    examples = _names(named, key)
    if len(examples) != len(solution):
        raise LeftOut(f"{len(examples)} files under {key!r} for {len(solution)} solution files")
    needed: set[str] = set()
    for name, example in zip(solution, examples, strict=True):
        content = _read(folder / example)
        files[f"submissions/accepted/{key}/{name}"] = content
        share_helpers(files, content)
        needed |= {*imports_of(content), *imports_of(package[name])}
    return sorted(needed & REFUSED)


def _add_builds_test(files: dict[str, bytes]) -> None:
    tests = {
        name.removeprefix("tests/"): files[name] for name in files if name.startswith("tests/")
    }
    if declared(tests):
        return
    sources = [*tests.values(), *(files[name] for name in files if name.startswith("starter/"))]
    package = next((found[1] for found in map(_PACKAGE.search, sources) if found), None)
    if package is None or f"tests/{BUILDS_TEST}" in files:
        raise LeftOut("it has no test, and none can be made for it")
    files[f"tests/{BUILDS_TEST}"] = (
        f"package {package.decode()}\n\n"
        'import "testing"\n\n'
        "// The exercise comes without tests: that it builds is all there is to see.\n"
        "func TestBuilds(t *testing.T) {}\n"
    ).encode()


def _manifest(exercise: Exercise, solution: list[str], allow: list[str]) -> bytes:
    module, go = _module(exercise.folder / "go.mod", exercise.slug)
    tags = ["exercism", exercise.kind, *exercise.topics]
    if exercise.status != "active":
        tags.append(exercise.status)
    return manifest_toml(
        {
            "format": 1,
            "slug": exercise.slug,
            "title": exercise.name,
            "kind": "unit",
            "language": "go",
            "module": module,
            **({"go": go} if go else {}),
            "difficulty": exercise.difficulty,
            "tags": list(dict.fromkeys(tags)),
            "isolation": "none",
            "files": {"solution": solution},
            "limits": _LIMITS,
            **({"imports": {"allow": allow}} if allow else {}),
        }
    )


def _module(path: Path, slug: str) -> tuple[str, str | None]:
    """Module path and language version of ``go.mod``."""
    if not path.is_file():
        return slug, None
    text = _read(path).decode(errors="replace")
    if _REQUIRE.search(text):
        raise LeftOut("go.mod requires other modules")
    module, go = _MODULE.search(text), _GO.search(text)
    return (module[1] if module else slug), (go[1] if go else None)


def _names(named: dict[str, Any], key: str) -> list[str]:
    """The paths under `key`, checked: they stay inside the exercise's folder."""
    paths = named.get(key)
    if not isinstance(paths, list) or not paths:
        raise LeftOut(f".meta/config.json names no {key} file")
    for path in paths:
        parts = PurePosixPath(str(path)).parts
        if not isinstance(path, str) or not parts or ".." in parts or parts[0] == "/":
            raise LeftOut(f".meta/config.json: {path!r} is not a path in the exercise")
    return list(paths)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LeftOut(f"{path.name}: {error.strerror}") from error


def _read_json(path: Path, failure: type[UserError]) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise failure(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise failure(f"{path}: not JSON ({error})") from error
    if not isinstance(content, dict):
        raise failure(f"{path}: not a JSON object")
    return content
