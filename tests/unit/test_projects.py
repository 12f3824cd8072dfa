"""Which files a program in the playground may have, and what of them can be run."""

from __future__ import annotations

import pytest

from judge import gomod, interactive, projects
from judge.errors import UserError
from judge.interactive import BadRequest

MAIN = "package main\n\nfunc main() {}\n"
MOD = "module example.com/m\n\ngo 1.26\n"


@pytest.mark.parametrize(
    ("text", "module"),
    [
        (MOD, gomod.Module("example.com/m", "1.26")),
        ("// hello\nmodule m // ours\ngo 1.27.3\n", gomod.Module("m", "1.27")),
        ('module (\n\t"a/b_c~d.e"\n)\n', gomod.Module("a/b_c~d.e", gomod.ASSUMED_VERSION)),
        ("module m\r\ngo 1.28rc1\r\n", gomod.Module("m", "1.28")),
        (
            "module m\ngo 1.27\nrequire a.b/c v1.2.3 // indirect\nrequire (\n"  # noqa: ISC004
            "\ta.b/d/v2 v2.0.0-rc.1\n\ta.b/e v3.1.0+incompatible\n)\n",
            gomod.Module(
                "m",
                "1.27",
                (
                    gomod.Require("a.b/c", "v1.2.3", 3),
                    gomod.Require("a.b/d/v2", "v2.0.0-rc.1", 5),
                    gomod.Require("a.b/e", "v3.1.0+incompatible", 6),
                ),
            ),
        ),
    ],
)
def test_go_mod_says_path_and_version(text: str, module: gomod.Module) -> None:
    assert gomod.parse(text) == module


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no module line"),
        ("go 1.26\n", "no module line"),
        (MOD + "replace a => ../b\n", r"go.mod:4: replace is not taken"),
        (MOD + "replace (\n\ta => ./b\n)\n", r"go.mod:5: replace"),
        (MOD + "toolchain go1.20\n", r"go.mod:4: toolchain"),
        (MOD + "require a.b/c\n", r"go.mod:4: require takes a module and its version"),
        (MOD + "require a.b/c latest\n", r"go.mod:4: 'latest' is no version of a module"),
        (MOD + "require ../c v1.0.0\n", r"go.mod:4: '../c' cannot be the path"),
        (MOD + "require a.b/c v2.0.0\n", r"require a.b/c/v2, or v2…\+incompatible"),
        (MOD + "require a.b/c/v2 v3.0.0\n", r"a.b/c/v2 has versions that begin with v2"),
        (MOD + "require a.b/c v1.0.0\nrequire a.b/c v1.1.0\n", r"go.mod:5: .* twice"),
        (MOD + "require (\n", "require is not closed"),
        (MOD + "module b\n", "module is there twice"),
        (MOD + "go 1.2\n", "go is there twice"),
        ("module m\ngo latest\n", "no version of Go"),
        ("module m\ngo (\n1.2\n)\n", "cannot have a block"),
        ("module a b\n", "takes one word"),
        ("module ../m\n", "cannot be a module's path"),
        ("module /m\n", "cannot be a module's path"),
        ("module m/internal/x\n", "cannot be a module's path"),
        ("module -o\n", "cannot be a module's path"),
        ("module std/x\n", "a path of Go itself"),
        ("module m\nfetch x\n", "no directive 'fetch'"),
        ("module " + "m" * 300, "cannot be a module's path"),
        ("//" + "x" * gomod.MAX_BYTES, "longer than"),
    ],
)
def test_what_go_mod_may_not_say(text: str, says: str) -> None:
    with pytest.raises(gomod.BadModule, match=says):
        gomod.parse(text)


def test_files_in_folders() -> None:
    files = {
        "go.mod": MOD,
        "main.go": MAIN,
        "a/b/c.go": "package b\n",
        "a/testdata/fuzz/FuzzX/0a1b": "go test fuzz v1\n",
        "a/words.txt": "one\n",
        "README.md": "# m\n",
    }
    assert projects.check(files) == files
    assert projects.module(files) == gomod.Module("example.com/m", "1.26")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a/../b.go", "cannot be a file's name"),
        ("/a.go", "cannot be a file's name"),
        ("a//b.go", "cannot be a file's name"),
        ("a\\b.go", "cannot be a file's name"),
        (".git/config", "cannot be a file's name"),
        ("_x/a.go", "cannot be a file's name"),
        ("a/b.go\n", "cannot be a file's name"),
        ("é.go", "cannot be a file's name"),
        ("a/" * 120 + "b.go", "cannot be a file's name"),
        ("a/b/c/d/e/f/g.go", "in 6 folders"),
        ("vendor/x/x.go", "vendor"),
        ("a/go.mod", "one module"),
        ("go.work", "one module"),
        ("a.s", "neither C nor assembly"),
        ("a/b.C", "neither C nor assembly"),
        ("MAIN.go", "upper and lower case"),
        ("main.go/a.go", "a file and a folder"),
        ("A/x.txt", "folders A/ and a/"),
    ],
)
def test_names_that_cannot_be(name: str, says: str) -> None:
    files = {"go.mod": MOD, "main.go": MAIN, "a/a.go": "package a\n", name: "x"}
    with pytest.raises(projects.BadFiles, match=says):
        projects.check(files)


def test_other_languages_have_folders_too() -> None:
    files = {"main.py": "", "shop/__init__.py": "", "shop/prices.csv": "1,2\n"}
    assert projects.check(files, "python") == files
    for name in ("shop/../x.py", ".x.py", "a/b/c/d/e/f/g.py", "Shop/x.py", "main.py/x.py"):
        with pytest.raises(projects.BadFiles):
            projects.check(files | {name: ""}, "python")


def test_which_program_is_run() -> None:
    def chosen(files: dict[str, str], **more: str) -> tuple[str, ...]:
        asked = {"type": "run", "files": {"go.mod": MOD} | files} | more
        return interactive.check(asked).packages

    two = {"cmd/a/main.go": MAIN, "cmd/b/main.go": MAIN, "lib/lib.go": "package lib\n"}
    assert chosen({"main.go": MAIN} | two) == ("",)
    assert chosen({"cmd/a/main.go": MAIN, "x.go": "package x\n"}) == ("cmd/a",)
    assert chosen(two, package="cmd/b") == ("cmd/b",)
    generator = "//go:build ignore\n\npackage main\n\nfunc main() {}\n"
    assert chosen({"gen.go": generator, "cmd/a/main.go": MAIN}) == ("cmd/a",)
    with pytest.raises(BadRequest, match="choose one of cmd/a, cmd/b"):
        chosen(two)
    with pytest.raises(BadRequest, match="no package main in 'lib'"):
        chosen(two, package="lib")


def test_which_packages_are_tested() -> None:
    files = {"go.mod": MOD, "a/a_test.go": "package a\n", "b_test.go": "package b\n"}
    asked = {"type": "test", "files": files | {"testdata/c_test.go": "no"}}
    assert interactive.check(asked).packages == ("", "a")
    assert interactive.check(asked | {"package": "a"}).packages == ("a",)
    with pytest.raises(BadRequest, match="no tests in 'c'"):
        interactive.check(asked | {"package": "c"})


@pytest.mark.parametrize("kind", ["run", "test"])
def test_folders_need_a_module(kind: str) -> None:
    files = {"main.go": MAIN, "a/a_test.go": "package a\n"}
    with pytest.raises(UserError, match=r"a/a_test.go is in a folder: add a go.mod"):
        interactive.check({"type": kind, "files": files})
