"""The editor as somebody sets it up: keys, colours, letters, and what is kept of that."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import SIZES, NewPage, code, code_is, ready, register, shows, violations, write
from tests.e2e.test_gopls_pages import PREPARED_MS, READY

LINES = ".monaco-editor .view-lines"
LOADED = "performance.getEntriesByType('resource').map(({name}) => name).join(' ')"


def open_play(page: Page, address: str = "/play") -> None:
    page.goto(address)
    ready(page)


def settings(page: Page, **values: str | bool) -> None:
    """Opens the sheet with its key, chooses by label, closes it."""
    page.keyboard.press("Control+,")
    sheet = page.get_by_role("dialog", name="Editor settings")
    for label, value in values.items():
        field = sheet.get_by_label(label.replace("_", " "), exact=True)
        if isinstance(value, bool):
            field.set_checked(value)
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def has_size(page: Page, pixels: int) -> None:
    expect(page.locator(".view-line span").first).to_have_css("font-size", f"{pixels}px")


def test_settings_hold_at_once_and_stay(new_page: NewPage) -> None:
    page = new_page()
    open_play(page)
    page.get_by_role("button", name="Settings").click()
    page.keyboard.press("Escape")
    assert "source-code-pro" not in page.evaluate(LOADED)
    write(page, {"main.go": "package main\n\n// " + "a long line " * 40 + "\n\tvar x = 1\n"})
    settings(
        page, Theme="dark", Font="source", Font_size="20", Wrap_long_lines=True,
        Minimap=True, High_contrast=True, Tab_width="8",
    )  # fmt: skip
    expect(page.locator(".monaco-editor.hc-black")).to_be_visible()
    expect(page.locator(".minimap")).to_be_visible()

    def holds() -> None:
        has_size(page, 20)
        family = re.compile("Source Code Pro")
        expect(page.locator(".view-line span").first).to_have_css("font-family", family)
        assert page.locator(".view-line").count() > 5, "the long line is wrapped"
        black = "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == black

    holds()
    assert "source-code-pro" in page.evaluate(LOADED)
    page.reload()
    ready(page)
    expect(page.locator(".minimap")).to_be_visible()
    holds()
    page.goto("/play/examples")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert violations(page) == []
    open_play(page)
    page.keyboard.press("Control+,")
    wrong = page.get_by_label("Font size")
    wrong.fill("900")
    assert wrong.evaluate("field => field.validationMessage") == "A whole number from 10 to 28"
    has_size(page, 20)
    page.get_by_role("button", name="Reset to defaults").click()
    has_size(page, 14)


def test_vim(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    open_play(page)
    settings(page, Keys="vim")
    expect(page.locator(".keys-line")).to_contain_text("--NORMAL--")
    expect(page.locator(".leave")).to_contain_text("Esc in normal mode, then Tab")
    page.locator(LINES).click()
    page.keyboard.type("ggdGipackage main")
    expect(page.locator(".keys-line")).to_contain_text("--INSERT--")
    page.keyboard.press("Escape")
    expect(page.locator(".keys-line")).to_contain_text("--NORMAL--")
    expect(page.locator(".leave")).not_to_have_class("leave armed")
    page.keyboard.type("yyp")
    code_is(page, "package", "main", "package", "main")
    page.keyboard.press("Escape")
    expect(page.locator(".leave")).to_have_text("Tab now leaves the editor")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.monaco-editor') === null")
    page.locator(LINES).click()
    page.keyboard.type("ggdd:w")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Save")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(LINES).click()
    page.keyboard.type("ofunc main() { println(7) }")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".console")).to_contain_text("7", timeout=60_000)
    page.reload()
    ready(page)
    expect(page.locator(".keys-line")).to_contain_text("--NORMAL--")
    settings(page, Keys="plain")
    expect(page.locator(".keys-line")).to_have_count(0)


def test_emacs(new_page: NewPage) -> None:
    page = new_page()
    open_play(page)
    write(page, {"main.go": "one two\nthree"})
    settings(page, Keys="emacs")
    expect(page.locator(".keys-line")).to_have_text("Emacs")
    page.locator(LINES).click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+p")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+n")
    page.keyboard.press("Control+e")
    page.keyboard.press("Control+y")
    code_is(page, "threeone", "two")
    expect(page.locator("dialog.palette")).to_have_count(0)
    page.keyboard.press("Control+s")
    expect(page.locator(".find-widget.visible")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+x")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog", name="Save")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(LINES).click()
    page.keyboard.press("Alt+x")
    expect(page.locator(".quick-input-widget")).to_be_visible()


def test_carets_folding_and_commands(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/play")
    kept = {"main.go": "package main\n\nfunc main() {\n\ta := a\n\t_ = a\n}\n"}
    page.evaluate("files => localStorage['judge:play:own'] = JSON.stringify(files)", kept)
    open_play(page)
    page.locator(LINES).click()
    page.keyboard.press("Control+Home")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    for _ in range(3):
        page.keyboard.press("Control+d")
    page.keyboard.type("box")
    assert code(page).count("box") == 3
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+[")
    expect(page.locator(LINES)).not_to_contain_text("box")
    page.keyboard.press("Control+Shift+]")
    expect(page.locator(LINES)).to_contain_text("box")
    page.keyboard.press("F1")
    commands = page.locator(".quick-input-widget")
    expect(commands).to_be_visible()
    page.keyboard.type("uppercase")
    expect(commands).to_contain_text("Transform to Uppercase")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("editor set")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Editor settings")).to_be_visible()


def test_saving_shapes_the_code_where_that_is_wished(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    open_play(page)
    expect(page.locator(READY)).to_be_visible(timeout=PREPARED_MS)
    settings(page, Format_code="save")
    write(page, {"main.go": "package main\nfunc main() {\nprintln( 1 )\n}"})
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog", name="Save")).to_be_visible()
    expect(page.locator(LINES)).to_contain_text("println(1)")
    page.keyboard.press("Escape")
    # What gopls cannot read is kept as it was written.
    write(page, {"main.go": "package main\nfunc main( {\nprintln( 2 )"})
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog", name="Save")).to_be_visible()
    shows(page, "println( 2 )")


@pytest.mark.parametrize("size", SIZES)
def test_the_sheet_meets_wcag_aa(new_page: NewPage, size: str) -> None:
    page = new_page(size)
    open_play(page)
    page.get_by_role("button", name="Settings").click()
    assert violations(page) == []
    width = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(width)
