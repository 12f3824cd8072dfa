"""Turn a GitHub Classroom assignment for Go into packs.

An assignment's graders are commands. What they mean is taken, not that they are run:

- ``go test``, with ``-run`` or not, becomes a group of the unit tests that it would run, in
  a pack for each folder that is tested;
- ``go run`` with an expected output becomes a case of stdin and stdout, in a pack for each way
  to compare, since a problem has one checker;
- whatever else a command does cannot be had and is left out with the reason.

Students get the code that is no test, and see all tests, as in the repository. A repository
in which the assignment is solved, where there is one, gives the packs their reference.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from judge.errors import UserError
from judge.packs import tree
from judge.packs.classroom_graders import BadAssignment, Comparison, Grader
from judge.packs.exercism import REFUSED
from judge.packs.names import declared, imports_of
from judge.packs.write import manifest_toml

_LIMITS = {"cpu_seconds": 10, "wall_seconds": 20}
_HARMLESS = re.compile(r"(?:go (?:mod (?:download|tidy|verify)|build|vet|version)\b[\w ./-]*)?\Z")
"""Setup commands that change nothing that matters here."""
_SWITCHES = re.compile(r"-(?:v|race|short|cover|json|failfast|count=1|timeout=\w+|vet=\w+)\Z")
_SHELL = re.compile(r"[;&|<>`\n]|\$[\w({]")
_MODULE = re.compile(r'^module\s+"?([^\s"]+)"?', re.MULTILINE)
_GO = re.compile(r"^go\s+(1\.\d+)", re.MULTILINE)
_REQUIRE = re.compile(r"^require\b", re.MULTILINE)
_TITLE = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_NOT_GOS = re.compile(r"\(\?(?:=|!|<)|\\[1-9]")
"""What Go's regular expressions do not have."""
_CONDITIONS: Mapping[Comparison, str] = {
    "included": "strings.Contains(output, answer)",
    "regex": "regexp.MustCompile(answer).MatchString(output)",
}


class LeftOut(UserError):
    """A grader that no pack can stand for; says why."""


@dataclass(slots=True)
class Assignment:
    """The repository's files, and what of its graders was left out, with reasons."""

    slug: str
    files: dict[str, bytes]
    solved: dict[str, bytes] = field(default_factory=dict)
    """The files of a repository in which somebody has solved it."""
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def go_mod(self) -> str:
        """Its go.mod, "" where there is none."""
        return self.files.get("go.mod", b"").decode(errors="replace")


def open_folder(folder: Path, solution: Path | None = None) -> Assignment:
    """The assignment whose repository is checked out in `folder`, and solved in `solution`.

    :raises BadAssignment: it needs what no problem has.
    """
    found = tree.read_folder(folder)
    slug = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "assignment"
    assignment = Assignment(slug, found, tree.read_folder(solution) if solution else {})
    if _REQUIRE.search(assignment.go_mod):
        raise BadAssignment(f"{folder}: go.mod requires other modules, which no problem has")
    if not any(name.endswith(".go") for name in found):
        raise BadAssignment(f"{folder}: there is no Go file; only assignments for Go can be taken")
    return assignment


def convert(assignment: Assignment, graders: Iterable[Grader]) -> dict[str, dict[str, bytes]]:
    """Packs by their slugs; `assignment.left_out` says what is in none of them."""
    units: dict[str, list[tuple[Grader, str]]] = {}
    programs: dict[tuple[str, Comparison], list[Grader]] = {}
    for grader in graders:
        try:
            if not _HARMLESS.match(grader.setup.strip()):
                raise LeftOut(f"its setup cannot be run: {grader.setup.strip()}")
            if grader.comparison is None:
                folder, pattern = _tested(grader.command)
                units.setdefault(folder, []).append((grader, pattern))
            else:
                key = (_run_folder(grader.command), grader.comparison)
                _check_regex(grader)
                programs.setdefault(key, []).append(grader)
        except LeftOut as reason:
            assignment.left_out.append((grader.name, str(reason)))
    packs = dict(_all(assignment, units, programs))
    if len(packs) == 1:
        (only,) = packs.values()
        return {assignment.slug: _named(only, assignment.slug)}
    return {slug: _named(files, slug) for slug, files in packs.items()}


