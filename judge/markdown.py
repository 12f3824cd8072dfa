"""Markdown to HTML that is safe to show: statements, hints, unit introductions.

markdown-it parses, Pygments colours the code, nh3 lets through only what a
statement needs. Math stays text inside ``.math``; the page typesets it.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_CACHED_TEXTS = 512
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl"),
    *("dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img"),
    *("ins", "kbd", "li", "ol", "p", "pre", "s", "samp", "span", "strong", "sub", "summary", "sup"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "var"),
}
_ATTRIBUTES = {
    "*": {"class", "lang", "dir"},
    "a": {"href", "title"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_ID_PREFIX = "s-"
"""Before the ids of headings, so that a statement cannot name an element of the page."""


def _code(code: str, language: str, attributes: str) -> str:  # noqa: ARG001 - markdown-it's signature
    name = (language.split(maxsplit=1) or ["text"])[0]
    marked = _coloured(code, name) or escape(code)
    # markdown-it takes what starts with <pre as it is.
    return f'<pre class="highlight"><code class="language-{escape(name)}">{marked}</code></pre>'


def _coloured(code: str, language: str) -> str:
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""
    marked: str = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return marked


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "highlight": _code})
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    parser.use(anchors_plugin, max_level=3, slug_func=_slug)
    return parser


def _slug(title: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in title.lower()).split()
    return _ID_PREFIX + "-".join(words)


_markdown = _parser()


@lru_cache(_CACHED_TEXTS)
def to_html(text: str) -> str:
    """The HTML of a Markdown text, sanitised; remembered for texts seen lately."""
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
