"""Pages to print: an offline code on A5, a venue's poster on A4. Drawn in millimetres; the words are handed in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from fpdf import FPDF
from pylopdf_fonts_zh_cn import sans_path

from actions.lines import wrap
from actions.pictures import BANDS, qr_picture
from privacy.media import Media

_FONT: Final = "sans"
_QR_PIXELS: Final = 900
_INK: Final = (26, 26, 26)
_POINT: Final = 0.353
"""Millimetres."""
_LINE_HEIGHT: Final = 1.32
_GAP: Final = 1.5
A5: Final = (148.0, 210.0)
A4: Final = (210.0, 297.0)


@dataclass(frozen=True)
class Sheet:
    """One page with a QR.

    Attributes:
        payload: what the QR holds.
        colour: ground of the band at the top: green, yellow, red or none.
        word: the largest word on the page.
        title: what this is, in the band.
        name: below the QR, large.
        facts: large lines, one idea each.
        notes: smaller lines at the foot.
    """

    payload: str
    colour: str
    word: str
    title: str
    name: str
    facts: Sequence[str]
    notes: Sequence[str]


def offline_sheet(sheet: Sheet, name: str = "offline-code.pdf") -> Media:
    """Return an offline code as an A5 page in large type, readable at arm's length also in black and white."""
    return _page(sheet, A5, band=36, word=50, qr=92, sizes=(34, 27, 17), name=name)


def venue_poster(sheet: Sheet, name: str = "venue-code.pdf") -> Media:
    """Return the poster of a venue as an A4 page; printed on A5 it is still read."""
    return _page(sheet, A4, band=52, word=72, qr=136, sizes=(48, 36, 24), name=name)


def _page(
    sheet: Sheet,
    size: tuple[float, float],
    *,
    band: float,
    word: int,
    qr: float,
    sizes: tuple[int, int, int],
    name: str,
) -> Media:
    width, height = size
    margin = width * 0.07
    pdf = FPDF(unit="mm", format=size)
    pdf.set_creator("四川天府健康通智能助手")
    pdf.add_font(_FONT, fname=str(sans_path()))
    pdf.set_margin(margin)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    _band(pdf, sheet, width, band, word)
    picture = io.BytesIO()
    qr_picture(sheet.payload, _QR_PIXELS).convert("1").save(picture, "PNG")
    pdf.image(picture, x=(width - qr) / 2, y=band + 2, w=qr, h=qr)
    pdf.set_text_color(*_INK)
    top = band + qr + 3
    for row in _largest(pdf, sheet, sizes, width - 2 * margin, height - top - margin / 2):
        pdf.set_font(_FONT, size=row.points)
        pdf.set_xy(margin, top + row.gap)
        pdf.cell(width - 2 * margin, row.height, text=row.text, align="C")
        top += row.gap + row.height
    return Media("application/pdf", name, bytes(pdf.output()))


def _band(pdf: FPDF, sheet: Sheet, width: float, band: float, word: int) -> None:
    ground, ink = (_rgb(text) for text in BANDS[sheet.colour])
    pdf.set_fill_color(*ground)
    pdf.rect(0, 0, width, band, style="F")
    pdf.set_text_color(*ink)
    pdf.set_font(_FONT, size=word)
    pdf.set_xy(0, band * 0.1)
    pdf.cell(width, band * 0.55, text=sheet.word, align="C")
    pdf.set_font(_FONT, size=word * 0.36)
    pdf.set_xy(0, band * 0.66)
    pdf.cell(width, band * 0.26, text=sheet.title, align="C")


@dataclass(frozen=True)
class _Row:
    text: str
    points: float
    gap: float

    @property
    def height(self) -> float:
        """Millimetres it takes."""
        return self.points * _POINT * _LINE_HEIGHT


def _largest(pdf: FPDF, sheet: Sheet, sizes: tuple[int, int, int], width: float, height: float) -> list[_Row]:
    """Return the rows below the QR in the largest type in which they fit, between ``sizes`` and half of them.

    What is left of ``height`` goes between the three kinds of words and below them.
    """
    rows: list[_Row] = []
    for percent in range(100, 49, -2):
        rows = _laid_out(pdf, sheet, [size * percent / 100 for size in sizes], width)
        if sum(row.gap + row.height for row in rows) <= height:
            break
    spare = max(0.0, height - sum(row.gap + row.height for row in rows)) / (len(sizes) + 1)
    return [replace(row, gap=row.gap + spare) if row.gap else row for row in rows]


def _laid_out(pdf: FPDF, sheet: Sheet, sizes: Sequence[float], width: float) -> list[_Row]:
    rows: list[_Row] = []
    for lines, points in zip(([sheet.name], sheet.facts, sheet.notes), sizes, strict=True):
        pdf.set_font(_FONT, size=points)
        for at, line in enumerate(lines):
            broken = wrap(line, pdf.get_string_width, width)
            gap = _GAP if at == 0 else 0.0
            rows += [_Row(text, points, 0.0 if index else gap) for index, text in enumerate(broken)]
    return rows


def _rgb(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
