"""Pictures of codes: a QR to be scanned, the colour as a word, and what a person at a door needs to read.

The words are handed in: this module only draws. Chinese is set in Noto Sans SC, which has the rare characters of names
(docs/decisions/documents-to-show.md).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import segno
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

from actions.lines import wrap
from privacy.media import Media

WIDTH: Final = 720
"""Pixels; a phone shows it in full width."""
QR_WIDTH: Final = 660
_MARGIN: Final = 40
_BAND: Final = 150
#: Pixels; a phone of 360 shows the picture at less than half its size, and the holder may be eighty.
_FIRST, _LINE, _LEADING = 50, 42, 18
_COLOURS_IN_FILE: Final = 48
_QUIET: Final = 4
"""Modules of white around a QR (ISO/IEC 18004)."""

#: Ground and ink of the band that says the colour; the word on it says the same.
BANDS: Final = {
    "green": ("#18733a", "#ffffff"),
    "yellow": ("#f2c230", "#1a1a1a"),
    "red": ("#b3261e", "#ffffff"),
    "none": ("#4a5560", "#ffffff"),
}
_INK, _SOFT = "#1a1a1a", "#4a4a4a"


@dataclass(frozen=True)
class Card:
    """What a picture of a code says.

    Attributes:
        payload: what the QR holds.
        colour: green, yellow, red or none; the ground of the band.
        word: the colour as a word, largest on the picture (“绿码”).
        title: what this is (“健康码”, “离线码”).
        lines: below the QR, the first one larger: a masked name, until when, what to mind.
    """

    payload: str
    colour: str
    word: str
    title: str
    lines: Sequence[str]


def code_picture(card: Card, name: str = "code.png") -> Media:
    """Return the picture of a code as PNG, to be said with ``turn.say_picture``."""
    qr = qr_picture(card.payload, QR_WIDTH)
    rows = [
        row for index, line in enumerate(card.lines) for row in _rows(line, _FIRST if index == 0 else _LINE)
    ]
    height = _BAND + qr.height + sum(size + _LEADING for _, size in rows) + _MARGIN
    picture = Image.new("RGB", (WIDTH, height), "#ffffff")
    draw = ImageDraw.Draw(picture)
    ground, ink = BANDS[card.colour]
    draw.rectangle((0, 0, WIDTH, _BAND - 1), fill=ground)
    word, title = font(76), font(38)
    if word.getlength(card.word) + title.getlength(card.title) <= WIDTH - 3 * _MARGIN:
        draw.text((_MARGIN, _BAND // 2), card.word, font=word, fill=ink, anchor="lm")
        draw.text((WIDTH - _MARGIN, _BAND // 2), card.title, font=title, fill=ink, anchor="rm")
    else:
        draw.text((WIDTH // 2, _BAND * 0.34), card.word, font=font(64), fill=ink, anchor="mm")
        draw.text((WIDTH // 2, _BAND * 0.78), card.title, font=title, fill=ink, anchor="mm")
    picture.paste(qr, ((WIDTH - qr.width) // 2, _BAND))
    top = _BAND + qr.height
    for index, (row, size) in enumerate(rows):
        draw.text((WIDTH // 2, top), row, font=font(size), fill=_SOFT if index else _INK, anchor="ma")
        top += size + _LEADING
    return Media("image/png", name, _png(picture))


def qr_picture(payload: str, width: int) -> Image.Image:
    """Return the QR of ``payload`` in black on white, as wide as whole pixels a module allow below ``width``."""
    qr = segno.make(payload, error="m", micro=False)
    modules = qr.symbol_size(border=_QUIET)[0]
    held = io.BytesIO()
    qr.save(held, kind="png", scale=max(1, width // modules), border=_QUIET)
    return Image.open(held).convert("RGB")


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font in ``size`` pixels."""
    return ImageFont.truetype(str(sans_path()), size)


def _rows(line: str, size: int) -> list[tuple[str, int]]:
    room = WIDTH - 2 * _MARGIN
    return [(row, size) for row in wrap(line, font(size).getlength, room)]


def _png(picture: Image.Image) -> bytes:
    held = io.BytesIO()
    picture.quantize(_COLOURS_IN_FILE, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
    return held.getvalue()
