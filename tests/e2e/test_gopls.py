"""Language servers as pages get them: the real gopls, in both kinds of sandbox."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import docker
import psutil
import pytest

from judge.config import Settings, load
from judge.languageserver import rootfs, wire
from judge.languageserver.pool import Pool
from judge.languageserver.service import Service, open_pool
from judge.lookup import Lookup
from judge.sandbox.docker import OWNER, _owner
from judge.sandbox.settings import SandboxSettings
from tests.e2e.gopls_client import Page, uri
from tests.module_proxy import ModuleProxy

KEY = "k" * 40
NUMBERS = count()
BUILT_SECONDS = 600
MESSY = 'package a\nimport "os"\nvar  x=strings.ToUpper("a")\n'
GO_MOD = "module example.com/m\n\ngo 1.27\n\n"
LEAP = 'package leap\n\nimport "fmt"\n\nfunc Leap(year int) bool {\n\tfmt.\n\treturn true\n}\n'
TEST = (
    'package leap_test\n\nimport (\n\t"testing"\n\n\t"leap-year"\n)\n\n'
    "func TestLeap(t *testing.T) {\n\tleap.\n}\n"
)


@pytest.fixture(scope="session")
def gopls_dir() -> Path:
    """gopls, built once for the whole run and kept for the next."""
    return rootfs.build(Path("var/gopls")).path.parent


def configured(folder: Path, gopls_dir: Path, **more: str) -> Settings:
    return load(
        {
            "DATABASE_URL": "postgresql:///none",
            "REDIS_URL": "unix:///none",
            "SECRET_KEY": KEY,
            "JUDGE_GOPLS_ADDRESS": f"unix:{folder}/gopls-{next(NUMBERS)}.sock",
            "JUDGE_GOPLS_DIR": str(gopls_dir),
            **more,
        }
    )


class Running:
    """A service in threads of this process, and the pages that it serves."""

    def __init__(self, settings: Settings, sandbox: SandboxSettings) -> None:
        self.settings = settings
        shelf = Lookup.of_settings(settings)
        self._pool = open_pool(settings, sandbox, shelf)
        self._service = Service(settings, self._pool, shelf)
        self._thread = threading.Thread(target=self._service.serve)
        self._thread.start()

    def page(self, person: str = "1") -> Page:
        """A page that has a language server."""
        end = time.monotonic() + BUILT_SECONDS
        while True:
            page = Page(self.settings.gopls_address, KEY, person)
            if page.state == wire.READY:
                return page
            assert page.state == wire.PREPARING, page.state
            assert time.monotonic() < end
            time.sleep(0.2)

    def stop(self) -> None:
        self._service.stop()
        self._thread.join()
        self._pool.close()


@pytest.fixture(scope="module")
def running(
    settings: SandboxSettings,
    gopls_dir: Path,
    servers_folder: Path,
    module_proxy: ModuleProxy,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    modules = {
        "JUDGE_MODULE_PROXY": module_proxy.address,
        "JUDGE_MODULE_SUMDB": "off",
        "JUDGE_MODULE_DIR": str(tmp_path_factory.mktemp("modules")),
    }
    running = Running(configured(servers_folder, gopls_dir, **modules), settings)
    yield running
    running.stop()


@pytest.fixture
def page(running: Running) -> Iterator[Page]:
    with running.page() as page:
        yield page


def test_it_completes_what_a_package_has(page: Page) -> None:
    page.start("leap-year", {"leap.go": LEAP})
    assert {"Println", "Sprintf", "Stringer"} <= set(page.labels("leap.go", 5, 5))


def test_it_is_one_process_alone(page: Page) -> None:
    page.start("leap-year", {"leap.go": LEAP})
    found = [one for one in psutil.process_iter(["name"]) if one.info["name"] == "gopls"]
    parents = [one.parent() for one in found if one.is_running()]
    assert {parent.name() for parent in parents if parent} == {"carrier"}


def test_tests_of_another_package_see_the_module(page: Page) -> None:
    page.start("leap-year", {"leap.go": LEAP, "leap_test.go": TEST})
    assert page.labels("leap_test.go", 9, 6) == ["Leap"]


def test_a_package_that_is_not_imported_yet_is(page: Page) -> None:
    page.start("m", {"a.go": "package a\n\nfunc f() {\n\tstrings.ToUp\n}\n"})
    found = page.at("textDocument/completion", "a.go", 3, 13)["items"]
    upper = next(item for item in found if item["label"] == "ToUpper")
    assert '"strings"' in upper["additionalTextEdits"][0]["newText"]


def test_it_follows_what_is_typed(page: Page) -> None:
    page.start("m", {"a.go": "package a\n"})
    page.change("a.go", "package a\n\nfunc f() int {\n\treturn undefinedName\n}\n", 2)
    assert page.wait_for("a.go", "undefined: undefinedName")["range"]["start"]["line"] == 3
    page.change("a.go", "package a\n\nfunc f() int {\n\treturn 1\n}\n", 3)
    while page.diagnostics[uri("a.go")]:
        page.hear()


def test_hover_signature_definition_and_rename(page: Page) -> None:
    source = (
        "package a\n\n// Twice doubles.\nfunc Twice(n int) int { return n * 2 }\n\n"
        "var four = Twice(2)\n"
    )
    page.start("m", {"a.go": source, "b.go": "package a\n\nvar six = Twice(3)\n"})
    assert "Twice doubles." in page.at("textDocument/hover", "a.go", 5, 12)["contents"]["value"]
    signatures = page.at("textDocument/signatureHelp", "a.go", 5, 17)["signatures"]
    assert signatures[0]["label"] == "Twice(n int) int"
    (place,) = page.at("textDocument/definition", "b.go", 2, 11)
    assert (place["uri"], place["range"]["start"]["line"]) == (uri("a.go"), 3)
    renamed = page.at("textDocument/rename", "a.go", 3, 6, newName="Double")
    edits = {one["textDocument"]["uri"]: one["edits"] for one in renamed["documentChanges"]}
    assert {name: len(found) for name, found in edits.items()} == {uri("a.go"): 3, uri("b.go"): 1}


def test_packages_of_one_module_see_each_other(page: Page) -> None:
    page.start(
        "example.com/m",
        {
            "main.go": 'package main\n\nimport "example.com/m/a/b"\n\nvar _ = b.Two\n',
            "a/b/b.go": "package b\n\nconst Two = 2\n",
        },
    )
    (place,) = page.at("textDocument/definition", "main.go", 4, 11)
    assert (place["uri"], place["range"]["start"]["line"]) == (uri("a/b/b.go"), 2)


def test_the_standard_library_can_be_looked_into(page: Page) -> None:
    page.start("m", {"a.go": 'package a\n\nimport "fmt"\n\nvar _ = fmt.Sprint(1)\n'})
    (place,) = page.at("textDocument/definition", "a.go", 4, 14)
    assert place["uri"] == "file:///usr/local/go/src/fmt/print.go"
    shown = page.ask("judge/source", {"uri": place["uri"]})
    assert shown["text"].splitlines()[place["range"]["start"]["line"]].startswith("func Sprint(")


def test_modules_of_others_are_known(page: Page) -> None:
    words = 'package main\n\nimport "ex.test/words"\n\nvar _ = words.Version\n'
    greet = "package main\n\nfunc main() {\n\tgreet.Hell\n}\n"
    page.start("example.com/m", {"words.go": words, "main.go": greet})
    page.wait_for("words.go", "could not import ex.test/words")
    assert page.require(f"{GO_MOD}require ex.test/words v1.0.0\n")["state"] == "ready"
    assert page.labels("words.go", 4, 14) == ["Version"]
    said = page.at("textDocument/hover", "words.go", 4, 16)["contents"]["value"]
    assert "Version is ours." in said and "/modules/" not in said
    (place,) = page.at("textDocument/definition", "words.go", 4, 16)
    shown = page.ask("judge/source", {"uri": place["uri"]})["text"]
    assert shown.splitlines()[place["range"]["start"]["line"]] == 'const Version = "v1.0.0"'
    while page.diagnostics[uri("words.go")]:
        page.hear()
    # Another one is required while the page is open, and chosen before it is imported.
    both = f"{GO_MOD}require (\n\tex.test/greet v0.3.0\n\tex.test/words v1.2.0\n)\n"
    assert page.require(both, "ex.test/words")["state"] == "ready"
    (item,) = page.at("textDocument/completion", "main.go", 3, 11)["items"]
    assert item["label"] == "Hello"
    assert '"ex.test/greet"' in item["additionalTextEdits"][0]["newText"]
    page.change("main.go", greet.replace("Hell", "Hello()"), 2)
    page.wait_for("main.go", "undefined: greet")
    assert '"ex.test/greet"' in organised(page, "main.go", greet.replace("Hell", "Hello()"))
    (place,) = page.at("textDocument/definition", "words.go", 4, 16)
    shown = page.ask("judge/source", {"uri": place["uri"]})["text"]
    assert '"v1.2.0"' in shown


def test_what_cannot_be_had_is_told_and_changes_nothing(page: Page) -> None:
    words = 'package a\n\nimport "ex.test/words"\n\nvar _ = words.Version\n'
    page.start("example.com/m", {"words.go": words})
    assert page.require(f"{GO_MOD}require ex.test/words v1.0.0\n")["state"] == "ready"
    for go_mod, reason in [
        (f"{GO_MOD}require ex.test/none v1.0.0\n", "knows no module ex.test/none"),
        (f"{GO_MOD}require ex.test/words\n", "go.mod:5: require takes a module and its version"),
        (f"{GO_MOD}replace ex.test/words => /etc\n", "replace is not taken"),
    ]:
        told = page.require(go_mod, "ex.test/words")
        assert told["state"] == "failed" and reason in told["reason"]
    assert page.labels("words.go", 4, 14) == ["Version"]
    outside = "file:///modules/1/ex.test/words@v1.0.0/other.go"
    page.say({"id": 900, "method": "judge/source", "params": {"uri": outside}})
    while (answer := page.hear()).get("id") != 900:
        pass
    assert answer["error"]["message"] == "there is no such source"
    assert page.require(GO_MOD)["state"] == "ready"
    page.wait_for("words.go", "could not import ex.test/words")


def test_it_formats_and_organises_imports(page: Page) -> None:
    page.start("m", {"a.go": MESSY})
    edits = page.ask("textDocument/formatting", {"textDocument": {"uri": uri("a.go")}})
    formatted = 'package a\n\nimport "os"\n\nvar x = strings.ToUpper("a")\n'
    assert applied(MESSY, edits) == formatted
    page.wait_for("a.go", "undefined: strings")
    assert 'import "strings"' in organised(page, "a.go", MESSY)


def organised(page: Page, name: str, text: str) -> str:
    """The text with its imports as they should be."""
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}}
    (action,) = page.ask(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri(name)},
            "range": everything,
            "context": {"only": ["source.organizeImports"]},
        },
    )
    (change,) = with_edit(page, action)["edit"]["documentChanges"]
    return applied(text, change["edits"])


def test_quick_fixes_come_as_edits_and_never_as_commands(page: Page) -> None:
    page.start("m", {"a.go": "package a\n\nfunc f() {\n\tx := 1\n}\n"})
    found = page.wait_for("a.go", "declared and not used: x")
    where = {"textDocument": {"uri": uri("a.go")}, "range": found["range"], "context": {}}
    # The compiler's words come first, what mends them a moment later.
    end = time.monotonic() + 20
    while not (actions := page.ask("textDocument/codeAction", where)):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert all("command" not in action and "data" not in action for action in actions)
    fix = next(action for action in actions if action["kind"] == "quickfix")
    assert with_edit(page, fix)["edit"]["documentChanges"]


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """The text after edits, which all mean places of the text before. ASCII only."""
    lines = text.splitlines(keepends=True)

    def offset(position: dict[str, int]) -> int:
        return sum(map(len, lines[: position["line"]])) + position["character"]

    for edit in sorted(edits, key=lambda one: -offset(one["range"]["start"])):
        start, end = (offset(edit["range"][side]) for side in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


def with_edit(page: Page, action: dict[str, Any]) -> dict[str, Any]:
    if "edit" in action:
        return action
    resolved: dict[str, Any] = page.ask("codeAction/resolve", {"handle": action["handle"]})
    return resolved


def test_each_page_has_its_own(running: Running) -> None:
    with running.page("1") as one, running.page("2") as other:
        one.start("m", {"a.go": "package a\n\nvar secretOfOne = 1\n"})
        other.start("m", {"b.go": "package a\n\nvar x = secretOf\n"})
        assert "secretOfOne" not in other.labels("b.go", 2, 16)


def test_what_no_page_says_ends_it(running: Running) -> None:
    command = {"command": "gopls.run_tests", "arguments": []}
    for method, params in [
        ("workspace/executeCommand", command),
        ("textDocument/hover", {"textDocument": {"uri": "file:///etc/passwd"}}),
    ]:
        with running.page() as page:
            page.start("m", {"a.go": "package a\n"})
            page.say({"id": 1, "method": method, "params": params})
            assert last_state(page) == wire.REFUSED


def last_state(page: Page) -> str:
    state = ""
    try:
        while True:
            said = page.hear()
            if said.get("method") == "judge/state":
                state = said["params"]["state"]
    except EOFError:
        return state


def test_idle_ones_end(settings: SandboxSettings, gopls_dir: Path, servers_folder: Path) -> None:
    idle = configured(servers_folder, gopls_dir, JUDGE_GOPLS_IDLE="4s", JUDGE_GOPLS_MAX="1")
    running = Running(idle, settings)
    try:
        with running.page() as page:
            page.start("m", {"a.go": "package a\n"})
            assert last_state(page) == wire.IDLE
        with running.page() as page:  # the only place was given back
            page.start("m", {"a.go": 'package a\n\nimport "fmt"\n\nvar _ = fmt.\n'})
            assert "Sprint" in page.labels("a.go", 4, 12)
    finally:
        running.stop()


def test_those_who_wait_do_not_keep_each_other_awake(
    settings: SandboxSettings,
    gopls_dir: Path,
    servers_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = []
    refuse = Pool._refuse

    def counted(pool: Pool) -> None:
        looks.append(threading.get_ident())
        refuse(pool)

    few = configured(servers_folder, gopls_dir, JUDGE_GOPLS_MAX="4", JUDGE_GOPLS_SPARE="0")
    running = Running(few, settings)
    try:
        with running.page():
            pass
        monkeypatch.setattr(Pool, "_refuse", counted)
        with ThreadPoolExecutor(3) as threads:
            for page in [threads.submit(running.page, str(person)) for person in range(3)]:
                with page.result():
                    pass
    finally:
        running.stop()
    assert len(set(looks)) == 3
    assert len(looks) < 60, len(looks)  # each looks once at whatever changes


def test_who_does_not_know_the_key_gets_none(running: Running) -> None:
    with pytest.raises((EOFError, ConnectionError)):
        Page(running.settings.gopls_address, "another key")


def test_no_more_than_the_setting_and_the_oldest_gives_way(
    settings: SandboxSettings, gopls_dir: Path, servers_folder: Path
) -> None:
    few = configured(servers_folder, gopls_dir, JUDGE_GOPLS_MAX="2")
    running = Running(few, settings)
    try:
        with running.page("1"), running.page("2"):
            crowded = Page(few.gopls_address, KEY, "3")
            assert crowded.state == wire.BUSY
    finally:
        running.stop()


def test_its_container_is_as_tight_as_it_is_said_to_be(
    engine: docker.DockerClient, gopls_dir: Path, servers_folder: Path
) -> None:
    settings = replace(SandboxSettings(), kind="docker")
    before = of_gopls(engine)
    running = Running(configured(servers_folder, gopls_dir, JUDGE_GOPLS_MAX="1"), settings)
    try:
        with running.page():
            (mine,) = of_gopls(engine) - before
            told = engine.api.inspect_container(mine)
            host = told["HostConfig"]
            assert told["Config"]["User"] == f"{rootfs.USER}:{rootfs.USER}"
            assert host["NetworkMode"] == "none"
            assert host["ReadonlyRootfs"] is True
            assert host["Binds"] is None
            assert (host["CapDrop"], host["CapAdd"]) == (["ALL"], None)
            assert host["SecurityOpt"] == ["no-new-privileges:true"]
            assert host["Memory"] == host["MemorySwap"] == (512 + 96) << 20
            assert told["Config"]["Labels"]["judge.role"] == "sandbox"
    finally:
        running.stop()
    assert mine not in of_gopls(engine)


def of_gopls(engine: docker.DockerClient) -> set[str]:
    """The containers with language servers that this process has made."""
    labels = [f"{OWNER}={_owner()}"]
    found = engine.api.containers(all=True, filters={"name": "judge-gopls", "label": labels})
    return {one["Id"] for one in found}
