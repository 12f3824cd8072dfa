"""Code as lines of markup: as many as there are, and inert."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
