"""Turn a GitHub Classroom assignment for Go into packs.

An assignment's graders are commands. What they mean is taken, not that they are run:

- ``go test``, with ``-run`` or not, becomes a group of the unit tests that it would run, in
  a pack for each folder that is tested. What tests several folders gives each a share of its
  points, by the number of its tests;
- ``go run`` with an expected output becomes a case of stdin and stdout, in a pack for each way
  to compare, since a problem has one checker;
- whatever else a command does cannot be had and is left out with the reason, and so is each
  test of the repository that is in no pack.

Students get the code that is no test, and see all tests, as in the repository. A repository
in which the assignment is solved, where there is one, gives the packs their reference.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from judge.packs import classroom_commands as commands
from judge.packs import tree
from judge.packs.classroom_commands import HARMLESS, LeftOut, Selection
from judge.packs.classroom_graders import BadAssignment, Comparison, Grader
from judge.packs.constraints import is_built
from judge.packs.exercism import REFUSED
from judge.packs.names import declared, imports_of
from judge.packs.write import manifest_toml

_NOT_DATA = frozenset({"go.mod", "go.sum", "go.work", "README.md"})
_LIMITS = {"cpu_seconds": 10, "wall_seconds": 20}
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


@dataclass(slots=True)
class Assignment:
    """The repository's files, and what of its graders and tests was left out."""

    slug: str
    files: dict[str, bytes]
    solved: dict[str, bytes] = field(default_factory=dict)
    """The files of a repository in which somebody has solved it."""
    left_out: list[tuple[str, str]] = field(default_factory=list)
    untaken: list[str] = field(default_factory=list)
    """Tests of the repository that are in no pack: "queue/TestLen"."""

    @property
    def tested(self) -> list[str]:
        """The folders in which there are tests that ``go test ./...`` runs."""
        return sorted(
            {
                _parent(name)
                for name, text in self.files.items()
                if self.is_of_module(name)
                and name.endswith("_test.go")
                and is_built(name, text)
                and _tests_in(text)
            }
        )

    def is_of_module(self, name: str) -> bool:
        """Whether Go looks at a file: neither hidden, nor data, nor of another module."""
        folders = PurePosixPath(name).parts[:-1]
        if any(one.startswith((".", "_")) or one in ("testdata", "vendor") for one in folders):
            return False
        paths = ("/".join(folders[:end]) for end in range(1, len(folders) + 1))
        return not any(f"{path}/go.mod" in self.files for path in paths)

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
    """Packs by their slugs; `left_out` and `untaken` of `assignment` say what is in none."""
    units: list[tuple[Grader, Selection]] = []
    programs: dict[tuple[str, Comparison], list[Grader]] = {}
    for grader in graders:
        try:
            if not HARMLESS.match(grader.setup.strip()):
                raise LeftOut(f"its setup cannot be run: {grader.setup.strip()}")
            if grader.comparison is None:
                units.append((grader, commands.tests(grader.command, assignment.tested)))
            else:
                key = (commands.run_folder(grader.command), grader.comparison)
                _check_regex(grader)
                programs.setdefault(key, []).append(grader)
        except LeftOut as reason:
            assignment.left_out.append((grader.name, str(reason)))
    packs = dict(_all(assignment, units, programs))
    _list_untaken(assignment, packs)
    if len(packs) == 1:
        (only,) = packs.values()
        return {assignment.slug: _named(only, assignment.slug)}
    return {slug: _named(files, slug) for slug, files in packs.items()}


def _all(
    assignment: Assignment,
    units: list[tuple[Grader, Selection]],
    programs: Mapping[tuple[str, Comparison], list[Grader]],
) -> Iterator[tuple[str, dict[str, bytes]]]:
    shares = _shares(assignment, units)
    for folder in dict.fromkeys(folder for _, folder, _ in shares):
        groups = [(grader, names) for grader, where, names in shares if where == folder]
        try:
            yield _slug(assignment.slug, folder), _unit(assignment, folder, groups)
        except LeftOut as reason:
            assignment.left_out += [
                (grader.name, f"{grader.points:g} points: {reason}") for grader, _ in groups
            ]
    for (folder, comparison), cases in programs.items():
        try:
            slug = _slug(assignment.slug, folder, "io", comparison)
            yield slug, _io(assignment, folder, comparison, cases)
        except LeftOut as reason:
            assignment.left_out += [(grader.name, str(reason)) for grader in cases]


def _shares(
    assignment: Assignment, units: list[tuple[Grader, Selection]]
) -> list[tuple[Grader, str, list[str]]]:
    """Which tests of which folder count for which grader, with its share of the points."""
    shares: list[tuple[Grader, str, list[str]]] = []
    taken: set[tuple[str, str]] = set()
    # Whoever names tests comes first: a test is in one group only.
    for grader, tested in sorted(units, key=lambda one: not one[1].pattern):
        covered: dict[str, list[str]] = {}
        try:
            for folder in tested.folders:
                names = _matching(tested.pattern, _tests_of(assignment, folder))
                free = [name for name in names if (folder, name) not in taken]
                if free:
                    covered[folder] = free
            if not covered:
                where = ", ".join(
                    folder or "the folder of the repository" for folder in tested.folders
                )
                raise LeftOut(
                    f"its tests are in other groups already, or there are none in {where}"
                )
        except LeftOut as reason:
            assignment.left_out.append((grader.name, str(reason)))
            continue
        points = _divided(grader.points, [len(names) for names in covered.values()])
        for (folder, names), share in zip(covered.items(), points, strict=True):
            taken |= {(folder, name) for name in names}
            shares.append((replace(grader, points=share), folder, names))
    return shares


