"""Modules of others on their way to a language server: what a page may say, and what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from judge.errors import UserError
from judge.languageserver.dialogue import BadMessage
from judge.languageserver.others import Asked, Module, Others
from judge.languageserver.server import Server


class Told(Server):
    """What would be said to gopls."""

    def __init__(self) -> None:
        self.files: list[dict[str, bytes]] = []
        self.forgotten: list[str] = []
        self.environments: list[Mapping[str, str]] = []

    def put(self, files: Iterable[tuple[str, bytes]]) -> None:
        self.files.append(dict(files))

    def forget(self, folder: str) -> None:
        self.forgotten.append(folder)

    def configure(self, environment: Mapping[str, str]) -> None:
        self.environments.append(environment)

    def send(self, message: dict[str, Any]) -> None:
        pass


class Books:
    """A shelf with one module, which takes as long as it is `held`."""

    tags = ""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.asked: list[str] = []
        self.held = threading.Event()
        self.held.set()

    def find(self, asked: Asked, waiting: Callable[[], None]) -> Sequence[Module]:
        self.asked.append(asked.go_mod)
        while not self.held.wait(0.01):
            waiting()
        if asked.go_mod == "bad":
            raise UserError("it is bad")
        files = {"m.go": self.file, "gone.go": self.file / "none", "e.txt": None}
        return () if asked.go_mod == "none" else [Module("a.test/m", asked.go_mod, "1.27", files)]


class Line:
    """A page's `Others`, and what it is told."""

    def __init__(self, file: Path) -> None:
        self.books, self.server = Books(file), Told()
        self.states: list[tuple[str, str]] = []
        self._told = threading.Condition()
        self.others = Others(self.books, self.server, lambda _: {}, self._tell)

    def _tell(self, message: dict[str, Any]) -> None:
        with self._told:
            self.states.append((message["params"]["state"], message["params"]["reason"]))
            self._told.notify()

    def ask(self, go_mod: str) -> None:
        self.others.ask({"goMod": go_mod, "goSum": "", "imports": []})

    def wait(self, states: int) -> None:
        with self._told:
            assert self._told.wait_for(lambda: len(self.states) >= states, 10)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    (tmp_path / "m.go").write_text("package m\n")
    (tmp_path / "beside.go").write_text("package m\n")
    return Line(tmp_path / "m.go")


def test_what_is_found_is_put_there_once_and_replaced(line: Line) -> None:
    for count, go_mod in enumerate(("v1", "v1", "bad", "v2", "none"), 1):
        line.ask(go_mod)
        line.wait(2 * count)
    line.others.end()
    assert [state for state in line.states if state[0] != "fetching"] == [
        *[("ready", "")] * 2,
        ("failed", "it is bad"),
        *[("ready", "")] * 2,
    ]
    first, second, third = line.server.files
    assert first == {
        "1/a.test/m@v1/go.mod": b"module a.test/m\n\ngo 1.27\n",
        "1/a.test/m@v1/m.go": b"package m\n",
        "1/a.test/m@v1/e.txt": b"",
    }
    assert "2/a.test/m@v2/m.go" in second and third == {}
    assert line.server.environments == [
        {"GOMODCACHE": "/modules/1", "GOPRIVATE": "a.test/m"},
        {"GOMODCACHE": "/modules/2", "GOPRIVATE": "a.test/m"},
        {"GOMODCACHE": "/modules/3", "GOPRIVATE": ""},
    ]
    assert line.server.forgotten == ["0", "1", "2"]


def test_only_what_was_put_there_is_shown(line: Line) -> None:
    line.ask("v1")
    line.wait(2)
    there = "file:///modules/1/a.test/m@v1/"
    assert line.others.source(f"{there}m.go") == "package m\n"
    for other in (
        f"{there}gone.go",
        f"{there}beside.go",
        f"{there}../m.go",
        there.replace("1", "2") + "m.go",
    ):
        assert line.others.source(other) is None
    line.others.end()


def test_only_the_newest_question_waits_and_a_page_that_goes_ends_it(line: Line) -> None:
    line.books.held.clear()
    line.ask("v1")
    line.wait(1)
    for go_mod in ("v2", "v3", "v4"):
        line.ask(go_mod)
    line.books.held.set()
    line.wait(4)
    assert line.books.asked == ["v1", "v4"]
    line.books.held.clear()
    line.ask("v5")
    line.wait(5)
    line.others.end()
    assert len(line.states) == 5


@pytest.mark.parametrize(
    "said",
    [
        None,
        {"goMod": "", "goSum": ""},
        {"goMod": 7, "goSum": "", "imports": []},
        {"goMod": "x" * 300_000, "goSum": "", "imports": []},
        {"goMod": "\ud800", "goSum": "", "imports": []},
        {"goMod": "", "goSum": "", "imports": ["-mod=mod"]},
        {"goMod": "", "goSum": "", "imports": ["a.test/m\n"]},
        {"goMod": "", "goSum": "", "imports": [f"a.test/{number}" for number in range(201)]},
    ],
)
def test_what_no_page_says_is_refused(line: Line, said: Any) -> None:
    with pytest.raises(BadMessage):
        line.others.ask(cast("Any", said))
