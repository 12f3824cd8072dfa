"""A pack loads with its defaults, and a broken one is refused by file, key and line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import BadPack
from judge.packs.language import LANGUAGES
from judge.packs.layout import PROVABLE
from judge.packs.load import dump, gaps, load, load_bytes, load_files
from judge.sandbox.job import Imports, Limits
from judge.verdict.verdicts import Verdict
from tests.unit.fakes import UNIT_MANIFEST, Changes, io_files, io_pack, unit_files, unit_pack

FIRST_FREE_LINE = UNIT_MANIFEST.count("\n") + 1


def refused(files: dict[str, bytes]) -> str:
    with pytest.raises(BadPack) as caught:
        load_files(files, "leap")
    return str(caught.value)


def test_defaults_are_those_of_the_contract() -> None:
    pack = unit_pack()
    assert (pack.module, pack.go, pack.language) == ("leap", None, "go")
    assert (pack.points, pack.isolation, pack.extra) == (100, "auto", False)
    assert pack.limits == Limits(10, 1024, 5, 15, 256, 64)
    assert pack.imports == Imports()
    assert pack.solution == ("leap.go",)
    assert pack.groups == ()
    assert pack.statements == {"": "# Leap\n"}
    assert pack.reference.name == "reference"


def test_only_unit_tests_can_run_apart() -> None:
    assert load_files(unit_files('isolation = "process"\n'), "leap").isolation == "process"
    with pytest.raises(BadPack, match=r'isolation: .*for kind = "unit"'):
        load_files(io_files('isolation = "process"\n'), "sum")


def test_everything_can_be_said() -> None:
    pack = load_files(
        unit_files(
            'module = "example.org/leap"\ngo = "1.26"\ndifficulty = 3\n'
            'tags = ["time", "numbers"]\npoints = 10\nisolation = "none"\n'
            '[files]\nsolution = ["leap.go"]\nextra = true\n'
            "[limits]\ncpu_seconds = 0.5\nmemory_mb = 64\n"
            '[imports]\nallow = ["os"]\ndeny = ["time"]\n'
            '[[groups]]\nname = "basics"\npoints = 4\ntests = ["TestA"]\n'
            '[[groups]]\nname = "hard"\npoints = 6\ntests = ["TestB*"]\nhint = "think of 1900"\n'
        )
        | {
            "statement.de.md": b"# Schaltjahr\n",
            "hints/10.md": b"ten\n",
            "hints/9.md": b"nine\n",
            "editorial.md": b"why\n",
            "support/types.go": b"package leap\n",
            "tests/testdata/years.txt": b"1900\n",
        },
        "leap",
    )
    assert (pack.module, pack.go, pack.difficulty) == ("example.org/leap", "1.26", 3)
    assert pack.tags == ("time", "numbers")
    assert (pack.extra, pack.points) == (True, 10)
    assert (pack.limits.cpu_seconds, pack.limits.memory_mb) == (0.5, 64)
    assert pack.imports == Imports(("os",), ("time",))
    assert [group.points for group in pack.groups] == [4, 6]
    assert pack.groups[1].hint == "think of 1900"
    assert pack.statements["de"] == "# Schaltjahr\n"
    assert pack.hints == ("nine\n", "ten\n")
    assert set(pack.tests) == {"leap_test.go", "testdata/years.txt"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('colour = "red"', "colour: unknown key"),
        ('tagz = ["a"]', "tagz: unknown key (did you mean tags?)"),
        ("points = true", "points: must be a number, not a truth value"),
        ('points = "100"', "points: must be a number, not a string"),
        ("points = nan", "points: must be from"),
        ("difficulty = 11", "difficulty: must be from 1 to 10"),
        ('tags = "a"', "tags: must be a list of strings"),
        ('tags = ["a", "a"]', "tags: names something twice"),
        ('go = "go1.26"', 'go: must look like "1.26"'),
        ('module = "../x"', "module: '../x' is not a Go module path"),
        ('module = "strings"', "module: 'strings' is a path of Go's standard library"),
        ('language = "rust"', "language: must be one of go"),
        ('isolation = "vm"', "isolation: must be one of none, process"),
        ("files = 3", "files: must be a table"),
        ("groups = 3", "groups: must be tables: write [[groups]]"),
        ('checker = {kind = "lines"}', 'checker: only for kind = "io"'),
        ("limits = {cpu_second = 3}", "limits.cpu_second: unknown key (did you mean cpu_seconds?)"),
        ('limits = {cpu_seconds = "3"}', "limits.cpu_seconds: must be a number"),
        ("limits = {memory_mb = 1.5}", "limits.memory_mb: must be a whole number"),
        ("limits = {memory_mb = 1}", "limits.memory_mb: must be from 16"),
        ("points = ", "not valid TOML"),
        ('title = "again"', "not valid TOML"),
    ],
)
def test_a_bad_key_is_named_with_its_line(line: str, says: str) -> None:
    text = refused(unit_files(f"# a comment\n{line}\n"))
    assert text.startswith(f"leap: problem.toml:{FIRST_FREE_LINE + 1}: ")
    assert says in text


@pytest.mark.parametrize(
    ("more", "line", "says"),
    [
        ("[limits]\n\ncpu = 3\n", 2, "limits.cpu: unknown key"),
        ("[files]\nextra = 1\n", 1, "files.extra: must be true or false"),
        ('[files]\nsolution = ["../x.go"]\n', 1, "files.solution: '../x.go' is not a plain"),
        ('[files]\nsolution = ["other.go"]\n', 1, "files.solution: starter/other.go is missing"),
        ("[files]\nsolution = []\n", 1, "files.solution: must name at least one file"),
        ('[imports]\nallow = ["os"]\ndeny = ["os"]\n', 2, "imports.deny: 'os' is allowed as well"),
        ('[groups]\nname = "a"\n', 0, "groups: must be tables: write [[groups]]"),
        ('[[groups]]\nname = "a"\npoints = 1\n', 0, "groups[1]: tests is missing"),
        (
            (
                '[[groups]]\nname = "a"\npoints = 60\ntests = ["TestA"]\n'
                '[[groups]]\nname = "b"\npoints = 40\ntests = ["TestC"]\n'
            ),
            7,
            "groups[2].tests: 'TestC' matches no test; there are: TestA, TestB",
        ),
        (
            '[[groups]]\nname = "a"\npoints = 60\ntests = ["TestA"]\n',
            0,
            "groups: their points add up to 60, the problem has 100",
        ),
        (
            (
                '[[groups]]\nname = "a"\npoints = 60\ntests = ["TestA"]\n'
                '[[groups]]\nname = "a"\npoints = 40\ntests = ["TestB"]\n'
            ),
            5,
            "groups[2].name: a second group named 'a'",
        ),
        ('tags = [\n  "a",\n]\n[limits]\ncpu = 3\n', 4, "limits.cpu: unknown key"),
        ('title2 = """\nslug = 3\n"""\n', 0, "title2: unknown key"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_line(more: str, line: int, says: str) -> None:
    text = refused(unit_files(more))
    assert says in text
    assert f"problem.toml:{FIRST_FREE_LINE + line}: " in text


def test_a_misspelt_required_key_is_named_itself() -> None:
    files = unit_files()
    files["problem.toml"] = files["problem.toml"].replace(b"title", b"titel")
    assert "problem.toml:3: titel: unknown key (did you mean title?)" in refused(files)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"problem.yaml": b""}, "problem.yaml: unknown file"),
        ({"tests/leap.go": b""}, "tests/leap.go: not a NAME_test.go"),
        ({"test/leap_test.go": b""}, "test/: unknown folder"),
        ({"support/leap.go": b""}, "support/leap.go: [files] solution has a file of this name"),
        ({"hidden/leap_test.go": b""}, "hidden/leap_test.go: tests/ has a file of this name"),
        ({"support/x_test.go": b""}, "support/x_test.go: a test file"),
        ({"support/go.mod": b""}, "support/go.mod: module files are not used"),
        ({"starter/x_test.go": b""}, "starter/x_test.go: a test file"),
        ({"starter/notes.txt": b""}, "starter/notes.txt: a starter holds plain NAME.go"),
        ({"submissions/right/a/leap.go": b""}, "submissions/right: not a verdict"),
        ({"submissions/accepted/leap.go": b""}, "put it into a folder"),
        ({"hints/1.txt": b""}, "hints/1.txt: a hint is a NAME.md file"),
        ({"statement.md": b"\xff"}, "statement.md: not UTF-8"),
        ({"statement.md": b" \n"}, "statement.md: empty"),
        ({"checker/main.go": b""}, "checker/: only used with"),
        ({"tests/leap_test.go": None, "hidden/more_test.go": None}, "nothing to grade by"),
    ],
)
def test_a_file_out_of_place_is_named(changes: Changes, says: str) -> None:
    assert says in refused(unit_files(changes=changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"statement.md": None}, "statement.md is missing"),
        ({"submissions/accepted/reference/leap.go": None}, "no reference solution"),
    ],
)
def test_what_teaching_needs_is_asked_for_but_not_by_grading(changes: Changes, says: str) -> None:
    files = unit_files(changes=changes)
    assert says in refused(files)
    pack = load_files(files, "leap", complete=False)
    assert any(says in gap for gap in gaps(pack))


def test_a_pack_without_starter_must_name_its_solution() -> None:
    assert "starter/ is missing" in refused(unit_files(changes={"starter/leap.go": None}))
    files = unit_files('[files]\nsolution = ["leap.go"]\n', {"starter/leap.go": None})
    assert load_files(files, "leap", complete=False).solution == ("leap.go",)


def test_cases_are_paired_and_ordered_by_number() -> None:
    files = io_files() | {"tests/10.in": b"", "tests/10.out": b""}
    pack = load_files(files, "sum")
    assert [case.name for case in pack.cases] == ["1", "2", "10", "3"]
    assert [case.visible for case in pack.cases] == [True, True, True, False]
    assert pack.cases[0].answer == b"2\n"
    assert pack.tests == {}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tests/1.out": None}, "tests/1.in: 1.out is missing"),
        ({"tests/1.in": None}, "tests/1.out: 1.in is missing"),
        ({"hidden/1.in": b"", "hidden/1.out": b""}, "hidden/1.in: tests/ has a case of this"),
        ({"tests/readme.txt": b""}, "tests/readme.txt: a case is a NAME.in"),
        ({"checker/main.go": b""}, "checker/: only used with"),
    ],
)
def test_broken_cases_are_named(changes: Changes, says: str) -> None:
    assert says in refused(io_files(changes=changes))


def test_checkers() -> None:
    assert io_pack().checker.kind == "lines"
    floats = io_pack('[checker]\nkind = "floats"\ntolerance = 1e-3\n').checker
    assert (floats.kind, floats.tolerance) == ("floats", 1e-3)
    program = io_pack('[checker]\nkind = "program"\n', {"checker/main.go": b"package main\n"})
    assert program.checker.program == {"main.go": b"package main\n"}
    assert "put main.go into checker/" in refused(io_files('[checker]\nkind = "program"\n'))
    assert "only for kind" in refused(io_files("[checker]\ntolerance = 1\n"))


def test_what_can_be_proven_is_every_verdict_but_our_own_failure() -> None:
    assert set(PROVABLE) == {verdict.value for verdict in Verdict} - {"internal_error"}


def test_folder_zip_and_dump_are_the_same_pack(tmp_path: Path) -> None:
    for name, content in unit_files().items():
        path = tmp_path / "leap" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "leap" / ".git").mkdir()
    (tmp_path / "leap" / ".git" / "HEAD").write_bytes(b"x")
    pack = load(tmp_path / "leap")
    archive = dump(pack)
    again = load_bytes(archive)
    assert (again.digest, dump(again)) == (pack.digest, archive)
    (tmp_path / "leap.zip").write_bytes(archive)
    assert load(tmp_path / "leap.zip").digest == pack.digest


def test_the_digest_changes_with_any_file_and_its_name() -> None:
    digests = {
        unit_pack().digest,
        unit_pack(changes={"statement.md": b"# Leap!\n"}).digest,
        unit_pack(changes={"hints/1.md": b"x"}).digest,
        unit_pack(changes={"hints/2.md": b"x"}).digest,
    }
    assert len(digests) == 4


def test_nothing_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="there is no such pack"):
        load(tmp_path / "none")
    with pytest.raises(BadPack, match="not a problem pack"):
        load(tmp_path)


PYTHON = {
    "problem.toml": (
        b'format = 1\nslug = "leap"\ntitle = "Leap"\nkind = "unit"\nlanguage = "python"\n'
    ),
    "statement.md": b"# Leap\n",
    "starter/leap.py": b"def is_leap(year): pass\n",
    "tests/test_leap.py": (
        b"class LeapTest(unittest.TestCase):\n    def test_a(self): pass\n"
        b"    def helper(self): pass\n"
        b"def test_b(): pass\nclass TestC:\n    async def test_c(self): pass\nclass Other:\n"
        b"    def test_d(self): pass\n"
    ),
    "hidden/test_more.py": b"def test_e(): pass\n",
    "hidden/conftest.py": b"",
    "submissions/accepted/reference/leap.py": b"",
}


def test_a_pack_in_python() -> None:
    pack = load_files(PYTHON, "leap")
    assert (pack.language, pack.isolation, pack.solution) == ("python", "process", ("leap.py",))
    rules = LANGUAGES["python"]
    assert rules.declared(pack.tests) == ["LeapTest.test_a", "test_b", "TestC.test_c"]


def test_tests_in_python_are_inherited() -> None:
    text = b"""
