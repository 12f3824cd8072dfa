"""The pages as a student uses them: a real browser, the whole product behind it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.e2e.pages import (
    AXE,
    EACH_LOOK,
    SIZES,
    NewPage,
    open_course,
    ready,
    register,
    shows,
    violations,
    write,
)

PROBLEMS = Path(__file__).resolve().parents[2] / "problems"
JUDGED_MS = 60_000


def open_problem(page: Page) -> Path:
    """Opens the course's next problem; its pack's folder."""
    open_course(page)
    page.get_by_role("link", name=re.compile("Start|Continue")).click()
    ready(page)
    slug = page.url.split("?")[0].rsplit("/", 1)[1]
    return next(file.parent for file in PROBLEMS.rglob("problem.toml") if file.parent.name == slug)


def proof(pack: Path, verdict: str) -> dict[str, str]:
    folder = next(path for path in sorted((pack / "submissions" / verdict).iterdir()))
    return {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}


def judged(page: Page, words: str) -> None:
    expect(page.locator(".run-bar .status")).to_contain_text(words, timeout=JUDGED_MS)


def test_from_registering_to_the_leaderboard(new_page: NewPage) -> None:
    page = new_page()
    name = register(page)
    pack = open_problem(page)

    write(page, proof(pack, "wrong_answer"))
    page.keyboard.press("Control+Shift+Enter")
    judged(page, "Wrong answer")
    first = page.locator(".tests > li").first
    expect(first).to_contain_text(re.compile("Failed|Did not run"))
    expect(page.locator(".groups li").first).to_be_visible()
    expect(page.locator(".groups .hint code").first).to_be_visible()

    write(page, proof(pack, "accepted"))
    expect(page.locator(".run-bar .status")).to_contain_text("for earlier code")
    page.get_by_role("button", name=re.compile("^Submit")).click()
    judged(page, "Accepted")
    expect(page.locator("#strip a")).to_have_count(2)

    page.locator("#strip a").last.click()
    expect(page.locator(".outcome h2")).to_have_text("Accepted")
    page.get_by_label("Compare with").select_option(index=1)
    page.wait_for_url(re.compile("against="))
    expect(page.locator(".difference tr.added").first).to_be_visible()

    open_course(page)
    expect(page.locator(".step .state", has_text="Solved")).to_have_count(1)
    page.get_by_role("link", name="Leaderboard").click()
    row = page.locator(f'tr.me[data-user="{name}"]')
    expect(row.locator(".cell.full")).to_have_count(1)
    expect(row.locator(".cell.full")).to_contain_text("\u00d72")
    row.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text("Solved")


def test_a_token_and_a_command_have_a_button_that_copies(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/account/tokens")
    page.get_by_label("Name").fill("git on my laptop")
    page.keyboard.press("Enter")
    for address, start in (("", "judge_"), ("/problems/tip-calculator/git", "git clone http")):
        if address:
            page.goto(address)
        page.get_by_role("button", name="Copy").first.click()
        expect(page.locator(".toast-line").last).to_contain_text("copied", ignore_case=True)
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(start), copied
        assert copied == page.locator(".copyable code").first.inner_text()


def test_a_result_comes_live_and_stays_at_its_address(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    pack = open_problem(page)
    told: list[dict[str, object]] = []

    def listen(socket: WebSocket) -> None:
        if "/live/" in socket.url:
            socket.on("framereceived", lambda frame: told.append(json.loads(frame)))

    page.on("websocket", listen)
    # Its tests begin when the page listens, on a busy machine too.
    rests = '\n\nimport "time"\n\nfunc init() { time.Sleep(2 * time.Second) }\n'
    write(page, {"tip.go": proof(pack, "accepted")["tip.go"].replace("\n\n", rests, 1)})
    page.keyboard.press("Control+Shift+Enter")
    judged(page, "Accepted")
    kinds = [message["type"] for message in told]
    assert {"test", "state"} <= set(kinds), kinds
    assert kinds[-1] == "state" and told[-1]["state"] == "done"
    if "building" in kinds:  # over before the socket was open, on a busy machine
        assert kinds.index("building") < kinds.index("test")
    page.reload()
    judged(page, "Accepted")
    expect(page.locator("#strip a")).to_have_count(1)


def test_a_run_counts_for_nothing(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    pack = open_problem(page)
    write(page, proof(pack, "accepted"))
    page.keyboard.press("Control+Enter")
    judged(page, "The visible tests pass")
    expect(page.locator("#strip")).to_contain_text("No attempts yet")
    page.get_by_role("tab", name="Submissions").click()
    expect(page.locator("#attempts")).to_contain_text("Run: passed")


def test_a_compile_error_is_marked_and_explained(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    pack = open_problem(page)
    name, text = next(iter(proof(pack, "accepted").items()))
    write(page, {name: text + "\nfunc broken() int { return nowhere }\n"})
    page.keyboard.press("Control+Enter")
    judged(page, "Compile error")
    expect(page.locator(".messages li").first).to_contain_text("nowhere is not defined here")
    expect(page.locator(".monaco-editor .squiggly-error").first).to_be_attached()
    page.locator(".messages .place").first.click()
    expect(page.locator(".monaco-editor")).to_have_class(re.compile("focused"))


def test_what_was_typed_is_there_after_a_reload(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    open_problem(page)
    page.locator(".monaco-editor .view-lines").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("// on the server\n")
    expect(page.locator(".saved")).to_have_text("Saved")
    page.evaluate("localStorage.clear()")
    page.reload()
    ready(page)
    shows(page, "// on the server")

    page.locator(".monaco-editor .view-lines").click()
    page.keyboard.press("Control+Home")
    page.context.set_offline(True)
    page.keyboard.insert_text("// in this browser\n")
    expect(page.locator(".saved")).to_contain_text("Saved on this device")
    page.context.set_offline(False)
    page.reload()
    ready(page)
    shows(page, "// in this browser")


def test_two_tabs_are_asked_and_lose_nothing(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    open_problem(page)
    address = page.url
    other = new_page()
    other.context.add_cookies(page.context.cookies())
    other.goto(address)
    ready(other)
    for each, text in ((other, "// elsewhere\n"), (page, "// here\n")):
        each.locator(".monaco-editor .view-lines").click()
        each.keyboard.press("Control+Home")
        each.keyboard.insert_text(text)
        if each is other:
            expect(other.locator(".saved")).to_have_text("Saved")
    expect(page.locator(".conflict")).to_be_visible()
    page.get_by_role("button", name="Use other version").click()
    expect(page.locator(".view-lines")).to_contain_text("elsewhere")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".view-lines")).to_contain_text("here")
    expect(page.locator(".saved")).to_have_text("Saved")


def test_a_lost_connection_sends_once_it_is_back(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    pack = open_problem(page)
    write(page, proof(pack, "accepted"))
    page.context.set_offline(True)
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#result-live")).to_contain_text("You're offline")
    page.context.set_offline(False)
    judged(page, "Accepted")
    expect(page.locator("#strip a")).to_have_count(1)


def test_everything_by_keyboard(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    open_problem(page)
    page.locator(".monaco-editor .view-lines").click()
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('.monaco-editor') !== null"
    assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator(".leave")).to_have_text("Tab now leaves the editor")
    page.keyboard.press("Tab")
    assert not page.evaluate(inside)

    separator = page.get_by_role("separator", name="Width of the problem")
    separator.focus()
    before = separator.get_attribute("aria-valuenow")
    page.keyboard.press("ArrowRight")
    assert separator.get_attribute("aria-valuenow") != before
    width = page.locator("#pane-statement").bounding_box()
    page.reload()
    assert page.locator("#pane-statement").bounding_box() == width

    page.keyboard.press("Control+k")
    page.keyboard.type("leaderb")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Leaderboard")).to_be_visible()


def test_on_a_phone_the_verdict_is_on_the_tab(new_page: NewPage) -> None:
    page = new_page("phone")
    register(page)
    pack = open_problem(page)
    expect(page.locator("#pane-statement")).to_be_visible()
    expect(page.locator(".monaco-host")).to_be_hidden()
    page.get_by_role("tab", name="Code").click()
    write(page, proof(pack, "accepted"))
    page.get_by_role("button", name=re.compile("^Submit")).click()
    expect(page.locator(".outcome h2")).to_have_text("Accepted", timeout=JUDGED_MS)
    expect(page.locator('.views [data-view="results"] .is-accepted')).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"][0]


def test_names_and_output_are_inert(new_page: NewPage) -> None:
    page = new_page()
    hostile = "<img src=x onerror=document.title='hit'>"
    register(page, hostile)
    pack = open_problem(page)
    name, text = next(iter(proof(pack, "wrong_answer").items()))
    printed = f'\nfunc init() {{ println("{hostile}") }}\n'
    write(page, {name: text + printed})
    page.keyboard.press("Control+Shift+Enter")
    judged(page, "Wrong answer")
    open_course(page)
    page.get_by_role("link", name="Leaderboard").click()
    expect(page.locator("tr.me .name")).to_contain_text(hostile)
    page.locator("tr.me .name a").click()
    expect(page.get_by_role("heading", name=hostile)).to_be_visible()
    assert page.title() != "hit"


@pytest.mark.parametrize("size", SIZES)
def test_nothing_jumps_on_the_problem_page(new_page: NewPage, size: str) -> None:
    page = new_page(size)
    register(page)
    open_problem(page)
    page.reload()
    ready(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.__shift") < 0.02


def test_the_page_is_light_before_the_big_editor(new_page: NewPage) -> None:
    page = new_page()
    register(page)
    open_problem(page)
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').filter(({name}) => name.endsWith('.js'))"
        ".map(({name, encodedBodySize}) => [name.split('/').pop(), encodedBodySize])"
    )
    assert sum(size for name, size in sizes if not name.startswith("monaco")) < 350_000
    assert any(name.startswith("monaco") for name, _ in sizes)


@pytest.mark.parametrize(("size", "scheme"), EACH_LOOK)
def test_pages_meet_wcag_aa(new_page: NewPage, size: str, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run make test, or npm ci in static/")
    page = new_page(size, scheme)
    for address in ("/", "/login", "/register", "/no/such/page"):
        page.goto(address)
        assert violations(page) == [], address
    register(page)
    pack = open_problem(page)
    assert violations(page) == [], "problem"
    if size == "phone":
        page.get_by_role("tab", name="Code").click()
    write(page, proof(pack, "wrong_answer"))
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_selector(".outcome", timeout=JUDGED_MS)
    assert violations(page) == [], "result"
    page.locator("#strip a").first.click()
    page.wait_for_selector(".outcome")
    assert violations(page) == [], "submission"
    open_course(page)
    assert violations(page) == [], "course"
    page.get_by_role("link", name="Leaderboard").click()
    assert violations(page) == [], "leaderboard"


def test_dark_is_dark(new_page: NewPage) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light, dark = new_page(), new_page(scheme="dark")
    for page in (light, dark):
        page.goto("/login")
    assert light.evaluate(colour) == "rgb(247, 249, 249)"
    assert dark.evaluate(colour) == "rgb(15, 22, 25)"


def test_a_wrong_password_says_so_and_leads_on(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/login?next=//example.org")
    page.get_by_label("Username").fill("nobody-of-that-name")
    page.get_by_label("Password").fill("a wrong password")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Incorrect username or password")


def test_signing_in_never_leads_elsewhere(new_page: NewPage) -> None:
    page = new_page()
    name = register(page)
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/login?next=//example.org/stolen")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your courses")).to_be_visible()
