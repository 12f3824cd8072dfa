"""How many packages' tests can be isolated, and why the others cannot.

``python -m tests.isolation --corpus DIR`` reads every Go module below DIR (an Exercism track
among them), takes the packages whose tests pass natively, and has the generator of isolated
tests (judge/sandbox/runner/cmd/isolate) write its halves for each: without a sandbox, so that a
whole corpus takes a minute. ``--prove N`` then grades N of those it can isolate, spread over the
list, in a real sandbox: the package's own code must be accepted.
"""

from __future__ import annotations

import argparse
import base64
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from judge.commands.sandboxes import open_pools
from judge.grading import grade
from judge.packs import exercism
from judge.packs.load import load_files
from judge.packs.names import imports_of
from judge.packs.write import manifest_toml
from judge.sandbox import rootfs

_RUNNER = Path(rootfs.__file__).parent / "runner"
_NATIVE_SECONDS = 600
_VERSION = re.compile(r"^go1\.\d+")


@dataclass
class Package:
    """A package with tests: its reference, its tests, and the packages that either imports."""

    name: str
    path: str
    go: str
    sources: dict[str, bytes]
    internal: dict[str, bytes]
    external: dict[str, bytes]
    others: dict[str, dict[str, bytes]] = field(default_factory=dict)
    data: dict[str, bytes] = field(default_factory=dict)

    def pack(self) -> dict[str, bytes]:
        """It as a problem pack, to be graded."""
        files = {f"submissions/accepted/own/{name}": text for name, text in self.sources.items()}
        files |= {f"tests/{name}": text for name, text in (self.internal | self.external).items()}
        files |= {f"tests/{name}": text for name, text in self.data.items()}
        for path, others in self.others.items():
            files |= {f"support/vendor/{path}/{name}": text for name, text in others.items()}
        imported = {found for text in self.sources.values() for found in imports_of(text)}
        files["problem.toml"] = manifest_toml(
            {
                "format": 1,
                "slug": re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")[:64].strip("-"),
                "title": self.name,
                "kind": "unit",
                "module": self.path,
                "go": self.go.removeprefix("go"),
                "isolation": "process",
                "files": {"solution": sorted(self.sources)},
                "limits": {"cpu_seconds": 30, "wall_seconds": 60, "build_seconds": 120},
                "imports": {"allow": sorted(imported & exercism.REFUSED)},
            }
        )
        return files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.isolation")
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    parser.add_argument("--only", default="", metavar="TEXT", help="packages whose name has it")
    parser.add_argument("--prove", type=int, default=0, metavar="N")
    parser.add_argument("--all", action="store_true", help="every refusal, not the first of each")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write what is generated here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        go = rootfs.Go(rootfs.toolchain(), work)
        archives = standard_library(go, work)
        go.run("build", "-o", str(work / "isolate"), "./cmd/isolate", cwd=_RUNNER)
        print("package | isolated | why not")
        done: dict[str, list[tuple[Package, list[str]]]] = collections.defaultdict(list)
        for corpus, package in packages(options.corpus, go, options.only):
            if options.only not in package.name:
                continue
            refusals = generate(package, archives, work, options.keep)
            done[corpus].append((package, refusals))
            if refusals:
                shown = refusals if options.all else refusals[:1]
                print(f"{package.name} | no | {' / '.join(shown)}", flush=True)
    failed = report(done)
    if options.prove:
        failed += prove(
            [p for found in done.values() for p, why in found if not why], options.prove
        )
    return 1 if failed else 0


def standard_library(go: rootfs.Go, work: Path) -> dict[str, str]:
    archives = rootfs.standard_library(go, work, rootfs.quiet)
    return {name: str(path) for name, path in archives.items()}


def packages(corpus: Path, go: rootfs.Go, only: str) -> Iterator[tuple[str, Package]]:
    if (corpus / "config.json").is_file() and (corpus / "exercises").is_dir():
        yield from ((corpus.name, package) for package in from_track(corpus, only))
        return
    if (corpus / "go.mod").is_file():
        yield from ((corpus.name, package) for package in from_module(corpus, go, only))
        return
    for folder in sorted(path for path in corpus.iterdir() if path.is_dir()):
        yield from packages(folder, go, only)


def from_track(track: Path, only: str) -> Iterator[Package]:
    for exercise in exercism.exercises(track):
        if only not in exercise.slug:
            continue
        try:
            pack = load_files(exercism.convert(exercise), exercise.slug)
        except exercism.LeftOut:
            continue
        tests = {**pack.tests, **pack.hidden}
        package = {**pack.reference.files, **pack.support}
        internal, external, others = {}, {}, {}
        for name, text in tests.items():
            if "/" in name or not name.endswith("_test.go"):
                continue
            if re.match(rb"//go:build (?!linux|amd64|unix|go1|gc)\w+\n", text):
                continue  # left out of a build without that tag
            clause = re.search(rb"^package (\w+)", text, re.MULTILINE)
            outside = clause is not None and clause[1].endswith(b"_test")
            (external if outside else internal)[name] = text
        yield Package(
            name=pack.slug,
            path=pack.module,
            go=f"go{pack.go}" if pack.go else "go1.26",
            sources={n: t for n, t in package.items() if n.endswith(".go") and "/" not in n},
            internal=internal,
            external=external,
            others=others,
        )


