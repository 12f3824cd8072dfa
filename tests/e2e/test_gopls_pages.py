"""The editor with its language server, as a student has it: a real browser, the real gopls."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import NewPage, code, ready, register, violations, wait_until, write
from tests.e2e.test_pages import open_problem

PREPARED_MS = 600_000
"""Where gopls has yet to be built."""
READY = '.gopls[data-state="ready"]'
NO_SOCKET = "window.WebSocket = class { addEventListener() {} close() {} send() {} };"
COUNT_REFUSALS = """
window.__refused = 0;
window.WebSocket = class extends WebSocket {
  constructor(address) {
    super(address);
    this.addEventListener("message", ({ data }) => {
      if (JSON.parse(data).params?.state === "refused") window.__refused += 1;
    });
  }
};
"""


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A problem with a language server that is ready."""
    page = new_page()
    page.add_init_script(COUNT_REFUSALS)
    register(page)
    open_problem(page)
    expect(page.locator(READY)).to_be_visible(timeout=PREPARED_MS)
    return page


def put(page: Page, text: str) -> None:
    """The file's whole text, with the caret at its end."""
    name = page.locator(".file-tabs [aria-selected=true]").get_attribute("data-file") or ""
    write(page, {name: text})
    page.keyboard.press("Escape")


def caret(page: Page, line: int, column: int) -> None:
    """Moves the caret, both counted from 1."""
    page.locator(".monaco-editor .view-lines").click()
    page.keyboard.press("Control+Home")
    for key, count in (("ArrowDown", line - 1), ("ArrowRight", column - 1)):
        for _ in range(count):
            page.keyboard.press(key)


def hover(page: Page) -> None:
    """Shows what hovers at the caret."""
    place = page.locator(".cursors-layer .cursor").bounding_box()
    assert place
    page.mouse.move(place["x"] + 3, place["y"] + 8)
    page.mouse.move(place["x"] + 4, place["y"] + 9)


def suggestions(page: Page) -> list[str]:
    expect(page.locator(".suggest-widget.visible .monaco-list-row").first).to_be_visible()
    return page.locator(".suggest-widget .monaco-list-row .label-name").all_inner_texts()


def test_each_key_is_answered_as_it_is_typed(page: Page) -> None:
    """How soon, `python -m benchmarks editor` says; here only that none goes without."""
    put(page, 'package tip\n\nimport "strings"\n\nfunc f() {\n\tvar b strings')
    builder = page.locator(".suggest-widget.visible .label-name", has_text="Builder")
    for _ in range(10):
        page.keyboard.type(".")
        expect(builder.first).to_be_visible()
        page.keyboard.press("Escape")
        expect(builder.first).to_be_hidden()
        page.keyboard.press("Backspace")


def test_a_chosen_function_brings_its_import(page: Page) -> None:
    put(page, "package tip\n\nfunc f() {\n\tstrings.ToUppe")
    page.keyboard.type("r")
    assert "ToUpper" in suggestions(page)
    page.keyboard.press("Enter")
    expect(page.locator(".view-lines")).to_contain_text('import "strings"')
    expect(page.locator(".view-lines")).to_contain_text("strings.ToUpper()")
    expect(page.locator(".parameter-hints-widget.visible")).to_contain_text("s string")


def test_a_mistake_is_marked_explained_and_mended(page: Page) -> None:
    put(page, "package tip\n\nfunc f() {\n\tcount := 1\n}\n")
    mark = page.locator(".squiggly-error")
    expect(mark.first).to_be_visible()
    caret(page, 4, 3)
    hover(page)
    shown = page.locator(".monaco-hover").filter(has_text="declared and not used")
    expect(shown).to_contain_text("Go does not allow a local variable that nothing reads.")
    page.keyboard.press("Escape")
    fix = page.locator(".action-widget").get_by_text("Remove variable count")
    for _ in range(10):  # the compiler's words come first, what mends them a moment later
        page.keyboard.press("Control+.")
        page.wait_for_timeout(500)
        if fix.is_visible():
            break
        page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator(".view-lines")).not_to_contain_text("count")


def test_the_box_of_a_mistake_can_be_read(page: Page) -> None:
    put(page, 'package tip\n\nimport "os"\n')
    expect(page.locator(".squiggly-error").first).to_be_visible()
    page.keyboard.press("F8")
    expect(page.locator(".marker-widget")).to_contain_text("imported and not used")
    expect(page.locator(".marker-widget .source")).to_be_visible()
    assert violations(page) == []


