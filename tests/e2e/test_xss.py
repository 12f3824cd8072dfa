"""Markup pushed through every sink of the pages, and looked for in the browser's DOM.

The content security policy would keep a script from running. So what is looked for is not
an alert but the element: `MARK` becomes one wherever text is taken for markup. The console
is watched too, where Chromium reports what the policy had to refuse.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from judge.launch.trial import Product
from tests.e2e.pages import NewPage, ready, register, wait_until, write
from tests.e2e.test_playground import elsewhere

MARK = "\"'><x-evil><img/src/onerror=alert(1)>"
"""Ends an attribute and a tag, and has no space, which names of tests would lose."""
GO = f"`{MARK}`"
JUDGED_MS = 60_000

STATEMENT = f"""# Evil {MARK}

{MARK} <x-evil>raw</x-evil> [link](javascript:alert(1)) [{MARK}](https://example.org "{MARK}")
![{MARK}](/static/none/{MARK})

`{MARK}`

```go
// {MARK}
```

```"><x-evil>
text
```

$<x-evil>x</x-evil>$
"""
PACK = {
    "course.toml": f"""format = 1
slug = "evil"
title = '''Zevil {MARK}'''
description = '''{MARK}'''

[[units]]
title = '''{MARK}'''
intro = '''{MARK} <x-evil>raw</x-evil>'''
problems = ["evil"]
""",
    "evil/problem.toml": f"""format = 1
slug = "evil"
title = '''Evil {MARK}'''
kind = "unit"
tags = []

[[groups]]
name = '''{MARK}'''
points = 100
tests = ["TestEvil"]
hint = '''{MARK}'''
""",
    "evil/statement.md": STATEMENT,
    "evil/editorial.md": STATEMENT,
    "evil/hints/1.md": STATEMENT,
    "evil/starter/evil.go": f"package evil\n\n// {MARK}\n\nfunc Evil() string {{ return {GO} }}\n",
    "evil/tests/evil_test.go": f"""package evil

import "testing"

func TestEvil(t *testing.T) {{
	t.Run({GO}, func(t *testing.T) {{
		if got := Evil(); got != "good" {{
			t.Errorf("got %s, want %s", got, {GO})
		}}
	}})
}}
""",
    "evil/submissions/accepted/good/evil.go": """package evil

func Evil() string { return "good" }
""",
}


@pytest.fixture(scope="module")
def course(whole_product: Product, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A course whose every text is markup."""
    folder = tmp_path_factory.mktemp("evil")
    for name, content in PACK.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    whole_product.command("course", "import", str(folder))


def inert(page: Page, shown: str = MARK) -> None:
    """The mark is there as text, and nowhere as an element."""
    if shown:
        texts = "[document.body.innerText, ...[...document.querySelectorAll('input, textarea')]"
        texts += ".map(({value}) => value)].join('\\n')"
        wait_until(page, lambda: bool(page.evaluate(f"(mark) => {texts}.includes(mark)", shown)))
    for frame in page.frames:
        assert frame.locator("x-evil").count() == 0, frame.url
        assert frame.locator('a[href^="javascript:"], [onerror]').count() == 0, frame.url


def judged(page: Page, verdict: str) -> None:
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".run-bar .status")).to_contain_text(verdict, timeout=JUDGED_MS)


def test_nothing_that_people_or_programs_say_becomes_markup(
    new_page: NewPage, course: None
) -> None:
    page = new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    name = register(page, MARK)  # the name of a user
    inert(page)
    for address in ("/courses/evil", "/problems/evil", "/courses/evil/problems/evil"):
        page.goto(address)
        inert(page)
    ready(page)
    for tab in ("submissions", "problem"):
        page.locator(f'[data-tab="{tab}"]').click()
        inert(page, "")
    _attempts(page)
    for address in (
        "/courses/evil/leaderboard",
        f"/courses/evil/students/{name}",
        "/problems/evil/git",
        "/problems/evil/submissions",
    ):
        page.goto(address)
        inert(page)
    _playground(page)
    _forms_and_addresses(page, new_page())


