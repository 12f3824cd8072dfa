"""The playground as somebody uses it: typing, running, saving, sharing."""

from __future__ import annotations

import re
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import EACH_LOOK, NewPage, ready, register, shows, violations, write

RUN_MS = 60_000
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP4"
    "z8DA8J8BAAf/Af8Bf4mnAAAAAElFTkSuQmCC"
)


def program(body: str, *imports: str) -> dict[str, str]:
    listed = "".join(f'import "{name}"\n' for name in imports)
    return {"main.go": f"package main\n\n{listed}\nfunc main() {{\n{body}\n}}\n"}


def open_playground(page: Page, address: str = "/play") -> None:
    page.goto(address)
    ready(page)


def run(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def ended(page: Page, words: str) -> None:
    expect(page.locator(".console-end")).to_be_visible(timeout=RUN_MS)
    expect(page.locator(".run-bar .status")).to_contain_text(words)


def test_a_program_prints_while_it_runs_and_reads_what_is_typed(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    reading = (
        'fmt.Print("Name? ")\nvar name string\nfmt.Scanln(&name)\n'
        'fmt.Println("\\x1b[1;32mHello,\\x1b[0m", name)\nfmt.Fprintln(os.Stderr, "bye")'
    )
    write(page, program(reading, "fmt", "os"))
    run(page)
    expect(page.locator(".console")).to_contain_text("Name?", timeout=RUN_MS)
    page.get_by_label("Input for the program").fill("Ada")
    page.keyboard.press("Enter")
    ended(page, "Finished")
    expect(page.locator(".console .typed")).to_have_text("Ada\n")
    expect(page.locator(".console .bold")).to_have_text("Hello,")
    expect(page.locator(".console .stderr")).to_have_text("bye\n")
    expect(page.locator(".console-end")).to_contain_text("exit code 0")
    assert page.evaluate("document.activeElement.closest('.monaco-editor') !== null")


def test_stop_and_the_end_of_input(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(page, program('fmt.Println("up")\nfor {}', "fmt"))
    run(page)
    expect(page.locator(".console")).to_contain_text("up", timeout=RUN_MS)
    page.get_by_role("button", name="Stop").click()
    ended(page, "Stopped")
    write(page, program("io.Copy(os.Stdout, os.Stdin)", "io", "os"))
    run(page)
    field = page.get_by_label("Input for the program")
    expect(field).to_be_enabled(timeout=RUN_MS)
    field.fill("half a line")
    field.press("Control+d")
    ended(page, "Finished")
    expect(page.locator(".console .stdout")).to_have_text("half a line")


def test_a_crash_leads_to_its_line(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(page, program("var list []int\n\n\nprintln(list[3])"))
    run(page)
    ended(page, "Exit code 2")
    page.get_by_role("button", name="main.go:8").first.click()
    expect(page.locator(".place-flash")).to_be_visible()


def test_a_build_that_fails_is_marked(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(page, program("x := 1"))
    run(page)
    expect(page.locator(".run-bar .status")).to_contain_text("Build failed", timeout=RUN_MS)
    expect(page.locator(".screen")).to_contain_text("declared and not used")
    expect(page.locator(".monaco-editor .squiggly-error").first).to_be_visible()


def test_tests_of_ones_own_run_in_a_file_of_their_own(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").fill("two_test.go")
    page.keyboard.press("Enter")
    test = (
        'package main\n\nimport "testing"\n\n'
        'func TestTwo(t *testing.T) {\nif 1+1 != 3 {\nt.Fatal("got 2")\n}\n}\n'
    )
    write(page, {"two_test.go": test})
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".run-bar .status")).to_contain_text("Tests fail", timeout=RUN_MS)
    expect(page.locator(".screen")).to_contain_text("got 2")


@pytest.mark.parametrize(
    ("language", "file", "text", "line"),
    [
        ("python", "main.py", "print('up')\n\nraise ValueError('no')\n", 3),
        ("javascript", "main.js", "console.log('up')\n\nthrow new Error('no')\n", 3),
    ],
)
def test_other_languages_run_and_lead_to_their_lines(
    new_page: NewPage, language: str, file: str, text: str, line: int
) -> None:
    page = new_page()
    open_playground(page, f"/play?language={language}")
    write(page, {file: text})
    run(page)
    ended(page, "Exit code 1")
    expect(page.locator(".console .stdout")).to_have_text("up\n")
    page.get_by_role("button", name=re.compile(rf"{file}.*{line}")).first.click()
    expect(page.locator(".place-flash")).to_be_visible()
    write(page, {file: "if (\n"})
    run(page)
    expect(page.locator(".run-bar .status")).to_contain_text("Syntax error", timeout=RUN_MS)


# On one line each: the editor indents what is typed.
TESTED = {
    "python": (
        {"main.py": "double = lambda n: n + 2\n"},
        "tests/test_double.py",
        (
            "from main import double\n\n\ndef test_two(): assert double(2) == 4\n\n\n"
            "def test_three(): assert double(3) == 6\n"
        ),
        "tests/test_double.py:7",
    ),
    "javascript": (
        {"main.js": "exports.double = (n) => n + 2;\n"},
        "test/double.js",
        (
            "const test = require('node:test');\nconst assert = require('node:assert');\n"
            "const { double } = require('../main.js');\n\n"
            "test('two', () => assert.equal(double(2), 4));\n"
            "test('three', () => assert.equal(double(3), 6));\n"
        ),
        "test/double.js:6",
    ),
}


@pytest.mark.parametrize("language", TESTED)
def test_other_languages_have_tests(new_page: NewPage, language: str) -> None:
    code, test, text, place = TESTED[language]
    page = new_page()
    open_playground(page, f"/play?language={language}")
    expect(page.locator("#test")).to_be_hidden()
    write(page, code)
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").fill(test)
    page.keyboard.press("Enter")
    write(page, {test: text})
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".run-bar .status")).to_contain_text("Tests fail", timeout=RUN_MS)
    expect(page.locator(".tests > li")).to_have_count(2)
    expect(page.locator(".tests > li", has_text="two")).to_contain_text("Passed")
    page.get_by_role("button", name=place).first.click()
    expect(page.locator(".place-flash")).to_be_visible()
    write(page, {name: old.replace("n + 2", "n * 2") for name, old in code.items()})
    page.get_by_role("button", name=re.compile("^Test")).click()
    expect(page.locator(".run-bar .status")).to_contain_text("Tests pass", timeout=RUN_MS)


def test_pictures_are_shown_and_bad_ones_named(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    # A picture of 2 x 1 pixels both ways, one of which half is missing, one as large as a field.
    body = f"""
	whole := "{PICTURE}"
	large, _ := base64.StdEncoding.DecodeString(whole)
	binary.BigEndian.PutUint32(large[16:], 60000)
	binary.BigEndian.PutUint32(large[20:], 60000)
	fmt.Println("IMAGE:" + whole)
	fmt.Println("data:image/png;base64," + whole)
	fmt.Println("IMAGE:" + whole[:24])
	fmt.Println("IMAGE:" + base64.StdEncoding.EncodeToString(large))
	fmt.Println("IMAGE:plain text")
	fmt.Fprintln(os.Stderr, "and an error")
"""
    write(page, program(body, "encoding/base64", "encoding/binary", "fmt", "os"))
    run(page)
    ended(page, "Finished")
    shown = page.locator(".console img")
    expect(shown).to_have_count(2)
    sizes = shown.evaluate_all("all => all.map(one => [one.naturalWidth, one.naturalHeight])")
    assert sizes == [[2, 1], [2, 1]]
    notes = page.locator(".picture-note")
    expect(notes.nth(0)).to_contain_text("printed a damaged picture, a PNG of")
    expect(notes.nth(1)).to_contain_text("of 60000")
    expect(page.locator(".console")).to_contain_text("IMAGE:plain text")
    # Not by colour alone.
    error = page.get_by_role("group", name="Standard error")
    expect(error).to_have_text("and an error\n")
    expect(error).to_have_css("border-left-width", "2px")


def test_a_result_that_is_known_is_marked_and_run_again_on_demand(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(page, program(f'fmt.Println("{secrets.token_hex(8)}")', "fmt"))
    for _ in range(2):
        run(page)
        ended(page, "Finished")
    note = page.locator(".kept-note")
    expect(note).to_contain_text("Cached result of the same program, run")
    note.get_by_role("button", name="Run it again").click()
    expect(note).to_have_count(0)
    ended(page, "Finished")
    expect(note).to_have_count(0)


def test_what_a_program_prints_is_inert(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    evil = "<img src=x onerror=document.title='gone'><script>document.title='gone'</script>"
    write(page, program(f'fmt.Print("{evil}\\nIMAGE:javascript\\n")', "fmt"))
    run(page)
    ended(page, "Finished")
    expect(page.locator(".console")).to_contain_text("<img src=x")
    assert page.locator(".console img").count() == 0
    assert "gone" not in page.title()


def test_what_was_written_is_there_after_a_reload(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(page, program("println(4711)"))
    page.reload()
    ready(page)
    shows(page, "4711")
    page.get_by_role("button", name="Start again").click()
    shows(page, "Hello, world")


def test_saving_sharing_and_forking(new_page: NewPage) -> None:
    page, stranger = new_page(), new_page()
    register(page, "Grace")
    open_playground(page)
    write(page, program("println(1)"))
    page.keyboard.press("Control+s")
    page.get_by_label("Title").fill("Counting")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/play/[A-Za-z0-9]{11}$"))
    address = page.url
    write(page, program("println(2)"))
    page.keyboard.press("Control+s")
    expect(page.locator(".saved")).to_have_text("Saved as version 2")

    assert stranger.goto(address).status == 404  # type: ignore[union-attr]
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitemradio", name="Anyone with the link").click()
    expect(page.get_by_text("Seen by: anyone with the link")).to_be_visible()
    open_playground(stranger, address)
    expect(stranger.locator(".play-note")).to_contain_text("By Grace")
    shows(stranger, "println(2)")
    stranger.keyboard.press("Control+s")
    stranger.get_by_label("Title").fill("Mine")
    stranger.keyboard.press("Enter")
    stranger.wait_for_url(lambda url: url != address and "/play/" in url)
    open_playground(stranger, stranger.url)
    expect(stranger.locator(".play-note")).to_contain_text("Made from Counting")

    page.get_by_role("button", name="More").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Git bundle, to clone from").click()
    assert waiting.value.suggested_filename == "counting.bundle"
    expect(page.get_by_text("git clone counting.bundle")).to_be_visible()

    open_playground(page, f"{address}?version=1")
    shows(page, "println(1)")
    expect(page.locator(".play-note")).to_contain_text("This is version 1 of 2")

    page.goto("/snippets?q=println")
    page.get_by_role("button", name="Delete Counting").click()
    expect(page.get_by_role("link", name="Counting")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Counting")).to_be_visible()


def test_a_snippet_in_somebody_elses_page(new_page: NewPage, stack: str) -> None:
    page = new_page()
    page.goto("/play/examples")
    body = {"code": 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("framed") }\n'}
    kept = page.request.post("/api/save", data=body).json()
    blog = f'<div data-judge-snippet="{kept["id"]}"></div><script src="{stack}/embed.js"></script>'
    with elsewhere(blog) as address:
        page.goto(address)
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Run").click()
        expect(frame.locator(".console")).to_contain_text("framed", timeout=RUN_MS)


@contextmanager
def elsewhere(body: str) -> Iterator[str]:
    """A site of somebody else's, with one page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(("size", "scheme"), EACH_LOOK)
def test_the_playground_meets_wcag_aa(new_page: NewPage, size: str, scheme: str) -> None:
    page = new_page(size, scheme)
    page.goto("/play/examples")
    assert violations(page) == [], "examples"
    open_playground(page)
    assert violations(page) == [], "playground"
    colours = 'for i := 0; i < 16; i++ { fmt.Printf("\\x1b[38;5;%dmcolour %d\\n", i, i) }'
    write(page, program(colours, "fmt"))
    run(page)
    ended(page, "Finished")
    assert violations(page) == [], "output"
    register(page)
    page.goto("/snippets")
    assert violations(page) == [], "snippets"


def test_two_tabs_never_overwrite_each_other(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(page, program("println(1)"))
    other = page.context.new_page()
    open_playground(other)
    shows(other, "println(1)")
    write(other, program("println(2)"))
    expect(page.locator(".view-lines")).to_contain_text("println(2)")
    page.get_by_role("button", name="Undo").click()
    expect(other.locator(".view-lines")).to_contain_text("println(1)")

    # With no room left in the browser one tab cannot keep what it has; the other can.
    page.evaluate(
        "() => { Storage.prototype.setItem"
        " = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
    )
    write(page, program("println(3)"))
    expect(page.locator(".saved")).to_contain_text("Draft not saved: browser storage is full")
    write(other, program("println(4)"))
    expect(page.get_by_text("You edited this in another tab")).to_be_visible()
    expect(page.locator(".view-lines")).to_contain_text("println(3)")
    page.get_by_role("button", name="See the difference").click()
    expect(page.get_by_role("dialog")).to_contain_text("println(4)")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Use other version").click()
    expect(page.locator(".view-lines")).to_contain_text("println(4)")

    other.close()
    again = page.context.new_page()
    open_playground(again)
    shows(again, "println(4)")


def test_a_module_grows_in_folders(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    page.get_by_role("button", name="Files", exact=True).click()
    tree = page.get_by_role("navigation", name="Files")

    def answer(text: str) -> None:
        page.locator("#asked-name").fill(text)
        page.keyboard.press("Enter")

    tree.get_by_role("button", name="Add a folder").click()
    answer("greet")
    expect(page.locator(".toast-line")).to_contain_text("go.mod was added")
    greeting = 'package greet\n\nfunc Hello() string {\nreturn "Hello, folder"\n}\n'
    write(page, {"greet/greet.go": greeting})
    tree.get_by_role("button", name="main.go", exact=True).click()
    main = (
        'package main\n\nimport "example.com/play/greet"\n\n'
        "func main() {\nprintln(greet.Hello())\n}\n"
    )
    write(page, {"main.go": main})
    run(page)
    ended(page, "Finished")
    expect(page.locator(".console .stderr")).to_have_text("Hello, folder\n")
    tree.get_by_role("button", name="Rename greet", exact=True).click()
    answer("hello")
    expect(tree.locator('[data-path="hello"]')).to_be_visible()
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    expect(tree.locator('[data-path="greet"]')).to_be_visible()
    tree.locator('[data-path="greet"]').press("Delete")
    expect(page.locator(".toast-line")).to_contain_text("greet, 1 file, was removed")
    run(page)
    place = page.get_by_role("button", name="main.go:3")
    expect(place).to_be_visible(timeout=RUN_MS)
    expect(page.locator(".screen")).to_contain_text("does not contain package")
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    page.keyboard.press("Control+s")
    answer("In folders")
    page.wait_for_url(re.compile(r"/play/\w{11}$"))
    page.reload()
    ready(page)
    expect(tree.locator('[data-path="greet/greet.go"]')).to_be_visible()
    run(page)
    ended(page, "Finished")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    ready(page)
    expect(tree).to_be_hidden()
    page.get_by_role("button", name="Files", exact=True).click()
    assert violations(page) == []
    tree.locator('[data-path="greet/greet.go"]').click()
    expect(tree).to_be_hidden()
    shows(page, "Hello, folder")


def test_what_is_not_saved_is_taken_away_by_keyboard_on_a_phone(new_page: NewPage) -> None:
    page = new_page("phone")
    open_playground(page)
    write(page, program("println(42)"))
    page.get_by_role("button", name="More").press("Enter")
    module = page.get_by_role("button", name="Go module, for go run")
    expect(module).to_be_in_viewport()
    with page.expect_download() as waiting:
        module.press("Enter")
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert "println(42)" in archive.read("playground/main.go").decode()
        assert archive.read("playground/go.mod").startswith(b"module playground\n")
    expect(page.get_by_text("in its folder: go run .")).to_be_visible()
    assert violations(page) == []


def test_a_repository_is_imported(new_page: NewPage, git_server: str) -> None:
    page = new_page()
    open_playground(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Import a repository").click()
    address, fetch = (
        page.get_by_label("Address of a public"),
        page.get_by_role("button", name="Fetch"),
    )
    address.fill("https://127.0.0.1/a")
    fetch.click()
    told = page.locator("#import-told")
    expect(told).to_contain_text("127.0.0.1 is not a public server", timeout=RUN_MS)
    address.fill(f"https://{git_server}/large.git")
    fetch.click()
    page.get_by_role("button", name="cmd/run", exact=True).click(timeout=RUN_MS)
    expect(page.locator(".monaco-editor .view-lines")).to_contain_text("from afar", timeout=RUN_MS)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Import a repository").click()
    address.fill(f"https://{git_server}/small.git")
    fetch.click()
    expect(told).to_contain_text("1 file was left out", timeout=RUN_MS)
    expect(page.get_by_role("dialog")).to_contain_text("a.png no text")
    assert not violations(page)
    page.get_by_role("button", name="Close").click()
    run(page)
    ended(page, "Finished")
    expect(page.locator(".console .stderr")).to_have_text("from afar\n")


def test_what_is_not_required_is_offered_and_then_runs(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    uses = 'package main\n\nimport "ex.test/words"\n\nfunc main() { println(words.Version) }\n'
    write(page, {"main.go": uses})
    run(page)
    offer = page.get_by_role("button", name="Add to go.mod and run")
    expect(page.locator(".screen")).to_contain_text("no required module", timeout=RUN_MS)
    assert not violations(page)
    offer.click()
    ended(page, "Finished")
    expect(page.locator(".console .stderr")).to_have_text("v1.2.0\n")
    page.get_by_role("tab", name="go.mod").click()
    shows(page, "require ex.test/words v1.2.0")


def test_benchmarks_have_a_table_and_are_compared(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    bench = page.get_by_role("button", name="Bench", exact=True)
    expect(bench).to_be_hidden()
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").fill("two_test.go")
    page.keyboard.press("Enter")
    text = (
        'package main\n\nimport "testing"\n\nvar kept []byte\n\n'
        "func BenchmarkMake(b *testing.B) {\nfor b.Loop() {\nkept = make([]byte, 64)\n}\n}\n"
    )
    write(page, {"two_test.go": text})
    bench.click()
    table = page.get_by_role("table")
    expect(table).to_contain_text("64 B", timeout=RUN_MS)
    expect(table).to_contain_text("run them again to compare")
    write(page, {"two_test.go": text.replace("64", "128")})
    bench.click()
    expect(table).to_contain_text("128 B+100 %", timeout=RUN_MS)
    expect(table.get_by_role("row").last).to_contain_text("1as before")
    assert violations(page) == []


def test_a_failing_input_is_found_and_kept(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    fuzz = page.get_by_role("button", name="Fuzz", exact=True)
    expect(fuzz).to_be_hidden()
    page.get_by_role("button", name="Add a file").click()
    page.get_by_label("Name of the file").fill("two_test.go")
    page.keyboard.press("Enter")
    text = (
        'package main\n\nimport "testing"\n\nfunc FuzzTwo(f *testing.F) {\n'
        "f.Fuzz(func(t *testing.T, s string) {\nif len(s) > 1 {\nt.Fatal(len(s))\n}\n})\n}\n"
    )
    write(page, {"two_test.go": text})
    fuzz.click()
    panel = page.get_by_role("region", name="Fuzzing")
    ended(page, "Failing input found")
    expect(panel).to_contain_text("FuzzTwo fails with this input, made smaller")
    expect(panel).to_contain_text('string("00")')
    expect(panel.get_by_role("button", name="two_test.go:8")).to_be_visible()
    panel.get_by_role("button", name="Add to the project").click()
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".screen")).to_contain_text("FuzzTwo/", timeout=RUN_MS)
    expect(panel).to_be_hidden()
    write(page, {"two_test.go": text.replace("t.Fatal(len(s))", "_ = s")})
    fuzz.click()
    ended(page, "No failing input")
    expect(panel).to_contain_text("No failing input in")
    assert violations(page) == []


def test_without_an_account_code_is_formatted_and_vetted(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    messy = 'package main\nimport "fmt"\nfunc main() {fmt.Printf("%d\\n","one")}\n'
    write(page, {"main.go": messy})
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Format code").click()
    formatted = page.locator(".view-lines")
    expect(formatted).to_contain_text('fmt.Printf("%d\\n", "one")', timeout=RUN_MS)
    run(page)
    ended(page, "Finished")
    expect(page.locator(".screen")).to_contain_text("Printf format %d has arg")
    page.get_by_role("button", name="main.go:5").click()
    expect(page.locator(".monaco-editor .squiggly-warning").first).to_be_visible()
    write(page, {"main.go": "package main\n\nfunc {\n"})
    page.keyboard.press("Shift+Alt+F")
    expect(page.locator(".toast-line")).to_contain_text(
        "cannot be formatted: line 3", timeout=RUN_MS
    )


def test_without_an_account_code_is_checked_as_it_is_typed(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(
        page, {"main.go": 'package main\n\nimport "fmt"\n\nfunc main() {fmt.Printf("%d", "one")}\n'}
    )
    shown = page.locator(".monaco-editor")
    expect(shown.locator(".squiggly-warning").first).to_be_visible(timeout=RUN_MS)
    expect(shown.locator(".squiggly-hint").first).to_be_visible()
    write(page, {"main.go": "package main\n\nfunc {\n"})
    expect(shown.locator(".squiggly-error").first).to_be_visible(timeout=RUN_MS)
    expect(shown.locator(".squiggly-warning")).to_have_count(0)
    page.keyboard.press("F8")
    expect(page.get_by_text("unexpected {, expected name or (").first).to_be_visible()
    page.keyboard.press("Escape")
    write(page, program(""))
    expect(shown.locator(".squiggly-error")).to_have_count(0)
    expect(page.locator(".run-bar .status")).to_contain_text("Not run yet")
    assert violations(page) == []


def test_what_prints_nothing_and_what_is_too_large_say_so(new_page: NewPage) -> None:
    page = new_page()
    open_playground(page)
    write(page, program(""))
    run(page)
    ended(page, "Finished")
    expect(page.locator(".console-end")).to_contain_text("No output")
    large = {"main.go": "package main\n\n//" + "x" * 262144 + "\n\nfunc main() {}\n"}
    page.evaluate("files => localStorage.setItem('judge:play:own', JSON.stringify(files))", large)
    page.reload()
    ready(page)
    run(page)
    ended(page, "Not run")
    expect(page.locator(".console-end")).to_contain_text("at most 262144 can be run")
