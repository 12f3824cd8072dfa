"""Code as lines of markup: as many as there are, and inert."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge.web import code
from judge.web.code import code_lines


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("\n\na", 3), ("/* a\nb */\n", 2)],
)
def test_there_are_as_many_lines_as_in_the_file(text: str, count: int) -> None:
    assert len(code_lines("a.go", text)) == count


@settings(deadline=None)  # the first call loads a lexer
@given(st.text(alphabet=st.sampled_from("<>&\"'/*`a \n\t"), max_size=60))
def test_nothing_a_student_writes_is_markup(text: str) -> None:
    for line in code_lines("a.go", text):
        outside = line.replace("</span>", "")
        for piece in outside.split("<")[1:]:
            assert piece.startswith('span class="')


def test_a_span_never_crosses_a_line() -> None:
    for line in code_lines("a.go", "/* one\ntwo */\nvar a = `x\ny`\n"):
        assert line.count("<span") == line.count("</span>")


def test_a_file_of_no_known_kind_is_plain() -> None:
    assert code_lines("notes.unknown", "<b>") == ["&lt;b&gt;"]


@pytest.mark.parametrize(
    ("name", "text", "marked"),
    [
        ("a.go", "func main() {", '<span class="k">func</span> <span class="nf">main</span>() {'),
        ("a.go", "0x1F // x", '<span class="m">0x1F</span> <span class="c1">// x</span>'),
        ("a.go", "c := 'x", 'c := <span class="sc">&#x27;x</span>'),
        ("a.py", "def f(): f'{x}'", (
            '<span class="k">def</span> <span class="nf">f</span>(): '
            '<span class="s">f&#x27;{x}&#x27;</span>'
        )),
        ("a.js", "let `b${c}`", '<span class="k">let</span> <span class="sb">`b${c}`</span>'),
    ],
)  # fmt: skip
def test_code_of_our_languages_is_marked_up(name: str, text: str, marked: str) -> None:
    assert code_lines(name, text) == [marked]


@pytest.mark.parametrize("name", ["a.rb", "a.php", "a.html", "Makefile", ".go/x", "a"])
def test_other_languages_are_plain(name: str) -> None:
    assert code_lines(name, "if x: 1 <b>") == ["if x: 1 &lt;b&gt;"]


def test_what_is_long_or_has_long_lines_is_plain() -> None:
    line = "x" * (code.MAX_LINE_CHARACTERS + 1)
    many = "var\n" * code.MAX_CHARACTERS
    assert code_lines("a.go", f"var {line}") == [f"var {line}"]
    assert code_lines("a.go", many)[0] == "var"


def test_no_more_than_two_texts_are_marked_up_at_a_time_and_they_are_kept() -> None:
    kept = code_lines("a.go", "var kept")
    assert "span" in kept[0]
    for _ in range(code.AT_ONCE):
        assert code._places.acquire(blocking=False)
    try:
        assert code_lines("a.go", "var other") == ["var other"]
        assert code_lines("a.go", "var kept") == kept
    finally:
        for _ in range(code.AT_ONCE):
            code._places.release()
    assert "span" in code_lines("a.go", "var other")[0]


PIECES = {
    ".go": ["/*", "*", "`", '"', "'", "\\", "0x", "//", "\n", "func ", "1_", "a"],
    ".py": ["'''", '"' * 3, "\\", "rb'", 'f"', "#", "\n", "@a", "def ", "0o", "a", " "],
    ".js": ["`", "${", "/*", "*/", "//", "\\", "'", '"', "\n", "/[", "$", "0n", "a"],
}


@pytest.mark.parametrize("ending", PIECES)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_patterns_try_nothing_twice(ending: str, data: st.DataObject) -> None:
    """Each token is at least one character, and tokens are not tried again from within."""
    pieces = data.draw(st.lists(st.sampled_from(PIECES[ending]), min_size=1, max_size=6))
    text = "".join(pieces) * 200
    pattern = code._LANGUAGES[ending].pattern
    at = 0
    for match in pattern.finditer(text):
        assert match.end() > match.start() >= at
        at = match.end()
    assert (
        re.search(r"(?<![*+?}])[*+](?![*+?])(?![^\[]*\])", _outside_sets(pattern.pattern)) is None
    )


def _outside_sets(pattern: str) -> str:
    """A pattern without its sets and what is escaped: in the rest a + or * repeats."""
    return re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "x", pattern)
