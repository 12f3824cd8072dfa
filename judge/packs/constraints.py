"""Whether the judge's Go builds a file, by its name and its build constraint."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_CONSTRAINT = re.compile(rb"^//go:build (.+)$", re.MULTILINE)
_PACKAGE = re.compile(rb"^package\b", re.MULTILINE)
_TAG = re.compile(r"[A-Za-z_][\w.]*")
_GO = re.compile(r"go1\.\d+\Z")
_HERE = frozenset({"linux", "unix", "gc", "amd64", "arm64"})
_SYSTEMS = frozenset(
    {
        *("aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "netbsd"),
        *("openbsd", "plan9", "solaris", "wasip1", "windows", "386", "arm", "loong64", "mips"),
        *("mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"),
    }
)
_ALLOWED = re.compile(r"(?:True|False|and|or|not|[() ])*\Z")


def is_built(name: str, source: bytes) -> bool:
    """Whether a Go file is part of its package here. A constraint that cannot be read is met."""
    stem = PurePosixPath(name).stem.removesuffix("_test")
    if _SYSTEMS.intersection(stem.split("_")[1:][-2:]):
        return False
    package = _PACKAGE.search(source)
    found = _CONSTRAINT.search(source, 0, package.start() if package else len(source))
    if found is None:
        return True
    text = found[1].decode(errors="replace").strip()
    text = text.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    words = {"and", "or", "not"}
    truth = _TAG.sub(lambda tag: tag[0] if tag[0] in words else str(_is_met(tag[0])), text)
    if not _ALLOWED.match(truth):
        return True
    try:
        return bool(eval(truth, {"__builtins__": {}}))  # noqa: S307 - truth values and operators
    except SyntaxError:
        return True


def _is_met(tag: str) -> bool:
    return tag in _HERE or _GO.match(tag) is not None
