"""Too often, or for long not at all: each page says when one may go on, and lets one go on then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from judge.launch.trial import product
from tests.e2e.pages import ready, register, write
from tests.e2e.test_gopls_pages import PREPARED_MS, READY
from tests.e2e.test_pages import open_problem

RUN_MS = 60_000
COUNTS = re.compile(r"in \d+ s")


@pytest.fixture(scope="module")
def strict(engine: object) -> Iterator[str]:
    """A product in which everything may be done once in a while, and editors soon rest."""
    del engine
    limits = {
        "JUDGE_LIMIT_ANONYMOUS_RUN": "1/minute",
        "JUDGE_LIMIT_SUBMIT": "1/minute",
        "JUDGE_LIMIT_LOGIN": "1/minute",
        "JUDGE_GOPLS_IDLE": "5s",
    }
    with product(JUDGE_WORKERS="1", **limits) as running:
        yield running.address


@pytest.fixture
def page(browser: Browser, strict: str) -> Iterator[Page]:
    context = browser.new_context(base_url=strict)
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def counted_down(page: Page, button: str) -> None:
    field = page.locator(button)
    expect(field).to_have_attribute("data-wait", COUNTS)
    expect(field).to_have_attribute("aria-disabled", "true")
    first = field.get_attribute("data-wait")
    expect(field).not_to_have_attribute("data-wait", first or "")
    page.clock.fast_forward(60_000)
    expect(field).to_have_attribute("aria-disabled", "false")


def test_runs_of_the_playground(page: Page) -> None:
    page.goto("/play")
    ready(page)
    for _ in range(2):
        page.keyboard.press("Control+Enter")
        expect(page.locator(".console-end")).to_be_visible(timeout=RUN_MS)
    expect(page.locator(".screen")).to_contain_text("That is more than")
    counted_down(page, "#run")
    expect(page.locator(".run-bar .status")).to_contain_text("You can run again")


def test_submissions(page: Page) -> None:
    register(page)
    open_problem(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".run-bar .status .verdict.is-failed")).to_be_visible(timeout=RUN_MS)
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#result-live")).to_contain_text(re.compile(r"You can try again in \d+ s"))
    counted_down(page, "#submit")
    expect(page.locator("#result-live")).to_contain_text("You can run and submit again now")


def test_pages_of_errors(page: Page) -> None:
    for _ in range(2):
        page.goto("/login")
        page.get_by_label("Username").fill("nobody")
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Too many requests")).to_be_visible()
    expect(page.locator("#when")).to_have_text(re.compile(r"Try again in \d+ s"))
    page.clock.fast_forward(60_000)
    expect(page.locator("#when")).to_have_text("You can try again now.")
    page.get_by_role("button", name="Go back and try again").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_an_editor_that_rested_completes_again(browser: Browser, strict: str) -> None:
    """The first key brings its language server back."""
    context = browser.new_context(base_url=strict)
    page = context.new_page()
    said: list[str] = []
    page.on("websocket", lambda line: listen(line, said))
    register(page)
    open_problem(page)
    expect(page.locator(READY)).to_be_visible(timeout=PREPARED_MS)
    write(page, {"tip.go": 'package tip\n\nimport "strings"\n\nfunc f() {\n\tvar b strings'})
    rests = page.locator('.gopls[data-state="idle"]')
    expect(rests).to_be_attached(timeout=RUN_MS)
    # The light bulb beside an error that is shown asks for nothing, and the error stays.
    page.wait_for_timeout(2_000)
    expect(rests).to_be_attached()
    expect(page.locator(".squiggly-error").first).to_be_visible()
    page.keyboard.type(".")
    expect(page.locator(READY)).to_be_visible(timeout=RUN_MS)
    builder = page.locator(".suggest-widget .label-name", has_text="Builder").first
    for _ in range(3):
        # On a busy machine it came too late for the key before.
        page.keyboard.press("Backspace")
        page.keyboard.type(".")
        with suppress(AssertionError):
            expect(builder).to_be_visible()
            break
    else:
        pytest.fail("\n".join(said[-40:]))
    context.close()


def listen(line: WebSocket, said: list[str]) -> None:
    """Note what the page and its language server say to each other."""
    if line.url.endswith("/live/gopls"):
        line.on("framesent", lambda text: said.append(f"> {text[:300]!r}"))
        line.on("framereceived", lambda text: said.append(f"< {text[:300]!r}"))