class Common(object):
    def test_common(self): pass
class BankTest(unittest.TestCase):
    def test_bank(self): pass
class SavingsTest(Common, BankTest):
    def test_bank(self): pass
    def test_savings(self): pass
class TestPlain(Common):
    pass
"""
    assert LANGUAGES["python"].declared({"test_bank.py": text}) == [
        "BankTest.test_bank",
        "SavingsTest.test_bank",
        "SavingsTest.test_savings",
        "SavingsTest.test_common",
        "TestPlain.test_common",
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("problem.toml", 'module = "leap"', 'module: only for language = "go"'),
        ("problem.toml", "[imports]", 'imports: only for language = "go"'),
        ("problem.toml", 'isolation = "vm"', "isolation: "),
        ("starter/leap.go", "", "starter/leap.go: a starter holds plain NAME.py files only"),
        ("starter/test_leap.py", "", "starter/test_leap.py: a test file"),
        ("tests/helpers.py", "", "tests/helpers.py: not a test_NAME.py"),
        ("support/test_x.py", "", "support/test_x.py: a test file"),
        ("hidden/test_more.py", "def test_b(): pass", "tests/ has a test test_b too"),
    ],
)
def test_a_broken_pack_in_python(name: str, text: str, says: str) -> None:
    files = dict(PYTHON)
    before = files.get(name, b"") if name == "problem.toml" else b""
    files[name] = before + text.encode()
    assert says in refused(files)


def test_a_test_in_javascript_has_a_name_of_its_own() -> None:
    files = {
        "problem.toml": PYTHON["problem.toml"].replace(b"python", b"javascript"),
        "statement.md": b"Do it.",
        "starter/leap.js": b"",
        "tests/leap.test.js": b"for (const n of [1]) test(`n ${n}`, () => {});",
    }
    assert "tests/leap.test.js: line 1: the name of a test" in refused(files)


KEYS = ("format", "slug", "title", "kind", "module", "go", "points", "tags", "isolation", "zzz")
TABLES = ("", "[files]\n", "[limits]\n", "[imports]\n", "[checker]\n", "[[groups]]\n", "[groups]\n")
values = (
    st.sampled_from(
        ["1", "-1", "1e999", "nan", "true", '"unit"', '"io"', '"../x"', '"\\u0000"', "[]", "{}"]
    )
    | st.sampled_from(['["TestA"]', "[[1]]", "1979-05-27", "9" * 5000, "[" * 2000])
    | st.text(max_size=8)
)
lines = st.builds(
    "{}{} = {}\n".format,
    st.sampled_from(TABLES),
    st.sampled_from(KEYS) | st.text(max_size=4),
    values,
)
contents = st.binary(max_size=40) | lines.map(lambda line: line.encode("utf-8", "replace"))
paths = st.text("ab./\\\0é", max_size=12) | st.sampled_from(
    [*unit_files(), *io_files(), "hints/1.md", "tests/1.txt", "checker/main.go", "support/a.go"]
)


@given(st.booleans(), st.lists(lines, max_size=3), st.dictionaries(paths, contents, max_size=3))
def test_any_files_are_a_pack_or_a_bad_pack(
    unit: bool, more: list[str], changes: dict[str, bytes]
) -> None:
    text = "".join(more).encode("utf-8", "replace").decode()
    files = unit_files(text, changes) if unit else io_files(text, changes)
    with suppress(BadPack):
        pack = load_files(files, "fuzzed")
        assert load_bytes(dump(pack)).digest == pack.digest


@pytest.mark.parametrize("value", ["[" * 2000, "9" * 5000])
def test_a_value_beyond_reason_is_a_bad_pack(value: str) -> None:
    assert "problem.toml: not valid TOML" in refused(unit_files(f"points = {value}\n"))