def _all(
    assignment: Assignment,
    units: Mapping[str, list[tuple[Grader, str]]],
    programs: Mapping[tuple[str, Comparison], list[Grader]],
) -> Iterator[tuple[str, dict[str, bytes]]]:
    for folder, tests in units.items():
        try:
            yield _slug(assignment.slug, folder), _unit(assignment, folder, tests)
        except LeftOut as reason:
            assignment.left_out += [(grader.name, str(reason)) for grader, _ in tests]
    for (folder, comparison), cases in programs.items():
        try:
            slug = _slug(assignment.slug, folder, "io", comparison)
            yield slug, _io(assignment, folder, comparison, cases)
        except LeftOut as reason:
            assignment.left_out += [(grader.name, str(reason)) for grader in cases]


def _tested(command: str) -> tuple[str, str]:
    """The folder that a ``go test`` tests, and its -run."""
    words = _words(command, "test")
    folder, pattern = "", ""
    while words:
        word = words.pop(0)
        name, _, value = word.lstrip("-").partition("=")
        if word.startswith("-") and name == "run":
            pattern = value or (words.pop(0) if words else "")
        elif word in ("-timeout", "-count") and words:
            words.pop(0)
        elif word.startswith("-"):
            if not _SWITCHES.match(word):
                raise LeftOut(f"go test {word} cannot be had")
        else:
            folder = _folder(word)
    if "/" in pattern:
        raise LeftOut("it runs subtests alone, and a group has whole tests")
    return folder, pattern


def _run_folder(command: str) -> str:
    """The folder of the program that a ``go run`` runs."""
    words = _words(command, "run")
    folders = {_folder(word) for word in words}
    arguments = [word for word in words if not (word.startswith(".") or word.endswith(".go"))]
    if arguments or len(folders) != 1:
        raise LeftOut("a program gets no arguments here; it can only be told by its input")
    return folders.pop()