def test_hover_explains_and_definitions_lead_into_the_library(page: Page) -> None:
    put(page, 'package tip\n\nimport "strings"\n\nvar x = strings.ToUpper("a")\n')
    caret(page, 5, 18)
    hover(page)
    shown = page.locator(".monaco-hover").filter(has_text="func strings.ToUpper")
    expect(shown).to_contain_text("ToUpper returns s with all")
    page.keyboard.press("Escape")
    page.keyboard.press("F12")
    tab = page.locator(".file-tabs [aria-selected=true]")
    expect(tab).to_contain_text("strings.go")
    expect(page.locator(".view-lines")).to_contain_text("func ToUpper(s string) string")
    tab.locator(".remove").click()
    expect(page.locator(".view-lines")).to_contain_text("package tip")
    # What was asked of such a file has given no offence.
    put(page, 'package tip\n\nimport "strings"\n\nvar x = strings')
    page.keyboard.type(".")
    assert "Builder" in suggestions(page)
    assert page.evaluate("window.__refused") == 0


def test_it_formats_organises_and_renames(page: Page) -> None:
    put(page, 'package tip\nimport "os"\nvar  total=strings.ToUpper("a")\nvar y=total')
    page.keyboard.press("Shift+Alt+o")
    expect(page.locator(".view-lines")).to_contain_text('import "strings"')
    page.keyboard.press("Shift+Alt+f")
    expect(page.locator(".view-lines")).to_contain_text('var total = strings.ToUpper("a")')
    caret(page, 5, 6)
    page.keyboard.press("F2")
    box = page.locator(".rename-input")
    expect(box).to_be_visible()
    box.fill("sum")
    page.keyboard.press("Enter")
    expect(page.locator(".view-lines")).to_contain_text("var y = sum")


def test_a_rename_never_reaches_what_is_given(page: Page) -> None:
    caret(page, 5, 7)
    before = code(page)
    page.keyboard.press("F2")
    box = page.locator(".rename-input")
    expect(box).to_be_visible()
    box.fill("Other")
    page.keyboard.press("Enter")
    expect(page.get_by_text("which comes with the problem")).to_be_visible()
    assert code(page) == before


def test_without_it_keywords_names_and_packages_are_completed(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    page.add_init_script(NO_SOCKET)
    open_problem(page)
    put(page, "package tip\n\nvar quantity int\n\nfunc f() {\n\tqua")
    page.keyboard.type("n")
    assert "quantity" in suggestions(page)
    put(page, "package tip\n\nfunc f() {\n\tstri")
    page.keyboard.type("n")
    assert {"string", "strings"} <= set(suggestions(page))


def test_the_playground_has_it_too(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    page.goto("/play")
    ready(page)
    expect(page.locator(READY)).to_be_visible(timeout=PREPARED_MS)
    put(page, 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt')
    page.keyboard.type(".Print")
    assert "Println" in suggestions(page)
    # And once go.mod requires them, modules of others.
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").fill("go.mod")
    page.keyboard.press("Enter")
    write(page, {"go.mod": "module example.com/m\n\ngo 1.27\n\nrequire ex.test/words v1.0.0\n"})
    page.get_by_role("tab", name="main.go").click()
    put(page, 'package main\n\nimport "ex.test/words"\n\nfunc main() {\n\tprintln(words.')
    version = page.locator(".suggest-widget.visible").get_by_text("Version")

    def known() -> bool:
        page.keyboard.press("Backspace")
        page.keyboard.type(".")
        page.wait_for_timeout(500)
        return version.is_visible()

    wait_until(page, known)
    page.keyboard.press("Enter")
    expect(page.locator(".view-lines")).to_contain_text("words.Version")
    page.keyboard.press("F12")
    expect(page.locator(".file-tabs [aria-selected=true]")).to_contain_text("words.golibrary")
    expect(page.locator(".view-lines")).to_contain_text("// Version is ours.")


def test_who_is_not_signed_in_has_keywords_and_packages(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/play")
    ready(page)
    put(page, "package main\n\nfunc main() {\n\tstri")
    page.keyboard.type("n")
    assert {"string", "strings"} <= set(suggestions(page))
    expect(page.locator(".gopls")).to_have_count(0)
