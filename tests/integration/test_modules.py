"""Modules of others: the go command, through our relay, from a real proxy of a few modules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from judge.errors import UserError
from judge.languageserver.others import Asked, Module
from judge.lookup import Lookup
from judge.modules import sources
from judge.modules.fetch import Fetcher, ProxyAway, Resolved, Stopped, Wanted
from judge.modules.relay import Bounds
from judge.modules.store import Store, read_sums
from tests.module_proxy import ModuleProxy, some

MB = 1 << 20


@pytest.fixture
def proxy() -> Iterator[ModuleProxy]:
    with some().served() as proxy:
        yield proxy


class Shelf:
    def __init__(self, proxy: ModuleProxy, folder: Path, cache_mb: int = 100) -> None:
        self.store = Store(folder, cache_mb * MB)
        self.fetcher = Fetcher(proxy.address, "off", self.store, Bounds(2 * MB, 8 * MB, 60))
        self.fetches = 0

    def get(self, requires: dict[str, str], *imports: str, sums: str = "") -> Resolved:
        def fetching() -> None:
            self.fetches += 1

        wanted = Wanted(requires, imports, "1.27", read_sums(sums))
        return self.fetcher.resolve(wanted, lambda: None, fetching)


@pytest.fixture
def shelf(proxy: ModuleProxy, tmp_path: Path) -> Shelf:
    return Shelf(proxy, tmp_path / "shelf")


def test_what_is_needed_is_fetched_once(shelf: Shelf, proxy: ModuleProxy) -> None:
    requires = {"ex.test/greet": "v0.3.0", "ex.test/words": "v1.1.0"}
    found = shelf.get(requires, "ex.test/greet")
    packages = {one.path: one for one in found.packages}
    # Minimal version selection: the program's own v1.1.0 is above greet's v1.0.0.
    assert b"v1.1.0" in packages["ex.test/words"].files["words.go"]
    assert set(packages["ex.test/words"].files) == {"words.go"}
    assert packages["ex.test/greet"].files["texts/hello.txt"] == b"hello, "
    assert packages["ex.test/greet"].go == "1.21"
    assert set(packages) == {"ex.test/greet", "ex.test/words"}
    assert found.retracted == {"ex.test/words": "it counts wrongly"}
    asked = len(proxy.asked)
    proxy.broken = True
    assert shelf.get(requires, "ex.test/greet") == found
    assert (shelf.fetches, len(proxy.asked)) == (1, asked)


def test_all_of_a_module_can_be_looked_into(
    shelf: Shelf, proxy: ModuleProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookup = Lookup(shelf.fetcher)
    requires = "require (\n\tex.test/greet v0.3.0\n\tex.test/asm v1.0.0\n\tex.test/c v1.0.0\n)\n"

    def look(*imports: str, go: str = "1.20") -> dict[str, Module]:
        asked = Asked(f"module m\n\ngo {go}\n\n{requires}", "", imports)
        return {one.path: one for one in lookup.find(asked, lambda: None)}

    found = look()
    # All of what is required, and of what that needs as much as it needs; no C.
    assert set(found) == {"ex.test/asm", "ex.test/greet", "ex.test/words"}
    assert found["ex.test/words"].version == "v1.0.0"
    assert set(found["ex.test/words"].files) == {"words.go"}
    assert found["ex.test/greet"].files["texts/hello.txt"] is None
    # No module says a later language than the program's, which the go command would refuse.
    assert found["ex.test/greet"].go == "1.20"
    assert look(go="1.27")["ex.test/greet"].go == "1.21"
    # Where there is too little room, what is imported comes first.
    monkeypatch.setattr(sources, "MAX_SHOWN_BYTES", 2 * 4096)
    assert set(look("ex.test/asm")) == {"ex.test/asm"}
    # Where all of it cannot be had, what is imported can.
    requires = "require (\n\tex.test/words v1.2.0\n\tex.test/large v1.0.0\n)\n"
    found = look("ex.test/words", "ex.test/other")
    assert [(one.path, set(one.files)) for one in found.values()] == [
        ("ex.test/words", {"words.go"})
    ]
    with pytest.raises(UserError, match="is larger than 2 MiB"):
        look("fmt")
    requires = "require (\n\tex.test/words v1.0.0\n\tex.test/greet v1.9.9\n)\n"
    with pytest.raises(UserError, match=r"there is no version v1\.9\.9 of ex\.test/greet"):
        look("ex.test/words")
    requires = "require ex.test/words v1.0.0\nreplace ex.test/words => /etc\n"
    with pytest.raises(UserError, match="replace is not taken"):
        look()
    requires = ""
    assert look("ex.test/words") == {}


def test_what_is_not_required_is_named_with_its_version(shelf: Shelf) -> None:
    assert shelf.get({}, "ex.test/words").missing == {"ex.test/words": ("ex.test/words", "v1.2.0")}
    # In the module graph, but a program that imports it says so itself.
    found = shelf.get({"ex.test/greet": "v0.3.0"}, "ex.test/greet", "ex.test/words")
    assert found.missing == {"ex.test/words": ("ex.test/words", "v1.0.0")}


@pytest.mark.parametrize(
    ("version", "path", "says"),
    [
        ("v1.0.0", "none", "the module proxy knows no module ex.test/none"),
        ("v1.9.9", "words", "there is no version v1.9.9 of ex.test/words"),
        ("", "nowhere", "cannot find module providing package ex.test/nowhere$"),
        ("v1.0.0", "words/no", "does not contain package ex.test/words/no"),
        ("v1.0.0", "c", r"package ex.test/c \(ex.test/c v1.0.0\) needs C, in c.go"),
        ("v1.0.0", "asm", "has assembly, a_amd64.s"),
        ("v1.0.0", "large", "ex.test/large@v1.0.0 is larger than 2 MiB unpacked"),
        ("v1.0.0", "evil", "path"),
    ],
)
def test_what_cannot_be_had(shelf: Shelf, version: str, path: str, says: str) -> None:
    module = f"ex.test/{path.split('/', maxsplit=1)[0]}"
    with pytest.raises(UserError, match=says) as told:
        shelf.get({module: version} if version else {}, f"ex.test/{path}")
    assert "127.0.0.1" not in str(told.value)
    assert not list(shelf.store.folder.parent.rglob("evil.go"))


def test_a_proxy_that_is_away_is_nobodys_mistake(shelf: Shelf, proxy: ModuleProxy) -> None:
    with pytest.raises(ProxyAway, match="is no zip"):
        shelf.get({"ex.test/nozip": "v1.0.0"}, "ex.test/nozip")
    proxy.broken = True
    with pytest.raises(ProxyAway, match="cannot be asked now: status 500"):
        shelf.get({"ex.test/words": "v1.0.0"}, "ex.test/words")
    proxy.broken = False
    assert shelf.get({"ex.test/words": "v1.0.0"}, "ex.test/words").packages


def test_sums_are_held_against_go_sum_and_what_was_seen_first(
    proxy: ModuleProxy, tmp_path: Path
) -> None:
    shelf = Shelf(proxy, tmp_path / "first")
    requires = {"ex.test/words": "v1.0.0"}
    shelf.get(requires, "ex.test/words")
    seen = (shelf.store.folder / "sums").read_text()
    line = re.search(r"^ex.test/words v1.0.0 (h1:\S+)$", seen, re.MULTILINE)
    assert line
    shelf.get(requires, "ex.test/words", sums=seen)
    forged = line[0].replace(line[1], "h1:" + "A" * 43 + "=")
    with pytest.raises(UserError, match=r"go\.sum says h1:AAA"):
        shelf.get(requires, "ex.test/words", sums=forged)
    # The proxy has something else under the same version now, and nothing is cached.
    proxy.publish("ex.test/words", "v1.0.0", {"words.go": "package words\n\nvar Evil = 1\n"})
    again = Shelf(proxy, tmp_path / "second")
    (again.store.folder / "sums").write_text(seen)
    with pytest.raises(ProxyAway, match=r"verifying ex\.test/words@v1\.0\.0.*mismatch"):
        again.get(requires, "ex.test/words")


def test_the_least_used_goes_first(proxy: ModuleProxy, tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        text = "".join(f"// {number * number}\n" for number in range(60_000))
        proxy.publish(f"ex.test/{name}", "v1.0.0", {"x.go": f"package {name}\n{text}"})
    shelf = Shelf(proxy, tmp_path, cache_mb=2)
    for name in ("a", "b", "a", "c", "d"):
        shelf.get({f"ex.test/{name}": "v1.0.0"}, f"ex.test/{name}")
    kept = {one.name for one in (tmp_path / "cache" / "ex.test").iterdir()}
    assert "d@v1.0.0" in kept and "b@v1.0.0" not in kept
    assert shelf.get({"ex.test/b": "v1.0.0"}, "ex.test/b").packages


def test_a_fetch_can_be_stopped(shelf: Shelf) -> None:
    def gone() -> None:
        raise Stopped

    wanted = Wanted({"ex.test/words": "v1.0.0"}, ["ex.test/words"], "1.27")
    with pytest.raises(Stopped):
        shelf.fetcher.resolve(wanted, gone, lambda: None)
    assert shelf.get({"ex.test/words": "v1.0.0"}, "ex.test/words").packages
