"""The picture by which a program is shown where its address is shared (Open Graph).

Drawn from what everybody may read anyway: a title, a line below it, the first lines of
code. The fonts are the pages' own, which have Latin letters; others are drawn as boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont, truetype
from pygments import lex
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.styles import get_style_by_name
from pygments.util import ClassNotFound

WIDTH, HEIGHT = 1200, 630
_KEPT = 256
_MARGIN = 64
_TITLE_PIXELS, _BY_PIXELS, _CODE_PIXELS = 54, 28, 27
_BOLD, _PLAIN = 700, 400
_TITLE_TOP, _BY_TOP, _CODE_TOP, _LINE_PIXELS = 52, 126, 206, 40
_LINES, _COLUMNS, _TAB = 10, 66, 4
_STYLE = get_style_by_name("github-dark")
_INK, _MUTED, _PANEL = "#f0f3f6", "#9ba5b0", "#161b22"


@lru_cache(_KEPT)
def draw(title: str, by: str, name: str, code: str, sans: Path, mono: Path) -> bytes:
    """A PNG of `WIDTH` by `HEIGHT`. `name`: the file's, which tells its language."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _STYLE.background_color)
    pen = ImageDraw.Draw(image)
    for text, top, pixels, weight, ink in (
        (title, _TITLE_TOP, _TITLE_PIXELS, _BOLD, _INK),
        (by, _BY_TOP, _BY_PIXELS, _PLAIN, _MUTED),
    ):
        font = _font(sans, pixels, weight)
        pen.text((_MARGIN, top), _fitting(text, font), ink, font)
    pen.rectangle((0, _CODE_TOP - 24, WIDTH, HEIGHT), _PANEL)
    font = _font(mono, _CODE_PIXELS, _PLAIN)
    column = font.getlength("0")
    for row, line in enumerate(_coloured(name, code)):
        left: float = _MARGIN
        for text, ink in line:
            pen.text((left, _CODE_TOP + row * _LINE_PIXELS), text, ink, font)
            left += column * len(text)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _font(path: Path, pixels: int, weight: int) -> FreeTypeFont:
    font = truetype(path, pixels)
    font.set_variation_by_axes([weight])
    return font


def _fitting(text: str, font: FreeTypeFont) -> str:
    room = WIDTH - 2 * _MARGIN
    if font.getlength(text) <= room:
        return text
    while font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _coloured(name: str, code: str) -> Iterator[list[tuple[str, str]]]:
    """The first lines, each as texts with their colours."""
    try:
        lexer = get_lexer_for_filename(name)
    except ClassNotFound:
        lexer = TextLexer()
    # Cut first: what is not shown is not read either.
    shown = [line.expandtabs(_TAB)[:_COLUMNS] for line in code[: 100 * _COLUMNS].split("\n")]
    line: list[tuple[str, str]] = []
    for kind, text in lex("\n".join(shown[:_LINES]), lexer):
        ink = _STYLE.style_for_token(kind)["color"]
        first, *others = text.split("\n")
        line.append((_visible(first), f"#{ink}" if ink else _INK))
        for other in others:
            yield line
            line = [(_visible(other), f"#{ink}" if ink else _INK)]


def _visible(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
