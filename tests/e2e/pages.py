"""What browser tests share: pages without a history, and what a hand does on them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

AXE = Path(__file__).resolve().parents[2] / "static/node_modules/axe-core/axe.min.js"
EXPECTED_NOISE = re.compile(r"status of 4\d\d|WebSocket|ERR_INTERNET_DISCONNECTED|^Canceled$")
"""The last is Monaco's own, for what it began and no longer wants."""
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
EACH_LOOK = [("desktop", "light"), ("phone", "dark")]
"""Layout hangs on the size and colours on the scheme, so two of the four show each."""

WATCH_SHIFTS = """
window.__shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

NewPage = Callable[..., Page]

expect.set_options(timeout=15_000)
"""In milliseconds: the machine has more to do than this page."""


def register(page: Page, display_name: str = "") -> str:
    name = f"u{secrets.token_hex(5)}"
    page.goto("/register")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Display name").fill(display_name or name)
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("main").get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Your courses")).to_be_visible()
    return name


def open_course(page: Page) -> None:
    page.goto("/")
    course = page.locator(".course-list li", has_text="Go from the beginning")
    course.locator("a.btn").click()


def wait_until(page: Page, condition: Callable[[], bool], milliseconds: int = 15_000) -> None:
    """As `Page.wait_for_function`, which evaluates texts in the page: its policy allows none."""
    why = ""
    for _ in range(milliseconds // 50):
        try:
            if condition():
                return
            why = ""
        except Error as error:  # the page is on its way to another one
            why = f": {error}"
        page.wait_for_timeout(50)
    pytest.fail(f"it did not come to that{why}\n{page.locator('main').inner_text()}")


def ready(page: Page) -> None:
    page.wait_for_selector("[data-ready]", state="attached")


def write(page: Page, files: dict[str, str]) -> None:
    for name, text in files.items():
        page.locator(f'.file-tabs [data-file="{name}"]').first.click()
        page.locator(".monaco-editor .view-lines").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)


def code(page: Page) -> str:
    return page.locator(".monaco-editor .view-lines").first.inner_text().replace("\u00a0", " ")


def code_is(page: Page, *words: str) -> None:
    """The file that is shown has these words; what is typed is there a moment later."""
    wait_until(page, lambda: code(page).split() == list(words))


def shows(page: Page, text: str) -> None:
    """The file that is shown has this text, or will have it in a moment."""
    wait_until(page, lambda: text in code(page))


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA."""
    try:
        return _violations(page)
    except Error:  # it came anew meanwhile, as a leaderboard does
        page.wait_for_load_state()
        return _violations(page)


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
    )
    return [
        f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]
    ]