def from_module(module: Path, go: rootfs.Go, only: str) -> Iterator[Package]:
    listed = _list(go, module, "-e", "./...")
    wanted = [
        found
        for found in listed
        if (found.get("TestGoFiles") or found.get("XTestGoFiles")) and only in found["ImportPath"]
    ]
    passing = native(go, module, [found["ImportPath"] for found in wanted])
    # Where all the code is in test files there is nothing to hand in.
    wanted = [found for found in wanted if found["ImportPath"] in passing and found.get("GoFiles")]
    everything = {
        found["ImportPath"]: found
        for found in _list(go, module, "-e", "-deps", "-test", "./...")
        if not found.get("Standard") and " " not in found["ImportPath"]
    }
    for found in wanted:
        folder = Path(found["Dir"])
        version = _VERSION.match("go" + (found.get("Module") or {}).get("GoVersion", "1.26"))
        assert version is not None
        package = Package(
            name=f"{module.name}/{found['ImportPath'].rpartition(module.name + '/')[2]}",
            path=found["ImportPath"],
            go=version[0],
            sources=_texts(folder, found.get("GoFiles")),
            internal=_texts(folder, found.get("TestGoFiles")),
            external=_texts(folder, found.get("XTestGoFiles")),
        )
        paths = [
            path
            for key in ("Imports", "TestImports", "XTestImports")
            for path in found.get(key) or ()
        ]
        while paths:
            path = paths.pop()
            other = everything.get(path)
            if other is None or path in package.others or path == package.path:
                continue
            package.others[path] = {
                name: (Path(other["Dir"]) / name).read_bytes()
                for name in other.get("GoFiles") or ()
            }
            paths += other.get("Imports") or ()
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            if (
                path.is_file()
                and path.suffix not in (".go", ".md")
                and path.stat().st_size < 1 << 16
            ):
                package.data[name] = path.read_bytes()
        yield package


def _texts(folder: Path, names: list[str] | None) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names or ()}


def _list(go: rootfs.Go, module: Path, *arguments: str) -> list[dict[str, Any]]:
    text = go.run("list", "-json", *arguments, cwd=module)
    decoder, found = json.JSONDecoder(), []
    at = 0
    while at < len(text.rstrip()):
        one, end = decoder.raw_decode(text, at)
        found.append(one)
        at = end + 1
    return found


def native(go: rootfs.Go, module: Path, paths: list[str]) -> set[str]:
    """Those of `paths` whose tests pass with `go test`."""
    if not paths:
        return set()
    command = [str(go.goroot / "bin" / "go"), "test", "-vet=off", "-timeout=120s", *paths]
    done = subprocess.run(
        command,
        check=False,
        cwd=module,
        env=go.environment,
        capture_output=True,
        text=True,
        timeout=_NATIVE_SECONDS,
    )
    return {
        line.split("\t")[1].strip()
        for line in done.stdout.splitlines()
        if line.startswith("ok ") and "[no tests to run]" not in line
    }


def generate(
    package: Package, archives: dict[str, str], work: Path, keep: Path | None
) -> list[str]:
    """Why it cannot be isolated; empty where it can."""

    def encoded(files: dict[str, bytes]) -> dict[str, str]:
        return {name: base64.b64encode(text).decode() for name, text in files.items()}

    (work / "in.json").write_text(
        json.dumps(
            {
                "Path": package.path,
                "Go": package.go,
                "Package": encoded(package.sources),
                "Internal": encoded(package.internal),
                "External": encoded(package.external),
                "Others": {path: encoded(files) for path, files in package.others.items()},
                "Archives": archives,
            }
        )
    )
    done = subprocess.run(
        [work / "isolate", work / "in.json", work / "out.json"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "GODEBUG": ""},
    )
    if done.returncode:
        return [f"error: {done.stderr.strip().splitlines()[0] if done.stderr else done.returncode}"]
    out = json.loads((work / "out.json").read_text())
    if keep and not out["Refusals"]:
        keep.mkdir(parents=True, exist_ok=True)
        for key in ("Stub", "Server", "Beside"):
            name = f"{package.name.replace('/', '_')}.{key.lower()}.go"
            (keep / name).write_bytes(base64.b64decode(out[key] or ""))
    return [f"{r['file']}:{r['line']}: {r['message']}" for r in out["Refusals"] or ()]


def report(done: dict[str, list[tuple[Package, list[str]]]]) -> int:
    reasons: collections.Counter[str] = collections.Counter()
    errors = 0
    for corpus, found in done.items():
        good = sum(not why for _, why in found)
        print(f"\n{corpus}: {good} of {len(found)} isolated ({good / max(len(found), 1):.0%})")
        for _, why in found:
            if why:
                errors += why[0].startswith("error:")
                reasons[_kind(why[0])] += 1
    for reason, count in reasons.most_common():
        print(f"{count:4} {reason}")
    return errors


def _kind(refusal: str) -> str:
    """A refusal without the place and the names in it."""
    return re.sub(r"^[^ ]+:\d+: ([\w.]+: )?", "", refusal)[:100]


def prove(found: list[Package], most: int) -> int:
    """Grade `most` of them, evenly spread; how many are not accepted."""
    step = max(len(found) // most, 1)
    bad = 0
    with open_pools("local") as pools:
        for package in found[::step][:most]:
            try:
                pack = load_files(package.pack(), package.name, complete=False)
                result = grade(pack, pack.reference.files, pools.get("go"))
                verdict, message = result.verdict.value, result.message
            except Exception as error:  # noqa: BLE001 - one bad package must not end the rest
                verdict, message = "error", str(error)
            if verdict != "accepted":
                bad += 1
                print(f"{package.name}: {verdict}: {message[:600]}")
    print(f"{len(found[::step][:most]) - bad} of {len(found[::step][:most])} graded are accepted")
    return bad


if __name__ == "__main__":
    sys.exit(main())