def _attempts(page: Page) -> None:
    """What compiler, program and tests say; the code itself, and the raw result."""
    function = "package evil\n\n// {mark}\n\nfunc Evil() string {{\n{body}\n}}\n"
    for verdict, body in (
        ("Compile error", f"var x int = {GO}\nreturn x"),
        ("Runtime error", f"panic({GO})"),
        ("Wrong answer", f"println({GO})\nprint({GO})\nreturn {GO}"),
    ):
        write(page, {"evil.go": function.format(mark=MARK, body=body)})
        judged(page, verdict)
        inert(page)
    page.locator("#strip a").last.click()
    expect(page.locator(".outcome h2")).to_have_text("Wrong answer")
    inert(page)
    address = page.url.split("?")[0]
    page.get_by_label("Compare with").select_option(index=1)
    page.wait_for_url(re.compile("against="))
    inert(page)
    told = page.goto(f"{address}.json")
    assert told
    assert told.headers["content-type"] == "application/json"
    assert "x-evil" in told.text()
    inert(page, "")


def _playground(page: Page) -> None:
    """What programs print, what files are called, what programs are called."""
    page.goto("/play")
    ready(page)
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").fill(MARK)
    page.keyboard.press("Enter")
    inert(page, "")
    page.keyboard.press("Escape")
    page.goto("/play")
    ready(page)
    program = (
        f'package main\n\nimport "fmt"\n\nfunc main() {{\n\tfmt.Println({GO})\n\tpanic({GO})\n}}\n'
    )
    write(page, {"main.go": program})
    page.keyboard.press("Control+Enter")
    expect(page.locator(".run-bar .status")).to_contain_text("Exit code 2", timeout=JUDGED_MS)
    inert(page)
    page.keyboard.press("Control+s")
    page.get_by_label("Title").fill(MARK)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/play/[A-Za-z0-9]{11}$"))
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitemradio", name="Anyone with the link").click()
    expect(page.get_by_text("Seen by: anyone with the link")).to_be_visible()
    kept = page.url.rsplit("/", 1)[1]
    for address in (f"/play/{kept}", "/snippets", f"/snippets?q={quote('x-evil')}"):
        page.goto(address)
        inert(page)
    page.goto(f"/embed/{kept}")
    inert(page)


def _forms_and_addresses(page: Page, stranger: Page) -> None:
    """What is typed."""
    page.goto("/account/tokens")
    page.get_by_label("Name").fill(MARK)
    page.keyboard.press("Enter")
    inert(page)
    evil = quote(MARK, safe="")
    for address in (
        f"/{evil}",
        f"/problems/{evil}",
        f"/courses/{evil}",
        f"/submissions/{evil}",
        f"/snippets?q={evil}",
        f"/device?code={evil}",
        f"/play?language={evil}",
        f"/static/dist/{evil}",
        f"/api/v1/problems/{evil}",
        f"/git/{evil}.git/info/refs?service=git-upload-pack",
    ):
        page.goto(address)
        inert(page, "")
    for address in (f"/login?next={evil}", f"/register?next={evil}"):
        stranger.goto(address)
        inert(stranger, "")
    stranger.goto("/login")
    stranger.get_by_label("Username").fill(MARK)
    stranger.get_by_label("Password").fill(MARK)
    stranger.keyboard.press("Enter")
    inert(stranger)


def test_cookies_and_frames_in_a_browser(browser: Browser, new_page: NewPage, stack: str) -> None:
    page = new_page()
    register(page)
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} >= {"judge"}
    for cookie in cookies:
        assert cookie["httpOnly"] and cookie["sameSite"] == "Lax", cookie
    assert page.evaluate("document.cookie") == ""
    kept = page.request.post("/api/save", data={"code": "package main\n"}).json()["id"]
    frames = "".join(
        f'<iframe src="{stack}{path}"></iframe>'
        for path in ("/", "/login", "/play", f"/embed/{kept}")
    )
    with elsewhere(frames) as address:
        foreign = browser.new_page()
        foreign.goto(address)
        refused = [frame.url.startswith("chrome-error:") for frame in foreign.frames[1:]]
        foreign.close()
    assert refused == [True, True, True, False]
