from __future__ import annotations

import pytest

from judge.markdown import to_html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        '<a href="data:text/html,x" style="position:fixed">x</a>',
        "<iframe src='//evil'></iframe>",
        "<form action=/logout method=post><button>x</button></form>",
        '```"><script>alert(1)</script>\nx\n```',
        "$<script>alert(1)</script>$",
    ],
)
def test_nothing_that_acts_comes_through(text: str) -> None:
    html = to_html(text).lower()
    for bad in ("<script", "onerror", 'javascript:"', 'href="javascript', "data:", "style=",
                "<iframe", "<form", "<button"):  # fmt: skip
        assert bad not in html


def test_a_heading_cannot_take_a_name_of_the_page() -> None:
    assert 'id="s-editor-body"' in to_html("# Editor body")
    assert "id=" not in to_html('<b id="csrf-token">x</b>')


def test_code_is_coloured_and_math_is_left_to_the_page() -> None:
    assert '<span class="kd">func</span>' in to_html("```go\nfunc main() {}\n```")
    assert "&lt;b&gt;" in to_html("```nothing-known\n<b>\n```")
    assert '<span class="math inline">a &lt; b</span>' in to_html("Where $a < b$.")
    assert "math" not in to_html("It costs $5 or $ 6.")
    assert "<table>" in to_html("|a|\n|-|\n|b|\n")
