"""Code that is read: lines of safe markup."""

from __future__ import annotations

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound


def code_lines(name: str, text: str) -> list[str]:
    """The file's lines as safe markup with Pygments' classes, one for each line of `text`."""
    try:
        lexer = get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False, ensurenl=False)
    marked: str = highlight(text, lexer, HtmlFormatter(nowrap=True))
    return marked.split("\n")[: text.count("\n") + (not text.endswith("\n"))]
