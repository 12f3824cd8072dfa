"""Debugging in the playground as a student has it: a real browser, the real Delve."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.pages import SIZES, NewPage, ready, violations, write

PREPARED_MS = 600_000
"""Where Delve has yet to be built."""
STEP_MS = 60_000

MAIN = """package main

import (
"bufio"
"fmt"
"os"
)

type Point struct {
X, Y int
Tags []string
}

func double(n int) int {
twice := n * 2
return twice
}

func main() {
p := &Point{1, 2, []string{"a", "b"}}
lines := bufio.NewScanner(os.Stdin)
for lines.Scan() {
n := double(len(lines.Text()))
fmt.Println(n, p.X)
}
}
"""
TESTS = """package main

import "testing"

func TestDouble(t *testing.T) {
if got := double(4); got != 8 {
t.Errorf("got %d", got)
}
}
"""
TWICE, RETURN, CALL = 15, 16, 23


def margin(page: Page, line: int) -> None:
    """Click beside a line."""
    numbers = page.locator(".margin-view-overlays .line-numbers", has_text=f"{line}")
    box = numbers.get_by_text(f"{line}", exact=True).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] - 8, box["y"] + box["height"] / 2)


def status(page: Page, words: str, timeout: int = STEP_MS) -> None:
    expect(page.locator(".run-bar .status")).to_contain_text(words, timeout=timeout)


def open_program(page: Page) -> None:
    page.goto("/play")
    ready(page)
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").fill("main_test.go")
    page.keyboard.press("Enter")
    write(page, {"main_test.go": TESTS, "main.go": MAIN})


def say(page: Page, line: str) -> None:
    page.get_by_label("Input for the program").fill(line)
    page.keyboard.press("Enter")


def test_a_program_is_debugged_in_the_browser(new_page: NewPage) -> None:
    page = new_page()
    open_program(page)
    margin(page, TWICE)
    expect(page.locator(".monaco-editor .breakpoint")).to_have_count(1)

    # A condition, by keyboard; it is kept over a reload, as the code is.
    page.locator(".monaco-editor .view-line").nth(TWICE - 1).click()
    page.keyboard.press("Shift+F9")
    page.get_by_label(f"Stop in line {TWICE} only if").fill("n > 2")
    page.keyboard.press("Enter")
    expect(page.locator(".monaco-editor .breakpoint.is-conditional")).to_have_count(1)
    page.reload()
    ready(page)
    expect(page.locator(".monaco-editor .breakpoint.is-conditional")).to_have_count(1)

    page.keyboard.press("F5")
    status(page, "Running", PREPARED_MS)
    say(page, "ab")
    expect(page.locator(".console")).to_contain_text("4 1")
    say(page, "hello")
    status(page, f"Stopped at main.go:{TWICE}")
    expect(page.locator(".debug-line")).to_have_count(1)

    panel = page.locator(".debug-panel")
    expect(panel.locator(".variables")).to_contain_text("n 5 int")
    expect(panel.locator('.goroutines [aria-current="true"]')).to_contain_text("double")
    page.get_by_label("Expression to watch").fill("n * 10")
    page.keyboard.press("Enter")
    expect(panel.locator(".watches")).to_contain_text("50")

    # The frame above, and its variables as a tree.
    panel.get_by_role("button", name="main.main").click()
    expect(page.locator(".debug-caller")).to_have_count(1)
    panel.locator(".variables > li > details > summary", has_text="*main.Point").click()
    inside = panel.locator(".variables details details > summary").first
    inside.click()
    expect(panel.locator(".variables")).to_contain_text("X 1 int")
    page.get_by_label("Expression to evaluate").fill("p.Tags[1]")
    page.keyboard.press("Enter")
    expect(panel.locator(".results-of-evaluate")).to_contain_text('"b"')
    assert violations(page) == []

    page.keyboard.press("F10")
    status(page, f"Stopped at main.go:{RETURN}")
    expect(panel.locator(".variables")).to_contain_text("twice 10 int")
    page.keyboard.press("Shift+F11")
    status(page, f"Stopped at main.go:{CALL}")
    page.keyboard.press("F5")
    expect(page.locator(".console")).to_contain_text("10 1")
    page.keyboard.press("Shift+F5")
    expect(panel).to_be_hidden()
    expect(page.locator(".debug-line")).to_have_count(0)


def test_a_single_test_is_debugged_on_a_phone(new_page: NewPage) -> None:
    page = new_page("desktop", "dark")
    open_program(page)
    width, height = SIZES["phone"]
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_role("tab", name="main_test.go").click()
    margin(page, 6)
    page.get_by_label("What is debugged").select_option("TestDouble")
    page.get_by_role("button", name="Debug").click()
    status(page, "Stopped at main_test.go:6", PREPARED_MS)
    page.get_by_role("button", name="Step in").click()
    status(page, "Stopped at main.go:14")
    page.get_by_role("tab", name="Output").click()
    expect(page.locator(".debug-panel .variables")).to_contain_text("n 4 int")
    assert violations(page) == []
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".console")).to_contain_text("--- PASS: TestDouble", timeout=STEP_MS)
    status(page, "Finished")


def test_only_go_is_debugged(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/play?language=python")
    ready(page)
    expect(page.get_by_role("button", name="Debug")).to_have_count(0)
    assert page.locator(".monaco-editor .glyph-margin").evaluate("e => e.clientWidth") == 0