def _divided(points: float, weights: list[int]) -> list[float]:
    """`points` by weight, to hundredths; the first gets what is left over."""
    shares = [round(points * weight / sum(weights), 2) for weight in weights]
    shares[0] = round(points - sum(shares[1:]), 6)
    return shares


def _tests_of(assignment: Assignment, folder: str) -> list[str]:
    files = {
        PurePosixPath(name).name: text
        for name, text in assignment.files.items()
        if _parent(name) == folder and assignment.is_of_module(name) and is_built(name, text)
    }
    return declared(files)


def _list_untaken(assignment: Assignment, packs: Mapping[str, Mapping[str, bytes]]) -> None:
    """List the tests of the repository that are in no pack."""
    there = {
        (_folder_of(assignment, files), name)
        for files in packs.values()
        for name in declared(
            {
                path.removeprefix("tests/"): text
                for path, text in files.items()
                if path[:6] == "tests/"
            }
        )
    }
    assignment.untaken += [
        f"{folder}/{name}".lstrip("/")
        for folder in assignment.tested
        for name in _tests_of(assignment, folder)
        if (folder, name) not in there
    ]


def _folder_of(assignment: Assignment, files: Mapping[str, bytes]) -> str:
    """The folder that a pack was made of, from its module."""
    module = str(tomllib.loads(files["problem.toml"].decode())["module"])
    return module.removeprefix(_module(assignment)).strip("/")


def _module(assignment: Assignment) -> str:
    module = _MODULE.search(assignment.go_mod)
    return module[1] if module else assignment.slug


def _parent(name: str) -> str:
    parent = str(PurePosixPath(name).parent)
    return "" if parent == "." else parent


def _tests_in(text: bytes) -> bool:
    return bool(declared({"a_test.go": text}))


def _check_regex(grader: Grader) -> None:
    if grader.comparison != "regex":
        return
    try:
        re.compile(grader.expected)
    except re.error as error:
        raise LeftOut(f"its regular expression cannot be read: {error}") from error
    if _NOT_GOS.search(grader.expected):
        raise LeftOut("its regular expression looks around or back, which Go's cannot")


def _unit(
    assignment: Assignment, folder: str, groups: list[tuple[Grader, list[str]]]
) -> dict[str, bytes]:
    files = _package(assignment, folder)
    files["problem.toml"] = _manifest(assignment, folder, files, "unit", _grouped(groups))
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
    files["problem.toml"] = _manifest(assignment, folder, files, "io", more)
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
    within = f"{folder}/" if folder else ""
    for name, text in assignment.files.items():
        if not name.startswith(within):
            continue
        part = _part(assignment, folder, name)
        if part:
            files[f"{part}/{name.removeprefix(within)}"] = text
    where = folder or "the folder of the repository"
    if not any(_starter(files)):
        raise LeftOut(f"there is no Go file in {where}")
    _check_imports(assignment, folder, files)
    readme = assignment.files.get(f"{within}README.md") or assignment.files.get("README.md")
    for name, _ in list(_starter(files)):
        solved = assignment.solved.get(f"{within}{name}")
        if solved is not None:
            files[f"submissions/accepted/solution/{name}"] = solved
    files["statement.md"] = readme or f"# {assignment.slug}\n".encode()
    return files


def _part(assignment: Assignment, folder: str, name: str) -> str:
    """The part of a pack for `folder` that a file below it belongs to, "" for none."""
    path = PurePosixPath(name)
    if any(one.startswith(".") for one in path.parts) or path.name in _NOT_DATA:
        return ""
    if not name.endswith(".go") or "testdata" in path.parts:
        if _owner(assignment, _parent(name)) != folder:
            return ""
        return "tests" if name.removeprefix(f"{folder}/").startswith("testdata/") else "support"
    if not assignment.is_of_module(name) or not is_built(name, assignment.files[name]):
        return ""
    if _parent(name) == folder:
        return "tests" if name.endswith("_test.go") else "starter"
    return "" if name.endswith("_test.go") else "support"


def _owner(assignment: Assignment, folder: str) -> str:
    """The package whose data a folder holds: itself, or the nearest above."""
    packages = {
        _parent(name)
        for name in assignment.files
        if name.endswith(".go") and assignment.is_of_module(name)
    }
    while folder and folder not in packages:
        folder = _parent(folder)
    return folder


def _check_imports(assignment: Assignment, folder: str, files: Mapping[str, bytes]) -> None:
    """Refuse a package that needs code of the repository which a pack for it does not have."""
    module = _module(assignment)
    own = f"{module}/{folder}" if folder else module
    for path in sorted(
        {one for name in files if name.endswith(".go") for one in imports_of(files[name])}
    ):
        if path.startswith(f"{module}/") and path != own and not path.startswith(f"{own}/"):
            raise LeftOut(f"{folder} imports {path}, and a problem has one package and those below")


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
) -> bytes:
    path, go = _module(assignment), _GO.search(assignment.go_mod)
    allow = _needed(files) if kind == "unit" else []
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


def _needed(files: Mapping[str, bytes]) -> list[str]:
    """Packages that the starter or the solution imports and the gate refuses without leave."""
    sources = [
        text for name, text in files.items() if name.startswith(("starter/", "submissions/"))
    ]
    return sorted({path for text in sources for path in imports_of(text)} & REFUSED)


def _named(files: dict[str, bytes], slug: str) -> dict[str, bytes]:
    manifest = files["problem.toml"].replace(b'slug = "SLUG"', f'slug = "{slug}"'.encode(), 1)
    return {**files, "problem.toml": manifest}


def _slug(*parts: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", "-".join(part for part in parts if part).lower()).strip("-")