def _words(command: str, verb: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if words[:2] != ["go", verb] or _SHELL.search(command):
        what = "go run with an expected output" if verb == "run" else "go test"
        raise LeftOut(f"only {what} can be taken, and it runs: {command or 'nothing'}")
    return words[2:]


def _folder(word: str) -> str:
    """A folder of the repository, from a package or a file on the command line."""
    path = PurePosixPath(word.removesuffix("/..."))
    if path.suffix == ".go":
        path = path.parent
    if path.is_absolute() or ".." in path.parts:
        raise LeftOut(f"{word} is not in the repository")
    return "" if str(path) == "." else str(path)


def _check_regex(grader: Grader) -> None:
    if grader.comparison != "regex":
        return
    try:
        re.compile(grader.expected)
    except re.error as error:
        raise LeftOut(f"its regular expression cannot be read: {error}") from error
    if _NOT_GOS.search(grader.expected):
        raise LeftOut("its regular expression looks around or back, which Go's cannot")


def _unit(assignment: Assignment, folder: str, tests: list[tuple[Grader, str]]) -> dict[str, bytes]:
    files = _package(assignment, folder)
    names = declared(
        {name.removeprefix("tests/"): files[name] for name in files if name.startswith("tests/")}
    )
    if not names:
        raise LeftOut(f"there are no tests in {folder or 'the folder of the repository'}")
    groups, taken = [], set[str]()
    # Whoever names tests comes first: a test is in one group only.
    for grader, pattern in sorted(tests, key=lambda one: not one[1]):
        covered = [name for name in _matching(pattern, names) if name not in taken]
        if not covered:
            why = "its tests are in other groups already, or there are none of that name"
            assignment.left_out.append((grader.name, why))
            continue
        taken |= set(covered)
        groups.append((grader, covered))
    allow = sorted({path for _, text in _starter(files) for path in imports_of(text)} & REFUSED)
    files["problem.toml"] = _manifest(assignment, folder, files, "unit", _grouped(groups), allow)
    return files


def _matching(pattern: str, names: list[str]) -> list[str]:
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise LeftOut(f"its -run cannot be read: {error}") from error
    return [name for name in names if wanted.search(name)]


def _io(
    assignment: Assignment, folder: str, comparison: Comparison, graders: list[Grader]
) -> dict[str, bytes]:
    files = {
        name: text
        for name, text in _package(assignment, folder).items()
        if not name.startswith("tests/")
    }
    if not any(re.search(rb"^package main\b", text, re.MULTILINE) for _, text in _starter(files)):
        raise LeftOut(f"there is no program in {folder or 'the folder of the repository'}")
    groups = []
    for number, grader in enumerate(graders, 1):
        case = f"{number:02}-{_slug(grader.name)}"[:60].strip("-")
        files[f"tests/{case}.in"] = grader.stdin.encode()
        files[f"tests/{case}.out"] = grader.expected.encode()
        groups.append((grader, [case]))
    if condition := _CONDITIONS.get(comparison):
        files["checker/main.go"] = _checker(comparison, condition)
    more = _grouped(groups) | {"checker": {"kind": "program" if condition else "lines"}}
    files["problem.toml"] = _manifest(assignment, folder, files, "io", more, [])
    return files


def _checker(comparison: Comparison, condition: str) -> bytes:
    library = "regexp" if comparison == "regex" else "strings"
    imports = sorted(["fmt", "os", "strings", library])
    listed = "".join(f'\t"{one}"\n' for one in dict.fromkeys(imports))
    return (
        f"package main\n\nimport (\n{listed})\n\n"
        "func read(name string) string {\n\ttext, err := os.ReadFile(name)\n"
        "\tif err != nil {\n\t\tpanic(err)\n\t}\n"
        '\treturn strings.TrimSpace(strings.ReplaceAll(string(text), "\\r\\n", "\\n"))\n}\n\n'
        "func main() {\n\toutput, answer := read(os.Args[2]), read(os.Args[3])\n"
        f"\tif !{condition} {{\n"
        '\t\tfmt.Printf("%q is not in the output\\n", answer)\n\t\tos.Exit(1)\n\t}\n}\n'
    ).encode()


def _package(assignment: Assignment, folder: str) -> dict[str, bytes]:
    """The files of the package in `folder` by their parts of a pack, and the statement."""
    files: dict[str, bytes] = {}
    for name, text in assignment.files.items():
        if folder and not name.startswith(f"{folder}/"):
            continue
        inner = name.removeprefix(f"{folder}/") if folder else name
        if inner.startswith(".") or inner in ("go.mod", "go.sum", "go.work"):
            continue
        if inner.endswith("_test.go") and "/" in inner:
            continue  # of another package
        if inner.endswith("_test.go") or inner.startswith("testdata/"):
            files[f"tests/{inner}"] = text
        elif inner.endswith(".go"):
            files[f"{'support' if '/' in inner else 'starter'}/{inner}"] = text
    if not any(_starter(files)):
        raise LeftOut(f"there is no Go file in {folder or 'the folder of the repository'}")
    readme = assignment.files.get(f"{folder}/README.md" if folder else "README.md")
    readme = readme or assignment.files.get("README.md")
    for name, _ in list(_starter(files)):
        solved = assignment.solved.get(f"{folder}/{name}" if folder else name)
        if solved is not None:
            files[f"submissions/accepted/solution/{name}"] = solved
    files["statement.md"] = readme or f"# {assignment.slug}\n".encode()
    return files


def _starter(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    return ((name[8:], text) for name, text in files.items() if name.startswith("starter/"))


def _grouped(groups: list[tuple[Grader, list[str]]]) -> dict[str, Any]:
    """Points as the graders give them; nothing where none of them gives any."""
    worth = [(grader, tests) for grader, tests in groups if grader.points]
    if not worth:
        return {}
    names: list[str] = []
    for grader, _ in worth:
        taken = sum(name.split(" (")[0] == grader.name for name in names)
        names.append(f"{grader.name} ({taken + 1})" if taken else grader.name)
    return {
        "points": sum(grader.points for grader, _ in worth),
        "groups": [
            {"name": name, "points": grader.points, "tests": tests}
            for name, (grader, tests) in zip(names, worth, strict=True)
        ],
    }


def _manifest(
    assignment: Assignment,
    folder: str,
    files: Mapping[str, bytes],
    kind: str,
    more: Mapping[str, Any],
    allow: list[str],
) -> bytes:
    module, go = _MODULE.search(assignment.go_mod), _GO.search(assignment.go_mod)
    path = module[1] if module else assignment.slug
    title = _TITLE.search(files["statement.md"].decode(errors="replace"))
    return manifest_toml(
        {
            "format": 1,
            "slug": "SLUG",
            "title": title[1] if title else assignment.slug,
            "kind": kind,
            "language": "go",
            "module": f"{path}/{folder}" if folder else path,
            **({"go": go[1]} if go else {}),
            "tags": ["classroom"],
            "files": {"solution": sorted(name for name, _ in _starter(files))},
            "limits": _LIMITS,
            **({"imports": {"allow": allow}} if allow else {}),
            **more,
        }
    )


def _named(files: dict[str, bytes], slug: str) -> dict[str, bytes]:
    manifest = files["problem.toml"].replace(b'slug = "SLUG"', f'slug = "{slug}"'.encode(), 1)
    return {**files, "problem.toml": manifest}


def _slug(*parts: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", "-".join(part for part in parts if part).lower()).strip("-")
